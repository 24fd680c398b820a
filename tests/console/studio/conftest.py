"""The studio's pages, and those on which scripts are tried, on small apps."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from console.db.engine import Sessions
from console.settings import Settings
from console.studio import replay_beginning
from console.studio.routes import build_replay
from tests.console.studio.browsing import Pages, open_pages
from tests.console.studio.calls_of_yesterday import Yesterday
from tests.fakes.pages import ANA_AS_ADMIN, ZONE, browser_of, small_app


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

    monkeypatch.setattr(replay_beginning, "start_process", begin)
    return begun


@pytest.fixture
async def replays(sessions: Sessions, now: datetime, begun: list[int]) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of an admin's."""
    state = {"clock": lambda: now, "sessions": sessions, "settings": Settings(time_zone=ZONE)}
    async with browser_of(small_app(build_replay(), state, viewer=ANA_AS_ADMIN)) as client:
        yield client
