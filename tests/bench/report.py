"""Figures of several rounds: medians, and ratios within each round; goals, and whether they are kept."""

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


@dataclass(frozen=True, slots=True)
class Goal:
    """What was measured beside what it may be at most (or, `least`, must be at least)."""

    what: str
    measured: float
    limit: float
    unit: str = ""
    least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the goal is met."""
        return self.measured >= self.limit if self.least else self.measured <= self.limit


def goals_table(goals: Sequence[Goal]) -> str:
    """A row for each goal."""
    rows = [("", "measured", "goal", "")]
    rows += [
        (
            goal.what,
            f"{goal.measured:.4g}{goal.unit}",
            f"{'>=' if goal.least else '<='} {goal.limit:g}{goal.unit}",
            "kept" if goal.kept else "MISSED",
        )
        for goal in goals
    ]
    return table(rows)


def over_floor(what: str, series: Series, floor: Series, p50: float, p99: float) -> list[Goal]:
    """The goals of a series of pops: so many times the floor's percentiles at most, and none lost."""
    return [
        Goal(f"{what}, p50 over the echo's", ratio(series, floor, 0.5), p50, "x"),
        Goal(f"{what}, p99 over the echo's", ratio(series, floor, 0.99), p99, "x"),
        Goal(f"{what}, pops lost", series.lost, 0),
    ]


FIGURES = ("", "p50 ms", "p99 ms", "p50 / echo", "p99 / echo", "CPU ms / pop", "lost")


def figures(floor: Series, *measured: Series) -> str:
    """A row for the floor and for each series."""
    return table(
        [
            FIGURES,
            *(
                (
                    series.name,
                    f"{series.middle(0.5) * 1000:.3f}",
                    f"{series.middle(0.99) * 1000:.3f}",
                    f"{ratio(series, floor, 0.5):.1f}",
                    f"{ratio(series, floor, 0.99):.1f}",
                    f"{median(series.cpu_s) * 1000:.2f}",
                    str(series.lost),
                )
                for series in (floor, *measured)
            ),
        ]
    )


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
