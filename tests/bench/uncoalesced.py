"""Runs `lineside …` with boards that hear of each change at once, in a frame of its own: as straight as it
can be pushed, and the floor under what is saved by saying only four times a second what changed.

    python -m tests.bench.uncoalesced serve --port 8000
"""

import asyncio
import sys

from console.boards.counting import Counting
from console.boards.feed import Feed
from console.live.bus import Change

_news = asyncio.Event()
_take, _hear = Counting.take, Feed._hear


def _take_and_say(self: Counting, step: object) -> None:
    _take(self, step)  # type: ignore[arg-type] # it is handed on as it comes
    _news.set()


async def _say_at_once(self: Counting) -> None:
    while True:
        await _news.wait()
        _news.clear()
        await self.say(everything=False)


def _hear_and_tell(self: Feed, change: Change) -> None:
    _hear(self, change)
    self.tick()


def main() -> int:
    """Run the rest of the command line so."""
    Counting.take, Counting.run = _take_and_say, _say_at_once  # type: ignore[method-assign]
    Feed._hear = _hear_and_tell  # type: ignore[method-assign]
    from console.__main__ import main as lineside  # noqa: PLC0415 - behind what it is to run with

    return lineside(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
