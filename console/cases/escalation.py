"""What is overdue goes up: one priority, and to the second line; once for each due time, and its history says
so. Its due time stays: it was promised by then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.history import OPEN, SECOND_LINE, escalation, next_priority, standing
from console.cases.models import Case, CaseEvent
from console.customers.models import Customer
from console.db.batch import insert_all

AT_ONCE = 50
"""Cases that go up in one transaction: others who write do not wait for long."""


async def escalate(session: AsyncSession, at: datetime, most: int = AT_ONCE) -> list[str]:
    """Have so many overdue cases go up at most, those that are overdue the longest first, in the session's
    transaction; the keys of their customers, one for each case."""
    columns = (Case.id, Case.line, Case.priority, Case.due_at, Customer.ref)
    overdue = (
        select(*columns)
        .join(Customer, Customer.id == Case.customer_id)
        .where(_waits(at))
        .order_by(Case.due_at, Case.id)
        .limit(most)
        .with_for_update(of=Case, skip_locked=True)  # whoever works on one at this moment comes first
    )
    found = [dict(row) for row in (await session.execute(overdue)).mappings()]
    for case in found:
        up = {"line": SECOND_LINE, "priority": next_priority(case["priority"])}
        await session.execute(
            update(Case).where(Case.id == case["id"]).values(**up, escalated_for=case["due_at"])
        )
    of = {"at": at, "author": None}
    events = [{"case_id": case["id"], **of, **_event(case)} for case in found if _goes_up(case)]
    await insert_all(session, CaseEvent, events)
    return [case["ref"] for case in found]


async def is_any_overdue(session: AsyncSession, at: datetime) -> bool:
    """Whether any case is to go up: asked first, as SQLite has one writer, who need not wait for nothing."""
    return bool(await session.scalar(select(exists().where(_waits(at)))))


def _waits(at: datetime) -> ColumnElement[bool]:
    """Of cases that are overdue and did not go up yet."""
    not_yet = or_(Case.escalated_for.is_(None), Case.escalated_for != Case.due_at)
    return and_(Case.status.in_(OPEN), Case.due_at < at, not_yet)


def _event(case: Mapping[str, Any]) -> dict[str, Any]:
    return escalation(case["line"], case["priority"], case["due_at"])


def _goes_up(case: Mapping[str, Any]) -> bool:
    """Whether there is anywhere to go."""
    top = standing(SECOND_LINE, next_priority(case["priority"]))
    return standing(case["line"], case["priority"]) != top
