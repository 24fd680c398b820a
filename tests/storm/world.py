"""Two simulated phone systems, a console in simulated time, and who works in it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.boards.counting import Counting
from console.boards.news import BoardNews
from console.calls.earlier import earlier_today
from console.calls.queries import StoredCalls
from console.calls.recorder import Recorder
from console.calls.wrap_ups import WrapUpStore
from console.customers.models import Customer, PhoneNumber
from console.db.engine import Sessions
from console.desk.listening import Listening
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.news import PopNews
from console.desk.onward import Onward
from console.desk.packets import Packets
from console.desk.phones import Phones
from console.desk.picking import Picking
from console.desk.run_entry import Texts
from console.desk.screen_pop import ScreenPop, Story
from console.desk.screens import Screens
from console.desk.waiting import WaitingRoom
from console.desk.wrap_ups import WrapUps
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.identity.models import User, UserInterface
from console.intake import Intake
from console.live.commands import Commands
from console.live.hub import Hub
from console.live.lease import SoleLeases
from console.live.memory_bus import MemoryBus
from console.live.renderer import Renderer as Drawer
from console.queues.directory import Directory
from console.queues.models import Queue
from console.scripts.failures import Failures
from console.scripts.library import Library
from console.scripts.rendering import Renderer
from console.scripts.versions import Versions
from console.settings import Settings
from console.web.static import StaticLibrary
from console.web.templates import Templates
from telephony.events import (
    AgentUnpaused,
    CallEnded,
    Caller,
    CallEvent,
    CallId,
    CallOffered,
    CallTransferred,
    End,
    Event,
    LegEnded,
    LegId,
    LegResult,
    LinkName,
    LinkResynced,
    LinkResyncing,
    LinkUp,
    OfferEnded,
)
from telephony.simulator import scenarios
from telephony.simulator.day import Day
from telephony.simulator.exchange import Happened
from telephony.simulator.faults import USUAL, Faults
from telephony.simulator.line import Line
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Bratislava")
DAY, SCENES = LinkName("day"), LinkName("scenes")
RATE = 0.5
SCENES_SHARE = 0.1  # of the calls are scenarios, at agents of their own
CUSTOMERS = 200
CALM_S = 180.0
"""After the last call the lines live on for so long, so that what was lost on the way can be put right."""

FIRST_LINE = tuple(f"PJSIP/{number}" for number in range(1001, 1025))
SECOND_LINE = tuple(f"PJSIP/{number}" for number in range(1021, 1031))
ACTORS = tuple(f"PJSIP/{number}" for number in range(2001, 2004))
NOBODY_S = "PJSIP/1030"
"""This phone rings, too, but no user has it."""

INTERFACES = (*FIRST_LINE[:20], *SECOND_LINE, *ACTORS)
USER_OF = {interface: number for number, interface in enumerate(INTERFACES, 1) if interface != NOBODY_S}


class Clock:
    """Simulated time."""

    def __init__(self) -> None:
        self.present = START

    def __call__(self) -> datetime:
        return self.present


@dataclass(slots=True)
class TrueLeg:
    """A ring that really was, and how it really ended."""

    call: CallId
    interface: str
    result: LegResult | None = None


@dataclass
class Truth:
    """What really happened, as the phone systems know it."""

    legs: dict[LegId, TrueLeg] = field(default_factory=dict)
    ends: dict[CallId, End | None] = field(default_factory=dict)
    events: defaultdict[CallId, list[CallEvent]] = field(default_factory=lambda: defaultdict(list))
    legs_of: defaultdict[CallId, list[LegId]] = field(default_factory=lambda: defaultdict(list))

    def noted(self, happened: Iterable[Happened]) -> Iterator[Happened]:
        """The same events, written down."""
        for event in happened:
            if isinstance(event, CallEvent):
                self._note(event)
            yield event

    def _note(self, event: CallEvent) -> None:
        self.events[event.call].append(event)
        if isinstance(event, CallOffered):
            self.legs[event.leg] = TrueLeg(event.call, event.device or event.interface)
            self.legs_of[event.call].append(event.leg)
        elif isinstance(event, OfferEnded | LegEnded):
            self.legs[event.leg].result = event.result
        elif isinstance(event, CallTransferred):
            self.legs[event.leg].result = LegResult.TRANSFERRED
        elif isinstance(event, CallEnded):
            self.ends[event.call] = event.end


def until_calm(happened: Iterable[Happened], calls: int) -> Iterator[Happened]:
    """What happens until so many calls have ended and none is left, and then nothing of interest."""
    alive: set[CallId] = set()
    ended = 0
    for event in happened:
        yield event
        if isinstance(event, CallEvent):
            (alive.discard if isinstance(event, CallEnded) else alive.add)(event.call)
            ended += isinstance(event, CallEnded)
        if ended >= calls and not alive:
            break
    for second in range(0, int(CALM_S), 5):
        at = event.at + timedelta(seconds=second)
        yield AgentUnpaused(link=event.link, at=at, interface="PJSIP/calm")


def last_words(link: LinkName, at: datetime) -> list[Event]:
    """A link may be cut at the very end: it comes back to say that no call is alive."""
    return [
        LinkUp(link=link, at=at),
        LinkResyncing(link=link, at=at),
        LinkResynced(link=link, at=at, calls=frozenset(), legs=frozenset()),
    ]


def open_lines(truth: Truth, calls: int, seed: int) -> list[Line]:
    """The random day, and beside it the scenarios, each on a line with all faults."""
    callers = tuple(
        SimulatedCaller(Caller(f"+421905{number:06}"), ("support", "support", "specialists"))
        for number in range(CUSTOMERS)
    )
    people = Population(
        (
            SimulatedQueue("support", FIRST_LINE, "501"),
            SimulatedQueue("specialists", SECOND_LINE[:4], "502", Strategy.RING_ALL),
            SimulatedQueue("night", SECOND_LINE, "503"),
        ),
        callers,
    )
    actors = Population(
        (SimulatedQueue("support", ACTORS, "501"), SimulatedQueue("night", (), "503")),
        tuple(SimulatedCaller(each.caller, ("support",)) for each in callers),
    )
    acted = int(calls * SCENES_SHARE)
    names = list(scenarios.SCENARIOS)
    happened = (
        until_calm(Day(DAY, people, seed=seed, rate=RATE, start=START, most=calls - acted), calls - acted),
        until_calm(scenarios.play(SCENES, actors, names=names, seed=seed, start=START), acted),
    )
    return [
        Line(link, truth.noted(each), start=START, faults=Faults(USUAL), seed=seed + number)
        for number, (link, each) in enumerate(zip((DAY, SCENES), happened, strict=True))
    ]


async def people(sessions: Sessions) -> None:
    """An agent for each interface but one, the queues, and the customers who call."""
    async with sessions() as session, session.begin():
        for interface, user_id in USER_OF.items():
            name = f"Agent {interface[-4:]}"
            user = User(
                id=user_id,
                email=f"a{user_id}@x.example",
                name=name,
                role="agent",
                password_hash="",
                extension=interface[-4:],
                created_at=START,
            )
            user.interfaces = [UserInterface(interface=interface)]
            session.add(user)
        session.add_all(Queue(name=name, title=name) for name in ("support", "specialists", "night"))
        for number in range(0, CUSTOMERS, 2):
            customer = Customer(
                ref=f"C-{number}", name=f"Customer {number}", created_at=START, updated_at=START
            )
            customer.phones = [PhoneNumber(e164=f"+421905{number:06}", raw="", label="mobile")]
            session.add(customer)


@dataclass
class Console:
    """A console without web."""

    intake: Intake
    hub: Hub
    recorder: Recorder
    screens: Screens
    news: PopNews

    @property
    def waits_for_bus(self) -> bool:
        """Whether anything on a screen has to be tried again, because the bus was away."""
        return bool(self.screens._puts._missing) or any(topic.waiting for topic in self.hub._topics.values())

    async def settle(self) -> None:
        """Everything taken in so far is told, drawn and sent."""
        await self.intake.told()
        for _ in range(SETTLED_AFTER):
            await asyncio.sleep(0)


SETTLED_AFTER = 8
"""Turns of the loop from the last change to the last frame, and from the last `shown` to its record."""


@asynccontextmanager
async def open_console(
    sessions: Sessions, database_url: str, clock: Clock, bus: MemoryBus
) -> AsyncIterator[Console]:
    """Everything from the sources to the frames, on a real database."""
    directory, library = Directory(), Library()
    async with AsyncExitStack() as stack:
        reader = await stack.enter_async_context(open_fact_reader(database_url))
        async with sessions() as session:
            await directory.refresh(session)
            await library.refresh(session)
        recorder, screens = Recorder(sessions), Screens(bus)
        texts = Texts(Versions(), Renderer("en", ZONE, "EUR"), ZONE, "EUR", Failures(sessions))
        waiting = WaitingRoom(bus, earlier_today(sessions, ZONE))
        wrap_ups = WrapUps(
            store=WrapUpStore(sessions),
            presences=screens.presences,
            directory=directory,
            phones=Phones(Commands(bus, clock), directory),
            bus=bus,
            clock=clock,
        )
        story = Story(
            knowledge=Knowledge(reader, Settings(time_zone=ZONE)),
            picking=Picking(library, texts.renderer, ZONE, texts.failures),
            directory=directory,
            screens=screens,
            waiting=waiting,
            wrap_ups=wrap_ups,
            onward=Onward(sessions, texts, screens, clock),
            packets=Packets(sessions, directory, screens, clock),
            recorder=recorder,
            clock=clock,
        )
        intake = Intake(
            sources=[],
            screen_pop=ScreenPop(story),
            screens=screens,
            wrap_ups=wrap_ups,
            listening=Listening(bus, screens, directory, shown=True),
            boards=BoardNews(waiting, Counting(bus, sessions, directory, ZONE, clock)),
            recorder=recorder,
            directory=directory,
            bus=bus,
            leases=SoleLeases(),
            stored=StoredCalls(sessions),
            clock=clock,
        )
        templates = Templates(locale="en", zone=ZONE, static=StaticLibrary())
        news = PopNews(bus, clock)
        renderers: dict[str, Drawer] = {
            "desk": DeskRenderer(templates, ZONE, news.delivered),
            "links": LinksRenderer(templates, ZONE),
        }
        hub = Hub(bus, renderers, {"shown": news.shown}, clock=clock)
        await stack.enter_async_context(hub.running())
        stack.push_async_callback(intake.close)
        stack.push_async_callback(wrap_ups.settled)  # simulated time leaves a database none
        async with _running(recorder.run(), intake.run(), news.run()):
            yield Console(intake, hub, recorder, screens, news)


@asynccontextmanager
async def _running(*background: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each) for each in background]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
