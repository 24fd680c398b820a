"""The table of a report: one line for each row, and one of all together. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from console.figures.catalogue import Value
from console.figures.formulas import Formula, Switch, by_each_formula, formulas_of, with_each_switch
from console.figures.intervals import Grain, spans
from console.figures.shares import Share
from console.reports.choice import By, Choice
from console.reports.columns import Column, columns_of
from console.reports.counts import Counts
from console.reports.reading import Key, Report


@dataclass(frozen=True, slots=True)
class Line:
    """A row: `key` as programs know it, `label` as people do."""

    key: Key
    label: str
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Table:
    """What is shown: every line has a value for each of the columns."""

    choice: Choice
    columns: Sequence[Column]
    lines: Sequence[Line]
    total: Line
    counts: Mapping[Key, Counts]
    whole: Counts

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        return not self.lines

    def formulas(self) -> list[Formula]:
        """Those by which the service level is computed."""
        return formulas_of(self.whole.tally, self.choice.switches)

    def by_formula(self) -> list[tuple[str, list[tuple[Formula, Share]]]]:
        """What each formula of the service level gives for the same rows, and for all together."""
        switches = self.choice.switches
        rows = [(line.label, self.counts[line.key].tally) for line in self.lines]
        return [
            (label, by_each_formula(tally, switches))
            for label, tally in [*rows, (self.total.label, self.whole.tally)]
        ]

    def by_switch(self) -> list[tuple[Switch, bool | None, Share]]:
        """Each switch, whether it is on (None: for some queues), and what it were the other way round."""
        return with_each_switch(self.whole.tally, self.choice.switches)


def table(report: Report, choice: Choice, labels: Mapping[Key, str], all_of: str) -> Table:
    """The table of what was counted; `labels` name its rows, what they leave out is named by its key."""
    columns = columns_of(choice.by, choice.show)
    whole = report.total
    lines = [
        Line(key, labels.get(key, str(key)), _values(counts, columns, choice))
        for key, counts in report.rows.items()
    ]
    total = Line(None, all_of, _values(whole, columns, choice))
    return Table(choice, columns, _ordered(lines, columns, choice), total, report.rows, whole)


def fill(report: Report, choice: Choice, at: datetime, zone: tzinfo) -> None:
    """Give each day and week that has begun a row: one without any calls is worth noticing."""
    if choice.by in {By.DAY, By.WEEK} and report.rows:
        for span in spans(choice.period, Grain(choice.by.value), zone):
            if span.begin <= at:
                _ = report.rows[span.begin]


def _values(counts: Counts, columns: Sequence[Column], choice: Choice) -> list[Value]:
    return [column.value(counts, choice.switches) for column in columns]


def _ordered(lines: Sequence[Line], columns: Sequence[Column], choice: Choice) -> list[Line]:
    """By the column that was asked for, empty ones last; else by time, or by name, of nothing last."""
    if choice.by.grain is not None:
        lines = sorted(lines, key=lambda line: str(line.key))
    else:
        lines = sorted(lines, key=lambda line: (line.key is None, line.label.casefold()))
    place = next((at for at, column in enumerate(columns) if column.key == choice.sort.lstrip("-")), None)
    if place is None:
        return lines[::-1] if choice.sort == "-" else list(lines)
    told = [line for line in lines if number_of(line.values[place]) is not None]
    silent = [line for line in lines if number_of(line.values[place]) is None]
    down = choice.sort.startswith("-")
    return [*sorted(told, key=lambda line: number_of(line.values[place]) or 0.0, reverse=down), *silent]


def number_of(value: Value) -> float | None:
    """A value as a number; None where nothing can be said."""
    return value.part if isinstance(value, Share) else value
