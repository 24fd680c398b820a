"""The heat map of the week: each half-hour of each weekday, over all weeks of a period. Pure, but for what is
counted."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import log

from console.figures.catalogue import FIGURES
from console.figures.intervals import Grain, Slot, Span, slot_of, spans
from console.figures.switches import AS_SET
from console.figures.tally import Tally
from console.reports.columns import Kind
from console.web.i18n import N_

SHADES = 5
"""From none (0) to the most."""

WEEKDAYS = range(1, 8)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a heat map tells; `of` gives it for a slot that was so often in the period."""

    label: str
    text: str
    kind: Kind
    of: Callable[[Tally, int], float | None]


def _calls(tally: Tally, often: int) -> float | None:
    return tally.offered / often if often else None


def _figure(key: str) -> Callable[[Tally, int], float | None]:
    def of(tally: Tally, _often: int) -> float | None:
        value = FIGURES[key].value(tally, AS_SET)
        return value if isinstance(value, int | float) else None

    return of


MEASURES: Mapping[str, Measure] = {
    "calls": Measure(
        N_("Callers who joined a queue"),
        N_("all of these half-hours together ÷ how often the half-hour was"),
        Kind.DECIMAL,
        _calls,
    ),
    "asa": Measure(N_("Average speed of answer"), FIGURES["asa"].text, Kind.SECONDS, _figure("asa")),
    "wait_p90": Measure(
        N_("90th percentile of waits"), FIGURES["wait_p90"].text, Kind.SECONDS, _figure("wait_p90")
    ),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of a half-hour, and how dark it is; without a value nothing is said."""

    value: float | None
    shade: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A row of cells for each half-hour (0 to 47 from midnight) that has any, one for each weekday."""

    rows: Sequence[tuple[int, Sequence[Cell]]]

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        return not self.rows


def over_until(period: Span, at: datetime) -> Span:
    """The part of a period that is over at the moment `at`."""
    return Span(period.begin, max(min(period.end, at), period.begin))


def heat_map(half_hours: Sequence[Span], tallies: Sequence[Tally], measure: Measure, zone: tzinfo) -> HeatMap:
    """All half-hours that clocks show alike, put together; the night ones without any calls are left out."""
    of_slot: defaultdict[Slot, Tally] = defaultdict(Tally)
    often: defaultdict[Slot, int] = defaultdict(int)
    for span, tally in zip(half_hours, tallies, strict=True):
        slot = slot_of(span.begin, zone)
        of_slot[slot] += tally
        often[slot] += 1
    busy = [slot.half_hour for slot, tally in of_slot.items() if tally.offered]
    if not busy:
        return HeatMap([])
    shown = range(min(busy), max(busy) + 1)
    values = {
        (half, day): measure.of(of_slot[Slot(day, half)], often[Slot(day, half)])
        for half in shown
        for day in WEEKDAYS
    }
    found = [value for value in values.values() if value]
    least, most = min(found, default=0.0), max(found, default=0.0)
    return HeatMap([(half, [_cell(values[half, day], least, most) for day in WEEKDAYS]) for half in shown])


def _cell(value: float | None, least: float, most: float) -> Cell:
    """Each shade is as many times as much as the one before: so one rush does not make all the rest alike."""
    if not value:
        return Cell(value, 0)
    place = log(value / least) / log(most / least) if most > least else 1.0
    return Cell(value, min(SHADES, 1 + int(place * SHADES)))


def half_hours_of(period: Span, zone: tzinfo) -> list[Span]:
    """The half-hours of a period, in order."""
    return list(spans(period, Grain.HALF_HOUR, zone))
