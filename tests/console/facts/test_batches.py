"""The facts of many customers are those of each, without the facts of a call."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event

from console.customers.models import Company
from console.db.engine import Sessions
from console.facts.batches import Moment, read_facts
from console.facts.known import OF_A_NUMBER, gather
from console.facts.reader import FactReader
from tests.console.facts.records import ZONE, Records


async def fill(records: Records, now: datetime) -> list[int]:
    company = Company(ref="O1", name="Flowers s.r.o.")
    await records.add(company)
    busy = await records.customer(
        "C1",
        "+421905000001",
        company_id=company.id,
        segment="gold",
        attributes={"employees": 60, "tier": "a"},
    )
    quiet = await records.customer("C2", customer_since=now.date() - timedelta(days=400))
    colleague = await records.customer("C3", company_id=company.id, birthday=now.date())
    for days in (1, 40, 200):
        await records.purchase(busy, records.ago(days=days), "Ink", "Paper")
    await records.purchase(busy, records.ago(days=20), status="shipped", promised_at=records.ago(days=9))
    await records.purchase(colleague, records.ago(days=2), "Ribbon", currency="CZK")
    await records.case(busy, records.ago(days=3), due_at=records.ago(days=1), priority="high", reopened=1)
    await records.case(busy, records.ago(days=30), status="closed", closed_at=records.ago(days=9))
    await records.call(busy, records.ago(days=2), satisfaction=2)
    await records.call(colleague, records.ago(hours=1))
    return [busy.id, quiet.id, colleague.id]


async def test_they_are_the_facts_of_each(
    sessions: Sessions, reader: FactReader, records: Records, now: datetime
) -> None:
    ids = await fill(records, now)
    async with sessions() as session:
        found = await read_facts(session, [*ids, 999_999], Moment(now, ZONE, "EUR"))
    assert set(found) == set(ids)
    for ref, id_ in zip(("C1", "C2", "C3"), ids, strict=True):
        facts = gather(await reader.read_customer(ref, now), now, ZONE, "EUR").facts
        assert found[id_] == {name: value for name, value in facts.items() if name not in OF_A_NUMBER}
    assert found[ids[0]]["cases.overdue"] == 1
    assert found[ids[0]]["contacts.last_satisfaction"] == 2


async def test_one_statement_for_all(sessions: Sessions, records: Records, now: datetime) -> None:
    ids = await fill(records, now)
    statements: list[str] = []
    engine: Engine = sessions.kw["bind"].sync_engine

    def note(*said: Any) -> None:
        statements.append(said[2])

    event.listen(engine, "before_cursor_execute", note)
    async with sessions() as session:
        await read_facts(session, ids, Moment(now, ZONE, "EUR"))
    event.remove(engine, "before_cursor_execute", note)
    assert len([each for each in statements if "bound" in each]) == 1
