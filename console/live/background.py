"""Work that nobody waits for: it runs beside, and ends with the process."""

import asyncio
from collections.abc import Coroutine
from typing import Any


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
