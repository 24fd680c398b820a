"""The studio's pages on a small app, with real records."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from console.db.engine import Sessions
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.routes import build_studio
from console.scripts.library import Library
from console.studio.shelf import Shelf
from console.web.errors import ErrorPages
from console.web.forms import MAX_BODY_BYTES
from console.web.static import StaticLibrary
from console.web.templates import Templates

ZONE = ZoneInfo("Europe/Bratislava")
CSRF = "secret-of-eva"
EVA = "eva@example.org"


class LoggedIn:
    """Eva is logged in, an admin; a request may come from somebody else, and in another role."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        email, role = headers.get(b"who", EVA.encode()).decode(), headers.get(b"role", b"admin").decode()
        viewer = Viewer(1, email, "Eva", Role(role), 1, None, CSRF, "en")
        scope["viewer"] = viewer
        scope.setdefault("state", {}).update(viewer=viewer, csrf=viewer.csrf, locale="en")
        await self.app(scope, receive, send)


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

    async def post(self, path: str, status: int = 303, *, who: str = EVA, **fields: str) -> httpx.Response:
        """A form is sent."""
        data = {"csrf_token": CSRF, **fields}
        answer = await self.client.post(f"/studio{path}", data=data, headers={"who": who})
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
    templates = Templates(locale="en", zone=ZONE, static=StaticLibrary())
    app = Starlette(
        routes=build_studio(),
        middleware=[Middleware(LoggedIn)],
        exception_handlers=ErrorPages(templates).handlers,
        max_body_size=MAX_BODY_BYTES,
    )
    state = {"clock": lambda: now, "sessions": sessions, "shelf": Shelf(), "templates": templates}
    for name, value in state.items():
        setattr(app.state, name, value)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.test") as client:
        yield Pages(client, sessions)


def words_of(page: str) -> str:
    """What a page says, without its markup, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
