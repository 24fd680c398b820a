"""What somebody chooses to see of how a script works: which versions, on the calls of which days. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.errors import InvalidError, Problem
from console.studio.days import read_days
from console.studio.replay_reading import Period
from console.web.i18n import N_
from console.web.i18n import gettext as _

SPANS: Mapping[str, tuple[str, timedelta]] = {
    "7": (N_("of the last 7 days"), timedelta(days=7)),
    "28": (N_("of the last 28 days"), timedelta(days=28)),
    "90": (N_("of the last 90 days"), timedelta(days=90)),
}
USUAL_SPAN, LONGEST_SPAN = "28", "90"
DAYS = "days"
"""Instead of a span: from one day to another."""

MOST_DIGITS = 9
"""Of a version's number in an address."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One version (None: all together), perhaps with another one `beside` it."""

    period: Period
    version: int | None
    beside: int | None


def read_choice(query: Mapping[str, str], versions: Collection[int], at: datetime, zone: ZoneInfo) -> Choice:
    """What an address says. Raises InvalidError with all that is wrong."""
    problems: list[Problem] = []
    period = _read_period(query, at, zone, problems)
    version, beside = (_read_version(query, name, versions, problems) for name in ("version", "beside"))
    if beside is not None and version is None and not problems:
        problems.append(Problem("version", _("Choose a version that the other one is to stand beside.")))
    if beside is not None and beside == version:
        problems.append(Problem("beside", _("Choose two different versions to see them side by side.")))
    if problems:
        raise InvalidError(problems)
    return Choice(period, version, beside)


def _read_period(query: Mapping[str, str], at: datetime, zone: ZoneInfo, problems: list[Problem]) -> Period:
    span = query.get("period", "")
    if span == DAYS:
        return Period(*(read_days(query, zone, problems) or (at, at)))
    return Period(at - SPANS.get(span, SPANS[USUAL_SPAN])[1], at)


def _read_version(
    query: Mapping[str, str], name: str, versions: Collection[int], problems: list[Problem]
) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if text.isdecimal() and len(text) <= MOST_DIGITS and int(text) in versions:
        return int(text)
    problems.append(Problem(name, _("There is no such version. Choose one of the list.")))
    return None
