"""A link opens its wall and nothing else, on every route of the console and on every topic; once revoked it
opens nothing, also where it is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute

from console.boards import wall_watch
from console.boards.displays import display_of, display_with
from console.boards.feed import Feed
from console.boards.models import WallLink
from console.boards.opening import Boards
from console.boards.wall import choose
from console.boards.wall_links import Made, add_link, revoke_link, touch_links
from console.boards.wall_watch import WallWatch
from console.db.engine import Sessions
from console.db.writing import write
from console.identity import sessions as logins
from console.identity.middleware import floor
from console.identity.models import Role, User
from console.identity.permissions import Permission
from console.live.bus import Change
from console.live.frame import Fragment
from console.routes import build_routes
from console.web.errors import ErrorPages
from console.web.static import StaticLibrary
from tests.conftest import NOW
from tests.console.identity.walking import every_route
from tests.console.live.screens import FakeWire, until
from tests.console.web.conftest import open_socket
from tests.fakes.pages import templates_in
from tests.fakes.story import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ALL = choose([], [])
ONE = choose(["second"], ["waiting"])


@pytest.fixture
async def made(on: Stage) -> Made:
    async with on.sessions.begin() as session:
        session.add(
            User(id=9, email="sue@x.test", name="Sue", role=Role.SUPERVISOR, password_hash="", created_at=NOW)
        )
    return await make(on.sessions)


async def make(sessions: Sessions) -> Made:
    return await write(sessions, lambda session: add_link(session, "TV", ALL, 9, NOW))


@pytest.fixture
def app(on: Stage, boards: Boards) -> Starlette:
    """All routes, put together as in the console."""
    templates = templates_in()
    pages = ErrorPages(templates)
    middleware = floor(pages, on.sessions, locale="en", public_url=None, clock=lambda: NOW)
    app = Starlette(
        routes=build_routes(StaticLibrary()), middleware=middleware, exception_handlers=pages.handlers
    )
    state = {
        "sessions": on.sessions,
        "clock": lambda: NOW,
        "templates": templates,
        "boards": boards,
        "bus": on.bus,
        "public_url": None,
        "directory": on.directory,
    }
    for name, value in state.items():
        setattr(app.state, name, value)
    return app


def holding(token: str) -> dict[str, str]:
    """A token wherever somebody could think of putting it."""
    cookies = f"{logins.COOKIE}={token}; lineside_form={token}"
    return {"Authorization": f"Bearer {token}", "Cookie": cookies, "X-CSRF-Token": token}


async def test_no_other_route_takes_it(app: Starlette, made: Made) -> None:
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://console.test") as client:
        client.headers.update(holding(made.token))
        for path, route, permission in every_route(app.routes):
            if permission is Permission.PUBLIC or isinstance(route, Mount | WebSocketRoute):
                continue
            for method in getattr(route, "methods", None) or ():
                answer = await client.request(method, path.replace("{number:int}", "1"))
                assert answer.status_code in {303, 401, 403, 404}, (method, path)
                if answer.status_code == 303:
                    assert answer.headers["location"].startswith("/login?"), (method, path)
        assert (await client.get(f"/wall/{made.token}")).status_code == 200


async def test_no_other_socket_takes_it(app: Starlette, made: Made) -> None:
    here = {"Host": "console.test", "Origin": "http://console.test"}

    async def status(path: str, headers: dict[str, str]) -> object:
        return (await open_socket(app, path, headers))[0].get("status", "accepted")

    for path in ("/live", "/live/board", "/live/wall"):
        assert await status(path, {**here, **holding(made.token)}) == 401
    assert await status("/live/wall/lsw_guess", here) == 404
    elsewhere = {"Host": "console.test", "Origin": "http://else.test"}
    assert await status(f"/live/wall/{made.token}", elsewhere) == 403
    await write(app.state.sessions, lambda session: revoke_link(session, made.number, NOW))
    assert await status(f"/live/wall/{made.token}", here) == 410


def test_a_display_may_nothing_and_sees_one_topic(boards: Boards) -> None:
    display = display_with(1, ONE, "en")
    assert [each for each in Permission if display.may(each)] == [Permission.PUBLIC]
    assert boards.renderer.topics(display) == []
    assert boards.walls.renderer.topics(display) == [ONE.topic]


class Screens:
    """Displays with their wires: of two links, and of a session."""

    def __init__(self, on: Stage, boards: Boards) -> None:
        self.on = on
        self.boards = boards
        self.watch = WallWatch(boards.walls.hub, on.sessions, on.bus, lambda: NOW)
        self.wires: dict[str, FakeWire] = {}

    async def open(self, name: str, link: int) -> None:
        self.wires[name] = FakeWire()
        self.boards.walls.hub.join(display_with(link, ALL, "en"), self.wires[name])

    async def log_in(self) -> str:
        async with self.on.sessions.begin() as session:
            token = await logins.start(session, 9, NOW)
        async with self.on.sessions() as session:
            viewer = (await logins.load(session, [token], NOW, "en"))[token].viewer
        self.wires["sue"] = FakeWire()
        self.boards.walls.hub.join(display_of(viewer, ALL), self.wires["sue"])
        return token

    async def closed(self) -> list[str]:
        async with self.on.sessions() as session:
            await self.watch.check(session)
        return [name for name, wire in self.wires.items() if wire.closed]


async def test_screens_close_when_their_link_is_revoked_or_their_session_over(
    on: Stage, boards: Boards, made: Made
) -> None:
    screens, other = Screens(on, boards), await make(on.sessions)
    await screens.open("tv", made.number)
    await screens.open("other", other.number)
    token = await screens.log_in()
    assert await screens.closed() == []
    await write(on.sessions, lambda session: revoke_link(session, made.number, NOW))
    assert await screens.closed() == ["tv"]
    assert screens.wires["tv"].closed_with == (1008, "logged out")
    async with on.sessions.begin() as session:
        await logins.end(session, token)
    assert await screens.closed() == ["tv", "sue"]


async def test_links_of_open_screens_are_in_use(on: Stage, boards: Boards, made: Made) -> None:
    screens = Screens(on, boards)
    await screens.watch.note(NOW)
    assert await used_at(on.sessions, made) is None
    await screens.open("tv", made.number)
    await screens.watch.note(NOW)
    assert await used_at(on.sessions, made) == NOW


async def test_use_is_noted_by_itself_also_after_the_database_was_away(
    on: Stage, boards: Boards, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = asyncio.Event()
    troubles = [ConnectionError("away")]

    async def touch(*said: Any) -> None:
        if troubles:
            raise troubles.pop()
        await touch_links(*said)
        noted.set()

    monkeypatch.setattr(wall_watch, "TOUCH_S", 0.001)
    monkeypatch.setattr(wall_watch, "touch_links", touch)
    screens = Screens(on, boards)
    await screens.open("tv", made.number)
    watching = asyncio.create_task(screens.watch.run())
    async with asyncio.timeout(5):
        await noted.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert await used_at(on.sessions, made) == NOW


async def used_at(sessions: Sessions, made: Made) -> datetime | None:
    async with sessions() as session:
        return (await session.get_one(WallLink, made.number)).used_at


@asynccontextmanager
async def following(feed: Feed) -> AsyncIterator[None]:
    task = asyncio.create_task(feed._follow())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_changes_is_drawn_once_for_all_that_show_the_same(
    on: Stage, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    change = boards.walls.renderer.change

    def draw(told: Change, locale: str) -> Fragment | None:
        drawn.append(told.topic)
        return change(told, locale)

    monkeypatch.setattr(boards.walls.renderer, "change", draw)
    wires = {choice: [FakeWire(), FakeWire()] for choice in (ALL, ONE)}
    async with following(boards.feed):
        for choice, each in wires.items():
            for number, wire in enumerate(each, 1):
                boards.walls.hub.join(display_with(number, choice, "en"), wire)
        await until(lambda: all(wire.seqs(choice.topic) for choice, each in wires.items() for wire in each))
        boards.feed.tick()
        await until(lambda: len(wires[ALL][0].frames) == 2)
        drawn.clear()
        before = [len(wire.frames) for wire in (*wires[ALL], *wires[ONE])]
        on.call = "main-1.2"  # type: ignore[assignment]
        await on.take(on.queued())
        boards.feed.tick()
        await until(lambda: len(wires[ONE][1].frames) == before[-1] + 1)
    assert sorted(drawn) == sorted([ALL.topic, ONE.topic])
    assert "wall-row-support" in wires[ALL][1].frames[-1]["content"]
    assert "content" not in wires[ONE][1].frames[-1]
