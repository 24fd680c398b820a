"""The key of a customer who was merged leads to the one that was kept, and brings no duplicate back."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.cases.actions import save_cases
from console.cases.models import Case
from console.cases.records import CaseRecord
from console.customers.actions import save_customers, save_purchases
from console.customers.merged import kept_refs
from console.customers.models import Customer, PhoneNumber, Purchase, RecordChange
from console.customers.records import CustomerRecord, PurchaseRecord
from console.db.batch import Saved
from console.db.engine import Sessions
from console.errors import Problem
from console.facts.reader import open_fact_reader
from console.profile.merging import By, Pair, merge, versions
from console.profile.search import search
from console.profile.search_question import read
from tests.console.facts.records import known
from tests.console.profile.two_records import Person, number, put_together, store, take_apart

ADMIN = {"role": "admin"}
MOBILE = "+421905222222"
API = "/api/v1/customers"


@pytest.fixture
async def merged(sessions: Sessions, now: datetime) -> None:
    await store(sessions, now, A=Person(), B=Person({"name": "Janka"}, phones=(number(MOBILE),)))
    await put_together(sessions, now, "A", "B")


async def refs(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [*await session.scalars(select(Customer.ref).order_by(Customer.ref))]


@pytest.mark.usefixtures("merged")
async def test_nothing_is_written_under_it_over_the_api(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    answer = await pages.put(f"{API}/B", json={"name": "Janka"}, headers=ADMIN)
    assert answer.status_code == 422
    told = 'was merged into "A": change that one, or take them apart first'
    assert answer.json()["errors"] == [{"where": "ref", "why": told}]
    items = [{"ref": "B", "name": "Janka"}, {"ref": "C", "name": "Eva"}]
    many = (await pages.post(f"{API}:batch", json={"items": items}, headers=ADMIN)).json()["items"]
    assert [each["result"] for each in many] == ["rejected", "created"]
    assert many[0]["errors"][0]["why"] == told
    assert await refs(sessions) == ["A", "C"]


@pytest.mark.usefixtures("merged")
async def test_whoever_asks_for_it_is_told_where_to_ask(pages: httpx.AsyncClient) -> None:
    for method in ("GET", "DELETE"):
        answer = await pages.request(method, f"{API}/B", headers=ADMIN)
        assert answer.status_code == 404
        assert answer.json()["detail"] == "Customer B was merged into A: that one has what it had."


@pytest.mark.usefixtures("merged")
async def test_an_import_leaves_it_out_and_goes_on(sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        records = [CustomerRecord(ref, {"name": "By import"}) for ref in "ABC"]
        first, second, third = await save_customers(session, records, now)
        assert await kept_refs(session, [*"ABC"]) == {"B": "A"}
    assert (first, third) == (Saved.CHANGED, Saved.NEW)
    assert isinstance(second, Problem)
    assert await refs(sessions) == ["A", "C"]


@pytest.mark.usefixtures("merged")
async def test_what_names_it_as_its_customer_belongs_to_the_one_that_was_kept(
    sessions: Sessions, now: datetime
) -> None:
    order: dict[str, Any] = {"placed_at": now, "status": "placed", "total": Decimal(1), "currency": "EUR"}
    case = {"subject": "Broken", "status": "open", "opened_at": now}
    async with sessions.begin() as session:
        for expected in (Saved.NEW, Saved.UNCHANGED):
            assert await save_purchases(session, [PurchaseRecord("O", "B", order)]) == [expected]
            assert await save_cases(session, [CaseRecord("K", "B", case)], now) == [expected]
        [unknown] = await save_purchases(session, [PurchaseRecord("P", "X", order)])
        assert isinstance(unknown, Problem)
        for model in (Purchase, Case):
            of = select(Customer.ref).join(model, model.customer_id == Customer.id)
            assert (await session.scalars(of)).all() == ["A"]


async def numbers(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [*await session.scalars(select(PhoneNumber.raw).order_by(PhoneNumber.id))]


@pytest.mark.usefixtures("merged")
async def test_numbers_that_joined_stay_when_another_program_replaces_the_others(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime
) -> None:
    own = "+421905333333"
    for _ in range(2):
        answer = await pages.put(
            f"{API}/A", json={"name": "Jana", "phones": [{"number": own}]}, headers=ADMIN
        )
        assert [each["number"] for each in answer.json()["phones"]] == [own, MOBILE]
    async with sessions.begin() as session:
        same = CustomerRecord("A", {"name": "Jana"}, phones=(number(own, None),))
        assert await save_customers(session, [same], now) == [Saved.UNCHANGED]
        given = CustomerRecord("A", {}, phones=(number(MOBILE, "work"),))
        assert await save_customers(session, [given], now) == [Saved.CHANGED]
    assert await numbers(sessions) == [MOBILE]
    async with sessions.begin() as session:
        await save_customers(session, [CustomerRecord("A", {}, phones=(), in_view=True)], now)
    assert await numbers(sessions) == []
    async with sessions.begin() as session:
        await save_customers(session, [same], now)
    assert await numbers(sessions) == [own]


@pytest.mark.usefixtures("merged")
async def test_search_and_identification_give_the_one_that_was_kept(
    sessions: Sessions, database_url: str, now: datetime
) -> None:
    await store(sessions, now, OLD_77=Person())
    await put_together(sessions, now, "A", "OLD_77")
    async with sessions() as session:
        [found] = (await search(session, read("old_7", "SK"))).found
    assert (found.kind, found.matched, found.ref) == ("merged", "OLD_77", "A")
    async with open_fact_reader(database_url) as reader:
        caller = await known(reader, now, MOBILE)
        chosen = await reader.read_customer("B", now)
    assert caller.customer is not None
    assert chosen.customer is not None
    assert (caller.customer.ref, chosen.customer.ref) == ("A", "A")


@pytest.mark.parametrize("round_", range(5))
async def test_whoever_writes_while_two_are_merged_is_heard_or_told(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime, round_: int
) -> None:
    await store(sessions, now, A=Person(), B=Person({"name": "Janka"}))
    async with sessions() as session:
        seen = await versions(session, "A", "B")
    order = {"customer_ref": "B", "placed_at": now.isoformat(), "status": "placed", "total": 1}
    merged, put, ordered = await asyncio.gather(
        merge(sessions, Pair("A", "B"), {}, seen, By(None, now)),
        pages.put(f"{API}/B", json={"name": "By API"}, headers=ADMIN),
        pages.put("/api/v1/purchases/O", json=order, headers=ADMIN),
        return_exceptions=True,
    )
    assert isinstance(put, httpx.Response)
    assert isinstance(ordered, httpx.Response)
    assert (type(merged).__name__, put.status_code) in {("NoneType", 422), ("ChangedError", 200)}
    assert ordered.status_code == 201
    left = ["A"] if merged is None else ["A", "B"]
    assert await refs(sessions) == left
    async with sessions() as session:
        of = select(Customer.ref).join(Purchase, Purchase.customer_id == Customer.id)
        assert await session.scalar(of) == left[-1]


@pytest.mark.usefixtures("merged")
async def test_once_they_are_taken_apart_it_is_its_own_again(
    pages: httpx.AsyncClient, sessions: Sessions, database_url: str, now: datetime
) -> None:
    await take_apart(sessions, now, "A")
    assert (await pages.put(f"{API}/B", json={"name": "Janka B"}, headers=ADMIN)).status_code == 200
    async with open_fact_reader(database_url) as reader:
        chosen = await reader.read_customer("B", now)
    assert chosen.customer is not None
    assert chosen.customer.name == "Janka B"


async def test_what_agents_said_of_its_numbers_goes_over_and_comes_back(
    sessions: Sessions, now: datetime
) -> None:
    await store(sessions, now, A=Person(), B=Person({"name": "Janka"}, phones=(number(MOBILE),)))
    async with sessions.begin() as session:
        janka = await session.scalar(select(Customer.id).where(Customer.ref == "B"))
        said = {"kind": "linked", "number": MOBILE, "call_id": "main-1", "leg_id": "main-1.a1"}
        session.add(RecordChange(customer_id=janka, at=now, before={}, after={}, **said))
    await put_together(sessions, now, "A", "B")
    assert await who_is_said(sessions) == "A"
    await take_apart(sessions, now, "A")
    assert await who_is_said(sessions) == "B"


async def who_is_said(sessions: Sessions) -> str | None:
    """Of whom the one step of an agent tells."""
    async with sessions() as session:
        return await session.scalar(
            select(Customer.ref).join(RecordChange, RecordChange.customer_id == Customer.id)
        )
