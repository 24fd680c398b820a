"""Plays a simulated day in real time, behind the port of every phone system."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from telephony.events import Event, LinkLost, LinkName, LinkResynced, LinkResyncing, LinkUp
from telephony.simulator.day import Day
from telephony.simulator.population import Population
from telephony.source import Capability

LATE_S = 30.0
"""Further behind than this (the machine slept, the reader was too slow) the day is dropped for a new one."""

VERSION = "simulated phone system"


class SimulatorSource:
    """A phone system in the box, with the calls of `population` at `rate` calls per second.

    `clock` gives the present moment (aware UTC). With a `speed` above 1 the day passes faster; the events'
    `at` then run ahead of the clock.
    """

    capabilities = frozenset({Capability.QUEUES, Capability.RESYNC, Capability.PRESENTATION})

    def __init__(
        self,
        name: LinkName,
        population: Population,
        *,
        seed: int,
        rate: float,
        clock: Callable[[], datetime],
        speed: float = 1.0,
    ) -> None:
        self._name = name
        self._population = population
        self._seed = seed
        self._rate = rate
        self._clock = clock
        self._speed = speed
        self._closed = asyncio.Event()
        self.counters: Counter[str] = Counter()
        self.lag_s: float | None = None

    @property
    def name(self) -> LinkName:
        return self._name

    async def events(self) -> AsyncIterator[Event]:
        """What happens, when it happens; ends at `close`. Each new day begins without calls."""
        seed = self._seed
        while True:
            start = self._clock()
            for event in self._opening(start):
                if not self._closed.is_set():
                    yield event
            async for event in self._play(seed, start):
                yield event
            if self._closed.is_set():
                return
            reason = "The simulated phone system fell behind and starts a new day."
            yield LinkLost(link=self._name, at=self._clock(), reason=reason)
            seed += 1

    async def close(self) -> None:
        self._closed.set()

    def _opening(self, start: datetime) -> tuple[Event, ...]:
        return (
            LinkUp(link=self._name, at=start, version=VERSION),
            LinkResyncing(link=self._name, at=start),
            LinkResynced(link=self._name, at=start, calls=frozenset(), legs=frozenset()),
        )

    async def _play(self, seed: int, start: datetime) -> AsyncIterator[Event]:
        """One day's events, each at its time; ends when closed or too far behind."""
        events = Day(self._name, self._population, seed=seed, rate=self._rate, start=start)
        for event in events:
            ahead_s = (event.at - self._present(start)).total_seconds() / self._speed
            if ahead_s < -LATE_S or await self._closed_within(ahead_s):
                return
            yield event
        await self._closed.wait()  # a day without callers

    def _present(self, start: datetime) -> datetime:
        return start + timedelta(seconds=(self._clock() - start).total_seconds() * self._speed)

    async def _closed_within(self, seconds: float) -> bool:
        """Wait until it is time, and say whether the source was closed meanwhile."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), seconds)
        return self._closed.is_set()
