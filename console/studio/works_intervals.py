"""How sure a share, the difference of two shares, and a median are: each with its interval of 95 %. Pure.

A share has the score interval of Wilson (J. Am. Stat. Assoc. 22, 1927), which stays within 0 and 1 and is
right for few calls, too (Agresti and Coull, Am. Stat. 52, 1998). The difference of two shares has that of
Newcombe's method 10 (Stat. Med. 17, 1998, 873), made of both Wilson intervals. A median lies between two of
the ordered values themselves, however these are spread (Conover, Practical Nonparametric Statistics, 1999).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, sqrt

from console.figures.shares import Z, wilson

WIDE = 0.4
"""A share whose interval is wider than this tells nothing yet: of some 20 or fewer, unless they agree."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What the true value lies between, 95 times of 100."""

    low: float
    high: float

    @property
    def has_zero(self) -> bool:
        """Whether, for a difference, there may be none."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, which may be none at all."""

    count: int
    of: int

    @property
    def part(self) -> float:
        """Between 0 and 1; 0 of none."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> Interval:
        """Wilson's. Of none it may be anything."""
        return Interval(*wilson(self.count, self.of))

    @property
    def tells(self) -> bool:
        """Whether it is of enough to tell something."""
        return self.interval.high - self.interval.low <= WIDE


def difference(one: Share, other: Share) -> Interval:
    """By how much the share `one` is higher than the `other`: Newcombe's method 10."""
    apart, ours, theirs = one.part - other.part, one.interval, other.interval
    return Interval(
        apart - sqrt((one.part - ours.low) ** 2 + (theirs.high - other.part) ** 2),
        apart + sqrt((ours.high - one.part) ** 2 + (other.part - theirs.low) ** 2),
    )


class Times:
    """Whole seconds in order, of which only is kept how often there was each."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        self._counts = sorted(counts.items())
        self.count = sum(counts.values())

    @property
    def median(self) -> int:
        """Half of the times are at most this; raises ValueError when there is none."""
        return self.within(0.5)

    def within(self, share: float) -> int:
        """The least time that `share` of all do not exceed."""
        return self._at(ceil(share * self.count))

    @property
    def interval(self) -> Interval | None:
        """Of the median; None of fewer than six times, which cannot tell it."""
        first = floor((self.count + 1 - Z * sqrt(self.count)) / 2)
        return Interval(self._at(first), self._at(self.count + 1 - first)) if first >= 1 else None

    def _at(self, rank: int) -> int:
        """The so-manieth time, the first being 1."""
        passed = 0
        for seconds, count in self._counts:
            passed += count
            if passed >= rank:
                return seconds
        raise ValueError("there are no times")
