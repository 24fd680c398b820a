"""The work list on the web, with desks around it: everybody who comes is Ana, or whom their cookie names."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from console.db.engine import Sessions
from console.desk import views
from console.desk.case_work import read_overdue
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.work_live import WorkRenderer
from console.live.hub import Hub
from console.live.memory_bus import MemoryBus
from console.live.renderer import Renderer
from console.live.socket import live_endpoint
from console.routes import build_work
from console.worklist.keeping import WorkList
from tests.browser.serving import served, site_of
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.worklist.called import LASTS
from tests.fakes.pages import WHO, ZONE, templates_in

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

ANA = viewer_of(1)


@dataclass
class WorkSite:
    """Where it is, and what is behind it."""

    address: str
    sessions: Sessions
    bus: MemoryBus
    worklist: WorkList


@asynccontextmanager
async def work_site(sessions: Sessions) -> AsyncIterator[WorkSite]:
    bus, templates = MemoryBus(), templates_in()
    worklist = WorkList(sessions, bus, lambda: NOW, ZONE, LASTS, others=[read_overdue])
    drawers: dict[str, Renderer] = {
        "desk": DeskRenderer(templates, ZONE),
        "links": LinksRenderer(templates, ZONE),
        "work": WorkRenderer(templates, ZONE),
    }
    hub = Hub(bus, drawers, {"shown": lambda _viewer, _message: None})
    async with hub.running(), served(_app(sessions, bus, worklist, hub), "on") as address:
        yield WorkSite(address, sessions, bus, worklist)


def _app(sessions: Sessions, bus: MemoryBus, worklist: WorkList, hub: Hub) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        yield {"hub": hub}

    routes = [Route("/desk", views.desk_page), *build_work(), WebSocketRoute("/live", live_endpoint)]
    state = {"bus": bus, "clock": lambda: NOW, "sessions": sessions, "worklist": worklist}
    return site_of(routes, state, viewer=ANA, lifespan=lifespan)


@asynccontextmanager
async def at_work(
    chromium: "Browser", site: WorkSite, path: str = "/desk", email: str = ANA.email, **more: Any
) -> "AsyncIterator[Page]":
    """A tab of an agent, live."""
    context = await chromium.new_context(**({"viewport": {"width": 1280, "height": 720}} | more))
    await context.add_cookies([{"name": WHO, "value": email, "url": site.address}])
    page = await context.new_page()
    await page.goto(f"{site.address}{path}")
    await page.wait_for_selector("body[data-live=connected]")
    yield page
    await context.close()
