"""A link that nobody listens to any more is stale, whatever was said of it last."""

import asyncio
from datetime import datetime, timedelta

import pytest

from console.live import link_watch
from console.live.link_watch import BEAT_S, BEATS, FORGOTTEN, LOOK_S, SILENT_S, LinkWatch
from console.live.memory_bus import MemoryBus
from tests.console.live.screens import BreakableBus, until

UP = {"state": "up", "reason": "", "since": "2026-11-21T11:00:00+00:00"}


async def state(bus: MemoryBus) -> str:
    return str((await bus.snapshot("links")).entries["main"]["state"])


async def nobody() -> None:
    """What is to be done when no link is up any more."""


async def test_a_link_without_beats_becomes_stale_once(now: datetime) -> None:
    bus = MemoryBus()
    watch = LinkWatch(bus, lambda: now, nobody)
    await bus.put("links", "main", UP)
    await watch.look(0.0)
    await watch.look(SILENT_S)
    assert await state(bus) == "up"
    await watch.look(SILENT_S + BEAT_S)
    assert await state(bus) == "stale"
    number = (await bus.snapshot("links")).number
    await watch.look(SILENT_S + 2 * BEAT_S)
    assert (await bus.snapshot("links")).number == number


async def test_beats_keep_it_up(now: datetime) -> None:
    bus = MemoryBus()
    watch = LinkWatch(bus, lambda: now, nobody)
    await bus.put("links", "main", UP)
    await watch.look(0.0)
    running = asyncio.create_task(watch.run())
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(10):
        while "main" not in watch._heard or watch._heard["main"] < loop.time() - 1:
            await bus.send(BEATS, {"link": "main"})
            await asyncio.sleep(0)
    await watch.look(loop.time() + SILENT_S - 1)
    assert await state(bus) == "up"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_a_killed_listener_is_noticed_within_five_seconds() -> None:
    assert SILENT_S + LOOK_S < 5
    assert 3 * BEAT_S < SILENT_S  # a beat may be late, or lost


async def test_a_bus_that_was_away_is_no_silence(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_watch, "LOOK_S", 0)
    bus = BreakableBus()
    watch = LinkWatch(bus, lambda: now, nobody)
    await bus.put("links", "main", UP)
    await watch.look(-2 * SILENT_S)
    bus.away = 3
    running = asyncio.create_task(watch.run())
    await until(lambda: not bus.away)
    await until(lambda: watch._heard.get("main", -SILENT_S) > 0)
    assert await state(bus) == "up"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_link_that_nobody_uses_any_more_goes(now: datetime) -> None:
    bus, times = MemoryBus(), [now]
    watch = LinkWatch(bus, lambda: times[-1], nobody)
    await bus.put("links", "main", UP)
    await watch.look(0.0)
    await watch.look(2 * SILENT_S)
    times.append(now + FORGOTTEN)
    await watch.look(3 * SILENT_S)
    assert await state(bus) == "stale"
    times.append(now + FORGOTTEN + timedelta(seconds=1))
    await watch.look(4 * SILENT_S)
    assert (await bus.snapshot("links")).entries == {}


async def test_agents_are_offline_when_the_last_link_is_silent(now: datetime) -> None:
    bus, told = MemoryBus(), list[str]()

    async def unreachable() -> None:
        told.append("unreachable")

    watch = LinkWatch(bus, lambda: now, unreachable)
    for name, link in (("main", UP), ("branch", UP), ("old", {**UP, "state": "down"})):
        await bus.put("links", name, link)
    await watch.look(0.0)
    watch._heard["branch"] = SILENT_S
    await watch.look(SILENT_S + 1)
    assert told == []  # the branch is heard of
    for later in (2, 3):
        await watch.look(later * SILENT_S + 1)
    assert told == ["unreachable"]
