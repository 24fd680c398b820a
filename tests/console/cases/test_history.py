"""What happened to a case is kept: changes by whoever saves it, and comments."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from console.cases.actions import comment, save_cases
from console.cases.models import CaseEvent
from console.cases.records import CaseRecord
from console.cases.steps import By
from console.customers.actions import save_customers
from console.customers.records import CustomerRecord
from console.db.engine import Sessions
from console.errors import NotFoundError
from tests.conftest import NOW

BY = By("ana@shop.example", NOW, None, UTC)
OPENED: dict[str, Any] = {"subject": "Broken chair", "status": "open", "line": 1, "owner": None}


async def save(sessions: Sessions, at: datetime, author: str | None = None, **changes: Any) -> None:
    async with sessions.begin() as session:
        await save_customers(session, [CustomerRecord("C-1", {"name": "Jana"})], at)
        values = OPENED | {"opened_at": at} | changes
        await save_cases(session, [CaseRecord("K-1", "C-1", values)], at, author)


async def events(sessions: Sessions) -> list[tuple[Any, ...]]:
    columns = (CaseEvent.author, CaseEvent.kind, CaseEvent.field, CaseEvent.before, CaseEvent.after)
    async with sessions() as session:
        found = await session.execute(select(*columns, CaseEvent.text).order_by(CaseEvent.id))
        return [tuple(row) for row in found]


async def test_what_a_change_changed_is_kept(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now)
    due = now + timedelta(days=1)
    await save(sessions, now, "ana@shop.example", opened_at=now, line=2, due_at=due)
    await save(sessions, now, opened_at=now, line=2, due_at=due, status="closed", closed_at=now)
    await save(sessions, now, opened_at=now, line=2, due_at=due, status="waiting", closed_at=None)
    assert await events(sessions) == [
        ("ana@shop.example", "changed", "line", "1", "2", ""),
        ("ana@shop.example", "changed", "due_at", None, due.isoformat(), ""),
        (None, "closed", "status", "open", "closed", ""),
        (None, "reopened", "status", "closed", "waiting", ""),
    ]


async def test_saving_the_same_again_keeps_nothing(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now)
    await save(sessions, now)
    assert await events(sessions) == []


async def test_a_comment_is_kept(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now)
    async with sessions.begin() as session:
        assert await comment(session, "K-1", "Will call back", BY) == "C-1"
    assert await events(sessions) == [("ana@shop.example", "comment", None, None, None, "Will call back")]


async def test_a_case_that_is_not_there_takes_no_comment(sessions: Sessions, now: datetime) -> None:
    async with sessions() as session:
        with pytest.raises(NotFoundError, match="K-1"):
            await comment(session, "K-1", "Will call back", BY)
