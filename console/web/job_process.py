"""Starts a process for long work that was begun on a page: no event loop that has desks ever does it.

It goes its own way from then on: what it does stands in the database, and it outlives whoever started it.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

from console.settings import PREFIX, Settings

Then = Callable[[], Coroutine[Any, Any, None]]


async def _nothing() -> None:
    """Nobody waits for its end."""


async def start_process(settings: Settings, module: str, number: int, then: Then = _nothing) -> None:
    """Run a module of ours with the number of what it is to do; `then` follows here, as long as this process
    is there."""
    ended = partial(_follow, asyncio.get_running_loop(), then)
    await asyncio.to_thread(_start, environment(os.environ, settings), module, number, ended)


def _follow(loop: asyncio.AbstractEventLoop, then: Then) -> None:
    with suppress(RuntimeError):  # the loop is closed: this process ends
        loop.call_soon_threadsafe(lambda: asyncio.ensure_future(then()))


def environment(ours: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """The environment in which a process reads records as this one does."""
    values = {
        "DATABASE_URL": settings.database_url,
        "REGION": settings.region,
        "TIME_ZONE": settings.time_zone.key,
        "LOCALE": settings.locale,
        "CURRENCY": settings.currency,
        "REDIS_URL": settings.redis_url or "",
    }
    others = {name: value for name, value in ours.items() if not name.startswith(PREFIX)}
    return others | {PREFIX + name: value for name, value in values.items()}


def _start(environ: Mapping[str, str], module: str, number: int, ended: Callable[[], None]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(number)],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Somebody must take note of its end, or it stays in the system's table. This keeps nobody from ending.
    Thread(target=_wait, args=(process, ended), name=module, daemon=True).start()


def _wait(process: subprocess.Popen[bytes], ended: Callable[[], None]) -> None:
    process.wait()
    ended()
