"""Notices that nobody listens to a phone system any more, whatever the bus still says of the link.

Whoever listens sends a beat for each of its links. A link without one is stale: the desks say so, and
`/readyz` names it. The listener puts it right when it is back. A link that has been stale for a day is not
used any more: it goes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from console.clock import Clock
from console.live.bus import Bus, Value

log = logging.getLogger(__name__)

BEATS = "beats"
"""The bus channel of beats: `link`."""

BEAT_S = 1.0
SILENT_S = 4.0
LOOK_S = 0.5
"""Listeners beat, watchers look so often: a listener that is killed is noticed within 5 seconds."""

FORGOTTEN = timedelta(days=1)
"""Nobody has listened for so long: the link was taken out of the settings."""

STALE = "Nobody listens to this phone system: `lineside listen` has stopped, or cannot reach Redis."


Unreachable = Callable[[], Awaitable[None]]


class LinkWatch:
    """Hears beats, and marks links as stale. `unreachable` is called when that leaves no link up."""

    def __init__(self, bus: Bus, clock: Clock, unreachable: Unreachable) -> None:
        self._bus = bus
        self._clock = clock
        self._unreachable = unreachable
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
            await asyncio.sleep(LOOK_S)
            try:
                await self.look(asyncio.get_running_loop().time())
            except OSError:  # the bus is away: the desks say that themselves, and no beat can be heard
                self._heard.clear()

    async def look(self, now: float) -> None:
        """Mark each link as stale from which nothing was heard for long, as of `now` (the loop's time)."""
        links = (await self._bus.snapshot("links")).entries
        silent = {name for name in links if now - self._heard.setdefault(name, now) > SILENT_S}
        for name in silent:
            link = links[name]
            if link["state"] != "stale":
                await self._call_stale(name, link)
            elif self._clock() - datetime.fromisoformat(link["since"]) > FORGOTTEN:
                log.warning("link %s: nobody has listened to it for a day, it goes from the desks", name)
                await self._bus.put("links", name, None)
        up = {name for name, link in links.items() if link["state"] == "up"}
        if up and up <= silent:
            await self._unreachable()

    async def _call_stale(self, name: str, link: Value) -> None:
        log.error("link %s: %s", name, STALE)
        value = {**link, "state": "stale", "reason": STALE, "since": self._clock().isoformat()}
        await self._bus.put("links", name, value)
