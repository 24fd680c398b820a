"""The board's pages and `GET /api/v1/queues`, over a console in which one caller waits."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from starlette.routing import Route

from console.api.queues import get_queues
from console.boards.opening import Boards
from console.boards.routes import build_boards
from console.identity.guard import require
from console.identity.models import Role
from console.identity.permissions import Permission
from console.queues.models import QueueThresholds
from tests.conftest import NOW
from tests.console.desk.document import parse
from tests.fakes.pages import ANA, browser_of, small_app
from tests.fakes.story import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LEADER = replace(ANA, role=Role.SUPERVISOR)


@pytest.fixture
async def browser(on: Stage, boards: Boards) -> AsyncIterator[httpx.AsyncClient]:
    routes = [*build_boards(), Route("/api", get_queues, middleware=require(Permission.BOARD_READ))]
    state = {"boards": boards, "sessions": on.sessions, "clock": lambda: NOW}
    async with browser_of(small_app(routes, state, viewer=LEADER)) as browser:
        yield browser


async def test_the_board_shows_who_waits_and_who_is_there(browser: httpx.AsyncClient) -> None:
    page = parse((await browser.get("/board")).text)
    [tile] = page.every(data_testid="queue", data_queue="support")
    assert tile.attributes["data-waiting"] == "1"
    assert "Jozef Mrkva" in tile.text
    assert {each.attributes["data-agent"] for each in page.every(data_testid="agent")} == {
        f"a{number}@x.example" for number in (1, 2, 3)
    }


async def test_every_figure_is_explained_with_what_others_give(browser: httpx.AsyncClient) -> None:
    page = parse((await browser.get("/board/queues/support")).text)
    assert len(page.every(data_testid="formula")) == 5
    assert len(page.every(data_testid="switch")) == 4
    assert "answered within T" in page.one("figures").text


@pytest.mark.parametrize("path", ["/board", "/board/queues/support", "/board/thresholds", "/api"])
async def test_agents_are_refused(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path, headers={"role": "agent"})).status_code == 403


async def test_the_api_says_the_same(browser: httpx.AsyncClient) -> None:
    items = (await browser.get("/api")).json()["items"]
    [support] = [each for each in items if each["name"] == "support"]
    assert (support["waiting"], support["line"], support["service_level_now"]) == (1, 1, None)
    assert set(support["agents"]) == {"available", "ringing", "on_call", "wrap_up", "on_break"}
    assert support["as_of"] == NOW.isoformat()


async def test_the_api_says_how_old_it_is(browser: httpx.AsyncClient, on: Stage, boards: Boards) -> None:
    lost = on.lost()
    await on.take(lost)
    await boards.feed.look()
    items = (await browser.get("/api")).json()["items"]
    assert {each["as_of"] for each in items} == {lost.at.isoformat()}


async def test_thresholds_are_set_and_checked(browser: httpx.AsyncClient, on: Stage, boards: Boards) -> None:
    typed = {"csrf_token": LEADER.csrf, "waiting_yellow": "1", "waiting_red": "1", "level_red": "x"}
    refused = await browser.post("/board/thresholds/support", data=typed)
    assert refused.status_code == 422
    assert "Red must be worse than yellow." in refused.text
    assert "Write a whole number from 1 to 100" in refused.text
    typed |= {"waiting_red": "5", "level_red": "50", "sound": "yes"}
    assert (await browser.post("/board/thresholds/support", data=typed)).status_code == 303
    async with on.sessions() as session:
        row = await session.get(QueueThresholds, "support")
        assert row is not None
        assert (row.waiting_yellow, row.waiting_red, row.level_red, row.sound) == (1, 5, 50, True)
        await on.directory.refresh(session)
    boards.feed.employ()
    page = parse((await browser.get("/board")).text)
    [tile] = page.every(data_testid="queue", data_queue="support")
    assert [each.attributes["data-level"] for each in tile.every("div", data_level="yellow")] == ["yellow"]


async def test_how_the_service_level_is_computed_is_set_where_thresholds_are(
    browser: httpx.AsyncClient, on: Stage, boards: Boards
) -> None:
    typed = {"csrf_token": LEADER.csrf, "within_s": "soon", "level_red": "x"}
    refused = await browser.post("/board/thresholds/support", data=typed)
    assert refused.status_code == 422
    assert "Write whole seconds, from 1 to 86400." in refused.text
    assert "Write a whole number from 1 to 100" in refused.text
    typed |= {"within_s": "30", "short_s": "7", "formula": "answered", "moved": "yes", "level_red": "50"}
    assert (await browser.post("/board/thresholds/support", data=typed)).status_code == 303
    async with on.sessions() as session:
        await on.directory.refresh(session)
    boards.feed.employ()
    page = parse((await browser.get("/board/queues/support")).text)
    assert "T = 30 seconds" in page.one("figures").text
    assert "S = 7 seconds" in page.one("figures").text
    [chosen] = [each for each in page.every(data_testid="formula") if "data-chosen" in each.attributes]
    assert "Of answered calls" in chosen.text


async def test_agents_may_not_set_thresholds(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/board/thresholds/support", headers={"role": "agent"})
    assert answer.status_code == 403
