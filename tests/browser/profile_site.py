"""A console with nothing but the pages of customers, for tests in a browser: everybody is Ana, an admin."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from console import clock
from console.db.base import Base
from console.db.engine import Sessions, create_engine, create_sessions
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.live.server import UVICORN
from console.routes import build_profile
from console.settings import Settings
from console.web.security import SecurityHeaders
from console.web.static import CachedStaticFiles, StaticLibrary
from console.web.templates import Templates
from tests.browser.admin import AdminLoggedIn
from tests.browser.desk_site import ZONE
from tests.console.facts.records import Records

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

LONG_NAME = "Maximiliána Konštantínopolitančanová-Šťastnohorská"
LONG_COMPANY = "Najneobhospodarovávateľnejšia Kvetinárska Spoločnosť Bratislava-Petržalka s.r.o."
LONG_WORD = "Speciallægepraksisplanlægningsstabiliseringsperiode"

SIDEWAYS = """() => [...document.querySelectorAll("main *")]
    .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(part => part.outerHTML.slice(0, 80))"""


@dataclass(frozen=True, slots=True)
class Profiles:
    """A console with nothing but the pages of customers, and its records."""

    url: str
    sessions: Sessions
    records: Records


@asynccontextmanager
async def profiles_in(folder: Path) -> AsyncIterator[Profiles]:
    """Served from a database in a folder."""
    database = f"sqlite+aiosqlite:///{folder}/profiles.sqlite"
    engine = create_engine(database)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = create_sessions(engine)
    settings = Settings(region="SK", database_url=database)
    async with open_fact_reader(database) as reader:
        app = _app(sessions, settings, Knowledge(reader, settings))
        with sockets.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", **UVICORN))
            task = asyncio.create_task(server.serve([listener]))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield Profiles(url, sessions, Records(sessions, datetime.now(UTC)))
            server.should_exit = True
            await task
    await engine.dispose()


def _app(sessions: Sessions, settings: Settings, knowledge: Knowledge) -> Starlette:
    static = StaticLibrary()
    app = Starlette(
        routes=[*build_profile(), Mount("/static", CachedStaticFiles(static))],
        middleware=[Middleware(SecurityHeaders, public_url=None), Middleware(AdminLoggedIn)],
    )
    templates = Templates(locale="en", zone=ZONE, static=static)
    state = {"sessions": sessions, "settings": settings, "knowledge": knowledge, "templates": templates}
    for name, value in {**state, "clock": clock.now}.items():
        setattr(app.state, name, value)
    return app


@asynccontextmanager
async def plain_tab(chromium: "Browser", *refusals: str) -> "AsyncIterator[Page]":
    """A tab without JavaScript, and with nothing to complain about but `refusals`, which the page tells."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 720}, java_script_enabled=False)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    await context.close()
    assert not [each for each in complaints if not any(said in each for said in refusals)]
