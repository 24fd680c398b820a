"""A share of a count, and how sure it is."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054
"""Within so many standard deviations lie 95 % of a normal distribution."""


def wilson(count: int, of: int) -> tuple[float, float]:
    """Between which two values the true share lies, 95 times of 100, when it was `count` of `of`.

    The score interval of Wilson (J. Am. Stat. Assoc. 22, 1927), which stays within 0 and 1 and is right for
    few calls, too (Agresti and Coull, Am. Stat. 52, 1998). Of none it may be anything.
    """
    if not of:
        return 0.0, 1.0
    part, square = count / of, Z * Z / of
    middle, spread = part + square / 2, Z * sqrt((part * (1 - part) + square / 4) / of)
    low, high = (middle - spread) / (1 + square), (middle + spread) / (1 + square)
    return 0.0 if not count else low, 1.0 if count == of else high


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, which may be none at all."""

    count: int
    of: int

    @property
    def part(self) -> float | None:
        """Between 0 and 1; None of none."""
        return self.count / self.of if self.of else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Wilson's interval: wide where `of` is small."""
        return wilson(self.count, self.of)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.count + other.count, self.of + other.of)
