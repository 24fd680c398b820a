"""What works as a file: a row for each figure of each version, with its interval. Pure."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from console.studio.replay_reading import Period
from console.studio.works_figures import Line, figure_lines, offer_lines, outcome_lines, rating_lines
from console.studio.works_intervals import Share, Times
from console.studio.works_steps import StepLine, step_lines
from console.studio.works_tally import Tally
from console.web.formulas import disarm
from console.web.i18n import gettext as _
from scripts_engine.script import Script

COLUMNS = (
    "figure",
    "of",
    "version",
    "count",
    "out_of",
    "share",
    "low",
    "high",
    "median_s",
    "median_low_s",
    "median_high_s",
    "p90_s",
    "calls_from",
    "calls_until",
    "counted_at",
)
"""`figure` is of the step, outcome, answer or rating that `of` names (no outcome: runs that were left); `low`
and `high` are the interval's."""

ALL = "all"


@dataclass(frozen=True, slots=True)
class Column:
    """A version, or all together (None), with what became of it."""

    version: int | None
    tally: Tally

    @property
    def label(self) -> str:
        """What it is called on the page."""
        if self.version is None:
            return _("all versions")
        return _("version %(number)s", number=self.version)

    @property
    def name(self) -> str:
        """What it is called in the file."""
        return ALL if self.version is None else str(self.version)


Cells = tuple[str, str, str, list[str]]
"""The first three columns, and what follows."""


def write_file(
    columns: Sequence[Column], scripts: Iterable[Script | None], period: Period, at: datetime
) -> str:
    """The whole file."""
    moments = [each.isoformat() for each in (period.starts_at, period.ends_at, at)]
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for figure, of, version, numbers in _rows(columns, scripts):
        padding = [""] * (len(COLUMNS) - len(moments) - 3 - len(numbers))
        writer.writerow([figure, disarm(of), version, *numbers, *padding, *moments])
    return f"\ufeff{out.getvalue()}"


def _rows(columns: Sequence[Column], scripts: Iterable[Script | None]) -> Iterator[Cells]:
    tallies = [each.tally for each in columns]
    names = [each.name for each in columns]
    for column in columns:
        yield "picks", "", column.name, [str(column.tally.picks.calls)]
    for line in figure_lines(tallies):
        yield from _shares(line.name, "", names, line.shares)
    for figure, lines in _of_each(tallies):
        for line in lines:
            yield from _shares(figure, line.name, names, line.shares)
    for step in step_lines(scripts, tallies):
        yield from _step(step, names)


def _of_each(tallies: Sequence[Tally]) -> Iterator[tuple[str, list[Line]]]:
    yield "outcome", outcome_lines(tallies)
    yield "offer", offer_lines(tallies)
    yield "rating", rating_lines(tallies)


def _step(step: StepLine, names: Sequence[str]) -> Iterator[Cells]:
    yield from _shares("step reached", step.name, names, step.reached)
    yield from _shares("step left", step.name, names, step.left)
    for name, times in zip(names, step.times, strict=True):
        yield "step time", step.name, name, _times(times)


def _shares(figure: str, of: str, names: Sequence[str], shares: Sequence[Share]) -> Iterator[Cells]:
    for name, share in zip(names, shares, strict=True):
        told = (share.part, share.interval.low, share.interval.high) if share.of else ()
        yield figure, of, name, [str(share.count), str(share.of), *(f"{each:.4f}" for each in told)]


def _times(times: Times) -> list[str]:
    if not times.count:
        return ["0"]
    between = times.interval
    low, high = (str(between.low), str(between.high)) if between else ("", "")
    return [str(times.count), "", "", "", "", str(times.median), low, high, str(times.within(0.9))]
