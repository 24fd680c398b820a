"""A command finds the process that talks to the phone system, and its outcome the way back: on both buses."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from console.live import commands
from console.live.bus import Bus, Change, Value
from console.live.command_words import read_command, read_outcome, spell
from console.live.commands import (
    COMMANDS,
    EXPIRY,
    NO_BUS,
    NO_SUCH_LINK,
    NOBODY_LISTENS,
    NOT_TAKEN,
    UNANSWERED,
    Commands,
)
from console.live.errands import NOT_UNDERSTOOD, TOO_LATE, Errands
from console.live.memory_bus import MemoryBus
from console.live.redis_bus import BusUnreachableError, RedisBus
from telephony.commands import (
    NO_LINK,
    CancelTransfer,
    Command,
    CompleteTransfer,
    Dial,
    Done,
    EndCall,
    HangUp,
    JoinQueue,
    LeaveQueue,
    Outcome,
    Pause,
    Refused,
    ToAgent,
    ToNumber,
    ToQueue,
    TransferAttended,
    TransferBlind,
    Unpause,
    Unsure,
)
from telephony.events import CallId, LegId, LinkName
from telephony.source import Capability, Source
from tests.fakes.phones import MAIN, Phones

LEG = LegId("leg-1")
UP = {"state": "up", "can": sorted(Capability)}


class World:
    """A bus as the process that asks and the one that listens see it, and what time it is for both."""

    def __init__(self, now: datetime, asking: Bus, listening: Bus) -> None:
        self.now = now
        self.bus, self.listening = asking, listening
        self.commands = Commands(asking, lambda: self.now)

    @asynccontextmanager
    async def listens(self, phones: Phones) -> AsyncIterator[None]:
        """Somebody holds the lease of the link, from now on."""
        errands = Errands(cast("Source", phones), self.listening, lambda: self.now)
        task = asyncio.create_task(errands.run())
        await self.bus.put("links", MAIN, UP)
        await asyncio.sleep(0)
        async with self.listening.changes():  # then it hears the bus, too
            pass
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def waiting(self) -> dict[str, Value]:
        """The commands that nobody has taken."""
        return (await self.bus.snapshot(COMMANDS + MAIN)).entries


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.real("redis"))])
async def world(request: pytest.FixtureRequest, now: datetime) -> AsyncIterator[World]:
    if request.param == "memory":
        one = MemoryBus()
        yield World(now, one, one)
        await one.close()
        return
    url = request.getfixturevalue("redis_url")
    asking, listening = RedisBus(url), RedisBus(url)
    yield World(now, asking, listening)
    await asking.close()
    await listening.close()


@pytest.mark.parametrize("outcome", [Done(), Refused("No."), Unsure("Look at the phone.")])
async def test_it_is_carried_out_and_the_outcome_comes_back(world: World, outcome: Outcome) -> None:
    phones = Phones(outcome)
    async with world.listens(phones):
        assert await world.commands.send(MAIN, HangUp(LEG)) == outcome
    assert phones.told == [HangUp(LEG)]
    assert await world.waiting() == {}


async def test_what_each_link_can_do_is_known(world: World) -> None:
    await world.bus.put("links", MAIN, {"state": "up", "can": ["dial", "fly"]})
    await world.bus.put("links", "old", {"state": "stale"})
    assert await world.commands.capabilities(MAIN) == {Capability.DIAL}
    assert await world.commands.capabilities(LinkName("old")) == frozenset()
    assert await world.commands.capabilities(LinkName("none")) == frozenset()


@pytest.mark.parametrize(
    ("link", "outcome"),
    [
        (None, NO_SUCH_LINK),
        ({"state": "down", "can": UP["can"]}, NO_LINK),
        ({"state": "stale", "can": UP["can"]}, NOBODY_LISTENS),
        (
            {"state": "up", "can": ["dial"]},
            Refused("This phone system cannot be told to hang up: do it at the phone."),
        ),
    ],
)
async def test_what_cannot_be_done_is_refused_at_once(
    world: World, link: Value | None, outcome: Outcome
) -> None:
    await world.bus.put("links", MAIN, link)
    assert await world.commands.send(MAIN, HangUp(LEG)) == outcome
    assert (await world.bus.snapshot(COMMANDS + MAIN)).number == 0  # nothing was given to anybody


async def test_what_nobody_takes_is_taken_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "TAKEN_WITHIN_S", 0.05)
    await world.bus.put("links", MAIN, UP)
    assert await world.commands.send(MAIN, HangUp(LEG)) == NOT_TAKEN
    phones = Phones()
    async with world.listens(phones):  # comes back later
        assert await world.commands.send(MAIN, Unpause("PJSIP/1")) == Done()
    assert phones.told == [Unpause("PJSIP/1")]


async def test_who_goes_away_takes_back_what_nobody_took(world: World) -> None:
    await world.bus.put("links", MAIN, UP)
    async with world.bus.changes() as changes:
        asking = asyncio.create_task(world.commands.send(MAIN, HangUp(LEG)))
        await anext(changes)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert asking.cancelled()
    assert await world.waiting() == {}


async def test_a_slow_phone_system_is_waited_for_but_not_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "TAKEN_WITHIN_S", 0.05)
    phones = Phones()
    phones.answers.clear()
    async with world.listens(phones):
        slow = asyncio.create_task(world.commands.send(MAIN, HangUp(LEG)))
        await phones.heard.wait()
        assert await world.commands.send(MAIN, Unpause("PJSIP/1"), timeout_s=0.2) == UNANSWERED
        phones.answers.set()
        assert await slow == Done()
    assert phones.told == [HangUp(LEG), Unpause("PJSIP/1")]  # none waited for another


async def test_two_who_hold_the_lease_carry_it_out_once(world: World) -> None:
    first, second = Phones(), Phones()
    async with world.listens(first), world.listens(second):
        outcomes = await asyncio.gather(
            *(world.commands.send(MAIN, Pause("PJSIP/1", str(each))) for each in range(20))
        )
    assert outcomes == [Done()] * 20
    done = Counter(cast("Pause", each).reason for each in first.told + second.told)
    assert done == {str(each): 1 for each in range(20)}


async def test_what_the_bus_tells_twice_is_carried_out_once(world: World) -> None:
    phones = Phones()
    value = {"command": spell(HangUp(LEG)), "until": (world.now + EXPIRY).timestamp()}
    async with world.listens(phones), world.listening.messages("outcome:a") as outcomes:
        await world.bus.put(COMMANDS + MAIN, "a", value)
        await anext(outcomes)
        await world.bus.put(COMMANDS + MAIN, "a", value)  # as a bus does that was not sure of the first time
        assert await world.commands.send(MAIN, Unpause("PJSIP/1")) == Done()
    assert phones.told == [HangUp(LEG), Unpause("PJSIP/1")]


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ({"command": spell(HangUp(LEG)), "until": 0.0}, TOO_LATE),
        ({"command": {"kind": "Fly"}, "until": 9e9}, NOT_UNDERSTOOD),
        ({"command": {"kind": "HangUp", "leg": 7}, "until": 9e9}, NOT_UNDERSTOOD),
        ({"command": {"kind": "HangUp", "leg": "a", "now": "b"}, "until": 9e9}, NOT_UNDERSTOOD),
        ({"command": None, "until": 9e9}, NOT_UNDERSTOOD),
        ({}, NOT_UNDERSTOOD),
    ],
)
async def test_what_was_left_behind_and_is_late_or_odd_is_not_done(
    world: World, value: Value, outcome: Outcome
) -> None:
    phones = Phones()
    async with world.bus.messages("outcome:a") as outcomes:
        await world.bus.put(COMMANDS + MAIN, "a", value)  # by a process that was killed
        async with world.listens(phones):
            assert read_outcome(await anext(outcomes)) == outcome
    assert phones.told == []
    assert await world.waiting() == {}


async def test_what_was_just_asked_when_somebody_takes_over_is_done(world: World) -> None:
    phones = Phones()
    await world.bus.put("links", MAIN, UP)
    async with world.bus.changes() as changes:
        asking = asyncio.create_task(world.commands.send(MAIN, HangUp(LEG)))
        await anext(changes)
    async with world.listens(phones):
        assert await asking == Done()


async def test_a_source_that_fails_is_no_answer(world: World) -> None:
    async with world.listens(Phones(RuntimeError("a mistake of ours"))):
        assert await world.commands.send(MAIN, HangUp(LEG)) == UNANSWERED
        assert await world.commands.send(MAIN, HangUp(LEG)) == UNANSWERED


class AwayBus(MemoryBus):
    """A bus that goes away when something is put or sent."""

    away: tuple[str, ...] = ()

    async def snapshot(self, topic: str) -> Any:
        self._reach("snapshot")
        return await super().snapshot(topic)

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        self._reach("put")
        return await super().put(topic, key, value)

    async def send(self, channel: str, message: Value) -> None:
        self._reach("send")
        await super().send(channel, message)

    def _reach(self, what: str) -> None:
        if what in self.away:
            raise BusUnreachableError("gone")


@pytest.mark.parametrize(
    ("away", "outcome"), [(("snapshot",), NO_BUS), (("put",), UNANSWERED), (("send",), UNANSWERED)]
)
async def test_a_bus_that_is_away_is_said_in_a_sentence(
    now: datetime, away: tuple[str, ...], outcome: Outcome
) -> None:
    bus = AwayBus()
    world = World(now, bus, bus)
    async with world.listens(Phones()):
        bus.away = away
        assert await world.commands.send(MAIN, HangUp(LEG), timeout_s=0.2) == outcome


async def test_a_bus_that_closes_is_no_answer(now: datetime) -> None:
    bus = MemoryBus()
    world = World(now, bus, bus)
    phones = Phones()
    phones.answers.clear()
    async with world.listens(phones):
        asking = asyncio.create_task(world.commands.send(MAIN, HangUp(LEG)))
        await phones.heard.wait()
        await bus.close()
        assert await asking == UNANSWERED


ALL: list[Command] = [
    Pause("PJSIP/1", "Lunch: soup"),
    Unpause("PJSIP/1"),
    JoinQueue("PJSIP/1", "support"),
    LeaveQueue("PJSIP/1", "support"),
    Dial("PJSIP/1", "+421905123456"),
    EndCall(CallId("c")),
    HangUp(LEG),
    TransferBlind(LEG, ToAgent("PJSIP/2", "1002")),
    TransferAttended(LEG, ToQueue("support", "600")),
    TransferAttended(LEG, ToNumber("0905")),
    CompleteTransfer(LEG),
    CancelTransfer(LEG),
]


@pytest.mark.parametrize("command", ALL, ids=lambda command: type(command).__name__)
def test_every_command_is_read_as_it_was_spelled(command: Command) -> None:
    assert read_command(spell(command)) == command


@pytest.mark.real("redis")
async def test_a_listener_that_slept_carries_nothing_out_late(redis_url: str, now: datetime) -> None:
    """It was stopped with the command on its way to it; who asked was killed, and took nothing back."""
    asking, listening = RedisBus(redis_url), RedisBus(redis_url)
    world, phones = World(now, asking, listening), Phones()
    async with world.listens(phones), asking.messages("outcome:a") as outcomes:
        value = {"command": spell(HangUp(LEG)), "until": (now + EXPIRY).timestamp()}
        world.now = now + EXPIRY + timedelta(seconds=1)
        await asking.put(COMMANDS + MAIN, "a", value)
        assert read_outcome(await anext(outcomes)) == TOO_LATE
    assert phones.told == []
    await asking.close()
    await listening.close()
