"""The WebSockets `/live` and `/live/board`, and whatever else has a hub: let viewers in, and hear what their
browsers say.

`SameOrigin`, `LoadViewer` and the route's guard stand before it: a socket from elsewhere or of nobody never
gets here, and the scope says who the viewer is. What goes out is the hub's business.
"""

import asyncio
import json
import logging
from typing import Any

from starlette.websockets import WebSocket

from console.identity.viewer import Viewer
from console.live import metrics
from console.live.allowance import Allowance
from console.live.hub import TRY_AGAIN_LATER, Hub
from console.live.incoming import MESSAGE_BYTES
from console.live.server import EXTENSION, HandOver
from console.live.wire import OutboxWire, Wire

logger = logging.getLogger(__name__)

MESSAGE_BURST = 100
MESSAGES_PER_S = 20.0
"""A browser says two things for each pop; who says so much more is broken or hostile."""


async def live_endpoint(websocket: WebSocket) -> None:
    """Serve one live connection of a desk. Needs `hub` in the lifespan state and the viewer in the scope."""
    await connect(websocket, websocket.state.hub, websocket.scope["viewer"])


async def board_endpoint(websocket: WebSocket) -> None:
    """Serve one live connection of a board: these have a hub of their own, `boards`."""
    await connect(websocket, websocket.state.boards, websocket.scope["viewer"])


async def connect(websocket: WebSocket, hub: Hub, viewer: Viewer) -> None:
    """Let a viewer in, who may be: that was asked before."""
    if not hub.is_open:
        await websocket.close(TRY_AGAIN_LATER)
        return
    await websocket.accept()
    hand_over: HandOver | None = websocket.scope.get("extensions", {}).get(EXTENSION)
    if hand_over is not None:
        socket = hand_over()
        socket.listen(Browser(hub, viewer, socket))
    else:
        await _serve(websocket, Browser(hub, viewer, OutboxWire(websocket)))


async def _serve(websocket: WebSocket, browser: "Browser") -> None:
    """The long way, on any other server."""
    try:
        while (event := await websocket.receive())["type"] != "websocket.disconnect":
            browser.hear(event.get("text"))
    finally:
        browser.gone()


class Browser:
    """What one browser says: acted upon at once, as much as is sensible."""

    __slots__ = ("_allowance", "_connection", "_hub")

    def __init__(self, hub: Hub, viewer: Viewer, wire: Wire) -> None:
        self._hub = hub
        self._connection = hub.join(viewer, wire)
        self._allowance = Allowance(MESSAGE_BURST, MESSAGES_PER_S, _time())

    def hear(self, text: str | None) -> None:
        """Act on one message; one that makes no sense is counted and forgotten."""
        if self._connection.wire.closed:
            return  # what was said before the browser heard that we closed
        if self._allowance.take(_time()):
            self._take(_parse(text))
        else:
            metrics.DROPPED.labels("too many messages").inc()
            self._connection.wire.close(TRY_AGAIN_LATER, "too many messages")

    def gone(self) -> None:
        """The connection is closed."""
        self._hub.leave(self._connection)

    def _take(self, message: dict[str, Any] | None) -> None:
        kind = message.get("type") if message is not None else None
        if message is None:
            metrics.BAD_MESSAGES.labels("unreadable").inc()
        elif kind == "resync":
            self._hub.resync(self._connection)
        elif isinstance(kind, str) and kind in self._hub.inbox:
            self._handle(kind, message)
        else:
            metrics.BAD_MESSAGES.labels("unknown type").inc()

    def _handle(self, kind: str, message: dict[str, Any]) -> None:
        viewer = self._connection.viewer
        try:
            self._hub.inbox[kind](viewer, message)
        except Exception:
            metrics.BAD_MESSAGES.labels("failed").inc()
            logger.exception("The message %r of user %s could not be handled.", kind, viewer.user_id)


def _parse(text: str | None) -> dict[str, Any] | None:
    """The message, or None when it is not a JSON object in text of a sensible size."""
    if text is None or len(text) > MESSAGE_BYTES:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _time() -> float:
    return asyncio.get_running_loop().time()
