"""A small app on the web floor, composed as the real one is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message

from console.web.errors import CatchErrors, ErrorPages
from console.web.i18n import UseLocale
from console.web.security import SecurityHeaders
from console.web.static import StaticLibrary
from console.web.templates import Templates
from tests.fakes.pages import templates_in

MakeApp = Callable[..., Starlette]
MakeClient = Callable[..., httpx.AsyncClient]


async def open_socket(app: ASGIApp, path: str, headers: dict[str, str] | None = None) -> list[Message]:
    """What the app answers to the opening of a WebSocket at `path`: it is accepted, or refused over HTTP."""
    sent: list[Message] = []
    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope: dict[str, Any] = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": raw,
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
    }

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


@pytest.fixture
def static(tmp_path: Path) -> StaticLibrary:
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "base.css").write_text("body {}")
    return StaticLibrary(folder)


@pytest.fixture
def templates() -> Templates:
    """The real templates, in English, read in Bratislava."""
    return templates_in()


@pytest.fixture
def make_client(make_app: MakeApp) -> MakeClient:
    """A client of an app with the given routes."""

    def make(*routes: BaseRoute, public_url: str | None = None) -> httpx.AsyncClient:
        app = make_app(*routes, public_url=public_url)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console.test")

    return make


@pytest.fixture
def make_app(templates: Templates) -> MakeApp:
    """An app with the given routes on the whole web floor."""

    def make(*routes: BaseRoute, public_url: str | None = None) -> Starlette:
        pages = ErrorPages(templates)
        middleware = [
            Middleware(SecurityHeaders, public_url=public_url),
            Middleware(UseLocale, locale="en"),
            Middleware(CatchErrors, pages=pages),
        ]
        return Starlette(routes=routes, middleware=middleware, exception_handlers=pages.handlers)

    return make
