"""A console with nothing but the studio, for tests in a browser: everybody is Ana, an admin, unless a cookie
says who it is."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import cookie_parser
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from console import clock
from console.db.base import Base
from console.db.engine import Sessions, create_engine, create_sessions
from console.identity.models import Role
from console.live.server import UVICORN
from console.routes import build_studio
from console.settings import Settings
from console.studio.shelf import Shelf
from console.web.errors import ErrorPages
from console.web.security import SecurityHeaders
from console.web.static import CachedStaticFiles, StaticLibrary
from console.web.templates import Templates
from tests.browser.desk_site import ANA, ZONE

WHO = "who"
"""The cookie with the e-mail of who is there."""


class SomebodyLoggedIn:
    """An admin: Ana, or whom the cookie names."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookies = cookie_parser(dict(scope["headers"]).get(b"cookie", b"").decode())
        viewer = replace(ANA, role=Role.ADMIN, email=cookies.get(WHO, ANA.email))
        scope["viewer"] = viewer
        scope.setdefault("state", {}).update(viewer=viewer, csrf=viewer.csrf, locale="en")
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Studio:
    """Where it is, and what is stored."""

    url: str
    sessions: Sessions


@asynccontextmanager
async def studio_in(folder: Path) -> AsyncIterator[Studio]:
    """Served from a database in a folder."""
    database = f"sqlite+aiosqlite:///{folder}/studio.sqlite"
    engine = create_engine(database)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = create_sessions(engine)
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = _app(sessions, Settings(region="SK", database_url=database))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", **UVICORN))
        task = asyncio.create_task(server.serve([listener]))
        yield Studio(f"http://127.0.0.1:{listener.getsockname()[1]}/studio", sessions)
        server.should_exit = True
        await task
    await engine.dispose()


def _app(sessions: Sessions, settings: Settings) -> Starlette:
    static = StaticLibrary()
    templates = Templates(locale="en", zone=ZONE, static=static)
    app = Starlette(
        routes=[*build_studio(), Mount("/static", CachedStaticFiles(static))],
        middleware=[Middleware(SecurityHeaders, public_url=None), Middleware(SomebodyLoggedIn)],
        exception_handlers=ErrorPages(templates).handlers,
    )
    state = {
        "clock": clock.now,
        "sessions": sessions,
        "settings": settings,
        "shelf": Shelf(),
        "templates": templates,
    }
    for name, value in state.items():
        setattr(app.state, name, value)
    return app
