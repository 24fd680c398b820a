"""The days of a report, by the clocks of the zone. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo

from console.errors import Problem
from console.figures.intervals import DAY, WEEK, Span, midnight
from console.web.i18n import N_
from console.web.i18n import gettext as _

DAYS = "days"
"""Instead of a period with a name: from one day to another."""

USUAL = "today"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
MOST_DAYS = 400


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + WEEK


PERIODS: Mapping[str, tuple[str, Callable[[date], tuple[date, date]]]] = {
    "today": (N_("Today"), lambda day: (day, day + DAY)),
    "yesterday": (N_("Yesterday"), lambda day: (day - DAY, day)),
    "this_week": (N_("This week"), _week),
    "last_week": (N_("Last week"), lambda day: _week(day - WEEK)),
    "last_28_days": (N_("The last 28 days"), lambda day: (day - 28 * DAY, day)),
    "this_month": (N_("This month"), _month),
    "last_month": (N_("Last month"), lambda day: _month(day.replace(day=1) - DAY)),
}
"""Each with the first day and the day after the last one, seen from today."""


def read_period(
    query: Mapping[str, str], at: datetime, zone: tzinfo, problems: list[Problem], usual: str = USUAL
) -> Span:
    """The days that `period` names, or those from `from` to `until`; of what is wrong, problems are added."""
    name = query.get("period", "").strip() or usual
    today = at.astimezone(zone).date()
    if name == DAYS:
        first, after = read_days(query, problems) or (today, today + DAY)
    elif name in PERIODS:
        first, after = PERIODS[name][1](today)
    else:
        problems.append(Problem("period", _one_of([*PERIODS, DAYS])))
        first, after = today, today + DAY
    return Span(midnight(first, zone), midnight(after, zone))


def read_days(query: Mapping[str, str], problems: list[Problem]) -> tuple[date, date] | None:
    """The first day and the day after the last one; None, with problems added, when they are no days."""
    first, last = (read_day(query, name, problems) for name in ("from", "until"))
    if first is None or last is None:
        return None
    if last < first:
        problems.append(Problem("until", _("The last day lies before the first one.")))
        return None
    if (last - first).days >= MOST_DAYS:
        problems.append(Problem("until", _("Choose at most %(days)s days at once.", days=MOST_DAYS)))
        return None
    return first, last + DAY


def read_day(query: Mapping[str, str], name: str, problems: list[Problem]) -> date | None:
    """The day in a field; None, with a problem added, when it is none."""
    try:
        return min(max(date.fromisoformat(query.get(name, "").strip()), FIRST_DAY), LAST_DAY)
    except ValueError:
        problems.append(Problem(name, _("Say which day, such as 2026-11-21.")))
        return None


def _one_of(names: list[str]) -> str:
    return _("There is no such choice: choose one of %(names)s.", names=", ".join(names))
