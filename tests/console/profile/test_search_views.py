"""The search box's address, on a small app."""

import json
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from starlette.routing import Route

from console.customers.actions import save_customers
from console.customers.records import CompanyRecord, CustomerRecord, PhoneRecord
from console.db.engine import Sessions
from console.live.commands import Commands
from console.live.memory_bus import MemoryBus
from console.profile.search import SHOWN
from console.profile.search_views import search_customers
from console.settings import Settings
from tests.console.desk.document import Element, parse
from tests.fakes.pages import ANA, browser_of, small_app

FLOWERS = CompanyRecord("F", "Flowers & <b>Sons</b>")
PHONE = PhoneRecord("0905 123 456", "+421905123456", None, shared=False)
IN_BOX = {"HX-Request": "true"}


@pytest.fixture
async def bus() -> MemoryBus:
    return MemoryBus()


@pytest.fixture
async def client(sessions: Sessions, bus: MemoryBus, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    commands = Commands(bus, lambda: now)
    state = {"sessions": sessions, "settings": Settings(region="SK"), "commands": commands}
    people = [CustomerRecord(f"Z/{index}", {"name": f"Zeman {index:02}"}) for index in range(SHOWN + 1)]
    jan = CustomerRecord("C 1", {"name": "<i>Ján</i>"}, True, FLOWERS, (PHONE,))
    async with sessions.begin() as session:
        await save_customers(session, [*people, jan], now)
    async with browser_of(small_app([Route("/search", search_customers)], state)) as client:
        yield client


async def drawn(client: httpx.AsyncClient, typed: str, headers: dict[str, str] | None = None) -> Element:
    answer = await client.get("/search", params={"q": typed}, headers=headers)
    assert answer.status_code == 200
    return parse(answer.text.removeprefix("<!doctype html>"))


async def test_a_result_leads_to_the_customer_and_says_what_matched(client: httpx.AsyncClient) -> None:
    fragment = await drawn(client, " 0905 123 456 ", IN_BOX)
    result = fragment.one("search-result", data_ref="C 1")
    assert result.attributes["href"] == "/customers/C%201"
    assert result.text == "<i>Ján</i> C 1 Flowers & <b>Sons</b> number +421 905 123 456"
    assert not fragment.every("html")
    [listbox] = fragment.every("ul", role="listbox")
    assert listbox.attributes["data-query"] == "0905 123 456"


async def test_what_stands_in_a_reference_stays_one_address(client: httpx.AsyncClient) -> None:
    fragment = await drawn(client, "zeman 01", IN_BOX)
    assert fragment.one("search-result").attributes["href"] == "/customers/Z%2F1"


async def test_opened_directly_it_is_a_page_with_the_box_filled_in(client: httpx.AsyncClient) -> None:
    page = await drawn(client, "zem")
    assert page.one("search").attributes["value"] == "zem"
    assert len(page.every(data_testid="search-result")) == SHOWN
    assert "There are more" in page.text
    assert not page.every(role="option")


@pytest.mark.parametrize("headers", [None, IN_BOX])
async def test_where_nobody_is_found_it_says_what_to_do(
    client: httpx.AsyncClient, headers: dict[str, str] | None
) -> None:
    answer = await drawn(client, "nobody", headers)
    assert "Nobody is found. Try fewer letters" in answer.text
    assert not answer.has("search-result")


async def test_nothing_typed_finds_nothing(client: httpx.AsyncClient) -> None:
    assert (await drawn(client, "  ", IN_BOX)).text == ""
    assert "Type a name" in (await drawn(client, "")).text
    assert (await client.get("/search")).status_code == 200


async def can_dial(bus: MemoryBus, now: datetime) -> None:
    await bus.put("links", "main", {"state": "up", "reason": "", "since": now.isoformat(), "can": ["dial"]})


async def test_the_number_of_a_result_can_be_called_right_from_the_box(
    client: httpx.AsyncClient, bus: MemoryBus, now: datetime
) -> None:
    assert not (await drawn(client, "0905 123 456", IN_BOX)).has("search-call")
    await can_dial(bus, now)
    fragment = await drawn(client, "0905 123 456", IN_BOX)
    call = fragment.one("search-call")
    assert (call.text, call.attributes["role"]) == ("Call +421 905 123 456", "option")
    assert json.loads(call.attributes["hx-vals"]) == {
        "number": call.attributes["data-number"],
        "csrf_token": ANA.csrf,
    }
    assert not (await drawn(client, "zeman", IN_BOX)).has("search-call")
    assert (await drawn(client, "0905 123 456")).one("dial").attributes["data-number"] == "+421 905 123 456"


@pytest.mark.parametrize(("headers", "testid"), [(None, "dial"), (IN_BOX, "search-call")])
async def test_a_number_that_nobody_has_can_be_called_when_it_is_all_there(
    client: httpx.AsyncClient, bus: MemoryBus, now: datetime, headers: dict[str, str] | None, testid: str
) -> None:
    await can_dial(bus, now)
    found = await drawn(client, "tel. 0911 222 333", headers)
    assert found.one(testid).attributes["data-number"] == "+421 911 222 333"
    assert "Nobody is found." in found.text
    for typed in ("0911 2", "nobody", "4711"):
        assert not (await drawn(client, typed, headers)).has(testid)
