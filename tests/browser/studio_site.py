"""A console with nothing but the studio, for tests in a browser: everybody is Ana, an admin, unless a cookie
says who it is."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
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
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.identity.models import Role
from console.live.server import UVICORN
from console.profile.search import find
from console.routes import build_editor, build_studio
from console.scripts.library import Library
from console.settings import Settings
from console.studio.shelf import Shelf
from console.web.errors import ErrorPages
from console.web.forms import MAX_BODY_BYTES
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
    settings = Settings(region="SK", database_url=database)
    async with open_fact_reader(database) as reader:
        app = make_app(sessions, settings, Knowledge(reader, settings), Library())
        async with served(app) as url:
            yield Studio(f"{url}/studio", sessions)
    await engine.dispose()


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """The address of the app, while it is served."""
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", **UVICORN))
        task = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


def make_app(sessions: Sessions, settings: Settings, knowledge: Knowledge, library: Library) -> Starlette:
    """All pages of the studio."""
    static = StaticLibrary()
    templates = Templates(locale="en", zone=ZONE, static=static)
    app = Starlette(
        routes=[*build_editor(), *build_studio(), Mount("/static", CachedStaticFiles(static))],
        middleware=[Middleware(SecurityHeaders, public_url=None), Middleware(SomebodyLoggedIn)],
        exception_handlers=ErrorPages(templates).handlers,
        max_body_size=MAX_BODY_BYTES,
    )
    state = {
        "clock": clock.now,
        "find": partial(find, region=settings.region),
        "knowledge": knowledge,
        "library": library,
        "sessions": sessions,
        "settings": settings,
        "shelf": Shelf(),
        "templates": templates,
    }
    for name, value in state.items():
        setattr(app.state, name, value)
    return app
