"""A desk to open in a browser."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio
import uvicorn

from console.db.base import Base
from console.db.engine import Sessions, create_engine, create_sessions
from console.identity.models import User
from console.live.server import UVICORN
from tests.browser.desk_site import ANA, Site

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext


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
