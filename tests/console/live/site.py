"""A console with nothing but the live part, served by a real uvicorn."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.typing import Origin

from console.identity.guard import require
from console.identity.models import Role
from console.identity.permissions import Permission
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment
from console.live.hub import Hub
from console.live.memory_bus import MemoryBus
from console.live.socket import live_endpoint
from console.web.errors import CatchErrors, ErrorPages
from console.web.origin import SameOrigin
from tests.fakes.pages import templates_in

VIEWER = Viewer(1, "a@x.test", "Ann", Role.AGENT, 1, "1001", "csrf", "en")


class LogIn:
    """Stands for the identity middleware: the cookie `who=ann` is Ann's. Answers while `open` is set."""

    def __init__(self, app: ASGIApp, open_: asyncio.Event) -> None:
        self.app = app
        self.open = open_

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.open.wait()
        if scope["type"] == "websocket" and (b"cookie", b"who=ann") in scope["headers"]:
            scope["viewer"] = VIEWER
        await self.app(scope, receive, send)


class TextRenderer:
    """Draws the value's text."""

    def topics(self, viewer: Viewer) -> list[str]:
        return [f"desk:{viewer.user_id}"]

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        return " ".join(str(value["text"]) for value in snapshot.entries.values())

    def change(self, change: Change, locale: str) -> Fragment | None:
        return Fragment(str(change.value and change.value["text"]), "#t", "beforeend")

    def delivered(self, entries: Mapping[str, Value], viewer: Viewer, at: object) -> None:
        return None


class Site:
    """A console with nothing but the live part."""

    def __init__(self) -> None:
        self.bus = MemoryBus()
        self.open = asyncio.Event()
        self.open.set()
        self.said: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self.hub = Hub(self.bus, {"desk": TextRenderer()}, {"shown": self.hear, "fail": self.fail})
        self.url = ""
        self.started = asyncio.Event()

    def hear(self, viewer: Viewer, message: Mapping[str, Any]) -> None:
        assert viewer == VIEWER
        self.said.put_nowait(message)

    def fail(self, viewer: Viewer, message: Mapping[str, Any]) -> None:
        raise ValueError("broken handler")

    def app(self) -> Starlette:
        pages = ErrorPages(templates_in())
        return Starlette(
            routes=[
                WebSocketRoute(path, live_endpoint, middleware=require(Permission.DESK))
                for path in ("/live", "/live/board")
            ],
            middleware=[
                Middleware(CatchErrors, pages=pages),
                Middleware(SameOrigin, public_url=None),
                Middleware(LogIn, open_=self.open),
            ],
            exception_handlers=pages.handlers,
            lifespan=self.lifespan,
        )

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with self.hub.running():
            self.started.set()
            yield {"hub": self.hub}

    def connect(self, cookie: str = "who=ann", origin: str | None = None) -> connect:
        """A browser that opens the socket, as a rule from a page of ours."""
        origin = origin or self.url.replace("ws://", "http://").removesuffix("/live")
        headers = {"Cookie": cookie}
        return connect(self.url, origin=Origin(origin), additional_headers=headers, compression=None)


@asynccontextmanager
async def serving(options: Mapping[str, Any]) -> AsyncIterator[Site]:
    """A site on a uvicorn with these settings."""
    site = Site()
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        site.url = f"ws://127.0.0.1:{listener.getsockname()[1]}/live"
        server = uvicorn.Server(uvicorn.Config(site.app(), log_config=None, lifespan="on", **options))
        task = asyncio.create_task(server.serve([listener]))
        await site.started.wait()
        yield site
        server.should_exit = True
        await task


@asynccontextmanager
async def raw_client(site: Site) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A browser of Ann's that does only what it is told: it answers no ping."""
    host, port = site.url.removeprefix("ws://").removesuffix("/live").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    try:
        writer.write(UPGRADE % {b"host": f"{host}:{port}".encode()})
        await reader.readuntil(b"\r\n\r\n")
        yield reader, writer
    finally:
        writer.transport.abort()


UPGRADE = (
    b"GET /live HTTP/1.1\r\nHost: %(host)s\r\nOrigin: http://%(host)s\r\nCookie: who=ann\r\n"
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
