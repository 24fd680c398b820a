"""What boards know, as whoever watches over alerts reads it. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from console.alerts.course import Figure, Reading
from console.boards.board import Board
from console.boards.figure_drawing import percent_of
from console.boards.states import QueueState
from console.boards.ticking import seconds_since

SETTLED = timedelta(seconds=10)
"""So long after a queue is known again what is read of it counts: a phone system that is back says first who
is still there, and until then callers are missing, or are shown who have long gone."""


class Readings:
    """Reads the figures of a board's queues, but of those that are old."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._fresh: dict[str, datetime] = {}

    def read(self, at: datetime) -> list[Reading]:
        """The figures that are known at this moment."""
        return [reading for name in self._board.queues() for reading in self._read(name, at)]

    def _read(self, name: str, at: datetime) -> Iterator[Reading]:
        queue = self._board.queue(name)
        if queue.stale is not None or not self._board.links():
            self._fresh.pop(name, None)
        elif at - self._fresh.setdefault(name, at) >= SETTLED:
            yield from readings_of(queue, at)


def readings_of(queue: QueueState, at: datetime) -> Iterator[Reading]:
    """The figures of a queue that have thresholds."""
    name, of = queue.info.name, queue.thresholds
    waiting, level = len(queue.waiting), percent_of(queue.level)
    longest = seconds_since(queue.longest_since, at) if queue.longest_since else 0
    yield Reading(name, Figure.WAITING, waiting, of.of_waiting(waiting))
    yield Reading(name, Figure.LONGEST, longest, of.of_longest(longest))
    yield Reading(name, Figure.LEVEL, level, of.of_service_level(level))
