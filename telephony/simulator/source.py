"""Plays what happens on the simulated phone system in real time, behind the port of every phone system."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from telephony.commands import NO_LINK, Command, Outcome
from telephony.events import Event, LinkLost, LinkName
from telephony.simulator.control import Control
from telephony.simulator.exchange import Happened
from telephony.simulator.faults import Fault, Faults
from telephony.simulator.limits import Limits
from telephony.simulator.line import Arrival, Line
from telephony.simulator.troubles import Trouble
from telephony.source import Capability, refusal

LATE_S = 30.0
"""Further behind than this (the machine slept, the reader was too slow) all is dropped and begun anew."""

SIMULATED = frozenset(Capability)
"""What the simulator can, unless told otherwise."""

Programme = Callable[[int, datetime], Iterable[Happened]]
"""What happens from a moment on, in order of `at`, by a seed: a random day, scenarios, a recording."""


class SimulatorSource:
    """A phone system in the box.

    `clock` gives the present moment (aware UTC). With a `speed` above 1 time passes faster; the events' `at`
    then run ahead of the clock. `without` are the capabilities that it shall lack; `queues` the interfaces of
    the agents in each, for commands.
    """

    def __init__(
        self,
        name: LinkName,
        programme: Programme,
        *,
        seed: int,
        clock: Callable[[], datetime],
        speed: float = 1.0,
        faults: Faults | None = None,
        without: Collection[Capability] = (),
        queues: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.capabilities = SIMULATED - frozenset(without)
        self.lag_s: float | None = None
        self._name = name
        self._programme = programme
        self._seed = seed
        self._clock = clock
        self._speed = speed
        self._faults = faults
        self._queues = queues or {}
        self._closed = asyncio.Event()
        self._woken = asyncio.Event()  # by a command, or when it is closed
        self._counted: Counter[Fault | Trouble] = Counter()
        self._line: Line | None = None

    @property
    def name(self) -> LinkName:
        """The link's name."""
        return self._name

    @property
    def counters(self) -> Counter[str]:
        """How often each fault befell an event, and what else went wrong."""
        counted = self._counted + (self._line.counters if self._line else Counter[Fault | Trouble]())
        return Counter({trouble.value: times for trouble, times in counted.items()})

    async def events(self) -> AsyncIterator[Event]:
        """What happens, when it reaches us; ends at `close`. Each new beginning is one without calls."""
        seed = self._seed
        while not self._closed.is_set():
            start = self._clock()
            async for event in self._play(self._begin(seed, start), start):
                yield event
            if not self._closed.is_set():
                self._counted[Trouble.FELL_BEHIND] += 1
                reason = "The simulated phone system fell behind and begins anew."
                yield LinkLost(link=self._name, at=self._clock(), reason=reason)
            seed += 1

    async def send(self, command: Command) -> Outcome:
        """Ask for something; what came of it."""
        refused = refusal(command, self.capabilities)
        if refused is not None:
            return refused
        if self._line is None or self._line.is_cut or self._closed.is_set():
            return NO_LINK
        outcome = self._control.do(command, self._present(self._start))
        self._woken.set()
        return outcome

    async def close(self) -> None:
        """End `events`."""
        self._closed.set()
        self._woken.set()

    def _begin(self, seed: int, start: datetime) -> Line:
        if self._line is not None:
            self._counted += self._line.counters
        self._start = start
        self._control = Control(self._name, self._programme(seed, start), self._queues)
        self._line = Line(
            self._name,
            self._control,
            told=Limits(self.capabilities).of,
            start=start,
            faults=self._faults,
            seed=seed,
            resyncs=Capability.RESYNC in self.capabilities,
            timestamps=Capability.LAG in self.capabilities,
        )
        return self._line

    async def _play(self, line: Line, start: datetime) -> AsyncIterator[Event]:
        """What reaches us, each event at its time; ends when closed or too far behind."""
        while not self._closed.is_set():
            self._woken.clear()
            at = line.next_at
            ahead_s = self._ahead_s(at, start)
            if await self._woken_within(ahead_s) or at is None:
                continue  # a command changed what is next
            if ahead_s is not None and ahead_s < -LATE_S:
                return
            for arrival in line.advance(at):
                self._note_lag(arrival, start)
                yield arrival.event
                if self._closed.is_set():
                    return

    def _note_lag(self, arrival: Arrival, start: datetime) -> None:
        if arrival.live and Capability.LAG in self.capabilities:
            here = max(arrival.due, self._present(start))
            self.lag_s = (here - arrival.event.at).total_seconds()

    def _ahead_s(self, at: datetime | None, start: datetime) -> float | None:
        """For how many seconds of ours to wait for a moment; None: it never comes."""
        return None if at is None else (at - self._present(start)).total_seconds() / self._speed

    def _present(self, start: datetime) -> datetime:
        return start + timedelta(seconds=(self._clock() - start).total_seconds() * self._speed)

    async def _woken_within(self, seconds: float | None) -> bool:
        """Wait until it is time (None: for ever), and say whether something else came first."""
        if seconds is None or seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), seconds)
        return self._woken.is_set()
