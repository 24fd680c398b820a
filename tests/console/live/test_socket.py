"""The socket through a real uvicorn, and through another server's eyes (Starlette's test client)."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from console.identity.guard import require
from console.identity.models import Role
from console.identity.permissions import Permission
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment
from console.live.hub import Hub
from console.live.incoming import MESSAGE_BYTES
from console.live.memory_bus import MemoryBus
from console.live.server import UVICORN
from console.live.socket import MESSAGE_BURST, live_endpoint
from console.live.wire import OUTBOX_BYTES
from console.web.errors import CatchErrors, ErrorPages
from console.web.metrics import REGISTRY
from console.web.origin import SameOrigin
from console.web.static import StaticLibrary
from console.web.templates import Templates

VIEWER = Viewer(1, "a@x.test", "Ann", Role.AGENT, 1, "1001", "csrf", "en")


class LogIn:
    """Stands for the identity middleware: the cookie `who=ann` is Ann's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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
        pages = ErrorPages(Templates(locale="en", zone=ZoneInfo("UTC"), static=StaticLibrary()))
        return Starlette(
            routes=[WebSocketRoute("/live", live_endpoint, middleware=require(Permission.DESK))],
            middleware=[
                Middleware(CatchErrors, pages=pages),
                Middleware(SameOrigin, public_url=None),
                Middleware(LogIn),
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


PLAIN = {name: value for name, value in UVICORN.items() if name != "ws"}
"""uvicorn as it is: what another server would do."""


@pytest.fixture(params=["short way", "any server"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    site = Site()
    options = UVICORN if request.param == "short way" else PLAIN | {"ws": "websockets-sansio"}
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        site.url = f"ws://127.0.0.1:{listener.getsockname()[1]}/live"
        server = uvicorn.Server(uvicorn.Config(site.app(), log_config=None, lifespan="on", **options))
        task = asyncio.create_task(server.serve([listener]))
        await site.started.wait()
        yield site
        server.should_exit = True
        await task


async def read(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return dict(json.loads(await client.recv()))


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_snapshot_then_changes_arrive(site: Site) -> None:
    await site.bus.put("desk:1", "a", {"text": "old"})
    async with site.connect() as client:
        first = await read(client)
        assert (first["snapshot"], first["seq"], first["content"]) == (True, 1, "old")
        assert site.hub.connected(1) == 1
        for size in (10, 200, 70_000):  # a WebSocket frame has three lengths of length
            await site.bus.put("desk:1", "b", {"text": "ž" * size})
            change = await read(client)
            assert (change["snapshot"], change["content"]) == (False, "ž" * size)


async def test_what_the_browser_says_is_handled_and_nonsense_survived(site: Site) -> None:
    bad = metric("lineside_live_bad_messages_total", reason="unreadable")
    unknown = metric("lineside_live_bad_messages_total", reason="unknown type")
    failed = metric("lineside_live_bad_messages_total", reason="failed")
    async with site.connect() as client:
        await read(client)
        for text in ("{", "[]", "7", '"x"', "[" * 10_000, b"\0binary"):
            await client.send(text)
        for text in ('{"type": "what"}', '{"type": ["list"]}', "{}"):
            await client.send(text)
        await client.send('{"type": "fail"}')
        await client.send('{"type": "shown", "leg": "7"}')
        async with asyncio.timeout(5):
            assert await site.said.get() == {"type": "shown", "leg": "7"}
        await client.send('{"type": "resync"}')
        assert (await read(client))["snapshot"]
    assert metric("lineside_live_bad_messages_total", reason="unreadable") == bad + 6
    assert metric("lineside_live_bad_messages_total", reason="unknown type") == unknown + 3
    assert metric("lineside_live_bad_messages_total", reason="failed") == failed + 1


async def test_a_browser_that_says_too_much_is_dropped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.live.socket.MESSAGES_PER_S", 0.0)  # however slow the machine is
    async with site.connect() as client:
        await read(client)
        for _ in range(MESSAGE_BURST + 50):
            await client.send('{"type": "shown"}')
        with pytest.raises(ConnectionClosed) as closed:
            await read(client)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    assert site.said.qsize() <= MESSAGE_BURST


async def test_a_message_too_large_closes(site: Site) -> None:
    async with site.connect() as client:
        await read(client)
        await client.send("x" * (MESSAGE_BYTES + 1))
        with pytest.raises(ConnectionClosed) as closed:
            await read(client)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"cookie": "who=nobody"}, 401),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_who_may_not_is_refused_before_the_upgrade(
    site: Site, who: dict[str, str], status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with site.connect(**who):
            raise AssertionError("was let in")
    assert refused.value.response.status_code == status
    assert site.hub.connected(1) == 0


async def test_who_closes_is_forgotten(site: Site) -> None:
    async with site.connect() as client:
        await read(client)
    async with asyncio.timeout(5):
        while site.hub.connected(1):  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


async def test_a_reader_that_does_not_read_is_dropped_and_others_get_all(site: Site) -> None:
    dropped = metric("lineside_live_dropped_total", reason="slow")
    async with site.connect() as quick:
        await read(quick)
        host, port = site.url.removeprefix("ws://").removesuffix("/live").split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(UPGRADE % {b"host": f"{host}:{port}".encode()})
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        sent = 0
        while metric("lineside_live_dropped_total", reason="slow") == dropped:
            await site.bus.put("desk:1", "a", {"text": "x" * (OUTBOX_BYTES // 4)})
            sent += 1
            assert sent < 200
            assert len((await read(quick))["content"]) == OUTBOX_BYTES // 4
        writer.transport.abort()
    assert sent > 4


UPGRADE = (
    b"GET /live HTTP/1.1\r\nHost: %(host)s\r\nOrigin: http://%(host)s\r\nCookie: who=ann\r\n"
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
