"""The demo at eleven in the morning, for pictures: what was called and missed today, in a running console
with a phone system that is told what to do."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.app import create_app, open_parts
from console.calls.models import Call, Leg
from console.calls.record import CallRecord
from console.calls.recorder import write
from console.clock import now
from console.customers.models import Customer, PhoneNumber
from console.db.engine import create_engine, create_sessions
from console.demo.actions import database_url, make_ready
from console.demo.team import AGENTS, QUEUES, Member
from console.live.memory_bus import MemoryBus
from console.queues.models import Queue, QueueThresholds
from console.settings import Link, Settings
from console.worklist.keeping import WorkList
from telephony import lifecycle
from telephony.events import Caller, CallId, Direction, End, LegId, LegResult, LinkName, VisitEnd
from telephony.lifecycle import CallState
from tests.browser.picture_floor import Floor
from tests.browser.picture_phones import Phones
from tests.browser.serving import served
from tests.fakes.asterisk_server import AsteriskServer

LINK = LinkName("main")
QUEUE = "support"
HOUR = 11
RINGS = timedelta(seconds=9)
GIVEN_UP = timedelta(seconds=48)
WRAP_UP_S = 120
"""Long enough for the pictures of it."""

ANA, BORIS = AGENTS[:2]
THRESHOLDS = {"longest_yellow_s": 90, "longest_red_s": 150, "level_yellow": 75, "level_red": 50}
OF_THE_DEMO = {queue.name: [agent for agent in AGENTS if queue.name in agent.queues] for queue in QUEUES}
"""Whom its queues ring."""

People = Mapping[str, tuple[str, int]]
"""Number and id of customers, by what they are called in their own system."""


@dataclass(frozen=True, slots=True)
class Past:
    """A call so many minutes ago, of a customer (or of the number of nobody's), that `agent` answered after
    `rings`, or that was given up. Without an `outcome` it is to be finished."""

    who: str
    ago: int
    agent: Member | None = None
    talked_s: int = 0
    outcome: str | None = None
    queue: str = QUEUE
    line: int = 1
    rings: timedelta = RINGS

    @property
    def id(self) -> CallId:
        return CallId(f"{LINK}-{self.who}.{self.ago}.{self.queue}")

    def record(self, people: People, present: datetime) -> CallRecord:
        """What is on record of it."""
        at = present - timedelta(minutes=self.ago)
        number, customer = people.get(self.who, (self.who, None))
        legs = (self._leg(self.agent, at),) if self.agent else ()
        call = lifecycle.Call(
            id=self.id,
            link=LINK,
            direction=Direction.INBOUND,
            state=CallState.ENDED,
            end=End.COMPLETED if legs else End.ABANDONED,
            visits=(self._visit(at, legs),),
            caller=Caller(number),
            dialled="",
            started_at=at,
            answered_at=at + self.rings if legs else None,
            ended_at=legs[0].ended_at if legs else at + GIVEN_UP,
            legs=legs,
        )
        users = {leg.id: self.agent.id if self.agent else None for leg in legs}
        return CallRecord(call, line=self.line, number=number, customer_id=customer, users=users)

    def _leg(self, agent: Member, at: datetime) -> lifecycle.Leg:
        return lifecycle.Leg(
            id=LegId(f"{self.id}.a"),
            interface=agent.interface,
            queue=self.queue,
            offered_at=at,
            answered_at=at + self.rings,
            ended_at=at + self.rings + timedelta(seconds=self.talked_s),
            result=LegResult.ANSWERED,
        )

    def _visit(self, at: datetime, legs: Sequence[lifecycle.Leg]) -> lifecycle.Visit:
        if not legs:
            return lifecycle.Visit(self.queue, at, at + GIVEN_UP, VisitEnd.ABANDONED)
        return lifecycle.Visit(self.queue, at, legs[0].answered_at, VisitEnd.ANSWERED, legs[0].id)


SO_FAR = (
    Past("C-1009", 168, ANA, 214, "resolved"),
    Past("C-1021", 151, ANA, 95, "information given"),
    Past("C-1034", 139, ANA, 322, "complaint taken up"),
    Past("C-1052", 117, ANA, 148, "resolved"),
    Past("C-1068", 98, ANA, 401, "case opened"),
    Past("C-1090", 74, ANA, 187, "resolved"),
    Past("C-1071", 71),
    Past("C-1107", 58, ANA, 260, "call-back agreed"),
    Past("C-1122", 52),
    Past("C-1071", 49, BORIS, 175, "resolved"),
    Past("C-1167", 44),
    Past("C-1126", 33, ANA, 129),
    Past("C-1122", 31),
    Past("C-1257", 26),
    Past("C-1143", 19, ANA, 236, "information given"),
    Past("C-1257", 17),
    Past("+421907770143", 12),
    Past("C-1122", 9),
)


@dataclass
class Morning:
    """The running demo: where it is, which customer has which number, and the phones."""

    url: str
    numbers: Mapping[str, str]
    phones: Phones


@asynccontextmanager
async def morning(folder: Path, floor: Floor | None = None) -> AsyncIterator[Morning]:
    """The demo's console, with its database in this folder; with a full `floor` if there is one."""
    file, zone = folder / "demo.sqlite", _where_it_is_eleven(now())
    await make_ready(file, now(), zone)
    numbers = await _call_so_far(file, zone, floor)
    async with AsteriskServer() as server:
        link = Link("ami", LINK, server.host, server.port, server.user, server.secret)
        settings = Settings(database_url=database_url(file), links=(link,), time_zone=zone, region="SK")
        phones = Phones(server)
        phones.open({queue.name: floor.agents_of(queue) for queue in floor.queues} if floor else OF_THE_DEMO)
        async with open_parts(settings, listens=True) as parts, served(create_app(parts), "on") as url:
            working = asyncio.create_task(parts.work())
            await server.asked("QueueStatus")
            try:
                yield Morning(url, numbers, phones)
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)


def _where_it_is_eleven(at: datetime) -> ZoneInfo:
    ahead = (HOUR - at.hour + 12) % 24 - 12
    return ZoneInfo(f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")


async def _call_so_far(file: Path, zone: ZoneInfo, floor: Floor | None) -> dict[str, str]:
    """Write the calls of the day; gives the numbers of all customers."""
    engine = create_engine(database_url(file))
    sessions, present = create_sessions(engine), now()
    async with sessions.begin() as session:
        people = await _people(session)
        await session.execute(update(Queue).values(wrap_up_s=WRAP_UP_S))
        at_night = (Leg.user_id == ANA.id, Leg.offered_at > present - timedelta(hours=HOUR + 1))
        await session.execute(update(Leg).where(*at_night).values(user_id=BORIS.id))
        for each in floor.queues if floor else ():
            session.add(QueueThresholds(queue=each.name, **THRESHOLDS))
        for each in floor.more if floor else ():
            session.add(Queue(name=each.name, title=each.title, extension=each.extension, line=each.line))
    worklist = WorkList(sessions, MemoryBus(), now, zone, Settings().claim_lasts)
    past = [*SO_FAR, *(_on_the_floor(floor, [*people]) if floor else ())]
    for call in past:
        await write(sessions, [call.record(people, present)], worklist)
    async with sessions.begin() as session:
        for call in past:
            kept = update(Call).where(Call.id == call.id).values(outcome=call.outcome)
            await session.execute(kept)
    await engine.dispose()
    return {ref: number for ref, (number, _) in people.items()}


def _on_the_floor(floor: Floor, people: Sequence[str]) -> list[Past]:
    """What was called in all its queues: some more than others, most of it answered in time."""
    fate, calls = Random(3), []  # noqa: S311 - the same pictures each time
    for queue in floor.queues:
        agents, worst = floor.agents_of(queue), fate.choice((12, 18, 35))
        for _ in range(fate.randrange(4, 30)):
            rings = timedelta(seconds=fate.randrange(2, worst))
            agent = fate.choice(agents) if fate.random() < 0.94 else None
            who, ago, talked = fate.choice(people), fate.randrange(7, 170), fate.randrange(60, 400)
            calls.append(Past(who, ago, agent, talked, "resolved", queue.name, queue.line, rings))
    return calls


async def _people(session: AsyncSession) -> People:
    mobiles = (
        select(Customer.ref, PhoneNumber.e164, Customer.id)
        .join(PhoneNumber, PhoneNumber.customer_id == Customer.id)
        .where(PhoneNumber.label == "mobile")
    )
    return {ref: (str(number), id_) for ref, number, id_ in await session.execute(mobiles)}
