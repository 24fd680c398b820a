"""A desk on the web of which everything is real but the phone systems: what happens on them are steps of
`tests.console.desk.day`. Everybody who comes is agent 1, or another one who is named."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from console import clock
from console.desk import learning_views, views
from console.identity.viewer import Viewer
from console.live.server import UVICORN
from console.live.socket import live_endpoint
from console.profile.search import find
from console.routes import build_runs
from console.web.security import SecurityHeaders
from console.web.static import CachedStaticFiles
from tests.console.desk.day import TEMPLATES, World, viewer_of

ANA = viewer_of(1)


class LoggedIn:
    """Everybody is Ana, or another viewer."""

    def __init__(self, app: ASGIApp, viewer: Viewer = ANA) -> None:
        self.app = app
        self.viewer = viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["viewer"] = self.viewer
        scope.setdefault("state", {}).update(viewer=self.viewer, csrf=self.viewer.csrf, locale="en")
        await self.app(scope, receive, send)


@asynccontextmanager
async def serving(world: World, viewer: Viewer = ANA) -> AsyncIterator[str]:
    """Serve the world's desks; gives the URL of the desk."""
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(_app(world, viewer), log_config=None, lifespan="on", **UVICORN)
        )
        task = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/desk"
        server.should_exit = True
        await task


def _app(world: World, viewer: Viewer) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        yield {"hub": world.hub}

    app = Starlette(
        routes=[
            Route("/desk", views.desk_page),
            Route("/desk/notes/{leg}", views.save_note_of_leg, methods=["POST"]),
            Route("/desk/pops/{leg}/done", views.put_pop_away, methods=["POST"]),
            Route("/desk/find", learning_views.find_customers),
            Route("/desk/pops/{leg}/customer", learning_views.link_customer, methods=["POST"]),
            Route("/desk/pops/{leg}/new-customer", learning_views.make_customer, methods=["POST"]),
            Route("/desk/pops/{leg}/not-this-person", learning_views.unlink_customer, methods=["POST"]),
            Route("/desk/pops/{leg}/shared", learning_views.share_number, methods=["POST"]),
            Route("/desk/pops/{leg}/undo", learning_views.undo_step, methods=["POST"]),
            *build_runs(),
            WebSocketRoute("/live", live_endpoint),
            Mount("/static", CachedStaticFiles(TEMPLATES.static)),
        ],
        middleware=[Middleware(SecurityHeaders, public_url=None), Middleware(LoggedIn, viewer=viewer)],
        lifespan=lifespan,
    )
    state: dict[str, Any] = {
        "bus": world.bus,
        "sessions": world.on.sessions,
        "templates": TEMPLATES,
        "clock": clock.now,
    }
    state |= {"running": world.on.running, "library": world.on.running.library}
    state["find"] = partial(find, region="SK")
    for name, value in state.items():
        setattr(app.state, name, value)
    return app
