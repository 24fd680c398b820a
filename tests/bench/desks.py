"""Many desks: WebSocket clients that note when a call's pop has arrived."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import cast

from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

CONNECTING_AT_ONCE = 20
Heard = Callable[["Desk", str, float], None]


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits where: a user's phone, the server's port, and what the user's browser sends to be let in."""

    user_id: int
    interface: str
    port: int
    headers: tuple[tuple[str, str], ...]


class Desk(asyncio.Protocol):
    """One browser. `heard` gets each complete message and the moment its last byte arrived.

    It offers compression, as browsers do, and answers pings.
    """

    def __init__(self, seat: Seat, heard: Heard) -> None:
        self.seat = seat
        self.messages = 0
        self.bytes = 0
        self._heard = heard
        self._protocol = ClientProtocol(
            parse_uri(f"ws://127.0.0.1:{seat.port}/live"),
            extensions=[ClientPerMessageDeflateFactory()],
            max_size=None,
        )
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        request = self._protocol.connect()
        request.headers.update(Headers(self.seat.headers))
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        at = perf_counter()
        self.bytes += len(data)
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._opened(event)
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self.messages += 1
                self._heard(self, bytes(event.data).decode(), at)
        self._flush()

    def _opened(self, response: Response) -> None:
        if self.open.done():
            return
        if self._protocol.handshake_exc is None:
            self.open.set_result(None)
        else:
            self.open.set_exception(
                SystemExit(f"A desk was refused: {response.status_code} {response.body!r}")
            )

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.open.done():
            self.open.set_exception(SystemExit("A desk was refused."))

    def close(self) -> None:
        self._transport.abort()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)


async def connect(seats: Sequence[Seat], heard: Heard, at_once: int = CONNECTING_AT_ONCE) -> list[Desk]:
    """All desks, connected, so many at a time."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(at_once)

    async def connect_one(seat: Seat) -> Desk:
        async with gate:
            _, desk = await loop.create_connection(lambda: Desk(seat, heard), "127.0.0.1", seat.port)
            await desk.open
            return desk

    return list(await asyncio.gather(*map(connect_one, seats)))
