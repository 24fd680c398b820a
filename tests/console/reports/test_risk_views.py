"""The page of customers at risk, its files, and the same by the API."""

import asyncio
import csv
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import httpx
import pytest
from starlette.routing import Route

from console.api.at_risk import get_at_risk
from console.commands.risk_job import risk_job
from console.customers.models import Customer
from console.db.engine import Sessions
from console.db.writing import write
from console.identity.guard import require
from console.identity.models import Role
from console.identity.permissions import Permission
from console.reports import risk_watch
from console.reports.risk_views import PATH
from console.reports.risk_watch import RiskWatch
from console.reports.routes import build_reports
from console.risk import surveys
from console.risk.rule_sets import SETS
from console.rules.sets import By
from console.settings import Settings, read_settings
from tests.console.desk.document import Element, parse
from tests.console.facts.records import Records
from tests.console.reports.test_risk_survey import CALLING, GOLD, overdue
from tests.fakes.pages import ANA, browser_of, small_app

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LEADER = replace(ANA, role=Role.SUPERVISOR)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return read_settings({"LINESIDE_DATABASE_URL": database_url, "LINESIDE_TIME_ZONE": "Europe/Bratislava"})


@pytest.fixture
def records(sessions: Sessions, now: datetime) -> Records:
    return Records(sessions, now)


@pytest.fixture
async def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The processes that were started."""
    found: list[tuple[str, int]] = []

    async def start(_settings: Settings, module: str, number: int) -> None:
        found.append((module, number))

    monkeypatch.setattr(risk_watch, "start_process", start)
    return found


@pytest.fixture
async def browser(sessions: Sessions, settings: Settings, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    api = Route("/api", get_at_risk, middleware=require(Permission.AT_RISK_READ))
    state = {"sessions": sessions, "settings": settings, "clock": lambda: now}
    async with browser_of(small_app([*build_reports(), api], state, viewer=LEADER)) as browser:
        yield browser


async def write_rules(sessions: Sessions, now: datetime) -> None:
    await write(
        sessions, lambda session: SETS.change(session, lambda _: [CALLING, GOLD], By("eva@x.example", now))
    )


async def counted(sessions: Sessions, settings: Settings, now: datetime) -> None:
    """The list by the rules in force."""
    number = await write(sessions, lambda session: surveys.begin_survey(session, 1, now))
    assert number is not None
    await risk_job(sessions, settings, number)


async def page_of(browser: httpx.AsyncClient, **query: str) -> Element:
    answer = await browser.get(PATH, params=query)
    assert answer.status_code == 200
    return parse(answer.text)


async def test_without_rules_the_page_says_what_to_do(
    browser: httpx.AsyncClient, begun: list[tuple[str, int]]
) -> None:
    page = await page_of(browser)
    assert page.has("at-risk-no-rules")
    answer = await browser.post(f"{PATH}/count", data={"csrf_token": LEADER.csrf})
    assert (answer.headers["location"], begun) == (f"{PATH}?begun=no", [])


async def test_the_page_says_who_why_and_what_comes_next(
    browser: httpx.AsyncClient, sessions: Sessions, settings: Settings, records: Records, now: datetime
) -> None:
    await overdue(records, "C/1", name="Jozef <Mrkva>", segment="gold")
    await records.customer("C2", segment="gold")
    await write_rules(sessions, now)
    await counted(sessions, settings, now)
    page = await page_of(browser)
    assert "As of" in page.one("at-risk-as-of").text
    first, second = page.every(data_testid="at-risk-customer")
    assert (first.attributes["data-ref"], first.attributes["data-rules"]) == ("C/1", "2")
    assert first.every("a")[0].attributes["href"] == "/customers/C/1"
    for said in ("Jozef <Mrkva>", "Overdue and calling", "1 case is overdue", "ana@x.example", "was due"):
        assert said in first.text
    assert second.attributes["data-ref"] == "C2"
    assert "nothing planned" in second.text
    assert "Gold (2)" in page.one("at-risk-rule").text
    [only] = (await page_of(browser, rule="calling")).every(data_testid="at-risk-customer")
    assert only.attributes["data-ref"] == "C/1"
    assert (await page_of(browser, segment="silver")).has("at-risk-nobody")


async def test_a_long_list_has_pages(
    browser: httpx.AsyncClient, sessions: Sessions, settings: Settings, records: Records, now: datetime
) -> None:
    for number in range(51):
        await records.customer(f"C{number:02}", segment="gold")
    await write_rules(sessions, now)
    await counted(sessions, settings, now)
    page = await page_of(browser)
    assert "51 customers" in page.one("at-risk-number").text
    assert page.one("at-risk-next").attributes["href"] == f"{PATH}?page=2"
    [last] = (await page_of(browser, page="2")).every(data_testid="at-risk-customer")
    assert last.attributes["data-ref"] == "C50"
    assert (await browser.get(PATH, params={"page": "0"})).status_code == 422


async def test_files_hold_the_whole_list_and_no_formula(
    browser: httpx.AsyncClient, sessions: Sessions, settings: Settings, records: Records, now: datetime
) -> None:
    await overdue(records, "C1", name="=cmd()", segment="gold")
    await write_rules(sessions, now)
    await counted(sessions, settings, now)
    answer = await browser.get(f"{PATH}.csv")
    assert "customers-at-risk-" in answer.headers["content-disposition"]
    [heads, row] = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))
    said = dict(zip(heads, row, strict=True))
    assert said["Customer"] == "'=cmd()"
    assert said["Rules"] == "Overdue and calling; Gold"
    assert "1 case is overdue" in said["Why"]
    assert said["At risk since"].endswith(("+01:00", "+02:00"))
    content = (await browser.get(f"{PATH}.xlsx")).content
    book = ZipFile(BytesIO(content))
    assert "=cmd()" in book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    assert list(csv.reader(StringIO((await browser.get(f"{PATH}.csv?rule=none")).text)))[1:] == []


async def test_the_api_lists_the_same(
    browser: httpx.AsyncClient, sessions: Sessions, settings: Settings, records: Records, now: datetime
) -> None:
    assert (await browser.get("/api")).json() == {"items": [], "next": None}
    await overdue(records, "C1")
    await records.customer("C2", segment="gold")
    await write_rules(sessions, now)
    await counted(sessions, settings, now)
    first = (await browser.get("/api?limit=1")).json()
    [item] = first["items"]
    assert (item["ref"], item["as_of"], item["owner"]) == ("C1", now.isoformat(), "ana@x.example")
    assert item["rules"][0]["why"][0] == {
        "condition": "cases.overdue >= 1",
        "value": "1",
        "text": "1 case is overdue",
    }
    assert item["next_step"]["kind"] == "case"
    last = (await browser.get("/api", params={"limit": 1, "cursor": first["next"]})).json()
    assert ([each["ref"] for each in last["items"]], last["next"]) == (["C2"], None)
    assert (await browser.get("/api?rool=x")).status_code == 422


@pytest.mark.parametrize("path", [PATH, f"{PATH}.csv", f"{PATH}.xlsx", "/api"])
async def test_agents_are_refused(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path, headers={"role": "agent"})).status_code == 403
    assert (await browser.post(f"{PATH}/count", headers={"role": "agent"})).status_code == 403


async def test_a_count_is_begun_once_and_the_page_says_how_far_it_is(
    browser: httpx.AsyncClient, sessions: Sessions, now: datetime, begun: list[tuple[str, int]]
) -> None:
    await write_rules(sessions, now)
    for answer in ("yes", "no"):
        asked = await browser.post(f"{PATH}/count", data={"csrf_token": LEADER.csrf})
        assert asked.headers["location"] == f"{PATH}?begun={answer}"
    assert [module for module, _number in begun] == ["console.commands.risk_job"]
    page = await page_of(browser, begun="no")
    assert "0 looked at so far" in page.one("at-risk-under-way").text
    assert "disabled" in page.one("at-risk-count").attributes


async def test_it_begins_by_itself_when_it_is_due(
    sessions: Sessions, settings: Settings, now: datetime, begun: list[tuple[str, int]]
) -> None:
    at = now
    watch = RiskWatch(sessions, settings, lambda: at)
    assert not await watch.look()  # there is no rule
    await write_rules(sessions, now)
    assert await watch.look()
    await risk_job(sessions, settings, begun[0][1])
    assert not await watch.look()
    at = now + timedelta(hours=1)
    assert await watch.look()
    assert len(begun) == 2


async def test_it_looks_again_after_the_database_was_away(
    sessions: Sessions, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = asyncio.Event()
    troubles = [ConnectionError("away")]

    async def look() -> bool:
        if troubles:
            raise troubles.pop()
        looked.set()
        return False

    monkeypatch.setattr(risk_watch, "CHECK_S", 0.001)
    watch = RiskWatch(sessions, settings, lambda: now)
    monkeypatch.setattr(watch, "look", look)
    watching = asyncio.create_task(watch.run())
    async with asyncio.timeout(5):
        await looked.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_what_goes_wrong_is_said(
    browser: httpx.AsyncClient,
    sessions: Sessions,
    settings: Settings,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await Records(sessions, now).customer("C1", segment="gold")
    await write_rules(sessions, now)
    monkeypatch.setattr("console.reports.risk_survey.MOST_FOUND", 0)
    await counted(sessions, settings, now)
    assert "make the rules narrower" in (await page_of(browser)).one("at-risk-problem").text


async def test_whoever_was_erased_is_gone_at_once(
    browser: httpx.AsyncClient, sessions: Sessions, settings: Settings, records: Records, now: datetime
) -> None:
    customer = await records.customer("C1", segment="gold")
    await write_rules(sessions, now)
    await counted(sessions, settings, now)
    async with sessions.begin() as session:
        await session.delete(await session.get_one(Customer, customer.id))
    assert (await page_of(browser)).has("at-risk-nobody")
