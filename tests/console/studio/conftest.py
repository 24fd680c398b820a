"""The studio's pages, and those on which scripts are tried, on small apps."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from console.db.engine import Sessions
from console.routes import build_replay
from console.settings import Settings
from console.studio import replay_views
from console.web.errors import ErrorPages
from console.web.forms import MAX_BODY_BYTES
from console.web.static import StaticLibrary
from console.web.templates import Templates
from tests.console.profile.conftest import ZONE, LoggedIn
from tests.console.studio.browsing import Pages, open_pages
from tests.console.studio.calls_of_yesterday import Yesterday


@pytest.fixture
async def pages(sessions: Sessions, now: datetime) -> AsyncIterator[Pages]:
    async with open_pages(sessions, now) as pages:
        yield pages


@pytest.fixture
async def yesterday(sessions: Sessions, now: datetime) -> Yesterday:
    calls = Yesterday(sessions, now)
    await calls.people()
    return calls


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The replays that were begun; nobody does them but the test."""
    begun: list[int] = []

    async def begin(_settings: Settings, module: str, number: int) -> None:
        assert module == "console.commands.script_replay"
        begun.append(number)

    monkeypatch.setattr(replay_views, "start_process", begin)
    return begun


@pytest.fixture
async def replays(sessions: Sessions, now: datetime, begun: list[int]) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of an admin's."""
    templates = Templates(locale="en", zone=ZONE, static=StaticLibrary())
    app = Starlette(
        routes=build_replay(),
        middleware=[Middleware(LoggedIn)],
        exception_handlers=ErrorPages(templates).handlers,
        max_body_size=MAX_BODY_BYTES,
    )
    state = {
        "clock": lambda: now,
        "sessions": sessions,
        "settings": Settings(time_zone=ZONE),
        "templates": templates,
    }
    for name, value in state.items():
        setattr(app.state, name, value)
    transport = httpx.ASGITransport(app)
    headers = {"role": "admin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://x.test", headers=headers) as client:
        yield client
