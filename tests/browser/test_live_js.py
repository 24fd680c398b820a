"""static/js/live.js and htmx 4 in a real Chromium, with the real hub, under the real security policy."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from html import escape
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment, build_frame
from console.live.hub import Connection, Hub
from console.live.memory_bus import MemoryBus
from console.live.server import UVICORN
from console.live.socket import live_endpoint
from console.web.security import SecurityHeaders
from console.web.static import CachedStaticFiles, StaticLibrary

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

VIEWER = Viewer(1, "a@x.test", "Ann", Role.AGENT, 1, "1001", "csrf", "en")
TOPIC = "desk:1"

PAGE = """<!doctype html>
<html lang="en"><head><title>Live</title><link rel="icon" href="data:,">
<meta name="htmx-config" content='{"includeIndicatorCSS": false, "ws": {"pauseOnBackground": false,
  "reconnectDelay": 50, "reconnectMaxDelay": 200, "reconnectJitter": 0.5}}'>
<script src="/static/vendor/htmx.min.js"></script>
<script src="/static/vendor/hx-ws.min.js"></script>
<script src="/static/js/live.js" type="module"></script>
</head><body>
<div id="live" hx-ws:connect="/live" hidden></div>
<span data-live-state="connecting" data-text-connected="live" data-text-reconnecting="since {time}"
  data-text-closed="closed"></span>
<section data-topic="desk:1"></section>
</body></html>"""


class PopRenderer:
    """Draws each entry as a pop with a note field."""

    def __init__(self) -> None:
        self.snapshots = 0

    def topics(self, viewer: Viewer) -> list[str]:
        return [f"desk:{viewer.user_id}"]

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        self.snapshots += 1
        return "".join(draw(leg, value) for leg, value in snapshot.entries.items())

    def change(self, change: Change, locale: str) -> Fragment | None:
        if change.value is None:
            return Fragment("", f"#pop-{change.key}", "delete")
        html = draw(change.key, change.value)
        if change.new:
            return Fragment(html, '[data-topic="desk:1"]', "beforeend")
        return Fragment(html, f"#pop-{change.key}", "outerMorph")

    def delivered(self, entries: Mapping[str, Value], viewer: Viewer, at: object) -> None:
        return None


def draw(leg: str, value: Value) -> str:
    name, note = escape(str(value["name"])), escape(str(value.get("note", "")))
    return (
        f'<article id="pop-{leg}" data-pop="{leg}"><h2>{name}</h2>'
        f'<textarea id="note-{leg}">{note}</textarea><input id="step-{leg}" value="{note}"></article>'
    )


class LogIn:
    """Everybody is Ann."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["viewer"] = VIEWER
        await self.app(scope, receive, send)


class Site:
    """A console with nothing but the live part and one page."""

    def __init__(self) -> None:
        self.bus = MemoryBus()
        self.renderer = PopRenderer()
        self.shown: list[Mapping[str, Any]] = []
        self.hub = Hub(self.bus, {"desk": self.renderer}, {"shown": self.hear})
        self.started = asyncio.Event()
        self.url = ""

    def hear(self, viewer: Viewer, message: Mapping[str, Any]) -> None:
        self.shown.append(message)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", page),
                WebSocketRoute("/live", live_endpoint),
                Mount("/static", CachedStaticFiles(StaticLibrary())),
            ],
            middleware=[Middleware(SecurityHeaders, public_url=None), Middleware(LogIn)],
            lifespan=self.lifespan,
        )

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with self.hub.running():
            self.started.set()
            yield {"hub": self.hub}

    def connection(self) -> Connection:
        """The one open connection."""
        [connection] = self.hub._topics[TOPIC].current
        return connection


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    site = Site()
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        site.url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server = uvicorn.Server(uvicorn.Config(site.app(), log_config=None, lifespan="on", **UVICORN))
        task = asyncio.create_task(server.serve([listener]))
        await site.started.wait()
        yield site
        server.should_exit = True
        await task


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser", site: Site) -> "AsyncIterator[Page]":
    """A connected tab; at the end the browser may not have complained (of a broken policy, for one)."""
    tab = await chromium.new_page()
    complaints: list[str] = []
    tab.on(
        "console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None
    )
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    await tab.goto(site.url)
    await tab.wait_for_selector("body[data-live=connected]")
    yield tab
    await tab.close()
    assert complaints == []


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


FOCUS = """() => {
  const { id, value, selectionStart, selectionEnd } = document.activeElement;
  return [id, value, selectionStart, selectionEnd];
}"""
WATCH = """() => {
  window.swaps = []; window.states = [];
  document.addEventListener("lineside:swapped", ({ detail }) => window.swaps.push(detail));
  const watch = new MutationObserver(() => window.states.push(document.body.dataset.live));
  watch.observe(document.body, { attributeFilter: ["data-live"] });
}"""


async def type_a_note(tab: "Page") -> None:
    """The agent types, and has the caret in the middle with two characters selected."""
    await tab.locator("#note-1").press_sequentially("wants to wait")
    await tab.locator("#note-1").evaluate("e => e.setSelectionRange(6, 8)")
    await tab.evaluate(WATCH)


async def test_a_pop_appears_changes_and_goes(site: Site, tab: "Page") -> None:
    await site.bus.put(TOPIC, "1", {"name": "Žofia <b>"})
    await tab.wait_for_selector("#pop-1 h2:text-is('Žofia <b>')")
    await site.bus.put(TOPIC, "1", {"name": "Jozef"})
    await tab.wait_for_selector("#pop-1 h2:text-is('Jozef')")
    await site.bus.put(TOPIC, "1", None)
    await tab.wait_for_selector("#pop-1", state="detached")


async def test_a_snapshot_keeps_focus_typed_text_and_caret(site: Site, tab: "Page") -> None:
    await site.bus.put(TOPIC, "1", {"name": "Jozef"})
    await type_a_note(tab)
    await site.bus.put(TOPIC, "0", {"name": "Ema", "note": "hers"})
    await tab.wait_for_selector("#pop-0")
    site.hub.resync(site.connection())
    await tab.wait_for_function("() => window.swaps.some(swap => swap.snapshot)")
    assert await tab.evaluate(FOCUS) == ["note-1", "wants to wait", 6, 8]


async def test_a_snapshot_that_removes_and_reorders_keeps_them_too(site: Site, tab: "Page") -> None:
    for leg in ("0", "1", "2"):
        await site.bus.put(TOPIC, leg, {"name": leg})
    await tab.wait_for_selector("#pop-2")
    await type_a_note(tab)
    # The same legs, but 2 now first, 0 gone, 3 new: as after a break of the bus.
    state = site.bus._topics[TOPIC]
    state.entries = {leg: {"name": f"new {leg}"} for leg in ("2", "3", "1")}
    site.hub.resync(site.connection())
    await tab.wait_for_selector("#pop-1 h2:text-is('new 1')")
    assert await tab.evaluate(FOCUS) == ["note-1", "wants to wait", 6, 8]
    assert await tab.evaluate("[...document.querySelectorAll('[data-pop]')].map(e => e.dataset.pop)") == [
        "2",
        "3",
        "1",
    ]


async def test_a_changed_pop_keeps_focus_typed_text_and_caret(site: Site, tab: "Page") -> None:
    await site.bus.put(TOPIC, "1", {"name": "Jozef"})
    await tab.wait_for_selector("#pop-1")
    await type_a_note(tab)
    await site.bus.put(TOPIC, "1", {"name": "Jozef Mrkva", "note": "from elsewhere"})
    await tab.wait_for_selector("#pop-1 h2:text-is('Jozef Mrkva')")
    assert await tab.evaluate(FOCUS) == ["note-1", "wants to wait", 6, 8]


async def test_a_gap_leads_to_one_resync(site: Site, tab: "Page") -> None:
    await site.bus.put(TOPIC, "1", {"name": "Jozef"})
    await tab.wait_for_selector("#pop-1")
    before = site.renderer.snapshots
    await tab.evaluate(WATCH)
    for seq in (7, 8):
        fragment = Fragment("<p id=lost>not to be drawn</p>", f'[data-topic="{TOPIC}"]', "beforeend")
        site.connection().wire.write(build_frame(TOPIC, seq, fragment))
    await tab.wait_for_function("() => window.swaps.some(swap => swap.snapshot)")
    await site.bus.put(TOPIC, "2", {"name": "Ema"})
    await tab.wait_for_selector("#pop-2")
    assert await tab.locator("#lost").count() == 0
    assert site.renderer.snapshots == before + 1


async def test_a_frame_that_comes_twice_is_drawn_once(site: Site, tab: "Page") -> None:
    await site.bus.put(TOPIC, "1", {"name": "Jozef"})
    await tab.wait_for_selector("#pop-1")
    again = Fragment(draw("1", {"name": "again"}), f'[data-topic="{TOPIC}"]', "beforeend")
    site.connection().wire.write(build_frame(TOPIC, 1, again))
    await site.bus.put(TOPIC, "2", {"name": "Ema"})
    await tab.wait_for_selector("#pop-2")
    assert await tab.locator("[data-pop='1']").count() == 1


async def test_after_the_connection_was_lost_the_page_catches_up(site: Site, tab: "Page") -> None:
    await site.bus.put(TOPIC, "1", {"name": "Jozef"})
    await tab.wait_for_selector("#pop-1")
    await type_a_note(tab)
    site.connection().wire.close(1013, "too slow")
    await site.bus.put(TOPIC, "1", None)
    await site.bus.put(TOPIC, "2", {"name": "Ema"})
    await tab.wait_for_selector("#pop-2")
    await tab.wait_for_selector("#pop-1", state="detached")
    await tab.wait_for_selector("body[data-live=connected]")
    assert await tab.evaluate("window.states") == ["reconnecting", "connected"]
    assert await tab.locator("[data-live-state]").text_content() == "live"


async def test_a_connection_closed_for_good_says_so(site: Site, tab: "Page") -> None:
    site.connection().wire.close(1000, "log-out")
    await tab.wait_for_selector("body[data-live=closed]")
    assert await tab.locator("[data-live-state=closed]").text_content() == "closed"


async def test_each_leg_is_said_to_be_shown_once(site: Site, tab: "Page") -> None:
    await site.bus.put(TOPIC, "1", {"name": "Jozef"})
    await until(lambda: len(site.shown) == 1)
    await site.bus.put(TOPIC, "1", {"name": "Jozef Mrkva"})
    await tab.wait_for_selector("#pop-1 h2:text-is('Jozef Mrkva')")
    await site.bus.put(TOPIC, "2", {"name": "Ema"})
    await until(lambda: len(site.shown) == 2)
    assert site.shown == [
        {"type": "shown", "leg": "1", "visible": True},
        {"type": "shown", "leg": "2", "visible": True},
    ]


async def test_a_tab_in_the_background_gets_pops_and_says_so(site: Site, tab: "Page") -> None:
    # Playwright's pages always count as visible: this one is told otherwise, and gets no animation frames.
    await tab.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
          Object.defineProperty(document, "hidden", { get: () => true });
          window.requestAnimationFrame = () => 0;
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    await site.bus.put(TOPIC, "1", {"name": "Jozef"})
    await until(lambda: site.shown == [{"type": "shown", "leg": "1", "visible": False}])
