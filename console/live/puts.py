"""Puts that arrive: for each topic in the order of asking, and later where the bus is away.

Commands to Redis go over several connections: of two puts under way at once either may come last.
"""

import asyncio
import logging
from collections import defaultdict

from console.live.bus import Bus, Value
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)


class Puts:
    """The puts of one writer. Nobody else may put the same entries at the same time."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._missing: dict[tuple[str, str], Value | None] = {}

    async def put(self, topic: str, key: str, value: Value | None) -> None:
        """Put an entry behind what is under way to its topic; `mend` puts what the bus did not take."""
        async with self._turns[topic]:
            try:
                await self._bus.put(topic, key, value)
            except OSError as error:
                FAILURES.labels("bus").inc()
                log.warning("cannot say %s of %s yet, will try again: %s", key, topic, error)
                self._missing[topic, key] = value
            else:
                self._missing.pop((topic, key), None)

    async def mend(self) -> None:
        """Put what is missing, each entry as it is by now. Raises OSError when the bus is still away."""
        for topic, key in list(self._missing):
            async with self._turns[topic]:
                if (topic, key) in self._missing:  # else a newer value has arrived meanwhile
                    await self._bus.put(topic, key, self._missing[topic, key])
                    del self._missing[topic, key]
