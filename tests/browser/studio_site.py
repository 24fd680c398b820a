"""A console with nothing but the studio, for tests in a browser: everybody is Ana, an admin, unless a cookie
says who it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.applications import Starlette

from console.db import schema
from console.db.engine import Sessions, create_engine, create_sessions
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.profile.search import find
from console.scripts.library import Library
from console.settings import Settings
from console.studio.routes import build_articles, build_editor, build_studio
from console.studio.shelf import Shelf
from tests.browser.serving import served, site_of


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
    await schema.ensure(engine)
    sessions = create_sessions(engine)
    settings = Settings(region="SK", database_url=database)
    async with open_fact_reader(database) as reader:
        app = make_app(sessions, settings, Knowledge(reader, settings), Library())
        async with served(app) as url:
            yield Studio(f"{url}/studio", sessions)
    await engine.dispose()


def make_app(sessions: Sessions, settings: Settings, knowledge: Knowledge, library: Library) -> Starlette:
    """All pages of the studio."""
    state = {
        "find": partial(find, region=settings.region),
        "knowledge": knowledge,
        "library": library,
        "sessions": sessions,
        "settings": settings,
        "shelf": Shelf(),
    }
    return site_of([*build_articles(), *build_editor(), *build_studio()], state)
