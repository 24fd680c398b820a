"""How uvicorn serves the live connections: `uvicorn.run(app, **UVICORN)`.

`LiveProtocol` is uvicorn's own WebSocket protocol, with a way for the hub to write a finished frame straight
to the transport: no task, no queue, no encoding for each connection.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from console.live.frame import Frame
from console.live.wire import CLOSE_WITHIN_S, OUTBOX_BYTES

MESSAGE_BYTES = 16 * 1024
"""The largest message a browser may send."""

EXTENSION = "lineside.wire"
"""Where the scope of a WebSocket holds its `TransportWire`."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, with a `TransportWire` in the scope's extensions."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            extensions = cast("dict[str, object]", self.scope["extensions"])
            # uvloop collects writes until everything that is ready has run, unless its buffer is full: a pop
            # would wait for all that is drawn behind it.
            self.transport.set_write_buffer_limits(high=0)
            extensions[EXTENSION] = TransportWire(self)

    def drop(self, code: int, reason: str) -> None:
        """Close without waiting for the reader: uvicorn's own way out waits until the buffer is empty."""
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:  # else the reader's answer to our close would never be read
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(CLOSE_WITHIN_S, self.transport.abort)


class TransportWire:
    """A wire that writes to the transport; the transport's buffer is the outbox."""

    def __init__(self, protocol: LiveProtocol) -> None:
        self._protocol = protocol

    @property
    def closed(self) -> bool:
        """See `Wire.closed`."""
        protocol = self._protocol
        return protocol.close_sent or protocol.disconnected or protocol.transport.is_closing()

    def write(self, frame: Frame) -> bool:
        """See `Wire.write`."""
        if self.closed or self._transport.get_write_buffer_size() + len(frame.raw) > OUTBOX_BYTES:
            return False
        self._transport.write(frame.raw)
        return True

    def close(self, code: int, reason: str) -> None:
        """See `Wire.close`."""
        if not self.closed:
            self._protocol.drop(code, reason)

    @property
    def _transport(self) -> asyncio.Transport:
        return self._protocol.transport


UVICORN: dict[str, Any] = {
    "ws": LiveProtocol,
    # Compression costs ten times the time of the write, for each connection anew (RFC 7692: no shared state).
    "ws_per_message_deflate": False,
    # Home routers forget a silent connection after a minute or more; two lost pings and the agent is gone.
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
    "ws_max_size": MESSAGE_BYTES,
}
"""The settings of uvicorn that the live part needs."""
