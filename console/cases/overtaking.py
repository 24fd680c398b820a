"""Tells an agent who came first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.history import CLOSED, EventKind
from console.cases.models import Case, CaseEvent
from console.cases.steps import By
from console.clock import on_clock
from console.identity.models import User
from console.web.i18n import N_
from console.web.i18n import gettext as _

SAID = {
    EventKind.CLOSED: N_("%(who)s closed this case at %(time)s"),
    EventKind.REOPENED: N_("%(who)s reopened this case at %(time)s"),
    "owner": N_("%(who)s took this case over at %(time)s"),
    "priority": N_("%(who)s changed the priority at %(time)s"),
    "line": N_("%(who)s moved this case to another line at %(time)s"),
    "due_at": N_("%(who)s changed the due time at %(time)s"),
    EventKind.ESCALATED: N_("This case went up at %(time)s, because it was overdue"),
}
NOTHING_LOST = N_("Nothing was changed, and what you wrote is still here.")


async def who_and_what(session: AsyncSession, case: Case, columns: Sequence[str], by: By) -> str:
    """Who made these columns of the case what they are, when, and with which words."""
    event = await _latest(session, case, columns)
    if event is None:
        is_closed = _("This case is closed.") if case.status == CLOSED else _("This case is open.")
        return f"{is_closed} {_(NOTHING_LOST)}"
    who = await _name(session, event.author, by)
    said = _(SAID.get(event.kind) or SAID[event.field or ""], who=who, time=_time(event.at, by))
    words = await _words(session, event)
    told = f"{said}: “{words}”" if words else f"{said}."
    return f"{told} {_(NOTHING_LOST)}"


async def _latest(session: AsyncSession, case: Case, columns: Sequence[str]) -> CaseEvent | None:
    went_up = CaseEvent.kind == EventKind.ESCALATED if {"priority", "line"} & {*columns} else None
    which = CaseEvent.field.in_(columns)
    statement = (
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id, which if went_up is None else or_(which, went_up))
        .order_by(CaseEvent.id.desc())
        .limit(1)
    )
    found: CaseEvent | None = await session.scalar(statement)
    return found


async def _words(session: AsyncSession, event: CaseEvent) -> str:
    """What was written with it."""
    with_it = and_(CaseEvent.at == event.at, CaseEvent.author == event.author)
    comments = select(CaseEvent.text).where(
        CaseEvent.case_id == event.case_id, CaseEvent.kind == EventKind.COMMENT, with_it
    )
    return await session.scalar(comments.limit(1)) or ""


async def _name(session: AsyncSession, author: str | None, by: By) -> str:
    if author is None:
        return _("An import or another program")
    if author == by.author:
        return _("You, perhaps in another tab,")
    return await session.scalar(select(User.name).where(User.email == author)) or author


def _time(at: datetime, by: By) -> str:
    local, today = on_clock(at, by.zone), on_clock(by.at, by.zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
