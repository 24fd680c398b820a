"""Works out beforehand what the templates of walls print: no caller, no agent, only counts and times."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.boards.appearance import AlarmsDrawing, StaleDrawing, TickDrawing
from console.boards.board import Board
from console.boards.drawing import draw_alarms, draw_stale
from console.boards.figure_drawing import NOTHING, percent_of, written
from console.boards.states import FREE, QueueState
from console.boards.ticking import draw_tick
from console.boards.wall import LONGEST, WALL_FIGURES, Choice, WallState, wall_state
from console.desk.drawing import dom_id
from console.desk.plain_text import plain
from console.desk.reading import Reader
from console.figures.catalogue import Unit

FINE = "fine"


@dataclass(frozen=True, slots=True)
class WallCell:
    """One figure, of one queue or of all: its text, how it is (fine, yellow, red), and what ticks;
    `thresholds` says that it can be yellow or red, `none` that nobody is free."""

    key: str
    label: str
    short: str
    text: str
    level: str
    tick: TickDrawing | None
    thresholds: bool
    of_agents: bool
    none: bool


@dataclass(frozen=True, slots=True)
class WallRow:
    """A queue."""

    name: str
    dom: str
    title: str
    line: int
    cells: Sequence[WallCell]
    alarms: AlarmsDrawing
    stale: StaleDrawing | None


@dataclass(frozen=True, slots=True)
class WallDrawing:
    """All of it: `figures` are of all queues together, `rows` are those that were asked for."""

    figures: Sequence[WallCell]
    rows: Sequence[WallRow]
    stale: StaleDrawing | None


class WallDrawer:
    """Draws walls for one reader, as they are `at` a moment."""

    def __init__(self, board: Board, reader: Reader, at: datetime) -> None:
        self._board = board
        self._reader = reader
        self._at = at

    def wall(self, choice: Choice, only: Collection[str] | None = None) -> WallDrawing:
        """The wall that shows what was chosen, with the rows of all queues, or `only` of these."""
        state = wall_state(self._board, choice)
        stale = draw_stale(state.stale, self._reader, self._at)
        return WallDrawing(
            [self._cell(key, state, FINE) for key in choice.figures],
            [self._row(queue, choice) for queue in state.queues if only is None or queue.info.name in only],
            stale,
        )

    def _row(self, queue: QueueState, choice: Choice) -> WallRow:
        alarms = draw_alarms(queue, percent_of(queue.level))
        state = WallState([queue], queue.states)
        levels = {"waiting": alarms.waiting, "level_now": alarms.level}
        return WallRow(
            name=queue.info.name,
            dom=dom_id(queue.info.name),
            title=plain(queue.info.title),
            line=queue.info.line,
            cells=[self._cell(key, state, levels.get(key, FINE)) for key in choice.figures],
            alarms=alarms,
            stale=draw_stale(queue.stale, self._reader, self._at),
        )

    def _cell(self, key: str, state: WallState, level: str) -> WallCell:
        figure = WALL_FIGURES[key]
        since = state.longest_since if key == LONGEST else None
        tick = draw_tick(since, self._reader, self._at) if since else None
        return WallCell(
            key=key,
            label=figure.label,
            short=figure.short,
            text=tick.text if tick else _text(key, state),
            level=level,
            tick=tick,
            thresholds=figure.thresholds,
            of_agents=bool(figure.state),
            none=figure.state == FREE and not state.states[FREE],
        )


def _text(key: str, state: WallState) -> str:
    figure = WALL_FIGURES[key]
    if figure.state:
        return str(state.states[figure.state])
    if figure.counted:
        return str(state.counted(figure.counted))
    return _TEXTS[key](state)


_TEXTS: Mapping[str, Callable[[WallState], str]] = {
    "waiting": lambda state: str(state.waiting),
    LONGEST: lambda _state: NOTHING,
    "level_now": lambda state: written(state.level_now, Unit.SHARE),
    "level_today": lambda state: written(state.level_today, Unit.SHARE),
}
