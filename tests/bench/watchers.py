"""Open boards: WebSocket clients that take whole messages as cheaply as Python can: the load has one core.

They take messages compressed, as browsers do. Whoever looks only at the head of a message unpacks no more.
"""

import asyncio
import zlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple, cast

from websockets.frames import Frame, Opcode

OPENING_AT_ONCE = 20
KEY = b64encode(b"a board, 16 byte").decode()
OPCODE, RSV1 = 0x0F, 0x40
SHORT, LONG = 126, 127
"""A length of one byte that says so means: two, or eight, follow (RFC 6455, 5.2)."""

END = b"\x00\x00\xff\xff"
"""What RFC 7692 leaves out at the end of a message."""


class Message(NamedTuple):
    """A whole message, as it came."""

    data: bytes
    packed: bool

    def head(self, size: int) -> bytes:
        """Its first bytes."""
        return (
            zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.data, size)
            if self.packed
            else self.data[:size]
        )

    def whole(self) -> bytes:
        """All of it."""
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.data + END) if self.packed else self.data


Seen = Callable[["Watcher", Message, float], None]
"""Given a board, a message, and when its last byte was there."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a board is opened: the server's port, the address, what the browser sends to be let in."""

    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()


class Watcher(asyncio.Protocol):
    """One board. It answers pings. `greeting` is said once it is open."""

    def __init__(self, place: Place, seen: Seen, greeting: str = "") -> None:
        self.messages = 0
        self.bytes = 0
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False
        self._place = place
        self._seen = seen
        self._greeting = greeting
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        headers = {
            "Host": f"127.0.0.1:{self._place.port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": KEY,
            "Sec-WebSocket-Extensions": "permessage-deflate",
            **dict(self._place.headers),
        }
        lines = [f"GET {self._place.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        self._transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        at = perf_counter()
        self._buffer += data
        if not self.open.done() and not self._opens():
            return
        self.bytes += len(data)
        while (frame := self._next_frame()) is not None:
            self._take(*frame, at)

    def _opens(self) -> bool:
        head, end, _rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self.open.set_exception(SystemExit(f"A board was refused: {bytes(head[:200])!r}"))
            return False
        del self._buffer[: len(head) + len(end)]
        if self._greeting:
            self.say(self._greeting)
        self.open.set_result(None)
        return True

    def _next_frame(self) -> tuple[int, bytes] | None:
        """The next whole frame: its first byte and what is in it. Servers send whole messages in one."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1], 2
        if size in {SHORT, LONG}:
            start = 4 if size == SHORT else 10
            if len(buffer) < start:
                return None
            size = int.from_bytes(buffer[2:start])
        if len(buffer) < start + size:
            return None
        first, payload = buffer[0], bytes(buffer[start : start + size])
        del buffer[: start + size]
        return first, payload

    def _take(self, first: int, payload: bytes, at: float) -> None:
        if first & OPCODE == Opcode.TEXT:
            self.messages += 1
            self._seen(self, Message(payload, bool(first & RSV1)), at)
        elif first & OPCODE == Opcode.PING:
            self._transport.write(Frame(Opcode.PONG, payload).serialize(mask=True))

    def say(self, text: str) -> None:
        """Send a message."""
        self._transport.write(Frame(Opcode.TEXT, text.encode()).serialize(mask=True))

    def connection_lost(self, _error: Exception | None) -> None:
        self.lost = True
        if not self.open.done():
            self.open.set_exception(SystemExit("A board was refused."))

    def close(self) -> None:
        self._transport.abort()


async def open_boards(places: Sequence[Place], seen: Seen, greeting: str = "") -> list[Watcher]:
    """A board at each of these places, open."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def open_one(place: Place) -> Watcher:
        async with gate:
            _, watcher = await loop.create_connection(
                lambda: Watcher(place, seen, greeting), "127.0.0.1", place.port
            )
            await watcher.open
            return watcher

    return list(await asyncio.gather(*map(open_one, places)))
