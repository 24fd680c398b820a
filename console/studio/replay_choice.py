"""What somebody chooses to replay: which scripts are tried, on the calls of which days. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.errors import InvalidError, Problem
from console.studio.days import read_days
from console.studio.replay_models import Tried
from console.web.forms import Form
from console.web.i18n import N_
from console.web.i18n import gettext as _

SPANS: Mapping[str, tuple[str, timedelta]] = {
    "day": (N_("of the last 24 hours"), timedelta(days=1)),
    "week": (N_("of the last 7 days"), timedelta(days=7)),
    "month": (N_("of the last 30 days"), timedelta(days=30)),
}
USUAL_SPAN = "week"
DAYS = "days"
"""Instead of a span: from one day to another."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is tried, on the calls that began from one moment to before another. `script_key` goes with one
    script, `source` with pasted ones."""

    tried: Tried
    script_key: str | None
    source: str | None
    starts_at: datetime
    ends_at: datetime


def read_choice(form: Form, at: datetime, zone: ZoneInfo) -> Choice:
    """What the form says. Raises InvalidError with all that is wrong."""
    problems: list[Problem] = []
    tried, key = _read_tried(form, problems)
    source = _read_source(form, tried, problems)
    starts_at, ends_at = _read_period(form, at, zone, problems)
    if problems:
        raise InvalidError(problems)
    return Choice(tried, key, source, starts_at, ends_at)


def _read_tried(form: Form, problems: list[Problem]) -> tuple[Tried, str | None]:
    kind, _colon, key = form.text("what").partition(":")
    if kind in {Tried.DRAFT, Tried.WITHOUT} and key:
        return Tried(kind), key
    if kind == Tried.GIVEN and "only" in form:
        return Tried.ONLY_GIVEN, None
    if kind in {Tried.DRAFTS, Tried.GIVEN}:
        return Tried(kind), None
    problems.append(Problem("what", _("Choose what is to be tried.")))
    return Tried.DRAFTS, None


def _read_source(form: Form, tried: Tried, problems: list[Problem]) -> str | None:
    if tried not in {Tried.GIVEN, Tried.ONLY_GIVEN}:
        return None
    if not form.text("source"):
        problems.append(Problem("source", _("Paste the scripts here, or choose a file.")))
    return form.get("source")


def _read_period(
    form: Form, at: datetime, zone: ZoneInfo, problems: list[Problem]
) -> tuple[datetime, datetime]:
    span = form.text("period")
    if span in SPANS:
        return at - SPANS[span][1], at
    return read_days(form, zone, problems) or (at, at)
