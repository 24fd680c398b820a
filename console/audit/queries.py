"""Reads the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from console.audit.models import AuditEntry
from console.identity.models import User

PAGE = 100
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: between two moments (the second not included), by whom, which act; "" and None: any. Older
    than the row `before`."""

    since: datetime | None = None
    until: datetime | None = None
    user_id: int | None = None
    act: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row, with the names of its people ("": nobody, or not a user any more)."""

    id: int
    at: datetime
    who: str
    act: str
    agent: str
    call: str | None
    queue: str | None
    details: dict[str, str]
    outcome: str
    why: str


async def read_log(session: AsyncSession, wanted: Wanted, most: int = PAGE) -> Sequence[Row]:
    """The newest first."""
    who, agent = aliased(User), aliased(User)
    statement = (
        select(AuditEntry, who.name, agent.name)
        .outerjoin(who, who.id == AuditEntry.user_id)
        .outerjoin(agent, agent.id == AuditEntry.agent_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(most)
    )
    found = await session.execute(_only(statement, wanted))
    return [_row(entry, who_name, agent_name) for entry, who_name, agent_name in found]


def _only(statement: Select[AuditEntry, str, str], wanted: Wanted) -> Select[AuditEntry, str, str]:
    if wanted.since is not None:
        statement = statement.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEntry.at < wanted.until)
    if wanted.user_id is not None:
        statement = statement.where(AuditEntry.user_id == wanted.user_id)
    if wanted.act:
        statement = statement.where(AuditEntry.act == wanted.act)
    if wanted.before is not None:
        statement = statement.where(AuditEntry.id < wanted.before)
    return statement


def _row(entry: AuditEntry, who: str | None, agent: str | None) -> Row:
    return Row(
        id=entry.id,
        at=entry.at,
        who=who or "",
        act=entry.act,
        agent=agent or "",
        call=entry.call_id,
        queue=entry.queue,
        details=dict(sorted(entry.details.items())),  # PostgreSQL has an order of its own
        outcome=entry.outcome,
        why=entry.why,
    )


async def read_people(session: AsyncSession) -> Sequence[tuple[int, str]]:
    """Everybody who is in the log as who did something."""
    known = select(AuditEntry.user_id).where(AuditEntry.user_id.is_not(None)).distinct()
    people = await session.execute(select(User.id, User.name).where(User.id.in_(known)).order_by(User.name))
    return [(user_id, name) for user_id, name in people]
