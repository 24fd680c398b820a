"""Figures of several rounds: medians, and ratios within each round."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


def percentile(times: Sequence[float], share: float) -> float:
    """The time that `share` of all took at most."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(slots=True)
class Series:
    """One system's rounds: the times of each, in seconds, and the server's processor time per pop."""

    name: str
    rounds: list[list[float]] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    lost: int = 0

    def add(self, times: list[float], cpu_s: float, expected: int) -> None:
        """A round with `expected` pops."""
        self.rounds.append(times)
        self.cpu_s.append(cpu_s / max(1, len(times)))
        self.lost += expected - len(times)

    def figures(self, share: float) -> list[float]:
        """The percentile of each round, in seconds."""
        return [percentile(times, share) for times in self.rounds]

    def middle(self, share: float) -> float:
        """The median of the rounds' percentiles, in seconds."""
        return median(self.figures(share))


def ratio(series: Series, floor: Series, share: float) -> float:
    """How many times slower than the floor of the same round, as the median of the rounds."""
    pairs = zip(series.figures(share), floor.figures(share), strict=True)
    return median(own / of for own, of in pairs)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        for row in rows
    )
