"""When cases are due: a table per line and priority of how long a case may take, in working hours. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from console.cases.working_hours import Shift, WorkingHours, worked_off

ABOUT_TO_BE_DUE = timedelta(hours=2)
"""What is due within so much working time is about to be overdue."""


@dataclass(frozen=True, slots=True)
class DueRules:
    """`minutes` of work that a case of a line and a priority may take; one that is missing gets no due time
    by itself. `shifts` are the working hours by weekday (1 is Monday), `holidays` the free days by name."""

    minutes: Mapping[tuple[int, str], int]
    shifts: Mapping[int, Shift]
    holidays: Mapping[date, str]

    def due_at(self, line: int, priority: str, since: datetime, zone: tzinfo) -> datetime | None:
        """When such a case is due that is there, or is so, since this moment."""
        minutes = self.minutes.get((line, priority))
        if minutes is None:
            return None
        return worked_off(self._hours(zone), since, timedelta(minutes=minutes))

    def soon(self, at: datetime, zone: tzinfo) -> datetime:
        """Up to when what is due is about to be overdue. Where nobody works, all hours count."""
        return worked_off(self._hours(zone), at, ABOUT_TO_BE_DUE) or at + ABOUT_TO_BE_DUE

    def _hours(self, zone: tzinfo) -> WorkingHours:
        return WorkingHours(self.shifts, self.holidays, zone)


USUAL_SHIFT = Shift(8 * 60, 17 * 60)

USUAL = DueRules(
    {
        (line, priority): hours * 60
        for line in (1, 2)
        for priority, hours in {"low": 36, "normal": 18, "high": 9, "urgent": 2}.items()
    },
    dict.fromkeys(range(1, 6), USUAL_SHIFT),
    {},
)
"""Before anybody has set them: Monday to Friday from 8 to 17; four days, two, one, and two hours."""


def write_rules(rules: DueRules) -> dict[str, Any]:
    """The rules as a document."""
    return {
        "minutes": [[line, priority, minutes] for (line, priority), minutes in rules.minutes.items()],
        "shifts": [[weekday, shift.opens, shift.closes] for weekday, shift in rules.shifts.items()],
        "holidays": [[day.isoformat(), name] for day, name in sorted(rules.holidays.items())],
    }


def read_rules(document: Mapping[str, Any]) -> DueRules:
    """The rules of a document."""
    return DueRules(
        {(line, priority): minutes for line, priority, minutes in document["minutes"]},
        {weekday: Shift(opens, closes) for weekday, opens, closes in document["shifts"]},
        {date.fromisoformat(day): name for day, name in document["holidays"]},
    )
