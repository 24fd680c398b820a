"""The desk's own JavaScript in a real Chromium: notes, folding, theme; under the real security policy."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from console import clock
from console.db.base import Base
from console.db.engine import Sessions, create_engine, create_sessions
from console.desk import views
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.samples import sample_pop
from console.identity.models import Role, User
from console.identity.viewer import Viewer
from console.live.hub import Hub, Renderer
from console.live.memory_bus import MemoryBus
from console.live.server import UVICORN
from console.live.socket import live_endpoint
from console.web.security import SecurityHeaders
from console.web.static import CachedStaticFiles, StaticLibrary
from console.web.templates import Templates

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Locator, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

ZONE = ZoneInfo("Europe/Bratislava")
ANA = Viewer(1, "ana@shop.example", "Ana Nováková", Role.AGENT, 1, "1001", "secret-of-ana", "en")
DESK = "desk:1"
NOTES = "**/desk/notes/**"


class LoggedIn:
    """Everybody is Ana."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["viewer"] = ANA
        scope.setdefault("state", {}).update(viewer=ANA, csrf=ANA.csrf, locale="en")
        await self.app(scope, receive, send)


class Site:
    """A console with nothing but the desk."""

    def __init__(self, sessions: Sessions) -> None:
        self.bus = MemoryBus()
        self.sessions = sessions
        self.templates = Templates(locale="en", zone=ZONE, static=StaticLibrary())
        renderers: dict[str, Renderer] = {
            "desk": DeskRenderer(self.templates, ZONE),
            "links": LinksRenderer(self.templates, ZONE),
        }
        self.hub = Hub(self.bus, renderers, {"shown": self.shown})
        self.started = asyncio.Event()
        self.url = ""

    def shown(self, viewer: Viewer, message: Mapping[str, Any]) -> None:
        """Nobody keeps it here."""

    def app(self) -> Starlette:
        app = Starlette(
            routes=[
                Route("/desk", views.desk_page),
                Route("/desk/notes/{leg}", views.save_note_of_leg, methods=["POST"]),
                Route("/desk/pops/{leg}/done", views.put_pop_away, methods=["POST"]),
                WebSocketRoute("/live", live_endpoint),
                Mount("/static", CachedStaticFiles(self.templates.static)),
            ],
            middleware=[Middleware(SecurityHeaders, public_url=None), Middleware(LoggedIn)],
            lifespan=self.lifespan,
        )
        state = {"bus": self.bus, "sessions": self.sessions, "templates": self.templates, "clock": clock.now}
        for name, value in state.items():
            setattr(app.state, name, value)
        return app

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with self.hub.running():
            self.started.set()
            yield {"hub": self.hub}

    async def put(self, name: str, **changes: object) -> None:
        """A pop comes, or changes."""
        await self.bus.put(DESK, f"sample-{name}", sample_pop(name, datetime.now(UTC), **changes))


@pytest_asyncio.fixture(loop_scope="session")
async def desk_sessions(tmp_path: Path) -> AsyncIterator[Sessions]:
    """A small database; what it is does not matter here."""
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = create_sessions(engine)
    async with sessions.begin() as session:
        user = User(id=1, email=ANA.email, name=ANA.name, role=ANA.role, password_hash="")
        user.created_at = datetime.now(UTC)
        session.add(user)
    yield sessions
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def site(desk_sessions: Sessions) -> AsyncIterator[Site]:
    site = Site(desk_sessions)
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        site.url = f"http://127.0.0.1:{listener.getsockname()[1]}/desk"
        server = uvicorn.Server(uvicorn.Config(site.app(), log_config=None, lifespan="on", **UVICORN))
        task = asyncio.create_task(server.serve([listener]))
        await site.started.wait()
        yield site
        server.should_exit = True
        await task


@pytest_asyncio.fixture(loop_scope="session")
async def profile(chromium: "Browser") -> "AsyncIterator[BrowserContext]":
    context = await chromium.new_context(viewport={"width": 1280, "height": 720})
    yield context
    await context.close()


async def open_tab(profile: "BrowserContext", site: Site) -> "Page":
    tab = await profile.new_page()
    await tab.goto(site.url)
    await tab.wait_for_selector("body[data-live=connected]")
    return tab


def pop(tab: "Page", name: str) -> "Locator":
    return tab.locator(f'[data-testid="pop"][data-leg="sample-{name}"]')


def note(tab: "Page", name: str) -> "Locator":
    return pop(tab, name).get_by_test_id("pop-notes")


async def says(tab: "Page", name: str, text: str) -> None:
    """Wait for the state of a note."""
    state = pop(tab, name).locator("[data-note-state]", has_text=text)
    await state.wait_for(timeout=5000)


async def holds(tab: "Page", name: str, text: str) -> None:
    """Wait for the text of a note."""
    await tab.wait_for_function(
        "([leg, text]) => document.querySelector(`[data-note='sample-${leg}']`).value === text",
        arg=[name, text],
    )


async def focus(tab: "Page") -> list[object]:
    found: list[object] = await tab.evaluate(
        "() => [document.activeElement.dataset.note ?? null, document.activeElement.selectionStart ?? null]"
    )
    return found


async def test_a_note_is_saved_and_shown_in_the_other_tab(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    one, other = await open_tab(profile, site), await open_tab(profile, site)
    await note(one, "a").press_sequentially("Would wait")
    await says(one, "a", "Saved")
    await holds(other, "a", "Would wait")
    assert (await site.bus.snapshot(DESK)).entries["note:sample-a"]["text"] == "Would wait"


async def test_typing_outlives_every_swap(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await note(tab, "a").press_sequentially("Wo")
    now = datetime.now(UTC).isoformat()
    await site.put("a", state="answered", answered_at=now)
    await pop(tab, "a").and_(tab.locator("[data-state=answered]")).wait_for()
    await site.put("b")
    await pop(tab, "b").wait_for()
    await tab.keyboard.type("uld wait")
    assert await focus(tab) == ["sample-a", len("Would wait")]
    await says(tab, "a", "Saved")
    await holds(tab, "a", "Would wait")


async def test_what_cannot_be_saved_is_kept_and_tried_again(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await tab.route(NOTES, lambda route: route.abort())
    await note(tab, "a").press_sequentially("Would wait")
    await says(tab, "a", "Not saved yet")
    await tab.reload()
    await tab.wait_for_selector("body[data-live=connected]")
    await holds(tab, "a", "Would wait")
    assert await focus(tab) == ["sample-a", len("Would wait")]
    await tab.unroute(NOTES)
    await says(tab, "a", "Saved")
    assert (await site.bus.snapshot(DESK)).entries["note:sample-a"]["text"] == "Would wait"


async def test_two_tabs_that_write_lose_nothing(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    one, other = await open_tab(profile, site), await open_tab(profile, site)
    await other.route(NOTES, lambda route: route.abort())
    await note(other, "a").press_sequentially("money")
    await says(other, "a", "Not saved yet")
    await note(one, "a").press_sequentially("wait")
    await says(one, "a", "Saved")
    await other.unroute(NOTES)
    await says(other, "a", "both texts are kept")
    both = await note(other, "a").input_value()
    assert both.startswith("wait\n\n— also written at ")
    assert both.endswith("—\nmoney")
    await holds(one, "a", both)


async def test_a_refused_note_says_why_and_keeps_the_text(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await site.bus.put(DESK, "sample-a", None)
    await pop(tab, "a").wait_for(state="detached")
    await site.bus.put("desk:2", "sample-b", sample_pop("b", datetime.now(UTC)))
    # a page that still shows a call which has become somebody else's
    await tab.evaluate(
        """() => document.querySelector("#pops").insertAdjacentHTML("beforeend", `<article data-testid="pop"
           data-leg="sample-b"><div class="note"><span data-note-state></span>
           <textarea data-testid="pop-notes" data-note="sample-b" data-path="sample-b" data-version="0">
           </textarea></div></article>`)"""
    )
    await note(tab, "b").press_sequentially("mine")
    await says(tab, "b", "This call is not yours")
    assert (await note(tab, "b").input_value()).strip() == "mine"


async def test_a_finished_call_folds_when_the_next_one_rings(site: Site, profile: "BrowserContext") -> None:
    at = datetime.now(UTC).isoformat()
    await site.put("a", state="ended", result="answered", answered_at=at, ended_at=at)
    tab = await open_tab(profile, site)
    assert await note(tab, "a").is_visible()
    await site.put("b")
    await note(tab, "a").wait_for(state="hidden")
    await tab.locator('.row[href="#pop-sample-a"]').click()
    await note(tab, "a").wait_for()
    await pop(tab, "a").get_by_text("Hide").click()
    await note(tab, "a").wait_for(state="hidden")
    await pop(tab, "a").get_by_role("button", name="Done").click()
    await pop(tab, "a").wait_for(state="detached")
    await tab.locator('.row[href="#pop-sample-a"]').wait_for(state="detached")


async def test_what_is_being_written_is_not_folded(site: Site, profile: "BrowserContext") -> None:
    at = datetime.now(UTC).isoformat()
    over = {"result": "answered", "answered_at": at, "ended_at": at}
    await site.put("a", state="answered", answered_at=at)
    tab = await open_tab(profile, site)
    await note(tab, "a").press_sequentially("Wants")
    top = await note(tab, "a").bounding_box()
    await site.put("a", state="ended", **over)
    await site.put("b", state="answered", answered_at=at)
    await pop(tab, "b").wait_for()
    assert await note(tab, "a").bounding_box() == top
    await pop(tab, "a").locator(".script").wait_for(state="hidden")  # the hands rest
    assert await note(tab, "a").evaluate("element => element === document.activeElement")
    await tab.keyboard.type(" money")
    await says(tab, "a", "Saved")
    await pop(tab, "a").get_by_role("button", name="Done").click()
    await pop(tab, "a").wait_for(state="detached")


async def test_the_tab_tells_who_rings(site: Site, profile: "BrowserContext") -> None:
    tab = await open_tab(profile, site)
    assert await tab.title() == "Desk · Lineside"
    await site.put("a")
    await tab.wait_for_function("() => document.title === 'Ringing: Jozef Mrkva'")
    assert "ringing.svg" in (await tab.locator('link[rel="icon"]').get_attribute("href") or "")


async def test_the_theme_is_kept(site: Site, profile: "BrowserContext") -> None:
    tab = await open_tab(profile, site)
    await tab.locator(".menu summary").click()
    button = tab.locator("[data-theme-toggle]")
    for theme, label in (("light", "Theme: light"), ("dark", "Theme: dark")):
        await button.click()
        assert await button.text_content() == label
        assert await tab.evaluate("document.documentElement.dataset.theme") == theme
    await tab.reload()
    assert await tab.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = await tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark == "rgb(14, 17, 21)"


async def test_an_open_explanation_stays_open(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await pop(tab, "a").get_by_test_id("pop-why").locator("summary").click()
    await site.put("a", state="answered", answered_at=datetime.now(UTC).isoformat())
    await pop(tab, "a").and_(tab.locator("[data-state=answered]")).wait_for()
    assert await pop(tab, "a").locator(".reasons").is_visible()
