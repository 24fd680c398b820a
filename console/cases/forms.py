"""What is posted of cases."""

from datetime import date, datetime, time, tzinfo

from console.cases.steps import LONGEST_SUBJECT, LONGEST_TEXT, NewCase, Seen, Step, StepKind
from console.clock import on_clock
from console.errors import InvalidError, Problem
from console.web.forms import Form
from console.web.i18n import gettext as _
from scripts_engine.facts import PRIORITIES
from scripts_engine.script import LINES

LATEST_YEARS = 10
"""A due time is at most so far ahead."""


def read_step(form: Form, at: datetime, zone: tzinfo) -> Step:
    """The step in a posted form. Raises InvalidError."""
    kind = form.text("step")
    if kind not in {*StepKind}:
        raise InvalidError([Problem("step", _("What is to be done is not said: press one of the buttons."))])
    seen = _seen(form)
    typed = form.text("day"), form.text("time")
    says_due = kind == StepKind.CHANGE and typed != clock_of(seen.due_at, zone)
    return Step(
        StepKind(kind),
        _text(form),
        seen,
        _choice(form, "priority", PRIORITIES) or seen.priority,
        says_due,
        _moment(*typed, at, zone) if says_due else None,
    )


def read_new_case(form: Form) -> NewCase:
    """The new case in a posted form. Raises InvalidError."""
    subject = " ".join(form.text("subject").split())
    if not subject:
        raise InvalidError([Problem("subject", _("Write in a few words what the case is about."))])
    if len(subject) > LONGEST_SUBJECT:
        why = _("What a case is about has up to %(limit)s characters.", limit=LONGEST_SUBJECT)
        raise InvalidError([Problem("subject", why)])
    priority = _choice(form, "priority", PRIORITIES) or "normal"
    line = int(_choice(form, "line", [str(line) for line in LINES]) or LINES[0])
    return NewCase(subject, priority, line, _text(form))


def clock_of(at: datetime | None, zone: tzinfo) -> tuple[str, str]:
    """Day and time as fields hold them; empty where there is none."""
    if at is None:
        return "", ""
    local = on_clock(at, zone)
    return local.date().isoformat(), f"{local:%H:%M}"


def _seen(form: Form) -> Seen:
    try:
        due = form.text("seen_due")
        return Seen(
            form.text("seen_priority"),
            int(form.text("seen_line")),
            form.text("seen_owner") or None,
            datetime.fromisoformat(due) if due else None,
        )
    except ValueError:
        why = _("This page is out of date: reload it, and try again.")
        raise InvalidError([Problem("seen", why)]) from None


def _text(form: Form) -> str:
    text = form.text("text").replace("\r\n", "\n")
    if len(text) > LONGEST_TEXT:
        why = _("This holds %(limit)s characters: shorten it.", limit=LONGEST_TEXT)
        raise InvalidError([Problem("text", why)])
    return text


def _choice(form: Form, name: str, among: list[str] | tuple[str, ...]) -> str:
    chosen = form.text(name)
    if chosen and chosen not in among:
        raise InvalidError([Problem(name, _("“%(what)s” is none of the choices.", what=chosen[:40]))])
    return chosen


def _moment(day: str, clock: str, at: datetime, zone: tzinfo) -> datetime | None:
    """The due time that was typed, None when the fields were emptied. Raises InvalidError when it is none, or
    is over."""
    if not day and not clock:
        return None
    try:
        due = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock).replace(tzinfo=None), zone)
    except ValueError:
        why = _("A due time is a day and a time of day: give both, or empty both to have the table say it.")
        raise InvalidError([Problem("day", why)]) from None
    if due < at:
        raise InvalidError([Problem("day", _("This due time is over already: give a later one."))])
    if due.year > at.year + LATEST_YEARS:
        raise InvalidError([Problem("day", _("This due time is too far ahead: give an earlier one."))])
    return due
