"""Runs `lineside …`, whose boards are told that one queue is to be drawn anew each time it gets SIGUSR1.

python -m tests.bench.pushed serve --port 8000
"""

import asyncio
import signal
import sys

from console.boards.feed import Feed
from tests.bench.records import QUEUE

_run = Feed.run


async def _run_and_listen(self: Feed) -> None:
    def push() -> None:
        self.board._queues_to_draw.add(QUEUE)
        self.tick()

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, push)
    await _run(self)


def main() -> int:
    """Run the rest of the command line so."""
    Feed.run = _run_and_listen  # type: ignore[method-assign]
    from console.__main__ import main as lineside  # noqa: PLC0415 - behind what it is to run with

    return lineside(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
