"""What is owed when a process ends."""

import asyncio
from typing import Any

from console.desk.presence import Presences
from console.desk.wrap_ups import WrapUps
from console.live.memory_bus import MemoryBus
from console.live.puts import Puts
from console.queues.directory import Directory
from tests.conftest import NOW


async def test_what_a_shutdown_leaves_no_time_for_is_not_begun() -> None:
    bus = MemoryBus()
    nobody: Any = None
    presences = Presences(Puts(bus), str)
    wrap_ups = WrapUps(
        store=nobody,
        presences=presences,
        directory=Directory(),
        phones=nobody,
        bus=bus,
        clock=lambda: NOW,
    )
    begun, never = list[str](), asyncio.Event()

    async def store(what: str) -> None:
        begun.append(what)
        await never.wait()

    for what in ("first", "second", "third"):
        wrap_ups._store_later(lambda what=what: store(what))  # type: ignore[misc]
    await asyncio.sleep(0)
    await wrap_ups.close(0.0)
    assert begun == ["first"]
