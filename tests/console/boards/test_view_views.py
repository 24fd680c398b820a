"""The board in a view: opened by its link, by default, overwritten, renamed, deleted, by its owner alone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from console.boards.opening import open_boards
from console.boards.routes import build_boards
from console.boards.view_choices import Choices, to_query
from console.db.engine import Sessions
from console.identity.models import Role
from tests.conftest import NOW
from tests.console.desk.document import Element, parse
from tests.fakes.pages import ANA, browser_of, small_app, templates_in
from tests.fakes.story import ZONE, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LEADER = replace(ANA, role=Role.SUPERVISOR)
SECOND_LINE = Choices(line="2", queues=("support", "gone"), size="dense", parts=("queues",), figures=("asa",))


@pytest.fixture
async def browser(sessions: Sessions, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    await people(sessions)
    async with (
        stage(sessions, database_url) as on,
        open_boards(on.bus, on.directory, templates_in(), ZONE, lambda: NOW) as boards,
    ):
        await boards.feed.look()
        state = {"boards": boards, "sessions": sessions, "clock": lambda: NOW}
        async with browser_of(small_app(build_boards(), state, viewer=LEADER)) as browser:
            yield browser


async def post(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    form = {"csrf_token": LEADER.csrf, "choices": to_query(SECOND_LINE), **fields}
    return await browser.post(f"/board/views{path}", data=form)


async def add(browser: httpx.AsyncClient, name: str) -> str:
    """Where the new view is."""
    answer = await post(browser, "", name=name)
    assert answer.status_code == 303
    return answer.headers["location"]


async def open_board(browser: httpx.AsyncClient, path: str = "/board") -> Element:
    answer = await browser.get(path)
    assert answer.status_code == 200
    return parse(answer.text)


def name_of(page: Element) -> str:
    return page.one("view").text.removesuffix("changed").strip()


def chosen(page: Element, name: str) -> list[str]:
    """What is marked, or selected."""
    marked = [each for each in page.every("input", name=name) if "checked" in each.attributes]
    options = [
        each
        for one in page.every("select", name=name)
        for each in one.every("option")
        if "selected" in each.attributes
    ]
    return [str(each.attributes["value"]) for each in [*marked, *options]]


async def test_a_link_opens_the_view(browser: httpx.AsyncClient) -> None:
    page = await open_board(browser, await add(browser, "Second line"))
    assert name_of(page) == "Second line"
    assert [chosen(page, name) for name in ("line", "size", "queues", "figures", "parts")] == [
        *(["2"], ["dense"], ["support", "gone"], ["asa"], ["queues"])
    ]
    [main] = page.every("main")
    assert main.attributes["data-size"] == "dense"
    assert {"alerts", "agents", "figure-aht"} <= set(str(main.attributes["data-hide"]).split())
    everything = await open_board(browser)
    assert (name_of(everything), chosen(everything, "line")) == ("View: everything", [""])


async def test_what_is_chosen_but_not_saved_is_in_the_address(browser: httpx.AsyncClient) -> None:
    path = await add(browser, "Second line")
    page = await open_board(browser, f"{path}&own=yes&line=1&parts=agents")
    assert (name_of(page), chosen(page, "line"), chosen(page, "queues")) == ("Second line", ["1"], [])
    [views] = page.every(id="board-views")
    assert views.attributes["data-changed"] == "yes"


async def test_one_opens_first_until_it_does_not(browser: httpx.AsyncClient) -> None:
    id_ = (await add(browser, "Second line")).partition("=")[2]
    assert (await post(browser, f"/{id_}/first", first="yes")).status_code == 303
    assert name_of(await open_board(browser)) == "Second line"
    assert name_of(await open_board(browser, "/board?view=")) == "View: everything"
    await post(browser, f"/{id_}/first", first="no")
    assert name_of(await open_board(browser)) == "View: everything"


async def test_a_view_is_overwritten_renamed_and_deleted(browser: httpx.AsyncClient) -> None:
    path = await add(browser, "Second line")
    id_ = path.partition("=")[2]
    await post(browser, f"/{id_}", choices=to_query(Choices(line="1")))
    await post(browser, f"/{id_}/name", name="First line")
    page = await open_board(browser, path)
    assert (name_of(page), chosen(page, "line"), chosen(page, "size")) == ("First line", ["1"], [""])
    deleted = await post(browser, f"/{id_}/delete")
    assert deleted.headers["location"] == "/board"
    assert (await open_board(browser, path)).every(data_testid="view-missing")


async def test_what_is_refused_says_why_and_loses_nothing(browser: httpx.AsyncClient) -> None:
    await add(browser, "Second line")
    answer = await post(browser, "", name="Second line", choices=to_query(Choices(line="1")))
    page = parse(answer.text)
    assert (answer.status_code, chosen(page, "line")) == (422, ["1"])
    assert "You have a view of this name" in page.one("view-problem").text


async def test_agents_and_strangers_are_refused(browser: httpx.AsyncClient) -> None:
    for path in ("", "/1", "/1/name", "/1/first", "/1/delete"):
        agent = await browser.post(f"/board/views{path}", headers={"role": "agent"})
        assert agent.status_code == 403
        without_secret = await browser.post(f"/board/views{path}", data={"name": "x"})
        assert without_secret.status_code == 403
    assert (await post(browser, "/4711/delete")).status_code == 404
    assert (await open_board(browser, "/board?view=x")).every(data_testid="view-missing")
