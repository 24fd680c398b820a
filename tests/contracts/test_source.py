"""What every phone system promises (`telephony.source`), asked of each that there is.

To put another source under this contract, write a factory and add it to `SOURCES`: an async context manager
that yields a source with at least one call to come, from its offer to its end. It is given pytest's request,
for fixtures that only it needs.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import repeat

import pytest

from telephony.asterisk.client import AsteriskSource
from telephony.events import (
    AgentEvent,
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    DiallerLeft,
    Direction,
    Event,
    LegEvent,
    LinkName,
    LinkResynced,
    LinkResyncing,
    LinkUp,
)
from telephony.simulator.day import Day
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue
from telephony.simulator.source import SimulatorSource
from telephony.source import Capability, Source
from tests.conftest import NOW
from tests.contracts.telling import Story
from tests.fakes.asterisk_server import AsteriskServer
from tests.fakes.asterisk_transcripts import NAMES, is_agent, live
from tests.pbx.configuration import EXTENSIONS
from tests.pbx.fixtures import Pbx
from tests.rig.processes import until

LINK = LinkName("main")
WITHIN_S = 20.0

Factory = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Source]]


@asynccontextmanager
async def asterisk(_request: pytest.FixtureRequest) -> AsyncIterator[Source]:
    """The link to Asterisk, at a scripted manager that plays recorded calls."""
    async with AsteriskServer() as server:
        address = (server.host, server.port, server.user, server.secret)
        source = AsteriskSource(
            LINK, *address, clock=lambda: NOW, backoff=lambda: repeat(0.0), is_agent=is_agent
        )

        async def play() -> None:
            await server.asked("QueueStatus")
            for name in NAMES:
                server.play(live(name))

        playing = asyncio.create_task(play())
        yield source
        await source.close()
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


@asynccontextmanager
async def real_asterisk(request: pytest.FixtureRequest) -> AsyncIterator[Source]:
    """The link to a real Asterisk, with a real SIP call as soon as it is up."""
    pbx: Pbx = request.getfixturevalue("pbx")
    server = pbx.asterisk
    address = ("127.0.0.1", server.ports.ami, server.user, server.secret)
    source = AsteriskSource(LINK, *address, clock=lambda: datetime.now(UTC))
    already = server.logged_in()

    async def play() -> None:
        await until(lambda: server.logged_in() > already, "the source logging in")
        caller = pbx.call("support")
        await pbx.phones["a1"].rings()
        await pbx.phones["a1"].answer()
        await caller.hang_up()
        pbx.dial("a1", EXTENSIONS["a2"])

    playing = asyncio.create_task(play())
    yield source
    await source.close()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)


@asynccontextmanager
async def simulator(_request: pytest.FixtureRequest) -> AsyncIterator[Source]:
    """The phone system in the box, a million times faster than life."""
    source = simulated()
    yield source
    await source.close()


def simulated(without: Collection[Capability] = ()) -> SimulatorSource:
    queues = (SimulatedQueue("support", ("PJSIP/1001", "PJSIP/1002")),)
    population = Population(queues, (SimulatedCaller(Caller("+421905123456"), ("support",)),))

    def day(seed: int, start: datetime) -> Day:
        return Day(LINK, population, seed=seed, rate=0.2, start=start)

    return SimulatorSource(LINK, day, seed=7, clock=lambda: NOW, speed=1e6, without=without)


def simulator_without(capability: Capability) -> Factory:
    @asynccontextmanager
    async def factory(_request: pytest.FixtureRequest) -> AsyncIterator[Source]:
        source = simulated({capability})
        yield source
        await source.close()

    return factory


SOURCES = [
    pytest.param(asterisk, id="asterisk"),
    pytest.param(real_asterisk, id="real-asterisk", marks=pytest.mark.real("asterisk")),
    pytest.param(simulator, id="simulator"),
    *(pytest.param(simulator_without(each), id=f"simulator-without-{each}") for each in Capability),
]


@pytest.fixture(params=SOURCES)
async def source(request: pytest.FixtureRequest) -> AsyncIterator[Source]:
    factory: Factory = request.param
    async with factory(request) as source:
        yield source


async def first_calls(source: Source) -> list[Event]:
    """What the source tells from its start until a call ended."""
    events: list[Event] = []
    async with asyncio.timeout(WITHIN_S):
        async for event in source.events():
            events.append(event)
            if isinstance(event, CallEnded):
                await source.close()
    return events


async def test_says_who_it_is_and_what_it_can(source: Source) -> None:
    assert source.name
    assert source.capabilities <= set(Capability)


async def test_tells_nothing_that_it_cannot_keep_true(source: Source) -> None:
    """What a source does not claim is never told, not even now and then."""
    for event in await first_calls(source):
        assert not claims(event) - source.capabilities, event
    if Capability.LAG not in source.capabilities:
        assert source.lag_s is None


def claims(event: Event) -> set[Capability]:
    """What a source must be able to tell to tell this."""
    claimed = {capability for kind, capability in CLAIMS.items() if isinstance(event, kind)}
    if isinstance(event, CallOffered) and event.queue is not None:
        claimed.add(Capability.QUEUES)
    if isinstance(event, CallQueued | CallOffered) and event.caller.withheld:
        claimed.add(Capability.PRESENTATION)
    if isinstance(event, CallOffered) and event.direction is Direction.OUTBOUND:
        claimed.add(Capability.OUTGOING)
    return claimed


CLAIMS: Mapping[type[Event], Capability] = {
    CallQueued: Capability.QUEUES,
    CallLeftQueue: Capability.QUEUES,
    CallHeld: Capability.HOLD,
    CallResumed: Capability.HOLD,
    CallTransferred: Capability.TRANSFER,
    AgentEvent: Capability.PAUSE,
    LinkResynced: Capability.RESYNC,
}


async def test_is_up_first_and_then_says_what_is_alive(source: Source) -> None:
    events = await first_calls(source)
    if Capability.RESYNC not in source.capabilities:
        assert not any(isinstance(event, LinkResyncing | LinkResynced) for event in events)
        return
    resynced = next(index for index, event in enumerate(events) if isinstance(event, LinkResynced))
    assert isinstance(events[0], LinkUp)
    assert isinstance(events[1], LinkResyncing)
    known = (CallQueued, CallOffered, CallAnswered, CallHeld, DiallerLeft, AgentEvent)
    assert all(isinstance(event, known) for event in events[2:resynced])


async def test_every_event_names_its_link_and_an_aware_time(source: Source) -> None:
    for event in await first_calls(source):
        assert event.link == source.name
        assert event.at.utcoffset() == timedelta(0)
        assert event.at.tzinfo is UTC


async def test_calls_have_a_beginning_a_middle_and_an_end(source: Source) -> None:
    story = Story()
    for event in await first_calls(source):
        story.tell(event)
    assert story.ended


async def test_an_internal_call_says_which_agent_dialled(source: Source) -> None:
    if Capability.DIRECT not in source.capabilities:
        return
    async with asyncio.timeout(WITHIN_S):
        async for event in source.events():
            if isinstance(event, CallQueued | CallOffered):
                assert bool(event.dialler) is (event.direction is Direction.INTERNAL), event
                if event.dialler:
                    await source.close()


async def test_ids_begin_with_the_link(source: Source) -> None:
    for event in await first_calls(source):
        if isinstance(event, CallEvent):
            assert event.call.startswith(f"{source.name}-")
        if isinstance(event, LegEvent):
            assert event.leg.startswith(f"{source.name}-")


async def test_close_ends_the_events(source: Source) -> None:
    events = source.events()
    async with asyncio.timeout(WITHIN_S):
        await anext(events)
        await source.close()
        rest = [event async for event in events]
    assert len(rest) <= 1
    await source.close()  # closing twice is nothing
