"""The wallboard and the links to it: what they show, to whom, and what they do not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from console.audit.queries import Wanted, read_log
from console.boards.models import WallLink
from console.boards.opening import Boards
from console.boards.routes import build_boards
from console.db.engine import Sessions
from console.identity.models import Role, User
from console.queues.models import QueueThresholds
from tests.conftest import NOW
from tests.console.desk.document import Element, parse
from tests.console.identity.conftest import MovableClock
from tests.fakes.pages import ANA, browser_of, small_app
from tests.fakes.story import JOZEF, Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LEADER = replace(ANA, user_id=9, role=Role.SUPERVISOR)
TYPED = {"csrf_token": LEADER.csrf, "name": "TV in the sales room", "theme": "light"}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
async def browser(on: Stage, boards: Boards, clock: MovableClock) -> AsyncIterator[httpx.AsyncClient]:
    async with on.sessions.begin() as session:
        session.add(
            User(id=9, email="sue@x.test", name="Sue", role=Role.SUPERVISOR, password_hash="", created_at=NOW)
        )
    state = {
        "boards": boards,
        "sessions": on.sessions,
        "clock": clock,
        "directory": on.directory,
        "public_url": None,
    }
    async with browser_of(small_app(build_boards(), state, viewer=LEADER)) as browser:
        yield browser


async def make_link(browser: httpx.AsyncClient, **typed: str | list[str]) -> str:
    """The path of a link that is made now."""
    answer = await browser.post("/board/walls", data={**TYPED, **typed})
    address = parse(answer.text).one("wall-link-address").attributes["value"]
    assert address.startswith("http://console.test/wall/lsw_")
    return address.removeprefix("http://console.test")


def figures(page: Element) -> dict[str, str]:
    return {
        each.attributes["data-figure"]: each.every("dd")[0].text
        for each in page.every(data_testid="wall-figure")
    }


async def test_the_wall_shows_all_queues_together_and_each(browser: httpx.AsyncClient) -> None:
    page = parse((await browser.get("/board/wall")).text)
    shown = figures(page)
    assert list(shown) == [
        "waiting",
        "longest",
        "level_now",
        "level_today",
        "available",
        "on_call",
        "on_break",
    ]
    assert (shown["waiting"], shown["level_now"], shown["available"]) == ("1", "–", "1")
    assert "support" in {each.attributes["data-queue"] for each in page.every(data_testid="wall-queue")}


async def test_it_shows_what_is_chosen(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(
        "/board/wall?queue=second&show=waiting&show=abandoned&theme=light&turn=99999&turn=7"
    )
    page = parse(answer.text)
    assert figures(page) == {"waiting": "0", "abandoned": "0"}
    assert [each.attributes["data-queue"] for each in page.every(data_testid="wall-queue")] == ["second"]
    [root] = page.every("html")
    assert root.attributes["data-theme"] == "light"
    assert page.one("wall-pages").attributes["data-turn-s"] == "7"


@pytest.mark.parametrize(
    ("typed", "seconds"), [("", "10"), ("0", "3"), ("999", "300"), ("1000", "10"), ("²", "10")]
)
async def test_pages_turn_within_bounds(browser: httpx.AsyncClient, typed: str, seconds: str) -> None:
    page = parse((await browser.get("/board/wall", params={"turn": typed})).text)
    assert page.one("wall-pages").attributes["data-turn-s"] == seconds


async def test_thresholds_are_words_too(browser: httpx.AsyncClient, on: Stage, boards: Boards) -> None:
    async with on.sessions.begin() as session:
        session.add(QueueThresholds(queue="support", waiting_red=1, longest_yellow_s=30))
    async with on.sessions() as session:
        await on.directory.refresh(session)
    boards.feed.employ()
    page = parse((await browser.get("/board/wall")).text)
    [row] = page.every(data_testid="wall-queue", data_queue="support")
    [cell] = row.every(data_level="red")
    assert (cell.attributes["data-figure"], "alarm" in cell.text) == ("waiting", True)
    assert row.attributes["data-longest-yellow"] == "30"


async def test_what_is_old_says_so(browser: httpx.AsyncClient, on: Stage, boards: Boards) -> None:
    await on.take(on.lost())
    await boards.feed.look()
    page = parse((await browser.get("/board/wall")).text)
    assert "phone system main is away" in page.one("wall-age").text
    [row] = page.every(data_testid="wall-queue", data_queue="support")
    assert row.attributes["data-stale"] == "yes"


async def test_a_bus_that_is_away_makes_all_of_it_old(browser: httpx.AsyncClient, boards: Boards) -> None:
    boards.feed._lost()
    page = parse((await browser.get("/board/wall")).text)
    assert "the console is cut off from its phone systems" in page.one("wall-age").text
    rows = page.every(data_testid="wall-queue")
    assert rows
    assert {each.attributes["data-stale"] for each in rows} == {"yes"}


async def test_a_link_shows_no_caller_and_no_agent(browser: httpx.AsyncClient) -> None:
    path = await make_link(browser)
    answer = await browser.get(path, headers={"role": "agent"})
    assert answer.status_code == 200
    for name in ("Jozef", "Mrkva", "MRKVA", JOZEF, JOZEF[-6:], "a1@x.example", LEADER.csrf, LEADER.email):
        assert name not in answer.text
    assert "TV in the sales room" in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


async def test_a_link_shows_its_own_choice(browser: httpx.AsyncClient) -> None:
    path = await make_link(browser, queue=["second"], show=["on_call"])
    page = parse((await browser.get(f"{path}&queue=support&show=waiting")).text)
    assert figures(page) == {"on_call": "0"}
    assert [each.attributes["data-queue"] for each in page.every(data_testid="wall-queue")] == ["second"]


async def test_a_link_is_listed_with_its_use_and_revoked(
    browser: httpx.AsyncClient, sessions: Sessions, clock: MovableClock
) -> None:
    path = await make_link(browser)
    [row] = parse((await browser.get("/board/walls")).text).every(data_testid="wall-link")
    assert "never" in row.text
    clock.move(timedelta(minutes=5))
    await browser.get(path)
    async with sessions() as session:
        link = await session.get_one(WallLink, 1)
        assert link.used_at == clock()
    answer = await browser.post("/board/walls/1/revoke", data=TYPED)
    assert answer.headers["location"] == "/board/walls?revoked"
    page = parse((await browser.get(answer.headers["location"])).text)
    assert "go blank" in page.text
    assert "revoked" in page.one("wall-link").text
    gone = await browser.get(path)
    assert gone.status_code == 410
    assert "This link was revoked" in gone.text
    assert "data-queue" not in gone.text


async def test_making_and_revoking_is_on_record(browser: httpx.AsyncClient, sessions: Sessions) -> None:
    await make_link(browser)
    await browser.post("/board/walls", data={**TYPED, "name": " "})
    await browser.post("/board/walls/1/revoke", data=TYPED)
    await browser.post("/board/walls/1/revoke", headers={"role": "agent"}, data=TYPED)
    async with sessions() as session:
        log = await read_log(session, Wanted())
    assert [(each.act, each.outcome, each.details) for each in reversed(log)] == [
        ("make_link", "done", {"link": "1"}),
        ("make_link", "refused", {}),
        ("revoke_link", "done", {"link": "1"}),
        ("revoke_link", "refused", {}),
    ]


async def test_a_name_that_is_none_keeps_the_form(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/board/walls", data={**TYPED, "name": "", "show": ["on_call"]})
    assert answer.status_code == 422
    page = parse(answer.text)
    assert "Write where the screen is" in page.text
    assert [
        each.attributes["value"] for each in page.every("input", name="show") if "checked" in each.attributes
    ] == ["on_call"]


@pytest.mark.parametrize("path", ["/board/wall", "/board/walls"])
async def test_agents_are_refused(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path, headers={"role": "agent"})).status_code == 403


async def test_guesses_are_slowed_down_and_a_right_link_works_afterwards(
    browser: httpx.AsyncClient, clock: MovableClock
) -> None:
    path = await make_link(browser)
    answers = [await browser.get(f"/wall/lsw_guess{number}") for number in range(21)]
    assert [each.status_code for each in answers] == [404] * 20 + [429]
    assert "There is no such link" in answers[0].text
    assert answers[-1].headers["Retry-After"] == "15"
    assert (await browser.get(path)).status_code == 429
    clock.move(timedelta(seconds=15))
    assert (await browser.get(path)).status_code == 200
