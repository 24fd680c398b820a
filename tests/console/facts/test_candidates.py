"""Who may be calling when several have the number: all are looked at, the likeliest first."""

from datetime import datetime

import pytest

from console.customers.models import Company
from console.facts import reader as reader_module
from console.facts.reader import FactReader
from console.facts.statement import by_number
from tests.console.facts.records import NUMBER, Records, known


@pytest.mark.parametrize("shared", [False, True])
async def test_a_hundred_and_more_on_a_number_are_all_looked_at(
    reader: FactReader, records: Records, now: datetime, shared: bool
) -> None:
    company = Company(ref="A", name="Acme")
    await records.add(company)
    for number in range(130):
        await records.customer(f"C{number}", NUMBER, company_id=company.id)
    stranger = await records.customer("Stranger", NUMBER, shared=shared)
    await records.case(stranger, records.ago(days=1))
    found = (await known(reader, now)).identification
    assert (found.outcome.value, len(found.matches)) == ("shared" if shared else "many", 131)
    assert (found.matches[0].ref, found.matches[0].why.partition("; ")[2]) == ("Stranger", "1 open case")


async def test_a_mark_is_seen_on_any_of_very_many(
    reader: FactReader, records: Records, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "by_number", lambda dialect: by_number(dialect).replace("1001", "3"))
    for number in range(5):
        await records.customer(f"C{number}", NUMBER, shared=number == 4)
    found = (await known(reader, now)).identification
    assert (found.outcome.value, len(found.matches)) == ("shared", 3)


async def test_several_come_in_the_order_of_what_makes_it_likely(
    reader: FactReader, records: Records, now: datetime
) -> None:
    """Read in the same statement: who called last from this number, then an open case, then a late order."""
    people = {ref: await records.customer(ref, NUMBER) for ref in ("C1", "C2", "C3", "C4", "C5", "C6")}
    await records.purchase(
        people["C2"], records.ago(days=9), status="shipped", promised_at=records.ago(days=3)
    )
    await records.purchase(people["C1"], records.ago(days=9), status="shipped", promised_at=now)
    await records.case(people["C3"], records.ago(days=1))
    await records.case(people["C1"], records.ago(days=1), status="closed")
    await records.call(people["C4"], records.ago(days=2))
    await records.call(people["C5"], records.ago(hours=3))
    await records.call(people["C5"], records.ago(days=9))
    await records.call(people["C6"], records.ago(hours=1), number="+421900000000")
    await records.call(people["C6"], records.ago(hours=1), direction="outbound")
    await records.call(people["C6"], records.ago(minutes=1), id="this")
    found = await known(reader, now, call="this")
    assert [(match.ref, match.why.partition("; ")[2]) for match in found.identification.matches] == [
        ("C5", "called from it last, on 2026-11-21 at 10:00"),
        ("C4", "called from it on 2026-11-19 at 13:00"),
        ("C3", "1 open case"),
        ("C2", "an order 3 days late"),
        ("C1", ""),
        ("C6", ""),
    ]


async def test_a_call_from_the_number_makes_a_weak_match_likelier(
    reader: FactReader, records: Records, now: datetime
) -> None:
    await records.customer("C1", "+421259301111", name="Adam")
    zora = await records.customer("C2", "+421359301111", name="Zora")
    await records.case(zora, records.ago(days=1))
    found = await known(reader, now, "59301111")
    assert [match.ref for match in found.identification.matches] == ["C2", "C1"]
