"""`lineside listen`: talks to the phone systems for any number of `serve` processes."""

import argparse
import asyncio
import signal
from typing import Any

from console.app import open_parts
from console.errors import UsageError
from console.settings import Settings


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("listen", help="talk to the phone systems (with Redis, beside serve)")
    parser.set_defaults(run=run)


async def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Listen until told to stop."""
    if settings.redis_url is None:
        raise UsageError(
            "listen needs LINESIDE_REDIS_URL: without Redis, `lineside serve` talks to the phone systems."
        )
    if not settings.links:
        raise UsageError("listen needs LINESIDE_PBX, the phone systems to talk to.")
    async with open_parts(settings, listens=True) as parts:
        working = asyncio.create_task(parts.work())
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        try:
            await working
        except asyncio.CancelledError:
            return 0
    return 0
