"""The way from the simulated phone system to us: what reaches us, and when. Pure.

A line begins with `LinkUp` and a resync, and resyncs again every minute from the truth. Faults befall what
happens, never a resync: it is how a real phone system puts right what went wrong. What is still under way
arrives before a resync, or (when the link breaks) never.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from telephony.events import Event, LinkLost, LinkName, LinkUp
from telephony.simulator.control import Control
from telephony.simulator.exchange import Happened
from telephony.simulator.faults import Fault, Faults
from telephony.simulator.forgery import Forger
from telephony.simulator.troubles import Trouble
from telephony.simulator.truth import Truth

RESYNC_EVERY = timedelta(seconds=60)
DUPLICATE_S = (0.0, 5.0)  # after the first time
REORDER_S = (0.05, 3.0)  # behind its time
DELAY_S = (0.5, 10.0)
CUT_S = (3.0, 30.0)

VERSION = "simulated phone system"


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """An event that reaches us at `due`; `number` keeps the order of those that arrive together. `live`: it
    happened just now, as opposed to what is retold and what is said of the link."""

    due: datetime
    number: int
    event: Event
    live: bool


class Line:
    """Iterate to get the arrivals in order of `due`, as long as something happens.

    `happened` is in order of `at`; `told` is what the phone system can tell of it. Without `resyncs` the
    truth is never told; without `timestamps` events bear the time at which they arrive. `counters` counts
    what befell them.
    """

    def __init__(
        self,
        name: LinkName,
        happened: Iterable[Happened] | Control,
        *,
        start: datetime,
        faults: Faults | None = None,
        seed: int = 0,
        told: Callable[[Happened], Iterable[Happened]] = lambda event: (event,),
        resyncs: bool = True,
        timestamps: bool = True,
    ) -> None:
        self.counters: Counter[Fault | Trouble] = Counter()
        self._name = name
        self._control = happened if isinstance(happened, Control) else Control(name, happened)
        self._told = told
        self._start = start
        self._faults = faults or Faults()
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._forger = Forger(name, self._random)
        self._resyncs = resyncs
        self._timestamps = timestamps
        self._truth = Truth(name)
        self._under_way: list[Arrival] = []
        self._number = 0
        self._free_at = start  # before then nothing arrives: what is late delays what is behind it
        self._resync_at = start
        self._back_at: datetime | None = start  # when the link is cut, and at first

    def __iter__(self) -> Iterator[Arrival]:
        while (at := self.next_at) is not None:
            yield from self.advance(at)

    @property
    def is_cut(self) -> bool:
        """Whether the link is broken, or was not there yet."""
        return self._back_at is not None

    @property
    def next_at(self) -> datetime | None:
        """When something happens or arrives next; None: never, unless a command makes it."""
        happens_at = self._control.next_at
        moments = [arrival.due for arrival in self._under_way[:1]]
        if happens_at is not None:
            moments += [happens_at, self._back_at or self._resync_at]
        return min(moments, default=self._back_at)

    def advance(self, at: datetime) -> Iterator[Arrival]:
        """What arrives up to a moment that is not behind `next_at`."""
        yield from self._until(at)
        happens_at = self._control.next_at
        if happens_at is not None and happens_at <= at:
            for event in self._control.happens():
                self._happens(event)

    def _happens(self, event: Happened) -> None:
        for told in self._told(event):
            self._truth.take(told)
            self._send(told)

    # Time passes

    def _until(self, at: datetime) -> Iterator[Arrival]:
        """Everything up to `at`: what arrives, the link that comes back, the resyncs that are due."""
        while (next_at := self._back_at or self._resync_at) <= at:
            yield from self._arrived(next_at)
            if self._back_at is not None:
                self._back_at = None
                self._open(next_at)
            else:
                self._resync(next_at)
            self._resync_at = next_at + RESYNC_EVERY
        yield from self._arrived(at)

    def _arrived(self, at: datetime) -> Iterator[Arrival]:
        while self._under_way and self._under_way[0].due <= at:
            yield heapq.heappop(self._under_way)

    def _open(self, at: datetime) -> None:
        self._free_at = at
        self._put(LinkUp(link=self._name, at=at, version=VERSION), at)
        self._resync(at)

    def _resync(self, at: datetime) -> None:
        """The truth, behind everything that is still under way."""
        if not self._resyncs:
            return
        due = max([at, self._free_at, *(arrival.due for arrival in self._under_way)])
        self._free_at = due
        for event in self._truth.retold(at):
            self._put(event, due)

    # Something happens

    def _send(self, event: Happened) -> None:
        """Send the event on its way, with what befalls it."""
        if self._back_at is not None:
            self.counters[Trouble.CUT_OFF] += 1
            return
        fault = self._faults.strike(self._random)
        if fault is not None:
            self.counters[fault] += 1
        match fault:
            case Fault.CUT:
                self._cut(event.at)
            case Fault.DROP:
                pass
            case Fault.REORDER:
                self._put(event, max(event.at, self._free_at) + self._some(REORDER_S), live=True)
            case Fault.DUPLICATE:
                self._put_in_order(event)
                self._put(event, self._free_at + self._some(DUPLICATE_S), live=True)
            case _:
                self._delay_or_forge(event, fault)

    def _delay_or_forge(self, event: Happened, fault: Fault | None) -> None:
        if fault is Fault.FORGE:
            self._put_in_order(self._forger.forge(event.at, sorted(self._truth.calls)))
        elif fault is Fault.DELAY:
            self._free_at = max(event.at, self._free_at) + self._some(DELAY_S)
        self._put_in_order(event)

    def _cut(self, at: datetime) -> None:
        """The link breaks, and what is under way is lost with this event."""
        self.counters[Trouble.CUT_OFF] += len(self._under_way) + 1
        self._under_way.clear()
        self._put(LinkLost(link=self._name, at=at, reason="The simulated link was cut."), at)
        self._back_at = at + self._some(CUT_S)

    def _put_in_order(self, event: Event) -> None:
        self._free_at = max(event.at, self._free_at)
        self._put(event, self._free_at, live=True)

    def _put(self, event: Event, due: datetime, *, live: bool = False) -> None:
        self._number += 1
        if live and not self._timestamps:
            event = replace(event, at=due)
        heapq.heappush(self._under_way, Arrival(due, self._number, event, live))

    def _some(self, seconds: tuple[float, float]) -> timedelta:
        return timedelta(seconds=self._random.uniform(*seconds))
