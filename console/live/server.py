"""How uvicorn serves the live connections: `uvicorn.run(app, **UVICORN)`.

`LiveProtocol` is uvicorn's own WebSocket protocol as far as the upgrade. The endpoint then has it hand the
connection over to a `LiveSocket`, and returns: an open connection costs no task, no queue, no timer and no
scope, and the hub writes finished frames straight to the transport.

Boards get much of the same HTML, many of them the same: it is compressed once for all of them
(permessage-deflate, RFC 7692, without context). Desks get little, each something else: compressing that would
cost the pop more than it saves.
"""

import asyncio
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Close, CloseCode, Opcode
from websockets.frames import Frame as WireFrame
from websockets.http11 import Request

from console.live.frame import Frame
from console.live.incoming import MESSAGE_BYTES, Incoming
from console.live.wire import CLOSE_WITHIN_S, OUTBOX_BYTES, SILENT_S

EXTENSION = "lineside.live"
"""Where the scope of a WebSocket holds the `HandOver`."""

BOARDS = "/live/"
"""The addresses of boards begin so; that of desks is `/live`."""

PACKING = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)

PING = WireFrame(Opcode.PING, b"").serialize(mask=False)


class Listener(Protocol):
    """Hears what a browser says."""

    def hear(self, text: str | None) -> None:
        """A message; None when it was no text."""
        ...

    def gone(self) -> None:
        """The connection is closed."""
        ...


class LiveSocket(asyncio.Protocol):
    """An open WebSocket: a wire whose outbox is the transport's buffer. Tell it who listens, at once."""

    __slots__ = ("_closing", "_connections", "_heard_at", "_incoming", "_listener", "_packs", "_transport")

    def __init__(
        self, transport: asyncio.Transport, connections: set[Any], extensions: Sequence[Extension] = ()
    ) -> None:
        self._transport = transport
        self._connections = connections
        self._packs = any(map(_takes_packed, extensions))
        self._incoming: Incoming | None = Incoming(extensions)
        self._listener: Listener | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._heard_at = _time()
        # uvloop collects writes until everything that is ready has run, unless its buffer is full: a pop
        # would wait for all that is drawn behind it.
        transport.set_write_buffer_limits(high=0)
        transport.set_protocol(self)
        connections.add(self)  # uvicorn's: it shuts down who is in it

    def listen(self, listener: Listener) -> None:
        """From here on `listener` hears what the browser says."""
        self._listener = listener

    @property
    def closed(self) -> bool:
        """See `Wire.closed`."""
        return self._closing is not None or self._transport.is_closing()

    def write(self, frame: Frame) -> bool:
        """See `Wire.write`."""
        return not self.closed and self._write(frame.packed if self._packs else frame.raw)

    def beat(self, frame: Frame) -> bool:
        """See `Wire.beat`. Browsers answer pings by themselves."""
        return self.closed or (_time() - self._heard_at < SILENT_S and self._write(frame.raw + PING))

    def close(self, code: int, reason: str) -> None:
        """See `Wire.close`."""
        if not self.closed:
            self._transport.write(_close_frame(code, reason))
            self._closing = asyncio.get_running_loop().call_later(CLOSE_WITHIN_S, self._transport.abort)

    def shutdown(self) -> None:
        """uvicorn ends."""
        self.close(CloseCode.SERVICE_RESTART, "restart")
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._heard_at = _time()
        if self._incoming is None:
            return
        try:
            for frame in self._incoming.receive(data):
                self._take(frame)
        except PayloadTooBig:
            self._refuse(CloseCode.MESSAGE_TOO_BIG, "message too big")
        except UnicodeDecodeError:
            self._refuse(CloseCode.INVALID_DATA, "no UTF-8")
        except ProtocolError:
            self._refuse(CloseCode.PROTOCOL_ERROR, "no WebSocket frame")

    def connection_lost(self, _error: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._connections.discard(self)
        if self._closing is not None:
            self._closing.cancel()
        if self._listener is not None:
            self._listener.gone()

    def _take(self, frame: WireFrame) -> None:
        if frame.opcode is Opcode.PING:
            self._write(WireFrame(Opcode.PONG, frame.data).serialize(mask=False))
        elif frame.opcode is Opcode.CLOSE:
            self._end(frame)
        elif frame.opcode is not Opcode.PONG and not self.closed and self._listener is not None:
            self._listener.hear(bytes(frame.data).decode() if frame.opcode is Opcode.TEXT else None)

    def _end(self, frame: WireFrame) -> None:
        """The browser closes, or has heard that we do."""
        Close.parse(frame.data)
        if not self.closed:
            self._write(WireFrame(Opcode.CLOSE, frame.data).serialize(mask=False))
        self._transport.close()

    def _refuse(self, code: int, reason: str) -> None:
        """What comes after nonsense cannot be read any more."""
        self.close(code, reason)
        self._incoming = None
        self._transport.close()

    def _write(self, raw: bytes) -> bool:
        waits = self._transport.get_write_buffer_size()
        if waits and waits + len(raw) > OUTBOX_BYTES:
            return False
        self._transport.write(raw)
        return True


HandOver = Callable[[], LiveSocket]
"""Makes a LiveSocket of a connection that was just accepted: the application has no more to do with it."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, with a `HandOver` in the scope's extensions."""

    def handle_connect(self, event: Request) -> None:
        if event.path.startswith(BOARDS):
            self.conn.available_extensions = [PACKING]
        super().handle_connect(event)
        if not self.close_sent:
            cast("dict[str, object]", self.scope["extensions"])[EXTENSION] = self.hand_over

    def hand_over(self) -> LiveSocket:
        """See `HandOver`."""
        transport, spoke_too_soon = self.transport, bool(self.conn.reader.buffer) or not self.queue.empty()
        self.connections.discard(self)
        self.transport = _HandedOver()
        self.conn.parser.close()  # it holds its connection: without it, both go at once
        cast("dict[str, object]", self.scope["extensions"]).clear()
        socket = LiveSocket(transport, self.connections, self.conn.extensions)
        if spoke_too_soon:  # RFC 6455 section 4.1: not before it has our answer
            socket.close(CloseCode.PROTOCOL_ERROR, "spoke before the connection was open")
        if self.read_paused:
            transport.resume_reading()
        return socket


class _HandedOver(asyncio.Transport):
    """What uvicorn has of a transport in other hands: it cannot close it at the end of the request."""

    def close(self) -> None:
        pass


class _UpgradingHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which ends at the upgrade: its parser would keep it alive."""

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment] # as uvicorn itself does at the end


def _close_frame(code: int, reason: str) -> bytes:
    return WireFrame(Opcode.CLOSE, Close(code, reason).serialize()).serialize(mask=False)


def _takes_packed(extension: Extension) -> bool:
    """Whether a frame that was compressed for all may go there: some ask for a smaller window."""
    return isinstance(extension, PerMessageDeflate) and extension.local_max_window_bits == zlib.MAX_WBITS


def _time() -> float:
    return asyncio.get_running_loop().time()


UVICORN: dict[str, Any] = {
    "http": _UpgradingHttp,
    "ws": LiveProtocol,
    # uvicorn would compress for each connection anew: ten times the time of the write.
    "ws_per_message_deflate": False,
    "ws_ping_interval": None,  # the hub's beat does it, for all connections in one task
    "ws_max_size": MESSAGE_BYTES,
}
"""The settings of uvicorn that the live part needs."""
