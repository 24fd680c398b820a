"""Work that nobody waits for: it runs beside, and ends with the process."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

from console.errors import LinesideError

log = logging.getLogger(__name__)


class Background:
    """Tasks that run beside. What they raise is theirs to catch."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` as soon as its turn comes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def done(self) -> None:
        """Wait until all of it is done, also what it starts itself."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self, within_s: float) -> None:
        """Finish it in the time that a shutdown has; what takes longer is cancelled."""
        try:
            async with asyncio.timeout(within_s):
                await self.done()
        except TimeoutError:
            for task in self._tasks:
                task.cancel()
            await self.done()


async def together(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all of it until cancelled. When one fails all end, and what went wrong first is raised: its
    sentence is for people; where it happened, if nobody foresaw it, is for the log."""
    try:
        async with asyncio.TaskGroup() as tasks:
            for work in works:
                tasks.create_task(work)
    except ExceptionGroup as failed:
        first = _first(failed)
        if not isinstance(first, LinesideError):
            log.critical("what runs beside the web server failed, so this process ends", exc_info=first)
        raise first from failed


def _first(error: Exception) -> Exception:
    """Out of any number of groups around it."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
