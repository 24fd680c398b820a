"""When so much time will have been worked. Pure.

Opening hours are those of the clock on the wall, what is worked in them is real time: a night in which clocks
are put forward is an hour shorter. Where nobody works for years, nothing is ever worked off: None.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MINUTES_A_DAY = 24 * 60

LOOKED_AHEAD = timedelta(days=2 * 366)
"""So far ahead work is looked for."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """From when to when work is done on a day, in minutes since midnight on the clock on the wall."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of each weekday (1 is Monday; one that is missing is free), and the days that are free
    besides, on the clock of `zone`."""

    shifts: Mapping[int, Shift]
    holidays: Collection[date]
    zone: tzinfo


def worked_off(hours: WorkingHours, since: datetime, work: timedelta) -> datetime | None:
    """The moment at which `work` has been done, when it begins at `since`; at the end of a day rather than at
    the beginning of the next one. Nothing to do is done at once. None: never."""
    if work <= timedelta():
        return since
    left = work
    for begins, ends in _stretches(hours, since):
        stretch = ends - max(begins, since)
        if stretch >= left:
            return ends - (stretch - left)
        left -= max(stretch, timedelta())
    return None


def _stretches(hours: WorkingHours, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From when to when work is done, in UTC, from the day of `since` on."""
    first = since.astimezone(hours.zone).date()
    for number in range(LOOKED_AHEAD.days):
        day = first + number * _DAY
        shift = hours.shifts.get(day.isoweekday())
        if shift is not None and day not in hours.holidays:
            yield _at(day, shift.opens, hours.zone), _at(day, shift.closes, hours.zone)


def _at(day: date, minutes: int, zone: tzinfo) -> datetime:
    """When the clock on the wall shows it. What it never shows, as it is put forward, comes before what it
    shows next."""
    local = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
    return local.astimezone(UTC)
