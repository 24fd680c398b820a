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
"""`figure` is of the step, outcome, answer or rating that `of` names; `low` and `high` are the interval's."""


@dataclass(frozen=True, slots=True)
class Column:
    """A version, or all, with what became of it."""

    label: str
    tally: Tally


Cells = tuple[str, str, str, list[str]]


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
        writer.writerow([disarm(figure), disarm(of), disarm(version), *numbers, *padding, *moments])
    return f"\ufeff{out.getvalue()}"


def _rows(columns: Sequence[Column], scripts: Iterable[Script | None]) -> Iterator[Cells]:
    tallies = [each.tally for each in columns]
    labels = [each.label for each in columns]
    for column in columns:
        yield "picks", "", column.label, [str(column.tally.picks.calls)]
    for line in figure_lines(tallies):
        yield from _shares(line.name, "", labels, line.shares)
    for figure, lines in _of_each(tallies):
        for line in lines:
            yield from _shares(figure, line.name, labels, line.shares)
    for step in step_lines(scripts, tallies):
        yield from _step(step, labels)


def _of_each(tallies: Sequence[Tally]) -> Iterator[tuple[str, list[Line]]]:
    yield "outcome", outcome_lines(tallies)
    yield "offer", offer_lines(tallies)
    yield "rating", rating_lines(tallies)


def _step(step: StepLine, labels: Sequence[str]) -> Iterator[Cells]:
    yield from _shares("step reached", step.name, labels, step.reached)
    yield from _shares("step left", step.name, labels, step.left)
    for label, times in zip(labels, step.times, strict=True):
        yield "step time", step.name, label, _times(times)


def _shares(figure: str, of: str, labels: Sequence[str], shares: Sequence[Share]) -> Iterator[Cells]:
    for label, share in zip(labels, shares, strict=True):
        told = (share.part, share.interval.low, share.interval.high) if share.of else ()
        yield figure, of, label, [str(share.count), str(share.of), *(f"{each:.4f}" for each in told)]


def _times(times: Times) -> list[str]:
    if not times.count:
        return ["0"]
    between = times.interval
    known = (between.low, between.high) if between else ()
    low, high = map(str, known) if known else ("", "")
    return [str(times.count), "", "", "", "", str(times.median), low, high, str(times.within(0.9))]
