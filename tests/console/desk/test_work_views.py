"""The work list on the desk and on its own page, and what agents do there."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from starlette.routing import Route

from console.db.engine import Sessions
from console.desk import views
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.memory_bus import MemoryBus
from console.routes import build_work
from console.worklist.keeping import WorkList
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.desk.document import Element, parse
from tests.console.promises.made import callback
from tests.console.worklist.called import MINUTE, MISSED_AT, happened, record, worklist
from tests.fakes.pages import browser_of, small_app
from tests.fakes.story import people

ANA = viewer_of(1)
LEADER = replace(viewer_of(2), role=Role.SUPERVISOR)


@pytest.fixture
async def kept(sessions: Sessions) -> WorkList:
    await people(sessions)
    return worklist(sessions, MemoryBus())


def desk_of(kept: WorkList, viewer: Viewer = ANA) -> httpx.AsyncClient:
    routes = [Route("/desk", views.desk_page), *build_work()]
    state = {"bus": kept._bus, "sessions": kept._sessions, "worklist": kept, "clock": lambda: NOW}
    return browser_of(small_app(routes, state, viewer=viewer))


@pytest.fixture
async def ana(kept: WorkList) -> AsyncIterator[httpx.AsyncClient]:
    async with desk_of(kept) as browser:
        yield browser


async def page(browser: httpx.AsyncClient, path: str = "/desk/work") -> Element:
    answer = await browser.get(path)
    assert answer.status_code == 200
    return parse(answer.text.removeprefix("<!doctype html>"))


async def does(browser: httpx.AsyncClient, what: str, **fields: str) -> httpx.Response:
    return await browser.post(f"/desk/work/{what}", data={"csrf_token": "csrf", **fields})


def rows(drawn: Element, of: str = "missed") -> list[Element]:
    return [each for each in drawn.every("li", data_testid=of) if "hidden" not in each.attributes]


def text(drawn: Element, of: str) -> str:
    [found] = [each for each in drawn.every() if each.attributes.get("data-testid") == of]
    return found.text


@pytest.mark.parametrize("path", ["/desk", "/desk/work"])
async def test_an_empty_list_says_what_that_means(ana: httpx.AsyncClient, path: str) -> None:
    drawn = await page(ana, path)
    assert "Nobody waits to be called. Callers whom nobody answered come here by themselves" in drawn.text
    assert (text(drawn, "work-missed"), text(drawn, "work-due"), rows(drawn)) == ("0", "0", [])


@pytest.mark.parametrize("path", ["/desk", "/desk/work"])
async def test_who_they_are_how_often_and_since_when(
    kept: WorkList, ana: httpx.AsyncClient, path: str
) -> None:
    again = record(MISSED_AT + MINUTE, customer_id=1)
    await happened(kept._sessions, record(MISSED_AT), again, record(MISSED_AT, number=""))
    await kept.compare()
    drawn = await page(ana, path)
    [row] = rows(drawn)
    assert row.attributes["data-call-id"] == again.call.id
    assert row.attributes["data-state"] == "open"
    for said in ("Jozef Mrkva", "+421 905 123 456", "Tried 2 times since 12:00", "Customer support"):
        assert said in row.text
    assert [link.attributes["href"] for link in row.every("a")] == ["/customers/C-1", "tel:+421905123456"]
    assert (text(drawn, "work-missed"), text(drawn, "work-due")) == ("1", "0")
    assert "One caller with a withheld number today, at 12:00." in text(drawn, "work-withheld")


async def test_claim_give_back_close(kept: WorkList, ana: httpx.AsyncClient) -> None:
    await happened(kept._sessions, record(MISSED_AT))
    assert (await does(ana, "missed/1/claim")).text == ""
    [row] = rows(await page(ana))
    assert (row.attributes["data-state"], row.attributes["data-mine"]) == ("claimed", "yes")
    async with desk_of(kept, viewer_of(2)) as boris:
        refused = await does(boris, "missed/1/claim")
        assert (refused.status_code, "Ana took this at 13:00." in refused.text) == (409, True)
        [row] = rows(await page(boris))
        assert ("Ana has this, since 13:00" in row.text, "data-mine" in row.attributes) == (True, False)
    assert (await does(ana, "missed/1/release")).text == ""
    assert [row.attributes["data-state"] for row in rows(await page(ana))] == ["open"]
    assert (await does(ana, "missed/1/close", how="no_need")).text == ""
    drawn = await page(ana)
    [row] = rows(drawn)
    assert (row.attributes["data-state"], "No need to call: Ana, 13:00" in row.text) == ("done", True)
    assert text(drawn, "work-missed") == "0"


@pytest.mark.parametrize(
    ("what", "fields", "status"),
    [
        ("missed/1/close", {"how": "called_back"}, 422),
        ("missed/1/close", {}, 422),
        ("missed/7/claim", {}, 404),
        ("letters/1/claim", {}, 404),
        ("missed/1/claim", {"csrf_token": "of somebody else"}, 403),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(
    kept: WorkList, ana: httpx.AsyncClient, what: str, fields: dict[str, str], status: int
) -> None:
    await happened(kept._sessions, record(MISSED_AT))
    refused = await does(ana, what, **fields)
    assert (refused.status_code, "field-error" in refused.text) == (status, True)


async def test_what_a_colleague_promised_is_theirs_until_it_is_overdue(kept: WorkList) -> None:
    async with kept._sessions.begin() as session:
        session.add(callback(1, NOW - MINUTE, owner="a1@x.example", note="<b>Roses</b>"))
        session.add(callback(None, NOW - 20 * MINUTE, owner="a1@x.example", author="a2@x.example"))
        session.add(callback(None, NOW - 2 * MINUTE, number="+421905000001"))
    await kept.compare()
    due = {}
    for viewer in (ANA, viewer_of(2)):
        async with desk_of(kept, viewer) as browser:
            drawn = await page(browser)
            due[viewer.user_id] = [row.attributes["data-due"] for row in rows(drawn, "callback-due")]
            assert text(drawn, "work-due") == str(len(due[viewer.user_id]))
    late, nobodys, anas = (NOW - minutes * MINUTE for minutes in (20, 2, 1))
    assert due[1] == [late.isoformat(), nobodys.isoformat(), anas.isoformat()]
    assert due[2] == [late.isoformat(), nobodys.isoformat()]


async def test_agents_see_those_of_their_queues_and_who_leads_sees_all(kept: WorkList) -> None:
    await happened(
        kept._sessions,
        record(MISSED_AT, number="+421905000001"),
        record(MISSED_AT, number="+421905000002", queue="sales"),
        record(MISSED_AT, number="+421905000003", queue="second"),
        record(MISSED_AT, number="+421905000004", queue=None),
    )
    await kept.compare()
    seen = {}
    viewers = {
        "all": LEADER,
        "support": replace(ANA, queues=("support",)),
        "none": ANA,
        "second line": replace(ANA, line=2),
    }
    for name, viewer in viewers.items():
        async with desk_of(kept, viewer) as browser:
            seen[name] = {row.attributes["data-queue"] for row in rows(await page(browser))}
    assert seen == {
        "all": {"support", "sales", "second", ""},
        "support": {"support", ""},
        "none": {"support", "sales", ""},
        "second line": {"second"},
    }


async def test_what_is_claimed_is_called_by_a_click(kept: WorkList, ana: httpx.AsyncClient) -> None:
    """Where a phone system can be told to dial; else the page says that it cannot."""
    await happened(kept._sessions, record(MISSED_AT))
    assert list(await found(ana, "dial")) == []
    await does(ana, "missed/1/claim")
    [button] = await found(ana, "dial")
    assert button.attributes["data-number"] == "+421905123456"
    [cannot] = await found(ana, "cannot-dial")
    assert "Dial at the phone" in cannot.text
    [work] = await found(ana, "work")
    assert work.attributes["data-dials"] == "no"


async def found(browser: httpx.AsyncClient, of: str) -> list[Element]:
    every = (await page(browser)).every()
    return [each for each in every if each.attributes.get("data-testid") == of]


async def test_no_caller_writes_into_the_page(kept: WorkList, ana: httpx.AsyncClient) -> None:
    call = record(MISSED_AT, number="<i>12")
    await happened(kept._sessions, call)
    await kept.compare()
    [row] = rows(await page(ana))
    assert list(row.every("i")) == []
    assert "<i>12" in row.text
    assert list(row.every("a")) == []
