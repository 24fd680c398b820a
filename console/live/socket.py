"""The WebSocket `/live`: lets viewers in, and reads what their browsers say.

`SameOrigin`, `LoadViewer` and the route's guard stand before it: a socket from elsewhere or of nobody never
gets here, and the scope says who the viewer is. What goes out is the hub's business.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from starlette.websockets import WebSocket

from console.identity.viewer import Viewer
from console.live import metrics
from console.live.allowance import Allowance
from console.live.hub import TRY_AGAIN_LATER, Connection, Hub
from console.live.server import EXTENSION, MESSAGE_BYTES
from console.live.wire import OutboxWire, Wire

logger = logging.getLogger(__name__)

MESSAGE_BURST = 100
MESSAGES_PER_S = 20.0
"""A browser says two things for each pop; who says so much more is broken or hostile."""


async def live_endpoint(websocket: WebSocket) -> None:
    """Serve one live connection. Needs `hub` in the lifespan state and the viewer in the scope."""
    viewer: Viewer = websocket.scope["viewer"]
    hub: Hub = websocket.state.hub
    await websocket.accept()
    connection = hub.join(viewer, _wire(websocket))
    try:
        await _read(websocket, hub, connection)
    finally:
        hub.leave(connection)


def _wire(websocket: WebSocket) -> Wire:
    wire: Wire | None = websocket.scope.get("extensions", {}).get(EXTENSION)
    return wire if wire is not None else OutboxWire(websocket)


async def _read(websocket: WebSocket, hub: Hub, connection: Connection) -> None:
    clock = asyncio.get_running_loop().time
    allowance = Allowance(MESSAGE_BURST, MESSAGES_PER_S, clock())
    while True:
        event = await websocket.receive()
        if event["type"] == "websocket.disconnect":
            return
        if connection.wire.closed:
            continue  # what was said before the browser heard that we closed
        if allowance.take(clock()):
            await _take(hub, connection, event.get("text"))
        else:
            metrics.DROPPED.labels("too many messages").inc()
            connection.wire.close(TRY_AGAIN_LATER, "too many messages")


async def _take(hub: Hub, connection: Connection, text: str | None) -> None:
    """Act on one message; one that makes no sense is counted and forgotten."""
    message = _parse(text)
    kind = message.get("type") if message is not None else None
    if message is None:
        metrics.BAD_MESSAGES.labels("unreadable").inc()
    elif kind == "resync":
        hub.resync(connection)
    elif isinstance(kind, str) and kind in hub.inbox:
        await _handle(hub, kind, connection.viewer, message)
    else:
        metrics.BAD_MESSAGES.labels("unknown type").inc()


def _parse(text: str | None) -> dict[str, Any] | None:
    """The message, or None when it is not a JSON object in text of a sensible size."""
    if text is None or len(text) > MESSAGE_BYTES:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


async def _handle(hub: Hub, kind: str, viewer: Viewer, message: Mapping[str, Any]) -> None:
    try:
        await hub.inbox[kind](viewer, message)
    except Exception:
        metrics.BAD_MESSAGES.labels("failed").inc()
        logger.exception("The message %r of user %s could not be handled.", kind, viewer.user_id)
