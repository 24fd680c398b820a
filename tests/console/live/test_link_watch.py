"""A link that nobody listens to any more is stale, whatever was said of it last."""

import asyncio
from datetime import datetime

from console.live.link_watch import BEAT_S, BEATS, SILENT_S, LinkWatch
from console.live.memory_bus import MemoryBus

UP = {"state": "up", "reason": "", "since": "2026-11-21T11:00:00+00:00"}


async def state(bus: MemoryBus) -> str:
    return str((await bus.snapshot("links")).entries["main"]["state"])


async def test_a_link_without_beats_becomes_stale_once(now: datetime) -> None:
    bus = MemoryBus()
    watch = LinkWatch(bus, lambda: now)
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
    watch = LinkWatch(bus, lambda: now)
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
