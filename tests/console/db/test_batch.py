"""Many records at once: what the driver takes, and how PostgreSQL looks them up."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text

from console.customers.models import Customer
from console.db.batch import expect_many, insert_all
from console.db.engine import Sessions


async def test_values_are_stored_as_sqlalchemy_stores_them(sessions: Sessions, now: datetime) -> None:
    empty = dict.fromkeys(
        ("company_id", "email", "segment", "language", "birthday", "customer_since", "notes")
    )
    same = {**empty, "name": "Jana", "updated_at": now.astimezone(timezone(timedelta(hours=1)))}
    rows = [
        {**same, "ref": f"C-{row}", "attributes": {"row": row, "ž": None}, "created_at": now}
        for row in range(3)
    ]
    async with sessions.begin() as session:
        await insert_all(session, Customer, rows)
        await insert_all(session, Customer, [])
    async with sessions() as session:
        stored = list(await session.scalars(select(Customer).order_by(Customer.ref)))
    assert [(each.ref, each.attributes) for each in stored] == [
        (f"C-{row}", {"row": row, "ž": None}) for row in range(3)
    ]
    assert {each.created_at for each in stored} == {each.updated_at for each in stored} == {now}
    assert stored[0].created_at.tzinfo is UTC


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.real("postgresql")
async def test_lookups_by_index_are_for_one_transaction(sessions: Sessions) -> None:
    async with sessions() as session:
        await expect_many(session)
        assert await session.scalar(text("SHOW enable_seqscan")) == "off"
        await session.rollback()
        assert await session.scalar(text("SHOW enable_seqscan")) == "on"
