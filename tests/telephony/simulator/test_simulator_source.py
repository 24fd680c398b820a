"""The simulator behind the port: real time, its clock an argument."""

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from telephony.commands import NO_LINK, Done, HangUp, Refused, Unpause
from telephony.events import (
    AgentUnpaused,
    Caller,
    Event,
    LegId,
    LinkLost,
    LinkName,
    LinkResynced,
    LinkResyncing,
    LinkUp,
)
from telephony.simulator.day import Day
from telephony.simulator.exchange import Happened
from telephony.simulator.faults import Fault, Faults
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue
from telephony.simulator.source import LATE_S, SIMULATED, SimulatorSource
from telephony.source import Capability, Source

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK = LinkName("sim")
POPULATION = Population(
    (SimulatedQueue("support", ("PJSIP/1001",)),), (SimulatedCaller(Caller("1"), ("support",)),)
)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.present = START

    def __call__(self) -> datetime:
        return self.present

    def pass_by(self, seconds: float) -> None:
        self.present += timedelta(seconds=seconds)


def source(
    clock: Clock,
    *,
    rate: float = 0.2,
    speed: float = 1.0,
    faults: Faults | None = None,
    without: Collection[Capability] = (),
) -> SimulatorSource:
    def day(seed: int, start: datetime) -> Day:
        return Day(LINK, POPULATION, seed=seed, rate=rate, start=start)

    return SimulatorSource(LINK, day, seed=7, clock=clock, speed=speed, faults=faults, without=without)


async def take(events: AsyncIterator[Event], number: int) -> list[Event]:
    return [await anext(events) for _ in range(number)]


def planned(number: int, seed: int = 7, start: datetime = START) -> list[Happened]:
    return list(islice(Day(LINK, POPULATION, seed=seed, rate=0.2, start=start), number))


async def test_it_keeps_the_port_s_promises() -> None:
    simulator: Source = source(Clock())
    assert simulator.name == LINK
    assert simulator.capabilities == SIMULATED
    assert simulator.lag_s is None
    assert not simulator.counters
    assert source(Clock(), without={Capability.HOLD}).capabilities == SIMULATED - {Capability.HOLD}


async def test_it_is_up_then_in_step_then_tells_the_day() -> None:
    events = source(Clock(), speed=1e6).events()
    up, resyncing, resynced, *calls = await take(events, 13)
    assert isinstance(up, LinkUp)
    assert isinstance(resyncing, LinkResyncing)
    assert resynced == LinkResynced(link=LINK, at=START, calls=frozenset(), legs=frozenset())
    assert calls == planned(10)


async def test_an_event_comes_when_its_time_has_come() -> None:
    clock = Clock()
    simulator = source(clock)
    events = simulator.events()
    await take(events, 3)
    first = planned(1)[0]
    clock.present = first.at - timedelta(milliseconds=20)
    assert await anext(events) == first


async def test_closing_ends_it_while_it_waits() -> None:
    simulator = source(Clock(), rate=0.0001)
    events = simulator.events()
    await take(events, 3)
    await simulator.close()
    assert [event async for event in events] == []


async def test_closing_ends_a_day_without_callers() -> None:
    simulator = source(Clock(), rate=0)
    events = simulator.events()
    await take(events, 3)
    await simulator.close()
    assert [event async for event in events] == []


async def test_closed_before_it_began_it_says_nothing() -> None:
    simulator = source(Clock())
    await simulator.close()
    assert [event async for event in simulator.events()] == []


async def test_too_far_behind_it_says_so_and_starts_a_new_day() -> None:
    clock = Clock()
    simulator = source(clock)
    events = simulator.events()
    await take(events, 3)
    first = planned(1)[0]
    clock.pass_by((first.at - START).total_seconds() + LATE_S + 1)
    lost, up, resyncing, resynced = await take(events, 4)
    assert isinstance(lost, LinkLost)
    assert "fell behind" in lost.reason
    assert isinstance(up, LinkUp)
    assert isinstance(resyncing, LinkResyncing)
    assert isinstance(resynced, LinkResynced)
    tomorrow = planned(1, seed=8, start=clock.present)[0]
    clock.present = tomorrow.at
    arrival = await anext(events)
    assert arrival == tomorrow
    assert simulator.counters == {"fell_behind": 1}


@pytest.mark.parametrize(("without", "lag_s"), [((), 0.25), ({Capability.LAG}, None)])
async def test_it_says_how_late_its_events_are(without: set[Capability], lag_s: float | None) -> None:
    clock = Clock()
    simulator = source(clock, without=without)
    events = simulator.events()
    await take(events, 3)
    clock.present = planned(1)[0].at + timedelta(seconds=0.25)
    await anext(events)
    assert simulator.lag_s == lag_s


async def test_faults_are_counted_and_what_is_late_is_late() -> None:
    simulator = source(Clock(), speed=1e6, faults=Faults({Fault.DELAY: 0.5}))
    async with asyncio.timeout(10):
        await take(simulator.events(), 200)
    assert simulator.counters["delay"] > 20
    assert simulator.lag_s is not None
    assert simulator.lag_s > 0


async def test_it_does_what_agents_ask_for_as_long_as_the_link_is_up() -> None:
    simulator = source(Clock(), without={Capability.HANG_UP})
    unpause = Unpause("PJSIP/1001")
    assert await simulator.send(unpause) == NO_LINK
    events = simulator.events()
    await take(events, 3)
    assert isinstance(await simulator.send(HangUp(LegId("sim-1.1"))), Refused)
    assert await simulator.send(unpause) == Done()
    assert isinstance(await anext(events), AgentUnpaused)
    await simulator.close()
    assert await simulator.send(unpause) == NO_LINK


async def test_a_command_is_not_kept_waiting_by_what_is_to_come() -> None:
    """The next call of the day is minutes away."""
    simulator = source(Clock(), rate=1e-6)
    events = simulator.events()
    await take(events, 3)
    waiting = asyncio.create_task(take(events, 1))
    await asyncio.sleep(0)
    assert await simulator.send(Unpause("PJSIP/1001")) == Done()
    (unpaused,) = await asyncio.wait_for(waiting, 5)
    assert isinstance(unpaused, AgentUnpaused)
    waiting = asyncio.create_task(the_rest(events))
    await asyncio.sleep(0)
    await simulator.close()
    assert await asyncio.wait_for(waiting, 5) == []


async def the_rest(events: AsyncIterator[Event]) -> list[Event]:
    return [event async for event in events]
