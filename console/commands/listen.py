"""`lineside listen`: talks to the phone systems for any number of `serve` processes."""

import argparse
import asyncio
import signal
from typing import Any

from console.app import Parts, create_operations, open_parts
from console.commands.serve import port, serve
from console.errors import UsageError
from console.settings import Settings


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("listen", help="talk to the phone systems (with Redis, beside serve)")
    parser.add_argument("--host", default="127.0.0.1", help="address of --port (default: %(default)s)")
    parser.add_argument(
        "--port", type=port, help="say /healthz, /readyz and /metrics there (default: nowhere)"
    )
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Listen until told to stop."""
    if settings.redis_url is None:
        raise UsageError(
            "listen needs LINESIDE_REDIS_URL: without Redis, `lineside serve` talks to the phone systems."
        )
    if not settings.links:
        raise UsageError("listen needs LINESIDE_PBX, the phone systems to talk to.")
    async with open_parts(settings, listens=True) as parts:
        if args.port is None:
            await _listen(parts)
        else:
            await serve(create_operations(parts), parts, args.host, args.port)
    return 0


async def _listen(parts: Parts) -> None:
    """Work until a signal comes."""
    working = asyncio.create_task(parts.work())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, working.cancel)
    try:
        await working
    except asyncio.CancelledError:
        return
