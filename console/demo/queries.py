"""Who may call in the simulator, and whose phones ring: from the database."""

from collections.abc import Sequence
from random import Random
from typing import Any

from sqlalchemy import Row, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.models import Case
from console.customers.models import Customer, PhoneNumber, Purchase
from console.identity.models import User, UserInterface, UserQueue
from console.queues.models import Queue
from telephony.events import Caller
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy

MOST_CALLERS = 5_000  # of a large database, the simulator takes so many numbers
FIRST_DIALLED = 501
NAMED_SHARE = 0.3  # of the calls bring a name with them
STRANGER_SHARE = 0.09  # of the calls come from numbers that nobody has
WITHHELD_SHARE = 0.06  # of the calls show no number
WEIGHTS = {None: 1.0, 1: 2.0, 2: 4.0}
"""How often a customer calls, by the line of the open case (None: there is none)."""

STRANGERS = (
    ("+421907770143", ""),
    ("+421918404042", "ZLATA RYBKA"),
    ("0915555312", ""),
    ("+420602118999", "Fotbal Dolni Lhota"),
    ("+4531200447", "<b>You have won</b>"),
    ("+48601990310", ""),
    ("0232112118", "BRATISLAVA"),
    ("+447712880121", "Unknown"),
    ("123", ""),
)


async def build_population(session: AsyncSession, seed: int = 1) -> Population:
    """Everybody on both ends: the agents and queues of the database, its customers, and some strangers."""
    queues = await _queues(session)
    if not queues:
        return Population((), ())
    first = tuple(queue.name for queue, line in queues if line == 1) or (queues[0][0].name,)
    second = tuple(queue.name for queue, line in queues if line == 2)
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    known = [_known(random, row, first, second or first) for row in await _numbers(session)]
    strangers = _strangers(sum(caller.weight for caller in known), first)
    return Population(tuple(queue for queue, _ in queues), (*known, *strangers))


async def _queues(session: AsyncSession) -> list[tuple[SimulatedQueue, int]]:
    """The queues that have agents, with their line, the largest first. The largest of each line rings all of
    its agents, the others one at a time."""
    members: dict[tuple[int, str], list[str]] = {}
    for line, queue, interface in await _memberships(session):
        members.setdefault((line, queue), []).append(interface)
    queues: list[tuple[SimulatedQueue, int]] = []
    for (line, name), interfaces in sorted(members.items(), key=lambda item: -len(item[1])):
        lines = {line for _, line in queues}
        strategy = Strategy.LONGEST_IDLE if line in lines else Strategy.RING_ALL
        dialled = str(FIRST_DIALLED + len(queues))
        queues.append((SimulatedQueue(name, tuple(interfaces), dialled, strategy), line))
    return queues


async def _memberships(session: AsyncSession) -> Sequence[Row[int, str, str]]:
    statement = (
        select(func.coalesce(Queue.line, 1), UserQueue.queue, UserInterface.interface)
        .join(UserInterface, UserInterface.user_id == UserQueue.user_id)
        .join(User, User.id == UserQueue.user_id)
        .outerjoin(Queue, Queue.name == UserQueue.queue)
        .where(User.disabled_at.is_(None))
        .order_by(UserQueue.queue, UserInterface.interface)
    )
    return (await session.execute(statement)).all()


async def _numbers(session: AsyncSession) -> Sequence[Row[Any]]:
    """Numbers with what makes their owners call: an order on its way, an open case."""
    expected = exists().where(
        and_(Purchase.customer_id == Customer.id, Purchase.status.in_(("placed", "shipped")))
    )
    open_line = (
        select(func.max(Case.line))
        .where(and_(Case.customer_id == Customer.id, Case.status != "closed"))
        .scalar_subquery()
    )
    statement = (
        select(PhoneNumber.e164, Customer.name, expected, open_line)
        .join(Customer, Customer.id == PhoneNumber.customer_id)
        .where(PhoneNumber.e164.is_not(None))
        .order_by(PhoneNumber.id)
        .limit(MOST_CALLERS)
    )
    return (await session.execute(statement)).all()


def _known(random: Random, row: Row[Any], first: tuple[str, ...], second: tuple[str, ...]) -> SimulatedCaller:
    e164, name, expected, open_line = tuple(row)
    caller = Caller(_as_sent(random, e164), name if random.random() < NAMED_SHARE else "")
    queues = second if open_line == 2 else _mostly_first(first)
    return SimulatedCaller(caller, queues, WEIGHTS[open_line] + 2.0 * bool(expected))


def _mostly_first(queues: tuple[str, ...]) -> tuple[str, ...]:
    """Three of four callers want the first queue."""
    return (queues[0],) * 3 * max(1, len(queues) - 1) + queues[1:]


def _as_sent(random: Random, e164: str) -> str:
    """Trunks send one and the same number in different forms."""
    return random.choices((e164, "00" + e164[1:]), (4, 1))[0]


def _strangers(known_weight: float, queues: tuple[str, ...]) -> list[SimulatedCaller]:
    all_weight = (known_weight or 1.0) / (1 - STRANGER_SHARE - WITHHELD_SHARE)
    each = all_weight * STRANGER_SHARE / len(STRANGERS)
    strangers = [SimulatedCaller(Caller(number, name), queues, each) for number, name in STRANGERS]
    withheld = SimulatedCaller(Caller(withheld=True), queues, all_weight * WITHHELD_SHARE)
    return [*strangers, withheld]
