"""The pages of customers on a small app, with real records."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from console.db.engine import Sessions
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.live.memory_bus import MemoryBus
from console.routes import build_callbacks, build_cases, build_imports, build_profile, build_records
from console.settings import Settings
from tests.console.facts.records import Records
from tests.fakes.pages import browser_of, small_app


@pytest.fixture
def records(sessions: Sessions, now: datetime) -> Records:
    return Records(sessions, now)


@pytest.fixture
async def pages(sessions: Sessions, database_url: str, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of Ana's."""
    settings = Settings(region="SK", database_url=database_url)
    async with open_fact_reader(database_url) as reader:
        state = {
            "bus": MemoryBus(),
            "clock": lambda: now,
            "knowledge": Knowledge(reader, settings),
            "sessions": sessions,
            "settings": settings,
        }
        routes = [*build_callbacks(), *build_cases(), *build_imports(), *build_profile(), *build_records()]
        app = small_app(routes, state)
        async with browser_of(app) as client:
            yield client
