"""The box of alerts on the board, the list of a day, whoever has seen one, and `GET /api/v1/alerts`."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from starlette.routing import Route

from console.alerts.course import Alert, Figure
from console.alerts.keeping import AlertList
from console.api.alerts import get_alerts
from console.api.paging import write_cursor
from console.boards.opening import Boards, open_boards
from console.boards.routes import build_boards
from console.db.engine import Sessions
from console.identity.guard import require
from console.identity.models import Role
from console.identity.permissions import Permission
from console.queues.models import QueueThresholds
from console.queues.thresholds import Level
from tests.conftest import NOW
from tests.console.alerts.test_course import at
from tests.console.alerts.test_log import keep
from tests.console.desk.document import Element, parse
from tests.fakes.pages import ANA, browser_of, small_app, templates_in
from tests.fakes.story import ZONE, Stage, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LEADER = replace(ANA, role=Role.SUPERVISOR)
RED = Alert("support", Figure.WAITING, Level.RED, Level.RED, 9, at(-90), at(0), at(-80))
NO_PLACE = write_cursor((NOW, "x"))
OVER = Alert("sales", Figure.LONGEST, Level.YELLOW, Level.RED, 312, at(-900), at(-300), at(-600), at(-300))
UNKNOWN = replace(OVER, figure=Figure.LEVEL, peak=41.3, end_known=False)
YESTERDAY = replace(OVER, began_at=at(-90_000), known_at=at(-89_000), ended_at=at(-89_000))


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up())
        yield on


@pytest.fixture
async def boards(on: Stage) -> AsyncIterator[Boards]:
    await keep(on.sessions, RED, OVER, UNKNOWN, YESTERDAY)
    async with on.sessions.begin() as session:
        session.add(QueueThresholds(queue="support", waiting_red=3, sound=True))
    async with on.sessions() as session:
        await on.directory.refresh(session)
    async with open_boards(on.bus, on.directory, templates_in(), ZONE, lambda: NOW) as boards:
        yield boards


@pytest.fixture
async def browser(on: Stage, boards: Boards) -> AsyncIterator[httpx.AsyncClient]:
    routes = [*build_boards(), Route("/api", get_alerts, middleware=require(Permission.BOARD_READ))]
    alerts = AlertList(on.sessions, on.bus, lambda: NOW)
    state = {"boards": boards, "sessions": on.sessions, "clock": lambda: NOW, "alerts": alerts}
    await alerts.compare()
    await boards.feed.look()
    async with browser_of(small_app(routes, state, viewer=LEADER)) as browser:
        yield browser


def rows(text: str, name: str = "alert-row") -> list[Element]:
    return parse(text).every(data_testid=name)


async def test_the_box_has_what_is_on_and_what_was_a_moment_ago(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/board")).text
    texts = [each.text for each in rows(page, "alert")]
    assert ["longest wait" in texts[0], "05:12" in texts[0], "is back" in texts[0]] == [True] * 3
    assert ["41 %" in texts[1], "or later" in texts[1]] == [True] * 2
    assert ["callers waiting" in texts[2], "9" in texts[2], "01:30" in texts[2]] == [True] * 3
    of_red = rows(page, "alert")[2].attributes
    assert (of_red["data-open"], of_red["data-sound"], of_red["data-seen-by"]) == ("yes", "yes", "")
    assert "1 open" in parse(page).one("alerts-said").text


async def test_who_has_seen_it_is_on_all_boards(
    browser: httpx.AsyncClient, boards: Boards, on: Stage
) -> None:
    [row] = [each for each in rows((await browser.get("/board")).text, "alert") if "01:30" in each.text]
    path = f"/board/alerts/{row.attributes['data-alert']}/seen"
    form, headers = {"csrf_token": LEADER.csrf}, {"HX-Request": "true"}
    assert (await browser.post(path, data=form, headers=headers)).status_code == 204
    back = await browser.post(path, data=form | {"day": "2026-11-21", "queue": "support"})
    assert (back.status_code, back.headers["location"]) == (303, "/board/alerts?day=2026-11-21&queue=support")
    await boards.feed.look()
    [row] = [each for each in rows((await browser.get("/board")).text, "alert") if "01:30" in each.text]
    assert row.attributes["data-seen-by"] == "1"
    assert "seen by" in row.text
    day = rows((await browser.get("/board/alerts")).text)
    assert [bool(each.every(data_testid="alert-see")) for each in day] == [False, True, True]
    assert (await browser.post("/board/alerts/4711/seen", data=form)).status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?queue=sales", 2),
        ("?day=2026-11-20", 1),
        ("?day=2026-11-19", 0),
        ("?day=nonsense&before=nonsense", 3),
        ("?before=2026-11-21~7", 3),
        ("?before=2026-13-21T00:00:00Z~7", 3),
    ],
)
async def test_the_list_of_a_day(browser: httpx.AsyncClient, query: str, count: int) -> None:
    page = (await browser.get(f"/board/alerts{query}")).text
    assert len(rows(page)) == count
    assert bool(parse(page).every(data_testid="alerts-empty")) == (count == 0)


async def test_a_long_day_comes_in_pages(browser: httpx.AsyncClient, on: Stage) -> None:
    many = [replace(OVER, queue=f"q{number}") for number in range(150)]
    await keep(on.sessions, *many)
    first = (await browser.get("/board/alerts?day=2026-11-21")).text
    [older] = parse(first).every(data_testid="alerts-older")
    second = (await browser.get(older.attributes["href"])).text
    ids = [each.attributes["data-alert"] for text in (first, second) for each in rows(text)]
    assert (len(ids), len(set(ids))) == (153, 153)


@pytest.mark.parametrize("role", [Role.AGENT])
async def test_agents_are_refused(browser: httpx.AsyncClient, role: Role) -> None:
    headers = {"role": role.value}
    assert (await browser.get("/board/alerts", headers=headers)).status_code == 403
    assert (await browser.post("/board/alerts/1/seen", headers=headers)).status_code == 403
    assert (await browser.get("/api", headers=headers)).status_code == 403


async def test_the_api_says_the_same(browser: httpx.AsyncClient) -> None:
    answer = (await browser.get("/api", params={"limit": "1"})).json()
    [item] = answer["items"]
    assert item | {"id": 0} == {
        "id": 0,
        "queue": "support",
        "title": "Customer support",
        "figure": "waiting",
        "level": "red",
        "worst": "red",
        "peak": 9.0,
        "began_at": at(-90).isoformat(),
        "red_at": at(-80).isoformat(),
        "ended_at": None,
        "end_known": True,
        "known_at": NOW.isoformat(),
        "seen": [],
    }
    rest = (await browser.get("/api", params={"cursor": answer["next"]})).json()
    assert (len(rest["items"]), rest["next"]) == (3, None)
    assert not rest["items"][0]["end_known"] or not rest["items"][1]["end_known"]


@pytest.mark.parametrize(
    ("query", "count"),
    [("open=yes", 1), ("queue=sales", 3), ("since=2026-11-21T11:50:00Z", 3), ("queue=nobody", 0)],
)
async def test_the_api_finds_what_is_wanted(browser: httpx.AsyncClient, query: str, count: int) -> None:
    assert len((await browser.get(f"/api?{query}")).json()["items"]) == count


@pytest.mark.parametrize("query", ["open=no", "other=1", "limit=0", "cursor=x", f"cursor={NO_PLACE}"])
async def test_what_makes_no_sense_is_refused_by_the_api(browser: httpx.AsyncClient, query: str) -> None:
    assert (await browser.get(f"/api?{query}")).status_code == 422
