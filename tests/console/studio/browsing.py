"""The studio's pages on a small app, with real records."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from html import unescape

import httpx

from console.db.engine import Sessions
from console.scripts.library import Library
from console.studio.routes import build_studio
from console.studio.shelf import Shelf
from tests.fakes.pages import ANA_AS_ADMIN, WHO, browser_of, small_app

CSRF = ANA_AS_ADMIN.csrf
EVA = replace(ANA_AS_ADMIN, email="eva@example.org", name="Eva")


class Pages:
    """A browser of Eva's, and what is stored."""

    def __init__(self, client: httpx.AsyncClient, sessions: Sessions) -> None:
        self.client = client
        self.sessions = sessions

    async def get(self, path: str, status: int = 200) -> str:
        """A page."""
        answer = await self.client.get(f"/studio{path}")
        assert answer.status_code == status, answer.text
        return answer.text

    async def post(
        self, path: str, status: int = 303, *, who: str = EVA.email, **fields: str
    ) -> httpx.Response:
        """A form is sent."""
        data = {"csrf_token": CSRF, **fields}
        answer = await self.client.post(f"/studio{path}", data=data, headers={WHO: who})
        assert answer.status_code == status, answer.text
        return answer

    async def in_force(self) -> dict[str, int]:
        """What calls would get now, with its version."""
        library = Library()
        async with self.sessions() as session:
            await library.refresh(session)
        return {script.key: library.version(script.key) for script in library.scripts}


@asynccontextmanager
async def open_pages(sessions: Sessions, now: datetime) -> AsyncIterator[Pages]:
    """The studio's pages over a database."""
    state = {"clock": lambda: now, "sessions": sessions, "shelf": Shelf()}
    async with browser_of(small_app(build_studio(), state, viewer=EVA)) as client:
        yield Pages(client, sessions)


def words_of(page: str) -> str:
    """What a page says, without its markup, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
