"""Boards that are only there: opened by a process of its own, which steps back behind whoever takes times.

    python -m tests.bench.onlookers PORT AGENTS NUMBER

Says `open` once all of them are, and goes on until it is stopped.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop

from tests.bench.fan_out import board_places
from tests.bench.processes import ROOT
from tests.bench.watchers import Message, Watcher, open_boards

OPEN = b"open\n"
OPEN_WITHIN_S = 120.0
LAST = 19
"""The niceness of who steps back."""


@asynccontextmanager
async def onlookers(port: int, agents: int, number: int) -> AsyncIterator[None]:
    """So many boards are open meanwhile."""
    words = (sys.executable, "-m", "tests.bench.onlookers", str(port), str(agents), str(number))
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(OPEN_WITHIN_S):
            if await process.stdout.readline() != OPEN:
                raise SystemExit("The onlookers were not let in.")
        yield
        if process.returncode is not None:
            raise SystemExit("A board was lost: it was too slow.")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def look_on(port: int, agents: int, number: int) -> None:
    """Open the boards, and look on until stopped."""

    def seen(_watcher: Watcher, _message: Message, _at: float) -> None:
        pass

    boards = await open_boards(board_places(port, agents, number), seen)
    print(OPEN.decode(), end="", flush=True)
    while not any(board.lost for board in boards):  # noqa: ASYNC110 - nobody waits for it
        await asyncio.sleep(1)
    raise SystemExit("A board was lost.")


if __name__ == "__main__":
    os.nice(LAST)
    uvloop.run(look_on(*map(int, sys.argv[1:])))
