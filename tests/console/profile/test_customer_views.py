"""The pages of customers and companies, with real records."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from console.cases.models import CaseEvent
from console.customers.caller_numbers import CallerNumber
from console.customers.learning import Said, learnt_of, link, unlink
from console.customers.models import Company, Customer, PhoneNumber
from console.db.engine import Sessions
from console.identity.models import User
from console.profile.customer import COLLEAGUES_SHOWN, PEOPLE_ON_A_PAGE
from console.profile.timeline import ON_A_PAGE
from tests.console.desk.document import Element, parse
from tests.console.facts.records import Records

MOBILE = "+421905123456"
HOSTILE = "<script>alert(1)</script>\" & 'x"


async def drawn(pages: httpx.AsyncClient, path: str, status: int = 200, **more: Any) -> Element:
    answer = await pages.get(path, **more)
    assert answer.status_code == status
    return parse(answer.text.removeprefix("<!doctype html>"))


async def flowers(records: Records) -> Company:
    company = Company(ref="A/1", name="Flowers & Sons")
    await records.add(company)
    return company


async def test_what_matters_stands_on_top(pages: httpx.AsyncClient, records: Records, now: datetime) -> None:
    company = await flowers(records)
    values: dict[str, Any] = {
        "segment": "gold",
        "language": "sk",
        "birthday": date(1980, 11, 24),
        "notes": "Ring twice",
    }
    customer = await records.customer(
        "C/1", MOBILE, company_id=company.id, attributes={"employees": 1250, "consent": "none"}, **values
    )
    await records.add(PhoneNumber(customer_id=customer.id, raw="call Eva", e164=None))
    late = {"status": "shipped", "promised_at": records.ago(days=4), "ref": "P-late"}
    await records.purchase(customer, records.ago(days=9), **late)
    await records.case(customer, records.ago(days=2), due_at=records.ago(days=1))
    await records.case(customer, records.ago(days=2), priority="urgent")
    for hours in (1, 2, 30):
        await records.call(customer, records.ago(hours=hours))
    page = await drawn(pages, "/customers/C%2F1")
    now_ = page.one("customer-now")
    assert now_.text == (
        "Order P-late is 4 days late Case K2 is overdue Case K3 is open, urgent "
        "Already called today · 3 calls in 7 days Birthday in 3 days"
    )
    assert page.one("customer-company").attributes["href"] == "/companies/A%2F1"
    assert "+421 905 123 456 mobile call Eva no telephone number" in page.one("customer-numbers").text
    about = page.one("customer-about").text
    assert "employees 1,250" in about
    assert "consent none" in about
    assert "Ring twice" in about


async def test_figures_say_how_they_are_computed_for_person_and_company(
    pages: httpx.AsyncClient, records: Records
) -> None:
    company = await flowers(records)
    for ref in ("C-1", "C-2"):
        customer = await records.customer(ref, company_id=company.id)
        await records.purchase(customer, records.ago(days=10))
        await records.purchase(customer, records.ago(days=10), status="cancelled")
        await records.purchase(customer, records.ago(days=400))
        await records.case(customer, records.ago(days=2))
        await records.call(customer, records.ago(days=2))
        await records.call(customer, records.ago(days=40))
    figures = (await drawn(pages, "/customers/C-1")).one("customer-figures")
    assert figures.text == (
        "Figures person company Spent in a year €10.50 €21.00 Purchases in a year 1 2 Open cases 1 2 "
        "Calls in 30 days 1 2"
    )
    [_head, *rows] = figures.every("tr")
    assert all(row.attributes["title"] for row in rows)
    page = await drawn(pages, "/companies/A%2F1")
    assert page.one("company-figures").text == (
        "Figures People 2 Spent in a year €21.00 Purchases in a year 2 Open cases 2 Calls in 30 days 2"
    )
    assert [link.attributes["href"] for link in page.one("company-people").every("a")] == [
        "/customers/C-1",
        "/customers/C-2",
    ]
    assert len(page.one("company-cases").every("li")) == 2


async def test_a_companys_late_orders_come_first_and_say_whose_they_are(
    pages: httpx.AsyncClient, records: Records
) -> None:
    company = await flowers(records)
    jana = await records.customer("C-1", company_id=company.id)
    eva = await records.customer("C-2", company_id=company.id)
    await records.purchase(eva, records.ago(days=1), ref="P-new")
    await records.purchase(
        jana, records.ago(days=9), ref="P-4", status="shipped", promised_at=records.ago(days=4)
    )
    await records.purchase(
        eva, records.ago(days=9), ref="P-6", status="placed", promised_at=records.ago(days=6)
    )
    await records.purchase(eva, records.ago(days=8), ref="P-there", promised_at=records.ago(days=6))
    await records.purchase(await records.customer("C-3"), records.ago(days=1), ref="P-other")
    orders = (await drawn(pages, "/companies/A%2F1")).one("company-orders")
    items = orders.every("li")
    assert [item.attributes["data-ref"] for item in items] == ["P-6", "P-4", "P-new", "P-there"]
    assert "6 days late" in items[0].text
    assert [link.attributes["href"] for link in items[1].every("a")] == ["/customers/C-1#orders"]
    assert "late" not in items[3].text


async def test_what_agents_said_of_the_numbers_is_told_and_can_be_undone(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions, now: datetime
) -> None:
    jana = await records.customer("C-1", MOBILE)
    ana = {"email": "ana@x.example", "name": "Ana", "role": "agent", "password_hash": ""}
    await records.add(User(id=1, **ana, created_at=now))
    stranger = Said(1, "call-1", "leg-1", CallerNumber("+421900000001"), now)
    async with sessions.begin() as session:
        await link(session, stranger, "C-1")
        await unlink(session, replace(stranger, call="call-2", number=CallerNumber(MOBILE)), "C-1")
        withheld = replace(stranger, call="call-3", number=CallerNumber())
        await link(session, withheld, "C-1")  # of whom nothing is learnt
        steps = [each.id for each in await learnt_of(session, jana.id)]
    page = (await drawn(pages, "/customers/C-1")).one("customer-numbers")
    not_theirs, linked = page.every(data_testid="customer-said")
    assert not_theirs.text.startswith("+421 905 123 456 is not theirs, said by Ana, ")
    assert linked.text.startswith("+421 900 000 001 linked by Ana, ")
    assert [form.attributes["action"] for form in page.every("form")] == [
        f"/desk/learnt/{step}/undo" for step in steps
    ]


async def test_only_the_latest_of_what_was_said_of_a_number_can_be_undone(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions, now: datetime
) -> None:
    jana = await records.customer("C-1")
    ana = {"email": "ana@x.example", "name": "Ana", "role": "agent", "password_hash": ""}
    await records.add(User(id=1, **ana, created_at=now))
    said = Said(1, "call-1", "leg-1", CallerNumber(MOBILE), now)
    async with sessions.begin() as session:
        await link(session, said, "C-1")
        await unlink(session, replace(said, call="call-2"), "C-1")
        latest, _ = [each.id for each in await learnt_of(session, jana.id)]
    page = (await drawn(pages, "/customers/C-1")).one("customer-numbers")
    assert len(page.every(data_testid="customer-said")) == 2
    assert [form.attributes["action"] for form in page.every("form")] == [f"/desk/learnt/{latest}/undo"]


async def test_a_company_of_many_people_is_shown_page_by_page(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions, now: datetime
) -> None:
    company = await flowers(records)
    moments = {"created_at": now, "updated_at": now}
    count = PEOPLE_ON_A_PAGE + 3
    people = [
        Customer(ref=f"C-{n:03}", name="Same Name", company_id=company.id, **moments) for n in range(count)
    ]
    await records.add(*people)
    page = await drawn(pages, "/customers/C-001")
    links = page.one("customer-people").every("a")
    assert len(links) == COLLEAGUES_SHOWN + 1
    assert links[-1].text == f"See all {count} people"
    page = await drawn(pages, links[-1].attributes["href"])
    first = [link.text for link in page.one("company-people").every("a")]
    assert (len(first), first[-1]) == (PEOPLE_ON_A_PAGE + 1, "Show more people")
    more = page.one("company-people").every("a")[-1].attributes["href"]
    page = await drawn(pages, "/companies/A%2F1" + more)
    assert len(page.one("company-people").every("a")) == 3


async def test_the_timeline_goes_on_by_a_link(pages: httpx.AsyncClient, records: Records) -> None:
    customer = await records.customer("C-1")
    for hours in range(ON_A_PAGE + 1):
        await records.call(customer, records.ago(hours=hours), queue="support")
    page = await drawn(pages, "/customers/C-1?show=calls")
    assert len(page.every("li", data_happened="called")) == ON_A_PAGE
    [tab] = page.every("a", aria_current="true")
    assert tab.text == "Calls"
    page = await drawn(pages, "/customers/C-1" + page.one("timeline-older").attributes["href"])
    assert len(page.every("li", data_happened="called")) == 1
    assert not page.has("timeline-older")


@pytest.mark.parametrize(
    "query", ["", "?show=nothing", "?older=yesterday", "?older=0001-01-01T00:00:00%2B00:00~0~1"]
)
async def test_an_empty_customer_says_what_will_stand_there(
    pages: httpx.AsyncClient, records: Records, query: str
) -> None:
    await records.customer("C-1")
    page = await drawn(pages, "/customers/C-1" + query)
    for part in ("numbers", "figures", "about", "cases", "orders", "timeline", "now"):
        assert page.one(f"customer-{part}").text
    assert not page.has("customer-people")


async def test_nothing_that_is_stored_becomes_part_of_the_page(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions
) -> None:
    company = Company(ref="A", name=HOSTILE)
    await records.add(company)
    words: dict[str, Any] = {
        "name": HOSTILE,
        "segment": HOSTILE,
        "language": "x",
        "notes": HOSTILE,
        "email": HOSTILE,
    }
    customer = await records.customer("C-1", company_id=company.id, attributes={HOSTILE: HOSTILE}, **words)
    await records.case(customer, records.ago(days=1), owner=HOSTILE)
    await records.add(
        CaseEvent(case_id=1, at=records.ago(hours=1), author=HOSTILE, kind="comment", text=HOSTILE)
    )
    await records.call(customer, records.ago(days=1), queue=HOSTILE, outcome=HOSTILE)
    for path in ("/customers/C-1", "/companies/A"):
        answer = await pages.get(path)
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text


async def test_never_is_a_day_like_others(pages: httpx.AsyncClient, records: Records) -> None:
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    customer = await records.customer("C/1", MOBILE)
    await records.purchase(customer, never, status="shipped", promised_at=never, delivered_at=never)
    await records.case(customer, records.ago(days=2), due_at=never)
    page = await drawn(pages, "/customers/C%2F1")
    assert "9999" in page.text


@pytest.mark.parametrize("path", ["/customers/nobody%2Fx", "/companies/nobody%2Fx"])
async def test_an_unknown_key_is_explained(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path)
    assert answer.status_code == 404
    assert "nobody/x" in answer.text
    assert "Look for" in answer.text


async def test_a_company_without_people_is_shown(pages: httpx.AsyncClient, records: Records) -> None:
    await flowers(records)
    page = await drawn(pages, "/companies/A%2F1")
    assert "Nobody of this company is on record." in page.one("company-people").text


async def test_what_happened_to_a_case_is_told_in_words(
    pages: httpx.AsyncClient, records: Records, now: datetime
) -> None:
    customer = await records.customer("C-1")
    await records.case(customer, records.ago(days=9))
    at = records.ago(days=1)
    changes: list[dict[str, Any]] = [
        {"kind": "changed", "field": "line", "before": "1", "after": "2"},
        {"kind": "changed", "field": "due_at", "before": None, "after": at.isoformat()},
        {"kind": "reopened", "field": "status", "before": "closed", "after": "open"},
        {"kind": "closed", "field": "status", "before": "open", "after": "closed"},
    ]
    for before, after in (("1 high", "2 urgent"), ("2 normal", "2 high"), ("1 urgent", "2 urgent")):
        standing = {"before": before, "after": after, "text": at.isoformat()}
        changes.append({"kind": "escalated", "field": None, **standing})
    await records.add(*(CaseEvent(case_id=1, at=at, **{"text": "", **change}) for change in changes))
    told = (await drawn(pages, "/customers/C-1")).one("customer-case").text
    for words in (
        "Line: 1 → 2",
        "Due: none → Nov 20, 2026",
        "reopened",
        "closed",
        "an import or another program",
        "by itself went up to urgent and to the second line, because it was due at Nov 20, 2026",
        "by itself went up to high, because it was due at",
        "by itself went up to the second line, because it was due at",
    ):
        assert words in told


async def test_a_page_costs_as_many_statements_with_more_records(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions
) -> None:
    company = await flowers(records)
    counts = []
    statements: list[str] = []
    async with sessions() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    for number in (2, 12):
        customer = await records.customer(f"C-{number}", company_id=company.id)
        for _ in range(number):
            await records.purchase(customer, records.ago(days=2), "Ink", "Paper")
            await records.case(customer, records.ago(days=2))
            await records.call(customer, records.ago(days=2))
        statements.clear()
        await drawn(pages, f"/customers/C-{number}")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 26
