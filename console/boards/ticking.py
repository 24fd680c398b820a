"""Moments from which on something ticks in browsers."""

from datetime import datetime, timedelta

from console.boards.appearance import TickDrawing
from console.boards.figure_drawing import lasted
from console.desk.reading import Reader, moment

MS_PER_S = 1000


def draw_tick(since: str, reader: Reader, at: datetime) -> TickDrawing:
    """What lasts since then (ISO 8601), as it is at a moment."""
    mark = str(int(datetime.fromisoformat(since).timestamp() * MS_PER_S))
    text = lasted(timedelta(seconds=seconds_since(since, at)))
    return TickDrawing(since, moment(since, reader).exact, mark, text)


def seconds_since(since: str, at: datetime) -> int:
    """How many seconds are over since then (ISO 8601)."""
    return max(0, int((at - datetime.fromisoformat(since)).total_seconds()))
