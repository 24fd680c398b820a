"""Who may call in the simulator, and whose phones ring: from the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Row, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.cases.models import Case
from console.customers.models import Customer, PhoneNumber
from console.identity.models import User, UserInterface, UserQueue
from console.queues.models import Queue
from telephony.events import Caller
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy

MOST_CALLERS = 5_000  # of a large database, the simulator takes so many numbers
FIRST_DIALLED = 501
NAMED_SHARE = 0.3  # of the calls bring a name with them
SECOND_LINE_SHARE = 0.05  # of the customers call the second line though no case of theirs is there
STRANGER_SHARE = 0.09  # of the calls come from numbers that nobody has
WITHHELD_SHARE = 0.06  # of the calls show no number
CALLED_WEIGHT = 0.05
"""Of customers who called in the last day: the others call first, also after a restart."""

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


async def build_population(session: AsyncSession, seed: int, at: datetime) -> Population:
    """Everybody on both ends, as of `at`: the agents and queues of the database, its customers, and some
    strangers. The same for the same database, seed and moment."""
    queues = await _queues(session)
    if not queues:
        return Population((), ())
    first = tuple(queue.name for queue, line in queues if line == 1) or (queues[0][0].name,)
    second = tuple(queue.name for queue, line in queues if line == 2)
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    known = [_known(random, row, first, second or first) for row in await _numbers(session, at)]
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


async def _numbers(session: AsyncSession, at: datetime) -> Sequence[Row[Any]]:
    """Each number once, with a name that its trunk may send, the line of the open case if there is one, and
    whether its owner has called in the last day."""
    called = exists().where(Call.customer_id == Customer.id, Call.started_at > at - timedelta(days=1))
    open_line = (
        select(func.max(Case.line))
        .where(Case.customer_id == Customer.id, Case.status != "closed")
        .scalar_subquery()
    )
    statement = (
        select(
            PhoneNumber.e164,
            func.min(Customer.name),
            func.max(open_line),
            func.max(case((called, 1), else_=0)),
        )
        .join(Customer, Customer.id == PhoneNumber.customer_id)
        .where(PhoneNumber.e164.is_not(None))
        .group_by(PhoneNumber.e164)
        .order_by(func.min(PhoneNumber.id))
        .limit(MOST_CALLERS)
    )
    rows: Sequence[Row[Any]] = (await session.execute(statement)).all()
    return rows


def _known(random: Random, row: Row[Any], first: tuple[str, ...], second: tuple[str, ...]) -> SimulatedCaller:
    e164, name, open_line, called = tuple(row)
    caller = Caller(_as_sent(random, e164), name if random.random() < NAMED_SHARE else "")
    direct = open_line == 2 or random.random() < SECOND_LINE_SHARE
    queues = second if direct else _mostly_first(first)
    return SimulatedCaller(caller, queues, CALLED_WEIGHT if called else 1.0)


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
