"""Facts from a real database: number in, facts out, one statement a call."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from console.customers.models import Company
from console.errors import NotFoundError
from console.facts.known import gather
from console.facts.reader import FactReader
from console.facts.statement import LATE_SHOWN, ORDERS_SHOWN
from scripts_engine.facts import CATALOGUE
from tests.console.facts.records import NUMBER, ZONE, Records, known


async def test_one_statement_a_call(reader: FactReader, records: Records, now: datetime) -> None:
    customer = await records.customer("C1", NUMBER)
    await records.purchase(customer, records.ago(days=1), "Ink", "Paper")
    await records.case(customer, records.ago(days=1))
    before = reader.statements
    assert (await known(reader, now)).customer is not None
    assert reader.statements == before + 1


async def test_an_unknown_caller_has_caller_facts_only(reader: FactReader, now: datetime) -> None:
    found = await known(reader, now)
    assert found.facts == {
        "caller.known": False,
        "caller.withheld": False,
        "caller.match": "none",
        "caller.birthday_today": False,
    }
    assert (found.customer, found.company, found.orders, found.shown_number) == (None, None, (), NUMBER)


async def test_a_withheld_caller_is_not_looked_up(reader: FactReader, now: datetime) -> None:
    before = reader.statements
    found = await known(reader, now, "anonymous")
    assert reader.statements == before
    assert found.facts["caller.match"] == "withheld"
    assert found.facts["caller.withheld"] is True
    assert found.shown_number == ""


@pytest.mark.parametrize("shared", [True, False])
async def test_shared_and_many_see_no_records(
    reader: FactReader, records: Records, now: datetime, shared: bool
) -> None:
    first = await records.customer("C1", NUMBER, shared=shared)
    await records.customer("C2", NUMBER)
    await records.purchase(first, records.ago(days=1))
    found = await known(reader, now)
    assert found.facts["caller.match"] == ("shared" if shared else "many")
    assert found.facts["caller.known"] is False
    assert not [name for name in found.facts if not name.startswith("caller.")]
    assert (found.customer, found.orders) == (None, ())
    assert [match.ref for match in found.identification.matches] == ["C1", "C2"]


async def test_one_company_on_a_number_is_shared(reader: FactReader, records: Records, now: datetime) -> None:
    company = Company(ref="A", name="Acme")
    await records.add(company)
    for ref in ("C1", "C2"):
        await records.customer(ref, NUMBER, company_id=company.id)
    found = await known(reader, now)
    assert found.facts["caller.match"] == "shared"
    assert "Acme" in found.identification.why


async def test_a_weak_suggestion_never_binds(reader: FactReader, records: Records, now: datetime) -> None:
    await records.customer("C1", NUMBER)
    found = await known(reader, now, "123456")
    assert found.facts["caller.match"] == "none"
    assert [(match.ref, match.strength) for match in found.identification.matches] == [("C1", "weak")]
    assert found.customer is None


async def test_a_customer_without_records(reader: FactReader, records: Records, now: datetime) -> None:
    await records.customer("C1", NUMBER)
    assert (await known(reader, now)).facts == {
        "caller.known": True,
        "caller.withheld": False,
        "caller.match": "one",
        "caller.birthday_today": False,
        "purchases.count_30d": 0,
        "purchases.count_365d": 0,
        "purchases.returns_90d": 0,
        "purchases.spend_30d": 0,
        "purchases.spend_365d": 0,
        "purchases.late_open": 0,
        "purchases.categories": (),
        "cases.open": 0,
        "cases.open_line_1": 0,
        "cases.open_line_2": 0,
        "cases.overdue": 0,
        "cases.reopened": 0,
        "contacts.calls_7d": 0,
        "contacts.calls_30d": 0,
        "contacts.repeat_today": False,
    }


async def test_the_customer_and_attributes(reader: FactReader, records: Records, now: datetime) -> None:
    company = Company(ref="A", name="Acme")
    await records.add(company)
    await records.customer(
        "C1",
        NUMBER,
        "+421212345678",
        name="Jana Nová",
        company_id=company.id,
        email="jana@example.com",
        segment="vip",
        language="sk",
        birthday=date(1990, 11, 21),
        customer_since=date(2026, 11, 1),
        notes="Prefers\ne-mail",
        attributes={"employees": 50, "tier": "gold", "rate": 1.5, "empty": "", "flag": True},
    )
    found = await known(reader, now)
    facts = found.facts
    assert (facts["caller.segment"], facts["caller.language"]) == ("vip", "sk")
    assert (facts["caller.company"], facts["caller.tenure_days"]) == ("Acme", 20)
    assert facts["caller.birthday_today"] is True
    assert {name: value for name, value in facts.items() if name.startswith("attr.")} == {
        "attr.employees": 50,
        "attr.tier": "gold",
        "attr.rate": 1.5,
    }
    assert found.customer is not None
    assert (found.customer.name, found.customer.birthday) == ("Jana Nová", date(1990, 11, 21))
    assert found.customer.notes == "Prefers\ne-mail"
    assert [number.e164 for number in found.customer.numbers] == [NUMBER, "+421212345678"]
    assert found.company is not None
    assert (found.company.ref, found.company.name, found.company.people) == ("A", "Acme", 1)
    assert found.identification.why == "Exact match on the mobile number"


async def test_windows_currencies_and_statuses(reader: FactReader, records: Records, now: datetime) -> None:
    customer = await records.customer("C1", NUMBER)
    purchases: list[tuple[datetime, dict[str, Any]]] = [
        (records.ago(days=30), {"total": Decimal(1)}),
        (records.ago(days=30, seconds=1), {"total": Decimal(2)}),
        (records.ago(days=365), {"total": Decimal(4)}),
        (records.ago(days=365, seconds=1), {"total": Decimal(8)}),
        (records.ago(days=2), {"total": Decimal(16), "status": "cancelled"}),
        (records.ago(days=3), {"total": Decimal(32), "status": "returned"}),
        (records.ago(days=91), {"total": Decimal(64), "status": "returned"}),
        (records.ago(days=4), {"total": Decimal(128), "currency": "USD"}),
        (records.ago(days=-1), {"total": Decimal(256)}),
    ]
    for placed_at, values in purchases:
        await records.purchase(customer, placed_at, **values)
    facts = (await known(reader, now)).facts
    assert (facts["purchases.count_30d"], facts["purchases.count_365d"]) == (3, 6)
    assert (facts["purchases.spend_30d"], facts["purchases.spend_365d"]) == (1.0, 7.0)
    assert facts["purchases.returns_90d"] == 1
    assert facts["purchases.last_days"] == 3


async def test_late_is_when_the_promised_day_is_over_here(reader: FactReader, records: Records) -> None:
    customer = await records.customer("C1", NUMBER)
    promised = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # 23:30 in Bratislava
    for status in ("placed", "shipped", "delivered", "cancelled", "returned"):
        await records.purchase(customer, records.ago(days=9), ref=status, status=status, promised_at=promised)
    before_midnight = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)
    found = await known(reader, before_midnight)
    assert found.facts["purchases.late_open"] == 0
    assert "purchases.max_late_days" not in found.facts
    assert found.late_orders == ()
    found = await known(reader, before_midnight + timedelta(minutes=1))
    assert (found.facts["purchases.late_open"], found.facts["purchases.max_late_days"]) == (2, 1)
    assert {order.ref for order in found.late_orders} == {"placed", "shipped"}
    assert {order.late_days for order in found.orders if order.status == "delivered"} == {0}


async def test_late_orders_are_counted_beyond_what_is_shown(
    reader: FactReader, records: Records, now: datetime
) -> None:
    customer = await records.customer("C1", NUMBER)
    for days in range(LATE_SHOWN + 3):
        await records.purchase(
            customer, records.ago(days=40), status="shipped", promised_at=records.ago(days=days + 1)
        )
    found = await known(reader, now)
    assert found.facts["purchases.late_open"] == LATE_SHOWN + 3
    assert found.facts["purchases.max_late_days"] == LATE_SHOWN + 3
    assert len(found.late_orders) == LATE_SHOWN
    assert found.late_orders[0].late_days == LATE_SHOWN + 3
    assert len(found.orders) == ORDERS_SHOWN


async def test_the_gap_and_the_categories(reader: FactReader, records: Records, now: datetime) -> None:
    customer = await records.customer("C1", NUMBER)
    await records.purchase(customer, records.ago(days=60), "Ink")
    await records.purchase(customer, records.ago(days=30), "Paper", "Printer")
    assert "purchases.interval_ratio" not in (await known(reader, now)).facts
    await records.purchase(customer, records.ago(days=70), "Ink")
    await records.purchase(customer, records.ago(days=1), "Chair", status="cancelled")
    facts = (await known(reader, now)).facts
    assert facts["purchases.interval_ratio"] == pytest.approx(30 / 20)  # gaps of 10 and 30 days
    assert facts["purchases.last_category"] == "Paper"
    assert facts["purchases.categories"] == ("Ink", "Paper", "Printer")


async def test_an_order_as_people_see_it(reader: FactReader, records: Records, now: datetime) -> None:
    customer = await records.customer("C1", NUMBER)
    await records.purchase(
        customer, records.ago(hours=5), "A", "B", "C", "D", "E", total=Decimal("1234.5678")
    )
    [order] = (await known(reader, now)).orders
    assert (order.total, order.currency, order.placed_at) == (
        Decimal("1234.5678"),
        "EUR",
        records.ago(hours=5),
    )
    assert order.summary == "Thing 0, 2 × Thing 1, 3 × Thing 2, +2"
    assert (order.items[4].quantity, order.items[4].unit_price) == (Decimal(5), Decimal("1.25"))
    assert not order.late


async def test_cases(reader: FactReader, records: Records, now: datetime) -> None:
    customer = await records.customer("C1", NUMBER)
    await records.case(customer, records.ago(days=5), priority="high", line=2, due_at=records.ago(hours=1))
    await records.case(
        customer, records.ago(days=9), status="waiting", reopened=2, due_at=records.ago(days=-1)
    )
    await records.case(
        customer, records.ago(days=50), status="closed", closed_at=records.ago(days=40, hours=1)
    )
    await records.case(
        customer,
        records.ago(days=60),
        status="closed",
        reopened=1,
        priority="urgent",
        due_at=records.ago(days=50),
    )
    found = await known(reader, now)
    assert {name: value for name, value in found.facts.items() if name.startswith("cases.")} == {
        "cases.open": 2,
        "cases.open_line_1": 1,
        "cases.open_line_2": 1,
        "cases.overdue": 1,
        "cases.reopened": 1,
        "cases.highest_priority": "high",
        "cases.oldest_days": 9,
        "cases.last_closed_days": 40,
    }
    assert [(case.priority, case.overdue, case.reopened) for case in found.open_cases] == [
        ("high", True, 0),
        ("normal", False, 2),
    ]


async def test_earlier_calls(reader: FactReader, records: Records, now: datetime) -> None:
    customer = await records.customer("C1", NUMBER)
    await records.call(customer, now - timedelta(seconds=20), id="this")
    await records.call(customer, records.ago(days=40), satisfaction=2)
    facts = (await known(reader, now, call="this")).facts
    assert (facts["contacts.calls_7d"], facts["contacts.calls_30d"]) == (0, 0)
    assert (facts["contacts.last_call_days"], facts["contacts.last_satisfaction"]) == (40, 2)
    assert facts["contacts.repeat_today"] is False
    await records.call(customer, records.ago(days=8))
    await records.call(customer, records.ago(hours=12, minutes=59))  # 00:01 in Bratislava
    await records.call(customer, records.ago(hours=1), direction="outbound")
    facts = (await known(reader, now, call="this")).facts
    assert (facts["contacts.calls_7d"], facts["contacts.calls_30d"]) == (1, 2)
    assert (facts["contacts.last_call_days"], facts["contacts.last_satisfaction"]) == (0, 2)
    assert facts["contacts.repeat_today"] is True


async def test_yesterdays_call_is_no_repeat(reader: FactReader, records: Records, now: datetime) -> None:
    customer = await records.customer("C1", NUMBER)
    await records.call(customer, records.ago(hours=13, minutes=1))  # 23:59 in Bratislava
    facts = (await known(reader, now)).facts
    assert (facts["contacts.last_call_days"], facts["contacts.repeat_today"]) == (0, False)


async def test_the_whole_company_counts(reader: FactReader, records: Records, now: datetime) -> None:
    company = Company(ref="A", name="Acme")
    await records.add(company)
    mine = await records.customer("C1", NUMBER, company_id=company.id)
    other = await records.customer("C2", company_id=company.id)
    stranger = await records.customer("C3")
    for customer in (mine, other, stranger):
        await records.purchase(customer, records.ago(days=5), total=Decimal(100))
        await records.purchase(customer, records.ago(days=100), total=Decimal(1))
        await records.purchase(customer, records.ago(days=5), currency="USD")
        await records.purchase(customer, records.ago(days=5), status="cancelled")
        await records.case(customer, records.ago(days=1))
        await records.case(customer, records.ago(days=1), status="closed")
    facts = (await known(reader, now)).facts
    assert {name: value for name, value in facts.items() if name.startswith("company.")} == {
        "company.count_30d": 4,
        "company.spend_365d": 202.0,
        "company.open_cases": 2,
        "company.people": 2,
    }


async def test_every_fact_of_the_catalogue_can_be_known(
    reader: FactReader, records: Records, now: datetime
) -> None:
    company = Company(ref="A", name="Acme")
    await records.add(company)
    customer = await records.customer(
        "C1",
        NUMBER,
        company_id=company.id,
        segment="vip",
        language="sk",
        birthday=date(1990, 1, 1),
        customer_since=date(2020, 1, 1),
    )
    for days in (10, 20, 40):
        await records.purchase(
            customer, records.ago(days=days), "Ink", status="shipped", promised_at=records.ago(days=days - 3)
        )
    await records.case(customer, records.ago(days=5))
    await records.case(customer, records.ago(days=5), status="closed", closed_at=records.ago(days=1))
    await records.call(customer, records.ago(days=3), satisfaction=5)
    facts = (await known(reader, now)).facts
    assert set(facts) == {name for name in CATALOGUE if not name.startswith("call.")}


async def test_a_chosen_customer(reader: FactReader, records: Records, now: datetime) -> None:
    await records.customer("C1", NUMBER)
    await records.customer("C2", NUMBER)
    rows = await reader.read_customer("C2", now)
    found = gather(rows, now, ZONE, "EUR")
    assert found.customer is not None
    assert (found.customer.ref, found.facts["caller.match"], found.shown_number) == ("C2", "one", "")
    with pytest.raises(NotFoundError, match="C3"):
        await reader.read_customer("C3", now)


async def test_an_argentine_mobile_is_found_in_either_spelling(
    reader: FactReader, records: Records, now: datetime
) -> None:
    await records.customer("C1", "+541123456789")
    found = await known(reader, now, "+5491123456789")
    assert found.customer is not None
