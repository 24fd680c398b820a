"""A console with nothing but the pages of customers, for tests in a browser: everybody is Ana, an admin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from console.db import schema
from console.db.engine import Sessions, create_engine, create_sessions
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.live.memory_bus import MemoryBus
from console.routes import build_callbacks, build_cases, build_profile
from console.settings import Settings
from tests.browser.serving import served, site_of
from tests.console.facts.records import Records

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
    await schema.ensure(engine)
    sessions = create_sessions(engine)
    settings = Settings(region="SK", database_url=database)
    async with open_fact_reader(database) as reader:
        known = {"settings": settings, "knowledge": Knowledge(reader, settings)}
        state = {"bus": MemoryBus(), "sessions": sessions, **known}
        routes = [*build_callbacks(), *build_cases(), *build_profile()]
        async with served(site_of(routes, state)) as url:
            yield Profiles(url, sessions, Records(sessions, datetime.now(UTC)))
    await engine.dispose()
