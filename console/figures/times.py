"""Waits and other times: how many, their mean, their percentiles, the longest.

A percentile is by nearest rank: the shortest of the times that so many percent of all do not exceed, so it is
always a time that somebody waited (definition 1 of Hyndman and Fan, Am. Stat. 50, 1996, 361).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

SECOND = timedelta(seconds=1)


def seconds_begun(time: timedelta) -> int:
    """How many seconds were begun: 20.4 seconds are 21. So a time is within T seconds, a whole number,
    exactly when this is."""
    return -(-time // SECOND)


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """By nearest rank, of values that occur so often each; None of none. `percent` is 1 to 100."""
    of = sum(counts.values())
    rank, passed = -(-percent * of // 100), 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= rank:
            return value
    return None


@dataclass(slots=True)
class Times:
    """Any number of times. `total` is exact, each single one is kept in seconds begun: so percentiles and
    the longest are those of the exact times, rounded up to whole seconds, and there are never more entries
    than the longest has seconds."""

    total: timedelta = timedelta(0)
    seconds: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, times: Iterable[timedelta]) -> "Times":
        """These times."""
        whole = cls()
        for time in times:
            whole.put(time)
        return whole

    def put(self, time: timedelta, times: int = 1) -> None:
        """Add a time; with -1 take one away that was added."""
        self.total += times * time
        begun = seconds_begun(time)
        self.seconds[begun] += times
        if not self.seconds[begun]:
            del self.seconds[begun]

    @property
    def count(self) -> int:
        """How many."""
        return self.seconds.total()

    @property
    def mean_s(self) -> float | None:
        """In seconds, exact."""
        return self.total.total_seconds() / self.count if self.count else None

    @property
    def longest_s(self) -> int | None:
        """In seconds begun."""
        return max(self.seconds, default=None)

    def percentile_s(self, percent: int) -> int | None:
        """So many percent of the times are at most this, in seconds begun; 50 is the median."""
        return percentile(self.seconds, percent)

    def __add__(self, other: "Times") -> "Times":
        return Times(self.total + other.total, self.seconds + other.seconds)
