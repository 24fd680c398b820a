"""All that can happen to a desk, as steps, and a world in which they happen, to compare pages in."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from console.db.engine import Sessions, create_engine, create_sessions
from console.desk.actions import Typed, put_away, save_note
from console.desk.handing_over import Answer, HandingOver
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.run_moves import answered, went_back, went_forward
from console.desk.running import Stand
from console.errors import ForbiddenError, InvalidError, LinesideError
from console.handover.records import AnswerKind
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.bus import Snapshot
from console.live.hub import Connection, Hub
from console.live.readers import Readers
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
    CallResumed,
    CallTransferred,
    DiallerLeft,
    Direction,
    End,
    Event,
    LegEnded,
    LegId,
    LegResult,
    LinkLost,
    LinkName,
    LinkRefused,
    LinkResynced,
    LinkResyncing,
    LinkUp,
    ListenerJoined,
    ListenerLeft,
    Manner,
    OfferEnded,
)
from tests.conftest import NOW
from tests.console.desk.page import Page
from tests.console.live.screens import BreakableBus, until
from tests.fakes.pages import templates_in
from tests.fakes.story import JOZEF, ZONE, Stage, people, stage

CALLERS = (Caller(JOZEF, "MRKVA J"), Caller("+4420 7946 0018", "<b>M & Co"), Caller(withheld=True))
LOCALES = ("en", "sk", "da")
QUEUES = ("support", "unknown", None)
WITHOUT_AN_ANSWER = (LegResult.NO_ANSWER, LegResult.WITHDRAWN, LegResult.CANCELLED)


@dataclass(frozen=True)
class Step:
    """Something happens: an event by its class, or what an agent does by a word; the numbers say to whom."""

    what: type[Event] | str
    link: int
    call: int
    agent: int
    number: int


Build = Callable[["World", Step], Event]


def _link(world: "World", step: Step) -> dict[str, Any]:
    return {"link": LinkName(("main", "second")[step.link]), "at": world.at}


def _call(world: "World", step: Step) -> dict[str, Any]:
    link = _link(world, step)
    return {**link, "call": CallId(f"{link['link']}-{world.run}.{step.call}")}


def _leg(world: "World", step: Step) -> dict[str, Any]:
    call = _call(world, step)
    return {**call, "leg": LegId(f"{call['call']}.a{step.agent}.{step.number % 2}")}


def _interface(world: "World", step: Step) -> dict[str, Any]:
    return {**_link(world, step), "interface": f"PJSIP/a{step.agent}", "queue": QUEUES[step.number % 3]}


def _alive(world: "World", step: Step) -> dict[str, Any]:
    """What a phone system names: of the first calls and agents as many as the step says."""
    calls = [replace(step, call=call) for call in range(step.call + step.number % 2)]
    legs = [replace(call, agent=agent) for call in calls for agent in range(1, step.agent + 1)]
    return {
        **_link(world, step),
        "calls": frozenset(_call(world, each)["call"] for each in calls),
        "legs": frozenset(_leg(world, each)["leg"] for each in legs),
    }


BUILD: dict[type[Event], Build] = {
    LinkUp: lambda world, step: LinkUp(**_link(world, step), version="22.6.0"),
    LinkLost: lambda world, step: LinkLost(**_link(world, step), reason="Connection <reset>."),
    LinkRefused: lambda world, step: LinkRefused(**_link(world, step), reason="Wrong password."),
    LinkResyncing: lambda world, step: LinkResyncing(**_link(world, step)),
    LinkResynced: lambda world, step: LinkResynced(**_alive(world, step)),
    CallQueued: lambda world, step: CallQueued(
        **_call(world, step), queue=QUEUES[step.number % 2] or "", caller=CALLERS[step.call]
    ),
    CallLeftQueue: lambda world, step: CallLeftQueue(**_call(world, step), queue="support"),
    DiallerLeft: lambda world, step: DiallerLeft(**_call(world, step)),
    CallEnded: lambda world, step: CallEnded(**_call(world, step), end=[None, *End][step.number]),
    CallOffered: lambda world, step: CallOffered(
        **_leg(world, step),
        interface=f"PJSIP/a{step.agent}",
        caller=CALLERS[step.call],
        queue=QUEUES[step.number % 3],
        direction=list(Direction)[step.number % 3],
        dialler="PJSIP/a1" if step.number % 3 == 2 else "",
    ),
    CallAnswered: lambda world, step: CallAnswered(**_leg(world, step)),
    CallHeld: lambda world, step: CallHeld(**_leg(world, step)),
    CallResumed: lambda world, step: CallResumed(**_leg(world, step)),
    OfferEnded: lambda world, step: OfferEnded(
        **_leg(world, step), result=WITHOUT_AN_ANSWER[step.number % 3]
    ),
    LegEnded: lambda world, step: LegEnded(**_leg(world, step)),
    CallTransferred: lambda world, step: CallTransferred(**_leg(world, step), target="1002"),
    AgentPaused: lambda world, step: AgentPaused(
        **_interface(world, step), reason=("", "Lunch <1 h>")[step.number % 2]
    ),
    AgentUnpaused: lambda world, step: AgentUnpaused(**_interface(world, step)),
    AgentLeft: lambda world, step: AgentLeft(**_interface(world, step)),
    ListenerJoined: lambda world, step: ListenerJoined(
        **_leg(world, step), interface=f"PJSIP/s{step.number % 2}", manner=[*Manner][step.number % 4]
    ),
    ListenerLeft: lambda world, step: ListenerLeft(
        **_leg(world, step), interface=f"PJSIP/s{step.number % 2}"
    ),
}
"""How each event is made out of a step's numbers."""

ACTIONS = (
    *("open a page", "close a page", "type a note", "take a step", "put away", "ask for a resync"),
    *("break the bus", "say why", "say something to it"),
)


@dataclass
class World:
    """The console, its pages, and what the steps stand for."""

    on: Stage
    bus: BreakableBus
    hub: Hub
    renderers: tuple[DeskRenderer, LinksRenderer]
    run: int
    at: datetime = NOW
    pages: list[tuple[Page, Connection]] = field(default_factory=list)

    async def play(self, step: Step) -> None:
        """Let one thing happen, and be seen."""
        self.at += timedelta(seconds=1)
        if isinstance(step.what, str):
            await getattr(self, step.what.replace(" ", "_"))(step)
        else:
            late = timedelta(seconds=step.number * step.link)
            self.on.intake.take(replace(BUILD[step.what](self, step), at=self.at - late))
        await self.settle()

    async def settle(self) -> None:
        """Wait until all that happened is told, and is on the pages."""
        await self.on.intake.told()
        await until(lambda: all(self._current(page) for page, _ in self.pages))

    def _current(self, page: Page) -> bool:
        return all(page.seqs.get(topic) == self.bus.number(topic) for topic in page.topics)

    def compare(self) -> None:
        """Every page shows what it would show if it were loaded now."""
        for page, connection in self.pages:
            assert page.shown == self.load(connection.viewer).shown

    def load(self, viewer: Viewer) -> Page:
        """A page that is loaded now, with the roots of the topics as `desk/page.html` has them."""
        html = ""
        for renderer in self.renderers:
            for topic in renderer.topics(viewer):
                inside = renderer.snapshot(Snapshot(topic, 0, self.bus.entries(topic)), viewer.locale)
                html += f'<section id="{topic}" data-topic="{topic}">{inside}</section>'
        return Page(html)

    async def open_a_page(self, step: Step) -> None:
        viewer = viewer_of(step.agent, LOCALES[step.number % 3])
        page = self.load(viewer)
        self.pages.append((page, self.hub.join(viewer, page)))

    async def close_a_page(self, step: Step) -> None:
        if len(self.pages) > 1:
            self.hub.leave(self.pages.pop(step.number % len(self.pages))[1])

    async def ask_for_a_resync(self, step: Step) -> None:
        self.hub.resync(self.pages[step.number % len(self.pages)][1])

    async def break_the_bus(self, step: Step) -> None:
        """The connection to the bus breaks; what happens meanwhile is not heard of."""
        heard, self.bus._readers = self.bus._readers, Readers()
        self.on.intake.take(BUILD[(AgentPaused, LinkLost, CallOffered)[step.number % 3]](self, step))
        await self.on.intake.told()
        self.bus._readers = heard
        self.bus.break_connection()

    def leg(self, step: Step) -> str:
        """The leg that a step is about."""
        return str(_leg(self, step)["leg"])

    async def type_a_note(self, step: Step) -> None:
        viewer = viewer_of(step.agent)
        typed = Typed(self.leg(step), f"wants\n <to> wait {step.number}", step.call, self.at)
        with suppress(ForbiddenError):  # no such leg on this desk
            async with self.on.sessions() as session:
                await save_note(session, self.bus, viewer, typed)

    async def take_a_step(self, step: Step) -> None:
        """Of the script, where there is one: on, back, forward again."""
        viewer, leg = viewer_of(step.agent), self.leg(step)
        entries = self.bus.entries(f"desk:{step.agent}")
        pop, run = entries.get(leg), entries.get(f"run:{leg}")
        script = run or (pop and pop["script"])
        if script and script["step"]:
            number, revision = (run["number"], run["revision"]) if run else (0, 0)
            stand = Stand(number, revision, script["key"], script["step"]["id"])
            move = (answered(None), answered("wait"), went_back(), went_forward())[step.number % 4]
            with suppress(LinesideError):  # it is not this agent's call, or nothing for this step
                await self.on.running.move(viewer, leg, stand, move, self.at)

    async def say_why(self, step: Step) -> None:
        """The call is handed over."""
        with suppress(LinesideError):  # not this agent's
            handing_over = HandingOver(self.on.sessions, self.bus)
            await handing_over.explain(viewer_of(step.agent), self.leg(step), f"<why> {step.number}", self.at)

    async def say_something_to_it(self, step: Step) -> None:
        """Whoever got the call takes it, sends it back, or asks for more."""
        kind = list(AnswerKind)[step.number % 3]
        with suppress(LinesideError):  # nobody handed it over to them
            handing_over = HandingOver(self.on.sessions, self.bus)
            answer = Answer(kind, f"<so> {step.number}")
            await handing_over.answer(viewer_of(step.agent), self.leg(step), answer, self.at)

    async def put_away(self, step: Step) -> None:
        with suppress(InvalidError):  # the call is still on
            await put_away(self.bus, viewer_of(step.agent), self.leg(step))


def viewer_of(agent: int, locale: str = "en") -> Viewer:
    """An agent who is logged in."""
    return Viewer(agent, f"a{agent}@x.example", "Ana", Role.AGENT, 1, "1001", "csrf", locale)


RUNS = itertools.count()


@asynccontextmanager
async def a_world(sessions: Sessions, database_url: str) -> AsyncIterator[World]:
    """A running world on a database that has `people` in it."""
    bus, renderers = BreakableBus(), (DeskRenderer(templates_in(), ZONE), LinksRenderer(templates_in(), ZONE))
    hub = Hub(bus, {"desk": renderers[0], "links": renderers[1]}, {"shown": lambda _viewer, _message: None})
    async with stage(sessions, database_url, bus) as on, hub.running():
        yield World(on, bus, hub, renderers, next(RUNS))
        await on.recorder.flushed()


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[Sessions]:
    """Sessions of this loop."""
    engine = create_engine(database_url)
    try:
        yield create_sessions(engine)
    finally:
        await engine.dispose()


@asynccontextmanager
async def a_populated_world(database_url: str) -> AsyncIterator[World]:
    """A running world on a database with nothing but tables."""
    async with opened(database_url) as sessions:
        await people(sessions)
        async with a_world(sessions, database_url) as world:
            yield world


def a_call(call: int, *happens: type[Event] | str, agent: int = 1, number: int = 0) -> list[Step]:
    return [Step(each, 0, call, agent, number) for each in happens]


A_DAY = [
    *a_call(
        0, LinkUp, CallQueued, CallOffered, CallAnswered, "take a step", CallHeld, "type a note", CallResumed
    ),
    *a_call(0, ListenerJoined, ListenerLeft, ListenerJoined),
    *a_call(1, CallQueued, CallOffered, CallLeftQueue, OfferEnded, CallEnded),
    *a_call(0, "open a page", AgentPaused, "say why", CallTransferred, LegEnded),
    *a_call(0, CallOffered, "type a note", CallAnswered, agent=2, number=1),
    *a_call(0, "say something to it", LinkLost, agent=2, number=1),
    *a_call(0, "close a page", LinkResyncing, LinkResynced, "ask for a resync", LinkRefused),
    *a_call(0, "put away", AgentUnpaused, AgentLeft, "break the bus", CallEnded),
    *a_call(2, CallOffered, OfferEnded, CallOffered, agent=2, number=1),
    *a_call(2, CallOffered, DiallerLeft, CallEnded, agent=3, number=2),
]
"""Everything that can happen, where it makes sense."""
