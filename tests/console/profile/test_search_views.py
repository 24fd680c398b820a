"""The search box's address, on a small app."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from console.customers.actions import save_customers
from console.customers.records import CompanyRecord, CustomerRecord, PhoneRecord
from console.db.engine import Sessions
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.profile.search import SHOWN
from console.profile.search_views import search_customers
from console.settings import Settings
from console.web.static import StaticLibrary
from console.web.templates import Templates
from tests.console.desk.document import Element, parse

ANA = Viewer(1, "ana@shop.example", "Ana Nováková", Role.AGENT, 1, "1001", "secret-of-ana", "en")
FLOWERS = CompanyRecord("F", "Flowers & <b>Sons</b>")
PHONE = PhoneRecord("0905 123 456", "+421905123456", None, shared=False)
IN_BOX = {"HX-Request": "true"}


class LoggedIn:
    """Everybody is Ana."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {}).update(viewer=ANA, csrf=ANA.csrf, locale="en")
        await self.app(scope, receive, send)


@pytest.fixture
async def client(sessions: Sessions, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[Route("/search", search_customers)], middleware=[Middleware(LoggedIn)])
    app.state.templates = Templates(locale="en", zone=ZoneInfo("Europe/Bratislava"), static=StaticLibrary())
    app.state.sessions, app.state.settings = sessions, Settings(region="SK")
    people = [CustomerRecord(f"Z/{index}", {"name": f"Zeman {index:02}"}) for index in range(SHOWN + 1)]
    jan = CustomerRecord("C 1", {"name": "<i>Ján</i>"}, True, FLOWERS, (PHONE,))
    async with sessions.begin() as session:
        await save_customers(session, [*people, jan], now)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://console.test"
    ) as client:
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
