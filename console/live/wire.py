"""Where frames go: one connection's way out, with a bound on what waits there."""

import asyncio
import contextlib
from collections import deque
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from console.live.frame import Frame

OUTBOX_BYTES = 1024 * 1024
"""What may wait for one slow reader. A pop is about 10 kB: so much behind, a fresh snapshot is quicker. One
frame by itself may be larger, as a board of 500 agents is."""

OUTBOX_FRAMES = 256
CLOSE_WITHIN_S = 5.0
"""A reader so slow that it must go gets so long to read why."""

SILENT_S = 20.0
"""A browser that said nothing for so long, and answered no ping, is not there any more."""


class Wire(Protocol):
    """The way out of one connection. Never waits."""

    def write(self, frame: Frame) -> bool:
        """Hand over a frame; False when it was not taken: too much waits, or the connection is closed."""
        ...

    def beat(self, frame: Frame) -> bool:
        """Hand over the frame that says that we are here, and ask whether the browser is. False when it has
        been silent for SILENT_S, or too much waits."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Close with a WebSocket close code; what waits may be lost. Closing twice does nothing."""
        ...

    @property
    def closed(self) -> bool:
        """Nothing can be written any more."""
        ...


class OutboxWire:
    """A wire on any ASGI server: an outbox, and a task that empties it, alive only while something waits."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._outbox: deque[Frame] = deque()
        self._bytes = 0
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def closed(self) -> bool:
        """See `Wire.closed`."""
        return self._closed

    def write(self, frame: Frame) -> bool:
        """See `Wire.write`."""
        too_much = bool(self._bytes) and self._bytes + len(frame.raw) > OUTBOX_BYTES
        if self._closed or len(self._outbox) >= OUTBOX_FRAMES or too_much:
            return False
        self._outbox.append(frame)
        self._bytes += len(frame.raw)
        if self._writer is None:
            self._writer = asyncio.create_task(self._empty())
        return True

    def beat(self, frame: Frame) -> bool:
        """See `Wire.beat`. Who is silent is the server's business: it sends pings of its own."""
        return self._closed or self.write(frame)

    def close(self, code: int, reason: str) -> None:
        """See `Wire.close`."""
        if self._closed:
            return
        self._closed = True
        if self._writer is not None:
            self._writer.cancel()
        self._writer = asyncio.create_task(self._say_why(code, reason))

    async def _empty(self) -> None:
        try:
            while self._outbox:
                # It counts as waiting until the server has taken it.
                frame = self._outbox[0]
                await self._websocket.send({"type": "websocket.send", "text": frame.text})
                self._outbox.popleft()
                self._bytes -= len(frame.raw)
            self._writer = None
        except (WebSocketDisconnect, RuntimeError):  # RuntimeError: the server closed already
            self._closed = True

    async def _say_why(self, code: int, reason: str) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._websocket.close(code, reason)
