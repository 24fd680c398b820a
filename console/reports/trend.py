"""A period beside the week before: day by day, or half-hour by half-hour of one day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from console.figures.catalogue import FIGURES, Figure, Unit, Value
from console.figures.intervals import DAY, Grain, Span, spans, week_before, week_earlier
from console.figures.switches import Wanted
from console.figures.tally import Tally, together

FIGURES_OF_TREND = (
    *("offered", "answered", "abandoned", "service_level", "abandon_rate", "asa", "wait_p90", "aht"),
    "transfer_rate",
)
"""The figures that can be followed, by their key in the catalogue."""


def grain_of(period: Span) -> Grain:
    """Days; the half-hours of one day."""
    return Grain.HALF_HOUR if period.length < 2 * DAY else Grain.DAY


@dataclass(frozen=True, slots=True)
class Steps:
    """The intervals of a period that have begun, and for each those of the week before, as far as they are
    compared: of one that is not over, up to the same local time. None where clocks skipped it, two where they
    showed it twice."""

    grain: Grain
    now: Sequence[Span]
    before: Sequence[Sequence[Span]]

    @property
    def earlier(self) -> list[Span]:
        """All intervals of the week before, in order, each once."""
        return sorted({span for each in self.before for span in each}, key=lambda span: span.begin)


def steps_of(period: Span, at: datetime, zone: tzinfo) -> Steps:
    """What to count."""
    grain = grain_of(period)
    begun = [span for span in spans(period, grain, zone) if span.begin <= at]
    until = week_earlier(at, zone)
    before = [
        [_cut(each, until) if at in span else each for each in week_before(span, grain, zone)]
        for span in begun
    ]
    return Steps(grain, begun, before)


def _cut(span: Span, until: datetime) -> Span:
    return Span(span.begin, max(span.begin, min(span.end, until)))


@dataclass(frozen=True, slots=True)
class Point:
    """An interval, with the figure then and a week before."""

    begin: datetime
    now: Value
    before: Value


@dataclass(frozen=True, slots=True)
class Trend:
    """The figure's course, and over all together: that of the week before as far as it is compared."""

    figure: Figure
    points: Sequence[Point]
    now: Value
    before: Value

    @property
    def empty(self) -> bool:
        """Whether nothing was counted, neither now nor then."""
        return not any(_said(point.now) or _said(point.before) for point in self.points)

    @property
    def is_share(self) -> bool:
        """Whether the values are shares."""
        return self.figure.unit is Unit.SHARE


def _said(value: Value) -> bool:
    return bool(getattr(value, "of", value))


def trend(key: str, steps: Steps, now: Sequence[Tally], earlier: Sequence[Tally], wanted: Wanted) -> Trend:
    """The course of a figure; `now` are the tallies of `steps.now`, `earlier` those of `steps.earlier`."""
    figure = FIGURES[key]
    of = dict(zip(steps.earlier, earlier, strict=True))
    before = [together(of[span] for span in each) for each in steps.before]
    points = [
        Point(span.begin, figure.value(one, wanted), figure.value(other, wanted))
        for span, one, other in zip(steps.now, now, before, strict=True)
    ]
    return Trend(
        figure,
        points,
        figure.value(together(now), wanted),
        figure.value(together(before), wanted),
    )
