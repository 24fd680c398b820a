"""What became of visits: counted one by one, taken away again, and put together in any order.

A tally is a monoid: `Tally()` has nothing, `put` adds a visit, `+` puts two together, and neither order nor
partition changes the result. For this all sums are of whole numbers: counts, and times to the microsecond.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple, TypeVar

from console.figures.switches import USUAL_SWITCHES, Switches
from console.figures.times import Times, seconds_begun
from console.figures.visits import NOTHING, Part, Visit
from telephony.events import VisitEnd

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a queue promises: an answer `within_s` seconds; who hangs up within `short_s` seconds was a short
    abandon, too short for anybody to answer. A wait of exactly the limit is within it. Whole seconds.
    By its `switches` its service level is read off."""

    within_s: int = 20
    short_s: int = 5
    switches: Switches = USUAL_SWITCHES


class Fate(NamedTuple):
    """What became of a visit, as far as figures tell visits apart. Without an `end` it is still open.
    `switches` are those of its queue."""

    end: VisitEnd | None
    in_time: bool
    short: bool
    call_back: bool
    switches: Switches = USUAL_SWITCHES


def fate(visit: Visit, limits: Limits) -> Fate:
    """What became of it."""
    known, begun = visit.left_at is not None, seconds_begun(visit.wait)
    return Fate(
        visit.end,
        known and visit.end is not None and begun <= limits.within_s,
        known and visit.end is VisitEnd.ABANDONED and begun <= limits.short_s,
        visit.call_back,
        limits.switches,
    )


@dataclass(slots=True)
class Handling:
    """What agents did with calls: `offers` rang, `missed` were not answered, `handled` were, and are over.
    The times are those of handled ones, `talked` without `held`."""

    offers: int = 0
    missed: int = 0
    handled: int = 0
    transfers: int = 0
    talked: timedelta = NOTHING
    held: timedelta = NOTHING
    wrap_up: timedelta = NOTHING

    def put(self, part: Part, times: int = 1) -> None:
        """Add an agent's part; with -1 take one away that was added."""
        self.offers += times
        if not part.handled:
            self.missed += times * part.missed
            return
        self.handled += times
        self.transfers += times * part.transferred
        held = part.held
        self.talked += times * (part.lasted - held)
        self.held += times * held
        self.wrap_up += times * part.wrap_up

    @property
    def total(self) -> timedelta:
        """The handling time: talking, hold and wrap-up."""
        return self.talked + self.held + self.wrap_up

    def mean_s(self, time: timedelta) -> float | None:
        """A sum of times, for each handled call: in seconds."""
        return time.total_seconds() / self.handled if self.handled else None

    def __add__(self, other: "Handling") -> "Handling":
        return Handling(
            self.offers + other.offers,
            self.missed + other.missed,
            self.handled + other.handled,
            self.transfers + other.transfers,
            self.talked + other.talked,
            self.held + other.held,
            self.wrap_up + other.wrap_up,
        )


@dataclass(slots=True)
class Tally:
    """All that is counted of visits. `calls` are first visits: however many queues a call went through, it
    came in once. `waits` are those of visits of which it is known when they ended, by what became of them."""

    calls: int = 0
    visits: Counter[Fate] = field(default_factory=Counter)
    waits: dict[Fate, Times] = field(default_factory=dict)
    handling: Handling = field(default_factory=Handling)

    def put(self, visit: Visit, limits: Limits, times: int = 1) -> None:
        """Count a visit; with -1 take one away that was counted with the same limits."""
        what = fate(visit, limits)
        self.calls += times * (visit.number == 1)
        self.visits[what] += times
        if what.end is not None and visit.left_at is not None:
            if what not in self.waits:
                self.waits[what] = Times()
            self.waits[what].put(visit.wait, times)
        if not self.visits[what]:
            del self.visits[what]
            self.waits.pop(what, None)
        if visit.part is not None:
            self.handling.put(visit.part, times)

    def count(self, chosen: Callable[[Fate], bool]) -> int:
        """How many visits had such a fate."""
        return sum(count for what, count in self.visits.items() if chosen(what))

    def ended(self, end: VisitEnd | None) -> int:
        """How many visits ended so, or (None) are still open."""
        return self.count(lambda what: what.end is end)

    def waits_of(self, end: VisitEnd) -> Times:
        """How long those waited who ended so."""
        return sum((times for what, times in self.waits.items() if what.end is end), Times())

    @property
    def offered(self) -> int:
        """All visits: everybody who joined a queue."""
        return self.visits.total()

    @property
    def longest_s(self) -> int | None:
        """The longest wait that has ended, however it did, in seconds begun."""
        return max((times.longest_s or 0 for times in self.waits.values()), default=None)

    def __add__(self, other: "Tally") -> "Tally":
        waits = {
            what: self.waits.get(what, Times()) + other.waits.get(what, Times())
            for what in self.waits.keys() | other.waits.keys()
        }
        return Tally(
            self.calls + other.calls, self.visits + other.visits, waits, self.handling + other.handling
        )


LimitsOf = Callable[[str], Limits]
"""The limits of a queue, by its name."""


def tally(visits: Iterable[Visit], limits: LimitsOf) -> Tally:
    """The tally of these visits, each by the limits of its own queue."""
    whole = Tally()
    for visit in visits:
        whole.put(visit, limits(visit.queue))
    return whole


def tallies(visits: Iterable[Visit], limits: LimitsOf, key: Callable[[Visit], Key]) -> dict[Key, Tally]:
    """A tally for each `key` that visits have: a queue, a line, the beginning of an interval, or several."""
    found: dict[Key, Tally] = {}
    for visit in visits:
        found.setdefault(key(visit), Tally()).put(visit, limits(visit.queue))
    return found


def together(parts: Iterable[Tally]) -> Tally:
    """All of them in one."""
    return sum(parts, Tally())


def handling(parts: Iterable[Part], key: Callable[[Part], Key]) -> dict[Key, Handling]:
    """What agents did, for each `key` that parts have: an agent, a queue. All parts count, also those that
    answered no visit: missed ones, direct calls, calls that were passed on to the agent."""
    found: dict[Key, Handling] = {}
    for part in parts:
        found.setdefault(key(part), Handling()).put(part)
    return found
