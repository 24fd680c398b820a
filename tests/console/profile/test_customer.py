"""The customer page, on both databases."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from console.calls.models import Leg, Note
from console.customers.models import Company
from console.db.engine import Sessions
from console.errors import LinesideError
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.identity.models import Role, User
from console.identity.viewer import Viewer
from console.profile.customer import ON_A_PAGE
from console.profile.customer_views import customer_page
from console.settings import Settings
from console.web.errors import ErrorPages
from console.web.static import StaticLibrary
from console.web.templates import Templates
from tests.console.desk.document import Element, parse
from tests.console.facts.records import NUMBER, Records

ANA = Viewer(1, "ana@shop.example", "Ana Nováková", Role.AGENT, 1, "1001", "secret-of-ana", "en")
ZONE = ZoneInfo("Europe/Bratislava")


class LoggedIn:
    """Everybody is Ana."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {}).update(viewer=ANA, csrf=ANA.csrf, locale="en")
        await self.app(scope, receive, send)


@pytest.fixture
def records(sessions: Sessions, now: datetime) -> Records:
    return Records(sessions, now)


@pytest.fixture
async def client(sessions: Sessions, now: datetime, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with open_fact_reader(database_url) as reader:
        templates = Templates(locale="en", zone=ZONE, static=StaticLibrary())
        pages = ErrorPages(templates)
        app = Starlette(
            routes=[Route("/customers/{ref:path}", customer_page)],
            middleware=[Middleware(LoggedIn)],
            exception_handlers={LinesideError: pages.respond},
        )
        settings = Settings(region="SK", time_zone=ZONE)
        app.state.templates, app.state.sessions, app.state.settings = templates, sessions, settings
        app.state.knowledge, app.state.clock = Knowledge(reader, settings), lambda: now
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://console.test"
        ) as client:
            yield client


async def page(client: httpx.AsyncClient, path: str) -> Element:
    answer = await client.get(f"/customers/{path}")
    assert answer.status_code == 200, answer.text
    return parse(answer.text.removeprefix("<!doctype html>"))


async def test_all_about_a_customer_on_one_page(
    client: httpx.AsyncClient, records: Records, now: datetime
) -> None:
    company = Company(ref="F", name="Flowers & <b>Sons</b>")
    await records.add(company)
    jan = await records.customer(
        "C/1",
        NUMBER,
        name="<i>Ján</i>",
        company_id=company.id,
        segment="vip",
        notes="Calls on Mondays.",
        attributes={"employees": 1200, "consent": "yes"},
    )
    await records.customer("C-2", name="Eva", company_id=company.id)
    late = {"status": "shipped", "promised_at": now - timedelta(days=3)}
    await records.purchase(jan, now - timedelta(days=9), "garden", ref="O-1", **late)
    await records.case(jan, now - timedelta(days=4), due_at=now - timedelta(days=1))
    drawn = await page(client, "C%2F1")
    assert drawn.one("customer").attributes["data-ref"] == "C/1"
    assert drawn.every("h1")[0].text == "<i>Ján</i>"
    assert drawn.one("customer-now").text == "order O-1 is 3 days late case K2 is overdue"
    assert "Flowers & <b>Sons</b>" in drawn.text
    assert "Eva C-2" in drawn.one("customer-people").text
    assert drawn.one("customer-people").every("a")[0].attributes["href"] == "/customers/C-2"
    figures = drawn.one("customer-figures").text
    assert "Spent in a year €10.50 €10.50" in figures
    assert "Open cases 1 1" in figures
    about = drawn.one("customer-about").text
    assert "consent yes employees 1,200 Calls on Mondays." in about
    assert "Thing 0" in drawn.one("customer-orders").text


async def test_the_timeline_tells_calls_with_who_talked_and_what_was_noted(
    client: httpx.AsyncClient, records: Records, now: datetime
) -> None:
    jan = await records.customer("C-1", NUMBER)
    eva = User(email="eva@shop.example", name="Eva", role="agent", password_hash="-", line=1, created_at=now)
    await records.add(eva)
    await records.call(jan, now - timedelta(hours=2), id="a", queue="support", end="completed")
    await records.call(jan, now - timedelta(hours=3), id="b", end="abandoned")
    await records.call(jan, now - timedelta(hours=4), id="c", direction="outbound", end="lost")
    at = now - timedelta(hours=2)
    leg = {"call_id": "a", "interface": "PJSIP/1", "user_id": eva.id, "offered_at": at, "answered_at": at}
    await records.add(Leg(id="l", **leg))
    note = {"leg_id": "l", "call_id": "a", "user_id": eva.id, "text": "Wants <b>red</b> ones", "version": 1}
    await records.add(Note(**note, updated_at=at))
    told = [entry.text for entry in (await page(client, "C-1")).one("customer-timeline").every("li")]
    assert ["talked with Eva" in told[0], "Wants <b>red</b> ones" in told[0]] == [True, True]
    assert "nobody answered" in told[1]
    assert "was called · how it ended is not known" in told[2]


async def test_older_parts_of_the_timeline_miss_nothing(
    client: httpx.AsyncClient, records: Records, now: datetime
) -> None:
    """An import gives many purchases the same moment: midnight."""
    jan = await records.customer("C-1", NUMBER)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
    for index in range(ON_A_PAGE + 7):
        await records.purchase(jan, midnight, ref=f"O-{index}", delivered_at=midnight)
    await records.case(jan, midnight)
    await records.call(jan, midnight)
    seen: list[str] = []
    path = "C-1"
    while path:
        timeline = (await page(client, path)).one("customer-timeline")
        seen += [entry.text for entry in timeline.every("li", class_="list-item")]
        [older] = [link.attributes["href"] for link in timeline.every("a") if "older" in link.text] or [""]
        path = older.removeprefix("/customers/").partition("#")[0]
    assert len(seen) == len(set(seen)) == 2 * (ON_A_PAGE + 7) + 2


async def test_a_place_that_is_none_is_the_beginning(client: httpx.AsyncClient, records: Records) -> None:
    await records.customer("C-1", NUMBER)
    for place in ("x", "2026-11-21T00:00:00Z ordered x", "0001-01-01 called ", "2026-11-21 eaten 1"):
        answer = await client.get("/customers/C-1", params={"behind": place})
        assert answer.status_code == 200


async def test_a_customer_with_nothing_says_what_would_stand_here(
    client: httpx.AsyncClient, records: Records
) -> None:
    await records.customer("C-1")
    drawn = await page(client, "C-1")
    for sentence in ("Nothing bought yet.", "No case is open.", "Nothing happened yet", "Nothing more is on"):
        assert sentence in drawn.text
    assert "No number: calls are not recognised." in drawn.text
    assert not drawn.has("customer-people")


async def test_an_unknown_customer_is_not_there(client: httpx.AsyncClient) -> None:
    answer = await client.get("/customers/nobody")
    assert answer.status_code == 404
    assert "There is no customer nobody. Look for the name in the search box." in answer.text
