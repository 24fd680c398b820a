"""Call-backs on the page of their customer: seen, done, moved, withdrawn."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.customers.models import Customer
from console.db.engine import Sessions
from console.identity.models import Role, User
from console.promises.models import Callback, CallbackMove
from tests.console.desk.document import Element, parse
from tests.console.facts.records import Records
from tests.console.promises.made import NUMBER, callback, offer

PAGE = "/customers/C-1"


async def drawn(pages: httpx.AsyncClient, path: str = PAGE) -> Element:
    answer = await pages.get(path)
    assert answer.status_code == 200
    return parse(answer.text.removeprefix("<!doctype html>"))


async def says(pages: httpx.AsyncClient, what: str, **fields: str) -> httpx.Response:
    return await pages.post(f"/callbacks/{what}", data={"csrf_token": "secret-of-ana", **fields})


@pytest.fixture
async def customer(records: Records, now: datetime) -> Customer:
    await records.add(
        User(id=7, email="ana@shop.example", name="Ana", role=Role.AGENT, password_hash="", created_at=now)
    )
    return await records.customer("C-1", NUMBER)


async def stored(sessions: Sessions) -> Callback:
    async with sessions() as session:
        return (await session.scalars(select(Callback))).one()


async def test_what_is_owed_stands_on_top(
    pages: httpx.AsyncClient, records: Records, customer: Customer, now: datetime
) -> None:
    late = callback(customer.id, records.ago(days=1), owner="ana@shop.example", note="<b>Roses</b>")
    unknown = callback(None, now + timedelta(days=3), call_id="main-2", line=2)
    of_others = callback(None, now, number="+421905999999")
    settled = callback(customer.id, now, state="done", settled_at=now, settled_by="ana@shop.example")
    await records.add(late, unknown, of_others, settled, offer(customer.id, now))
    page = await drawn(pages)
    assert [each.text for each in page.every("li", data_testid="now-callback")] == [
        "Call-back overdue since Fri, Nov 20, 2026, 13:00",
        "Call-back promised for Tue, Nov 24, 2026, 13:00",
    ]
    first, second = page.every("li", data_testid="customer-callback")
    assert (first.attributes["data-overdue"], second.attributes["data-overdue"]) == ("yes", "no")
    assert (
        "overdue first line Ana calls <b>Roses</b> +421 905 123 456 promised on Nov 20, 2026 by Ana"
        in first.text
    )
    assert "second line anybody may call" in second.text
    assert "Declined an offer: Loyalty card Ana" in page.one("customer-timeline").text


async def test_nothing_is_said_where_nothing_is_owed(pages: httpx.AsyncClient, customer: Customer) -> None:
    page = await drawn(pages)
    assert not page.has("customer-callbacks")
    assert "Nothing is late" in page.one("customer-now").text


@pytest.fixture
async def one(records: Records, customer: Customer, now: datetime) -> None:
    """A call-back with the id 1 that is owed now."""
    await records.add(callback(customer.id, now))


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize(("what", "state"), [("done", "done"), ("withdraw", "withdrawn")])
async def test_it_is_settled(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime, what: str, state: str
) -> None:
    for _click in range(2):
        answer = await says(pages, f"1/{what}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/customers/C-1#callbacks")
    settled = await stored(sessions)
    assert (settled.state, settled.settled_by) == (state, "ana@shop.example")
    assert settled.settled_at is not None
    other = await says(pages, "1/withdraw" if what == "done" else "1/done")
    moved = await says(pages, "1/move", day="2026-11-30", time="09:00")
    assert (other.status_code, moved.status_code) == (412, 412)
    assert "Nothing was changed" in other.text
    assert (await stored(sessions)).due_at == now


@pytest.mark.usefixtures("one")
async def test_it_is_moved(pages: httpx.AsyncClient, sessions: Sessions, now: datetime) -> None:
    for _click in range(2):
        assert (await says(pages, "1/move", day="2026-11-30", time="09:00")).status_code == 303
    assert (await stored(sessions)).due_at.isoformat() == "2026-11-30T08:00:00+00:00"
    async with sessions() as session:
        [move] = await session.scalars(select(CallbackMove))
    assert (move.due_before, move.author) == (now, "ana@shop.example")
    assert "Call-back moved from" in (await drawn(pages)).one("customer-timeline").text


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize(
    ("day", "time", "why"),
    [
        ("2020-01-01", "09:00", "2020-01-01 09:00 is over already: choose a later time, or another day."),
        ("<b>", "", "“<b>” is no day; write it like 2026-11-24."),
    ],
)
async def test_a_time_that_may_not_be_is_said_at_the_form(
    pages: httpx.AsyncClient, sessions: Sessions, day: str, time: str, why: str
) -> None:
    before = (await stored(sessions)).due_at
    answer = await says(pages, "1/move", day=day, time=time, customer="C-1")
    assert answer.status_code == 422
    form = parse(answer.text.removeprefix("<!doctype html>")).one("callback-move")
    assert "open" in form.attributes
    assert form.one("callback-wrong").text == f"{why} Nothing was changed."
    assert [each.attributes["value"] for each in form.every("input") if "required" in each.attributes] == [
        day,
        time,
    ]
    assert (await stored(sessions)).due_at == before


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize(
    ("what", "fields", "said"),
    [
        ("1/move", {"day": "2020-01-01", "time": "09:00"}, (422, "2020-01-01 09:00 is over already")),
        ("1/move", {"day": "x", "time": "09:00"}, (422, "is no day; write it like 2026-11-24")),
        ("1/move", {}, (422, "Say on which day to call back.")),
        ("2/done", {}, (404, "There is no such call-back, or not any more.")),
        (f"{10**30}/done", {}, (404, "There is no such call-back, or not any more.")),
        ("1/done", {"csrf_token": "of another"}, (403, "out of date")),
    ],
)
async def test_what_is_refused(
    pages: httpx.AsyncClient, sessions: Sessions, what: str, fields: dict[str, Any], said: tuple[int, str]
) -> None:
    before = (await stored(sessions)).due_at
    answer = await pages.post(f"/callbacks/{what}", data={"csrf_token": "secret-of-ana", **fields})
    assert answer.status_code == said[0]
    assert said[1] in answer.text
    kept = await stored(sessions)
    assert (kept.state, kept.due_at) == ("open", before)


async def test_what_was_promised_to_a_number_leads_back_to_whose_page_it_was(
    pages: httpx.AsyncClient, records: Records, customer: Customer, now: datetime
) -> None:
    await records.add(callback(None, now))
    answer = await says(pages, "1/done", customer="C-1")
    assert answer.headers["location"] == "/customers/C-1#callbacks"
    answer = await says(pages, "1/done")
    assert answer.headers["location"] == "/desk"
