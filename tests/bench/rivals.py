"""What boards would be pushed with otherwise: servers that send one text to all who are connected, each time
they get SIGUSR1.

    python -m tests.bench.rivals socketio|channels PORT FILE

As fast as they go: uvloop, httptools, no compression, no log, no log-in, in one process without Redis; the
text is that of FILE, and not drawn anew.
"""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

Push = Callable[[], Coroutine[Any, Any, None]]
Rival = Callable[[str], tuple[Any, Push]]
"""Given the text: an ASGI application, and what sends it to all."""

GROUP = "boards"


def socketio_server(text: str) -> tuple[Any, Push]:
    """python-socketio: one event to everybody."""
    import socketio  # noqa: PLC0415 - each process needs one of them

    server = socketio.AsyncServer(async_mode="asgi", ping_interval=3600)

    async def push() -> None:
        await server.emit("tick", text)

    return socketio.ASGIApp(server), push


def channels_server(text: str) -> tuple[Any, Push]:
    """Django Channels: one message to a group."""
    from django.conf import settings  # noqa: PLC0415 - the same

    layers = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    settings.configure(CHANNEL_LAYERS=layers, SECRET_KEY="bench", INSTALLED_APPS=["channels"])
    import django  # noqa: PLC0415

    django.setup()
    from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: PLC0415 - not before the settings
    from channels.layers import get_channel_layer  # noqa: PLC0415

    class Board(AsyncWebsocketConsumer):  # type: ignore[misc] # it has no types
        groups = (GROUP,)

        async def board_tick(self, message: Mapping[str, str]) -> None:
            await self.send(text_data=message["text"])

    async def push() -> None:
        await get_channel_layer().group_send(GROUP, {"type": "board.tick", "text": text})

    return Board.as_asgi(), push


RIVALS: Mapping[str, Rival] = {"socketio": socketio_server, "channels": channels_server}


async def serve(name: str, port: int, text: str) -> None:
    """Serve until stopped."""
    app, push = RIVALS[name](text)
    running: set[asyncio.Task[None]] = set()

    def pushed() -> None:
        task = asyncio.create_task(push())
        running.add(task)
        task.add_done_callback(running.discard)

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, pushed)
    config = uvicorn.Config(
        app, port=port, http="httptools", ws_per_message_deflate=False, lifespan="off", log_level="error"
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).read_text(encoding="utf-8")))
