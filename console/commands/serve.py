"""`lineside serve`: the console on the web; without Redis it talks to the phone systems, too."""

import argparse
import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.applications import Starlette

from console.app import Parts, create_app, open_parts
from console.errors import LinesideError
from console.live.server import UVICORN
from console.settings import Settings

CLOSE_WITHIN_S = 3
"""How long open requests may take at shutdown; sockets are closed at once (1012, come back later)."""


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("serve", help="run the console on the web")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=port, default=8000, help="port to listen on (default: %(default)s)")
    parser.set_defaults(run=run)


def port(text: str) -> int:
    """A port number, for argparse."""
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: write a number up to 65535")
    return int(text)


class _Server(uvicorn.Server):
    """uvicorn's server, except that a signal only asks it to end.

    uvicorn itself raises the signal anew at its end, which kills the process before calls that wait to be
    recorded are on record and connections are closed.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGINT, signal.SIGTERM)
        for number in numbers:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until told to stop."""
    async with open_parts(settings, listens=settings.redis_url is None) as parts:
        await serve(create_app(parts), parts, args.host, args.port)
    return 0


async def serve(app: Starlette, parts: Parts, host: str, port: int) -> None:
    """Serve an application over open parts at host and port until a signal comes.

    Raises:
        LinesideError: the port is taken, or its number is not allowed to us.
    """
    listening = _bind(host, port)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=CLOSE_WITHIN_S,
        server_header=False,
        **UVICORN,
    )
    with contextlib.closing(listening):
        await _run(parts, _Server(config), listening)


async def _run(parts: Parts, server: uvicorn.Server, listening: socket.socket) -> None:
    """Serve beside the background work: when either ends, both end."""
    background = asyncio.create_task(parts.work())
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await asyncio.wait([background, serving], return_when=asyncio.FIRST_COMPLETED)
    failed = background.done()
    server.should_exit = True
    try:
        await serving
    finally:
        background.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await background
    if failed:
        raise LinesideError("The background work ended, which it never should.")


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        message = f"Cannot listen on {host} port {port} ({error}). Is another program using it? Try --port."
        raise LinesideError(message) from error
    return listening
