"""Puts that arrive: for each topic in the order of asking, and later where the bus is away.

Commands to Redis go over several connections: of two puts under way at once either may come last. What waits
for a bus that is away is bounded: of each entry the newest value, of `MOST_MISSING` entries; beyond that the
oldest are given up and counted, and whoever puts compares all with the bus when it is back.
"""

import asyncio
import logging
from collections import defaultdict

from console.live.bus import Bus, Value
from console.web.metrics import FAILURES, PUTS_DROPPED

log = logging.getLogger(__name__)

MOST_MISSING = 10_000
"""Entries that wait for the bus to come back."""


class Puts:
    """The puts of one writer. Nobody else may put the same entries at the same time."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._missing: dict[tuple[str, str], Value | None] = {}

    async def put(self, topic: str, key: str, value: Value | None) -> bool:
        """Put an entry behind what is under way to its topic; whether the bus took it. Else `mend` will."""
        async with self._turns[topic]:
            try:
                await self._bus.put(topic, key, value)
            except OSError as error:
                FAILURES.labels("bus").inc()
                level = logging.DEBUG if self._missing else logging.WARNING
                log.log(level, "cannot say %s of %s yet, will try again: %s", key, topic, error)
                self._miss(topic, key, value)
                return False
            self._missing.pop((topic, key), None)
            return True

    def _miss(self, topic: str, key: str, value: Value | None) -> None:
        self._missing[topic, key] = value
        if len(self._missing) > MOST_MISSING:
            del self._missing[next(iter(self._missing))]
            PUTS_DROPPED.inc()

    async def mend(self) -> None:
        """Put what is missing, each entry as it is by now. Raises OSError when the bus is still away."""
        for topic, key in list(self._missing):
            async with self._turns[topic]:
                if (topic, key) in self._missing:  # else a newer value has arrived meanwhile
                    await self._bus.put(topic, key, self._missing[topic, key])
                    self._missing.pop((topic, key), None)  # it may have been given up meanwhile
