"""A console with nothing but the desk and the search, for tests in a browser: everybody is Ana."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from console.clock import now
from console.db.engine import Sessions
from console.desk import shift_views, views
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.samples import sample_pop
from console.identity.viewer import Viewer
from console.live.commands import Commands
from console.live.hub import Hub
from console.live.memory_bus import MemoryBus
from console.live.renderer import Renderer
from console.live.socket import live_endpoint
from console.profile.search_views import search_customers
from console.settings import Settings
from tests.browser.serving import site_of
from tests.fakes.pages import ANA, ZONE, templates_in

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Locator, Page

DESK = "desk:1"


class Site:
    """A console with nothing but the desk."""

    def __init__(self, sessions: Sessions) -> None:
        self.bus = MemoryBus()
        self.sessions = sessions
        self.templates = templates_in()
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
        routes = [
            Route("/desk", views.desk_page),
            Route("/desk/notes/{leg}", views.save_note_of_leg, methods=["POST"]),
            Route("/desk/pops/{leg}/done", views.put_pop_away, methods=["POST"]),
            Route("/desk/day", shift_views.own_day_fragment),
            Route("/desk/presence", shift_views.presence_controls),
            Route("/search", search_customers),
            WebSocketRoute("/live", live_endpoint),
        ]
        commands = Commands(self.bus, now)
        settings = Settings(region="SK")
        state = {"bus": self.bus, "sessions": self.sessions, "settings": settings, "commands": commands}
        return site_of(routes, state, viewer=ANA, lifespan=self.lifespan)

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with self.hub.running():
            self.started.set()
            yield {"hub": self.hub}

    async def link(self, state: str, *can: str) -> None:
        """The phone system's link is up, or no more; what it can be told to do."""
        value = {"state": state, "reason": "", "since": datetime.now(UTC).isoformat(), "can": list(can)}
        await self.bus.put("links", "main", value)

    async def put(self, name: str, **changes: object) -> None:
        """A pop comes, or changes."""
        await self.bus.put(DESK, f"sample-{name}", sample_pop(name, datetime.now(UTC), **changes))


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
