"""Notices that nobody listens to a phone system any more, whatever the bus still says of the link.

Whoever listens sends a beat for each of its links. A link without one is stale: the desks say so, and
`/readyz` names it. The listener puts it right when it is back.
"""

import asyncio
import logging
from contextlib import suppress

from console.clock import Clock
from console.live.bus import Bus

log = logging.getLogger(__name__)

BEATS = "beats"
"""The bus channel of beats: `link`."""

BEAT_S = 2.0
SILENT_S = 8.0
STALE = "Nobody listens to this phone system: `lineside listen` has stopped, or cannot reach Redis."


class LinkWatch:
    """Hears beats, and marks links as stale."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._heard: dict[str, float] = {}

    async def run(self) -> None:
        """Watch for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear())
            tasks.create_task(self._look())

    async def _hear(self) -> None:
        async with self._bus.messages(BEATS) as messages:
            async for message in messages:
                self._heard[str(message["link"])] = asyncio.get_running_loop().time()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            with suppress(OSError):  # the bus is away: the desks say that themselves
                await self.look(asyncio.get_running_loop().time())

    async def look(self, now: float) -> None:
        """Mark each link as stale from which nothing was heard for long, as of `now` (the loop's time)."""
        links = (await self._bus.snapshot("links")).entries
        for name, link in links.items():
            silent = now - self._heard.setdefault(name, now) > SILENT_S
            if silent and link["state"] != "stale":
                log.error("link %s: %s", name, STALE)
                value = {**link, "state": "stale", "reason": STALE, "since": self._clock().isoformat()}
                await self._bus.put("links", name, value)
