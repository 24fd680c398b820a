"""The editor's pages on a small app, and what stands in them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import httpx

from console.db.engine import Sessions
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.profile.search import find
from console.scripts.library import Library
from console.settings import Settings
from console.studio.routes import build_editor
from tests.console.desk.document import Element, parse
from tests.fakes.pages import ANA_AS_ADMIN, browser_of, small_app

SECRET = {"csrf_token": "secret-of-ana"}


@asynccontextmanager
async def open_editor(
    sessions: Sessions, database_url: str, now: datetime, library: Library
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of Ana's; calls get the scripts of the library."""
    settings = Settings(region="SK", database_url=database_url)
    async with open_fact_reader(database_url) as reader:
        state = {
            "clock": lambda: now,
            "find": partial(find, region="SK"),
            "knowledge": Knowledge(reader, settings),
            "library": library,
            "sessions": sessions,
            "settings": settings,
        }
        async with browser_of(small_app(build_editor(), state, viewer=ANA_AS_ADMIN)) as client:
            yield client


def drawn(answer: httpx.Response) -> Element:
    assert answer.status_code == 200, answer.text
    return parse(answer.text.removeprefix("<!doctype html>"))


def ids_of(page: Element) -> list[str]:
    return [element.attributes["id"] for element in page.every() if "id" in element.attributes]
