"""A desk to open in a browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

from console.db import schema
from console.db.engine import Sessions, create_engine, create_sessions
from console.identity.models import User
from tests.browser.desk_site import Site
from tests.browser.editor_site import Studio, studio_in
from tests.browser.serving import quiet_tab, served
from tests.fakes.pages import ANA

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page


@pytest_asyncio.fixture(loop_scope="session")
async def desk_sessions(tmp_path: Path) -> AsyncIterator[Sessions]:
    """A small database; what it is does not matter here."""
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite")
    await schema.ensure(engine)
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
    async with served(site.app(), "on") as url:
        site.url = f"{url}/desk"
        await site.started.wait()
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def profile(chromium: "Browser") -> "AsyncIterator[BrowserContext]":
    context = await chromium.new_context(viewport={"width": 1280, "height": 720})
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """The editor, with the scripts of the demo."""
    async with studio_in(tmp_path) as studio:
        yield studio


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser") -> "AsyncIterator[Page]":
    """A tab with nothing to complain about."""
    async with quiet_tab(chromium) as tab:
        yield tab
