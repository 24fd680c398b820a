"""The short way through uvicorn: what an open connection does by itself, and what it must not cost."""

import asyncio
import gc
import socket
import weakref
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Request

from console.live.server import UVICORN, LiveProtocol, LiveSocket
from tests.console.live.screens import metric, until
from tests.console.live.site import UPGRADE, Site, raw_client, serving

pytestmark = pytest.mark.slow


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(UVICORN) as site:
        yield site


MOST = 10_000


def sent(opcode: Opcode, data: bytes = b"") -> bytes:
    return Frame(opcode, data).serialize(mask=True)


async def received(reader: asyncio.StreamReader, opcode: Opcode) -> bytes:
    """The data of the next frame of this kind (up to 125 bytes); others before it are passed over."""
    async with asyncio.timeout(5):
        while True:
            head = await reader.readexactly(2)
            size = head[1]
            if size == 126:
                size = int.from_bytes(await reader.readexactly(2), "big")
            data = await reader.readexactly(size)
            if head[0] & 0x0F == opcode:
                return data


async def closed(reader: asyncio.StreamReader) -> tuple[int, str]:
    """The code and the reason that the server closes with, at the end of what it says."""
    close = Close.parse(await received(reader, Opcode.CLOSE))
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    return int(close.code), close.reason


@pytest.fixture
def protocols(monkeypatch: pytest.MonkeyPatch) -> "weakref.WeakSet[LiveProtocol]":
    """uvicorn's protocols of connections, as long as they are kept."""
    kept: weakref.WeakSet[LiveProtocol] = weakref.WeakSet()
    connect = LiveProtocol.handle_connect

    def handle_connect(self: LiveProtocol, event: Request) -> None:
        kept.add(self)
        connect(self, event)

    monkeypatch.setattr(LiveProtocol, "handle_connect", handle_connect)
    return kept


async def test_nothing_of_the_request_is_kept_for_an_open_connection(
    site: Site, protocols: "weakref.WeakSet[LiveProtocol]"
) -> None:
    gc.collect()
    gc.disable()  # nor must it wait for the collector
    try:
        async with site.connect() as client, site.connect():
            await client.recv()
            await until(lambda: site.hub.connected(1) == 2)
            await until(lambda: not protocols)
            names = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}  # type: ignore[union-attr]
            assert not [name for name in names if "run_asgi" in name or "live_endpoint" in name]
    finally:
        gc.enable()


async def test_a_ping_is_answered_and_a_close_too(site: Site) -> None:
    async with raw_client(site) as (reader, writer):
        writer.write(sent(Opcode.PING, b"are you there"))
        assert await received(reader, Opcode.PONG) == b"are you there"
        writer.write(sent(Opcode.CLOSE, Close(1000, "bye").serialize()))
        assert await closed(reader) == (1000, "bye")
        await until(lambda: not site.hub.connected(1))


@pytest.mark.parametrize(
    ("nonsense", "code"),
    [
        (Frame(Opcode.TEXT, b"{}").serialize(mask=False), 1002),
        (sent(Opcode.CLOSE, b"x"), 1002),
        (sent(Opcode.CLOSE, b"\x03\xee"), 1002),  # 1006 is never sent
        (sent(Opcode.TEXT, b"\xff"), 1007),
        (b"\x82\xfe\xff\xff\x00\x00\x00\x00", 1009),
    ],
    ids=["not masked", "half a code", "no code to send", "no UTF-8", "too big"],
)
async def test_nonsense_ends_the_connection_and_says_why(site: Site, nonsense: bytes, code: int) -> None:
    async with raw_client(site) as (reader, writer):
        writer.write(nonsense + nonsense)
        assert (await closed(reader))[0] == code
        await until(lambda: not site.hub.connected(1))


async def test_who_speaks_before_the_answer_is_refused(
    site: Site, protocols: "weakref.WeakSet[LiveProtocol]"
) -> None:
    host, port = site.url.removeprefix("ws://").removesuffix("/live").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    site.open.clear()
    writer.write(UPGRADE % {b"host": f"{host}:{port}".encode()})
    await until(lambda: len(protocols) == 1)
    writer.write(sent(Opcode.TEXT, b'{"type": "shown"}'))
    await until(lambda: next(iter(protocols)).queue.qsize() == 2)  # that it connects, and the message
    site.open.set()
    async with asyncio.timeout(5):
        await reader.readuntil(b"\r\n\r\n")
    assert Close.parse(await received(reader, Opcode.CLOSE)).code == 1002
    writer.transport.abort()
    await until(lambda: not site.hub.connected(1))
    assert site.said.empty()


async def test_who_answers_no_ping_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    before = metric("lineside_live_dropped_total", reason="silent")
    monkeypatch.setattr("console.live.server.SILENT_S", 0.5)
    monkeypatch.setattr("console.live.server.CLOSE_WITHIN_S", 0.1)
    monkeypatch.setattr("console.live.hub.BEAT_S", 0.05)
    async with serving(UVICORN) as site, site.connect() as client, raw_client(site) as (reader, _):
        assert await closed(reader) == (1013, "too silent")
        await client.recv()
        assert await client.recv() == '{"beat":true}'
        await until(lambda: site.hub.connected(1) == 1)
    assert metric("lineside_live_dropped_total", reason="silent") == before + 1


async def test_answers_that_nobody_reads_are_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_client(site) as (_, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await until(lambda: site.hub.connected(1) == 1)
        [connection] = site.hub._open
        assert isinstance(connection.wire, LiveSocket)
        transport = connection.wire._transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        monkeypatch.setattr("console.live.server.OUTBOX_BYTES", MOST)
        pings = sent(Opcode.PING, b"x" * 125) * 1000
        while transport.get_write_buffer_size() < MOST - 1000:  # first the buffers of the system fill
            writer.write(pings)
            await writer.drain()
        writer.write(pings)
        await writer.drain()
        await asyncio.sleep(0)
        assert transport.get_write_buffer_size() <= MOST


async def test_at_the_end_of_the_server_all_are_told_to_come_back() -> None:
    async with AsyncExitStack() as life:
        async with serving(UVICORN) as site:
            client = await life.enter_async_context(site.connect())
            await client.recv()
        with pytest.raises(ConnectionClosed) as error:
            await client.recv()
    assert error.value.rcvd is not None
    assert (error.value.rcvd.code, site.hub.connected(1)) == (1012, 0)
