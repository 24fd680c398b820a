"""The story from a phone system's events to the bus, on a real database, without web and without phones."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from console.boards.counting import Counting
from console.boards.news import BoardNews
from console.calls.earlier import earlier_today
from console.calls.queries import StoredCalls, call_detail
from console.calls.recorder import Recorder
from console.calls.wrap_ups import WrapUpStore
from console.clock import Clock
from console.customers.models import Customer, PhoneNumber, Purchase
from console.db.engine import Sessions
from console.desk.listening import Listening
from console.desk.onward import Onward
from console.desk.packets import Packets
from console.desk.phones import Phones
from console.desk.picking import Picking
from console.desk.run_entry import Texts
from console.desk.running import Running
from console.desk.screen_pop import ScreenPop, Story
from console.desk.screens import Screens
from console.desk.waiting import WaitingRoom
from console.desk.wrap_ups import WrapUps
from console.facts.knowledge import Knowledge
from console.facts.reader import FactReader, open_fact_reader
from console.identity.models import User, UserInterface
from console.intake import Intake
from console.live.lease import SoleLeases
from console.live.memory_bus import MemoryBus
from console.queues.directory import Directory
from console.queues.models import Queue
from console.scripts.failures import Failures
from console.scripts.library import Library
from console.scripts.rendering import Renderer
from console.scripts.versions import Versions
from console.settings import Settings
from telephony.commands import Command, Done, Outcome
from telephony.events import (
    AgentLeft,
    AgentPaused,
    AgentUnpaused,
    CallAnswered,
    CallEnded,
    Caller,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallTransferred,
    DiallerLeft,
    End,
    Event,
    LegEnded,
    LegId,
    LegResult,
    LinkLost,
    LinkName,
    LinkResynced,
    LinkResyncing,
    LinkUp,
    OfferEnded,
)
from telephony.source import COMMANDED, Source
from tests.conftest import NOW

LINK = LinkName("main")
CALL = CallId("main-1.1")
JOZEF = "+421905123456"
COMMANDED_NAMES = tuple(sorted(each.value for each in COMMANDED))
ZONE = ZoneInfo("Europe/Bratislava")


def leg_of(agent: int, call: CallId = CALL) -> LegId:
    return LegId(f"{call}.a{agent}")


@dataclass
class Stage:
    """Everything between the phone system and the screens; `take` is what happens on the phone system."""

    intake: Intake
    bus: MemoryBus
    recorder: Recorder
    screens: Screens
    waiting: WaitingRoom
    wrap_ups: WrapUps
    reader: FactReader
    sessions: Sessions
    failures: Failures
    running: Running
    directory: Directory
    at: datetime = NOW
    link: LinkName = LINK
    call: CallId = CALL
    caller: Caller = field(default_factory=lambda: Caller(JOZEF, "MRKVA J"))

    async def take(self, *events: Event) -> None:
        for event in events:
            self.intake.take(event)
        await self.intake.told()
        await self.waiting.told()
        await self.recorder.flushed()

    def _of_call(self) -> dict[str, Any]:
        self.at += timedelta(seconds=1)
        return {"link": self.link, "at": self.at, "call": self.call}

    def queued(self, queue: str = "support") -> CallQueued:
        return CallQueued(**self._of_call(), queue=queue, caller=self.caller)

    def offered(self, agent: int, queue: str | None = "support", **more: Any) -> CallOffered:
        return CallOffered(
            **self._of_call(),
            leg=leg_of(agent, self.call),
            interface=f"PJSIP/a{agent}",
            caller=self.caller,
            queue=queue,
            **more,
        )

    def answered(self, agent: int) -> CallAnswered:
        return CallAnswered(**self._of_call(), leg=leg_of(agent, self.call))

    def held(self, agent: int) -> CallHeld:
        return CallHeld(**self._of_call(), leg=leg_of(agent, self.call))

    def transferred(self, agent: int) -> CallTransferred:
        return CallTransferred(**self._of_call(), leg=leg_of(agent, self.call), target="1002")

    def leg_ended(self, agent: int) -> LegEnded:
        return LegEnded(**self._of_call(), leg=leg_of(agent, self.call))

    def dialler_left(self) -> DiallerLeft:
        return DiallerLeft(**self._of_call())

    def left_queue(self, queue: str = "support") -> CallLeftQueue:
        return CallLeftQueue(**self._of_call(), queue=queue)

    def offer_ended(self, agent: int, result: LegResult) -> OfferEnded:
        return OfferEnded(**self._of_call(), leg=leg_of(agent, self.call), result=result)

    def ended(self, end: End | None = None) -> CallEnded:
        return CallEnded(**self._of_call(), end=end)

    def up(self) -> LinkUp:
        return LinkUp(link=self.link, at=self.at)

    def lost(self) -> LinkLost:
        return LinkLost(link=self.link, at=self.at, reason="The phone system closed the connection.")

    def resyncing(self) -> LinkResyncing:
        return LinkResyncing(link=self.link, at=self.at)

    def resynced(
        self, *calls: CallId, legs: tuple[LegId, ...] = (), queues: tuple[str, ...] = ()
    ) -> LinkResynced:
        return LinkResynced(
            link=self.link,
            at=self.at,
            calls=frozenset(calls),
            legs=frozenset(legs),
            queues=frozenset(queues),
        )

    def paused(self, agent: int, queue: str | None = "support", reason: str = "lunch") -> AgentPaused:
        interface = f"PJSIP/a{agent}"
        return AgentPaused(link=self.link, at=self.at, interface=interface, queue=queue, reason=reason)

    def left(self, agent: int, queue: str = "support") -> AgentLeft:
        return AgentLeft(link=self.link, at=self.at, interface=f"PJSIP/a{agent}", queue=queue)

    def unpaused(self, agent: int, queue: str | None = "support") -> AgentUnpaused:
        return AgentUnpaused(link=self.link, at=self.at, interface=f"PJSIP/a{agent}", queue=queue)

    async def desk(self, agent: int) -> dict[str, Any]:
        """The pops on an agent's desk by leg id."""
        entries = (await self.bus.snapshot(f"desk:{agent}")).entries
        return {key: value for key, value in entries.items() if key != "presence"}

    async def detail(self, call: CallId = CALL) -> dict[str, Any]:
        """A call as it is on record."""
        async with self.sessions() as session:
            return await call_detail(session, call)

    async def presence(self, agent: int) -> str:
        entries = (await self.bus.snapshot(f"desk:{agent}")).entries
        return str(entries["presence"]["state"]) if "presence" in entries else "unsaid"


async def people(sessions: Sessions) -> None:
    """Agents 1 to 3 at PJSIP/a1 to a3 (extensions 1001 to 1003), the queues `support` and `second` (of the
    second line), and Jozef with a late order."""
    async with sessions() as session, session.begin():
        for number, name in enumerate(("Ana", "Boris", "Cyril"), 1):
            user = User(
                id=number,
                email=f"a{number}@x.example",
                name=name,
                role="agent",
                password_hash="",
                extension=f"100{number}",
                created_at=NOW,
            )
            user.interfaces = [UserInterface(interface=f"PJSIP/a{number}")]
            session.add(user)
        session.add(Queue(name="support", title="Customer support", line=1))
        session.add(Queue(name="second", title="Second line", line=2))
        jozef = Customer(id=1, ref="C-1", name="Jozef Mrkva", created_at=NOW, updated_at=NOW)
        jozef.phones = [PhoneNumber(e164=JOZEF, raw="0905 123 456", label="mobile")]
        session.add(jozef)
        session.add(
            Purchase(
                ref="O-77",
                customer_id=1,
                placed_at=NOW - timedelta(days=14),
                status="shipped",
                total=Decimal(100),
                currency="EUR",
                promised_at=NOW - timedelta(days=6),
            )
        )


class PhoneSystem:
    """Does what it is told, or not, by `outcome`; `told` is what it was."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        self.outcome = outcome or Done()
        self.told: list[Command] = []

    async def send(self, _link: LinkName, command: Command) -> Outcome:
        self.told.append(command)
        return self.outcome


@asynccontextmanager
async def stage(
    sessions: Sessions,
    database_url: str,
    bus: MemoryBus | None = None,
    sources: Sequence[Source] = (),
    *,
    phones: "PhoneSystem | None" = None,
    clock: Clock | None = None,
    can: Sequence[str] = COMMANDED_NAMES,
) -> AsyncIterator[Stage]:
    """A running stage; give the `bus` of an earlier one to play a restart, `sources` to listen to, `phones`
    to see what they are told. `can` is what the phone systems can be told to do."""
    bus = bus or MemoryBus()
    directory, library = Directory(), Library()
    async with AsyncExitStack() as stack:
        stack.enter_context(patch.multiple("console.calls.recorder", GATHER_S=0.0, APART_S=0.0))
        reader = await stack.enter_async_context(open_fact_reader(database_url))
        async with sessions() as session:
            await directory.refresh(session)
            await library.refresh(session)
        recorder, screens = Recorder(sessions), Screens(bus)
        renderer, failures = Renderer("en", ZONE, "EUR"), Failures(sessions)
        knowledge, texts = (
            Knowledge(reader, Settings(time_zone=ZONE)),
            Texts(Versions(), renderer, ZONE, "EUR", failures),
        )
        asked = PhoneSystem() if phones is None else phones
        now = clock or (lambda: NOW)
        waiting = WaitingRoom(bus, earlier_today(sessions, ZONE))
        wrap_ups = WrapUps(
            store=WrapUpStore(sessions),
            presences=screens.presences,
            directory=directory,
            phones=Phones(asked, directory),
            bus=bus,
            clock=now,
        )
        story = Story(
            knowledge=knowledge,
            picking=Picking(library, renderer, ZONE, failures),
            directory=directory,
            screens=screens,
            waiting=waiting,
            wrap_ups=wrap_ups,
            onward=Onward(sessions, texts, screens, now),
            packets=Packets(sessions, directory, screens, now),
            recorder=recorder,
            clock=now,
            can=lambda _link: [*can],
        )

        intake = Intake(
            sources=sources,
            screen_pop=ScreenPop(story),
            screens=screens,
            wrap_ups=wrap_ups,
            listening=Listening(bus, screens, directory, shown=True),
            boards=BoardNews(waiting, Counting(bus, sessions, directory, ZONE, now)),
            recorder=recorder,
            directory=directory,
            bus=bus,
            leases=SoleLeases(),
            stored=StoredCalls(sessions),
            clock=now,
        )
        tasks = [asyncio.create_task(recorder.run()), asyncio.create_task(intake.run())]
        try:
            running = Running(sessions, bus, knowledge, library, texts)
            yield Stage(
                intake=intake,
                bus=bus,
                recorder=recorder,
                screens=screens,
                waiting=waiting,
                wrap_ups=wrap_ups,
                reader=reader,
                sessions=sessions,
                failures=failures,
                running=running,
                directory=directory,
            )
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await intake.close()
