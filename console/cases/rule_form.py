"""The form in which admins say when cases are due: fields as texts, as they were typed, and what they mean.
Pure."""

from collections.abc import Mapping
from datetime import date, time

from console.cases.due_rules import DueRules
from console.cases.working_hours import MINUTES_A_DAY, Shift
from console.errors import InvalidError, Problem
from console.web.i18n import gettext as _
from scripts_engine.facts import PRIORITIES
from scripts_engine.script import LINES

WEEKDAYS = range(1, 8)
MOST_HOURS = 999
MOST_HOLIDAYS = 1_000
LONGEST_NAME = 100
MINUTES_AN_HOUR = 60

Fields = Mapping[str, str]


def hours_field(line: int, priority: str) -> str:
    """The name of the field that says how many hours a case may take."""
    return f"hours_{line}_{priority}"


def write_fields(rules: DueRules) -> dict[str, str]:
    """The rules as the fields hold them."""
    fields = {
        hours_field(line, priority): _hours(rules.minutes.get((line, priority)))
        for line in LINES
        for priority in PRIORITIES
    }
    for weekday in WEEKDAYS:
        shift = rules.shifts.get(weekday)
        fields[f"opens_{weekday}"] = _clock(shift.opens) if shift else ""
        fields[f"closes_{weekday}"] = _clock(shift.closes) if shift else ""
    days = sorted(rules.holidays.items())
    return fields | {"holidays": "\n".join(f"{day} {name}".strip() for day, name in days)}


def read_fields(fields: Fields) -> DueRules:
    """The rules that were typed. Raises InvalidError with all that is wrong."""
    problems: list[Problem] = []
    minutes, shifts = {}, {}
    for line in LINES:
        for priority in PRIORITIES:
            name = hours_field(line, priority)
            if (found := _minutes(name, fields, problems)) is not None:
                minutes[line, priority] = found
    for weekday in WEEKDAYS:
        if (shift := _shift(weekday, fields, problems)) is not None:
            shifts[weekday] = shift
    holidays = _holidays(fields, problems)
    if problems:
        raise InvalidError(problems)
    return DueRules(minutes, shifts, holidays)


def _hours(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes / MINUTES_AN_HOUR:g}"


def _clock(minutes: int) -> str:
    return f"{minutes % MINUTES_A_DAY // 60:02}:{minutes % 60:02}"


def _minutes(name: str, fields: Fields, problems: list[Problem]) -> int | None:
    typed = fields.get(name, "").strip().replace(",", ".")
    if not typed:
        return None
    try:
        minutes = round(float(typed) * MINUTES_AN_HOUR)
    except (ValueError, OverflowError):
        minutes = 0
    if not 0 < minutes <= MOST_HOURS * MINUTES_AN_HOUR:
        why = _(
            "“%(typed)s” is no number of hours up to %(most)s. Leave it empty where a case gets no due time "
            "by itself.", typed=typed[:20], most=MOST_HOURS
        )  # fmt: skip
        problems.append(Problem(name, why))
        return None
    return minutes


def _shift(weekday: int, fields: Fields, problems: list[Problem]) -> Shift | None:
    opens, closes = (fields.get(f"{name}_{weekday}", "").strip() for name in ("opens", "closes"))
    if not opens and not closes:
        return None
    try:
        shift = Shift(_minutes_of(opens), _minutes_of(closes) or MINUTES_A_DAY)
    except ValueError:
        why = _("Say from when to when, as in 08:00 and 17:00; or empty both on a day without work.")
        problems.append(Problem(f"opens_{weekday}", why))
        return None
    if shift.opens >= shift.closes:
        why = _("Work ends after it begins. For a whole day write 00:00 and 00:00.")
        problems.append(Problem(f"closes_{weekday}", why))
    return shift


def _minutes_of(text: str) -> int:
    clock = time.fromisoformat(text)
    return clock.hour * 60 + clock.minute


def _holidays(fields: Fields, problems: list[Problem]) -> dict[date, str]:
    found: dict[date, str] = {}
    for number, line in enumerate(fields.get("holidays", "").splitlines(), 1):
        day, _blank, name = line.strip().partition(" ")
        if not day:
            continue
        try:
            found[date.fromisoformat(day)] = name.strip()[:LONGEST_NAME]
        except ValueError:
            why = _("Line %(number)s: “%(day)s” is no day; write 2026-12-24, and behind it a name.",
                    number=number, day=day[:20])  # fmt: skip
            problems.append(Problem("holidays", why))
    if len(found) > MOST_HOLIDAYS:
        problems.append(Problem("holidays", _("These are more than %(most)s days.", most=MOST_HOLIDAYS)))
    return found
