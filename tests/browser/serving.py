"""Pages of the console served to a real browser, and tabs that have nothing to complain about."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.types import Lifespan

from console import clock
from console.identity.viewer import Viewer
from console.live.server import UVICORN
from console.web.security import SecurityHeaders
from console.web.static import CachedStaticFiles
from tests.fakes.pages import ANA_AS_ADMIN, small_app, templates_in

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


def site_of(
    routes: Sequence[BaseRoute],
    state: Mapping[str, Any],
    *,
    viewer: Viewer = ANA_AS_ADMIN,
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """A console with nothing but these pages, where everybody is the viewer."""
    static = Mount("/static", CachedStaticFiles(templates_in().static))
    outside = [Middleware(SecurityHeaders, public_url=None)]
    known = {"clock": clock.now, **state}
    return small_app([*routes, static], known, viewer=viewer, outside=outside, lifespan=lifespan)


@asynccontextmanager
async def served(app: Starlette, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[str]:
    """The address of the app, while it is served."""
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan=lifespan, **UVICORN))
        task = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


@asynccontextmanager
async def quiet_tab(
    chromium: "Browser", *refusals: str, width: int = 1280, height: int = 720, scripts: bool = True
) -> "AsyncIterator[Page]":
    """A tab that has nothing to complain about but `refusals`, which the page tells; without JavaScript where
    `scripts` says so."""
    size: Any = {"width": width, "height": height}
    context = await chromium.new_context(viewport=size, java_script_enabled=scripts)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert not [each for each in complaints if not any(said in each for said in refusals)]
