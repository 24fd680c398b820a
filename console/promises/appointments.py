"""Which moment a call-back may be promised for. Pure.

Days and times are those of the clock on the wall: a call-back in two days is at the same time of day, also
when clocks are changed in between.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from console.clock import on_clock
from console.errors import InvalidError, Problem
from console.web.i18n import gettext as _
from scripts_engine.script import LATEST_CALLBACK_DAYS

USUAL_DAYS = 1
"""In how many days when nobody says."""

LONGEST_TYPED = 40


@dataclass(frozen=True, slots=True)
class Proposal:
    """A day and a time of day as forms hold them: `2026-11-24`, `14:00`; `time` is "" when the agent is to
    say."""

    day: str
    time: str


def days_ahead(said: object) -> int:
    """In how many days a script says; USUAL_DAYS when it says nothing that is a number of days."""
    text = str(said).strip()
    days = int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else USUAL_DAYS
    return days if days <= LATEST_CALLBACK_DAYS else USUAL_DAYS


def propose(since: datetime, days: int, zone: tzinfo) -> Proposal:
    """So many days after `since`, at the same time of day. On the same day the time is the agent's to say."""
    local = on_clock(since, zone)
    day = local.date() + timedelta(days)
    return Proposal(day.isoformat(), f"{local:%H:%M}" if days else "")


def moment_of(typed: Proposal, zone: tzinfo) -> datetime:
    """The moment that an agent typed. Raises InvalidError when it is none."""
    return datetime.combine(_day(typed.day), _time(typed.time), zone)


def appoint(typed: Proposal, at: datetime, zone: tzinfo) -> datetime:
    """The moment that an agent typed. Raises InvalidError when it may not be promised at `at`."""
    due = moment_of(typed, zone)
    shown = f"{due:%Y-%m-%d %H:%M}"
    if due < at:
        why = _("%(when)s is over already: choose a later time, or another day.", when=shown)
        raise InvalidError([Problem("time", why)])
    if due.date() > on_clock(at, zone).date() + timedelta(LATEST_CALLBACK_DAYS):
        why = _("%(when)s is more than a year ahead: choose a day before that.", when=shown)
        raise InvalidError([Problem("day", why)])
    return due


def _day(typed: str) -> date:
    if not typed:
        raise InvalidError([Problem("day", _("Say on which day to call back."))])
    try:
        return date.fromisoformat(typed)
    except ValueError:
        why = _("“%(day)s” is no day; write it like 2026-11-24.", day=typed[:LONGEST_TYPED])
        raise InvalidError([Problem("day", why)]) from None


def _time(typed: str) -> time:
    if not typed:
        raise InvalidError([Problem("time", _("Say at what time to call back."))])
    try:
        return time.fromisoformat(typed).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        why = _("“%(time)s” is no time of day; write it like 14:30.", time=typed[:LONGEST_TYPED])
        raise InvalidError([Problem("time", why)]) from None
