"""Days that somebody types into a form. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.errors import Problem
from console.web.i18n import gettext as _

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
"""Days beyond these mean the same as these."""


def read_days(
    fields: Mapping[str, str], zone: ZoneInfo, problems: list[Problem]
) -> tuple[datetime, datetime] | None:
    """From the beginning of the day `from` to the end of the day `until`; None, with problems added, when
    they are no days."""
    first, last = (_read_day(fields, name, problems) for name in ("from", "until"))
    if first is None or last is None:
        return None
    if last < first:
        problems.append(Problem("until", _("The last day lies before the first one.")))
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)


def _read_day(fields: Mapping[str, str], name: str, problems: list[Problem]) -> date | None:
    try:
        return min(max(date.fromisoformat(fields.get(name, "").strip()), FIRST_DAY), LAST_DAY)
    except ValueError:
        problems.append(Problem(name, _("Say which day, such as 2026-11-21.")))
        return None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
