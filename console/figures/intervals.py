"""Local half-hours, hours, days and weeks, right also in the nights in which clocks change.

All moments are instants; a zone says what clocks show. The day on which clocks go forward has 46 half-hours,
that on which they go back 50: the hour that clocks show twice is two hours, each with its own calls. A moment
lies in exactly one interval of each kind: an interval has its beginning, its end belongs to the next one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Grain(StrEnum):
    """How long intervals are."""

    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"  # from Monday


@dataclass(frozen=True, slots=True)
class Span:
    """From `begin` to just before `end`, both in UTC."""

    begin: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.begin <= at < self.end

    @property
    def length(self) -> timedelta:
        """How long it really takes."""
        return self.end - self.begin

    def overlap(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time from `begin` to `end` lies within."""
        return max(min(end, self.end) - max(begin, self.begin), timedelta(0))


def midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins there, in UTC; where clocks skip midnight, when they do."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def span_of(at: datetime, grain: Grain, zone: tzinfo) -> Span:
    """The interval in which the moment `at` lies."""
    if grain is Grain.HALF_HOUR:
        begin = _half_hour(at, zone)
        return Span(begin, begin + HALF_HOUR)
    if grain is Grain.HOUR:
        return _hour(at, zone)
    day = at.astimezone(zone).date()
    if grain is Grain.DAY:
        return Span(midnight(day, zone), midnight(day + DAY, zone))
    monday = day - timedelta(days=day.weekday())
    return Span(midnight(monday, zone), midnight(monday + WEEK, zone))


def spans(period: Span, grain: Grain, zone: tzinfo) -> Iterator[Span]:
    """The intervals that lie in the period, whole or in part, in order."""
    at = period.begin
    while at < period.end:
        found = span_of(at, grain, zone)
        yield found
        at = found.end


def today(at: datetime, zone: tzinfo) -> Span:
    """The local day of the moment `at`."""
    return span_of(at, Grain.DAY, zone)


def week_before(span: Span, grain: Grain, zone: tzinfo) -> tuple[Span, ...]:
    """The intervals with which to compare this one, of the same kind: same local weekday and time, a week
    earlier. None when clocks skipped that time then, two when they showed it twice."""
    local = span.begin.astimezone(zone)
    if grain in {Grain.DAY, Grain.WEEK}:
        return (span_of(midnight(local.date() - WEEK, zone), grain, zone),)
    wall = local.replace(tzinfo=None) - WEEK
    begins = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    shown = sorted(at for at in begins if at.astimezone(zone).replace(tzinfo=None) == wall)
    return tuple(span_of(at, grain, zone) for at in shown)


def week_earlier(at: datetime, zone: tzinfo) -> datetime:
    """A week earlier at the same local time: as far as an interval that is not over is compared. The first
    of two such moments; where clocks skipped it, as long after they did."""
    wall = at.astimezone(zone).replace(tzinfo=None, fold=0) - WEEK
    return wall.replace(tzinfo=zone).astimezone(UTC)


class Slot(NamedTuple):
    """A half-hour of the week: the `weekday` is 1 to 7 from Monday, the `half_hour` 0 to 47 from midnight."""

    weekday: int
    half_hour: int


def slot_of(at: datetime, zone: tzinfo) -> Slot:
    """The half-hour of the week that clocks show at the moment `at`. The hour that they show twice is in the
    same slots twice."""
    local = at.astimezone(zone)
    return Slot(local.isoweekday(), local.hour * 2 + local.minute // 30)


def slots(period: Span, zone: tzinfo) -> Counter[Slot]:
    """How often each half-hour of the week lies in the period: what sums of it are divided by."""
    return Counter(slot_of(span.begin, zone) for span in spans(period, Grain.HALF_HOUR, zone))


def _half_hour(at: datetime, zone: tzinfo) -> datetime:
    local = at.astimezone(zone)
    past = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    return (at - past).astimezone(UTC)


def _hour(at: datetime, zone: tzinfo) -> Span:
    """One or two half-hours: where clocks change by half an hour, some hours have only one."""
    half = _half_hour(at, zone)
    halves = [
        each
        for each in (half - HALF_HOUR, half, half + HALF_HOUR)
        if _shown(each, zone) == _shown(half, zone)
    ]
    return Span(halves[0], halves[-1] + HALF_HOUR)


def _shown(at: datetime, zone: tzinfo) -> tuple[date, int, timedelta | None]:
    local = at.astimezone(zone)
    return local.date(), local.hour, local.utcoffset()
