"""What a wallboard shows: the figures of chosen queues together, and those queues one by one. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from console.boards.board import Board
from console.boards.states import QueueState, Stale
from console.figures.catalogue import FIGURES
from console.figures.formulas import service_level
from console.figures.shares import Share
from console.web.i18n import N_

WALL = "wall"
"""The prefix of the topics of walls."""

LONGEST = "longest"

KEY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class WallFigure:
    """A figure of walls: `label` above the large number, `short` at the head of a column; agents' figures
    come from what they do (`state`), counted ones from `console.figures` (`counted`). Queues have
    `thresholds` for some."""

    key: str
    label: str
    short: str
    state: str = ""
    counted: str = ""
    thresholds: bool = False


WALL_FIGURES: Mapping[str, WallFigure] = {
    figure.key: figure
    for figure in (
        WallFigure("waiting", N_("waiting"), N_("waiting"), thresholds=True),
        WallFigure(LONGEST, N_("longest wait"), N_("longest"), thresholds=True),
        WallFigure("level_now", N_("service level, 30 min"), N_("30 min"), thresholds=True),
        WallFigure("level_today", N_("service level today"), N_("today")),
        WallFigure("available", N_("agents free"), N_("free"), state="available"),
        WallFigure("on_call", N_("on call"), N_("call"), state="on_call"),
        WallFigure("on_break", N_("on a break"), N_("break"), state="on_break"),
        WallFigure("answered", N_("answered today"), N_("answered"), counted="answered"),
        WallFigure("abandoned", N_("abandoned today"), N_("abandoned"), counted="abandoned"),
    )
}
"""In the order in which they are shown."""

USUAL = tuple(WALL_FIGURES)[:7]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a wall shows: these queues (none: all there are) and figures. Make it with `choose`."""

    queues: tuple[str, ...]
    figures: tuple[str, ...]

    @property
    def topic(self) -> str:
        """The topic of all walls that show this: they get the same frames."""
        written = json.dumps([self.queues, self.figures])
        return f"{WALL}:{hashlib.sha256(written.encode()).hexdigest()[:KEY_DIGITS]}"

    def has(self, queue: str) -> bool:
        """Whether the queue is shown."""
        return not self.queues or queue in self.queues


def choose(queues: Iterable[str], figures: Iterable[str]) -> Choice:
    """What was chosen, each once and in order; of no figure that there is, the usual ones."""
    wanted = set(figures)
    known = tuple(key for key in WALL_FIGURES if key in wanted)
    return Choice(tuple(sorted(set(queues))), known or USUAL)


@dataclass(frozen=True, slots=True)
class WallState:
    """The chosen queues, and what they are together: who waits, since when the first of them does, what was
    counted, how many of their agents do what (each agent once). The service level is that of all callers
    who count, in each queue by its own formula and switches."""

    queues: Sequence[QueueState]
    states: Mapping[str, int]

    @property
    def waiting(self) -> int:
        """How many callers wait."""
        return sum(len(queue.waiting) for queue in self.queues)

    @property
    def longest_since(self) -> str | None:
        """Since when the caller waits who joined first of all."""
        return min((queue.longest_since for queue in self.queues if queue.longest_since), default=None)

    @property
    def level_now(self) -> Share:
        """The service level of the last 30 minutes; of each queue what counts there."""
        return _summed(queue.level for queue in self.queues)

    @property
    def level_today(self) -> Share:
        """The same of today."""
        return _summed(service_level(queue.today, queue.limits.switches) for queue in self.queues)

    def counted(self, key: str) -> int:
        """How many callers a figure of today counts."""
        figure = FIGURES[key]
        counts = [figure.value(queue.today, queue.limits.switches) for queue in self.queues]
        return sum(count for count in counts if isinstance(count, int))

    @property
    def stale(self) -> Stale | None:
        """One old queue makes what they are together old."""
        return min(
            (queue.stale for queue in self.queues if queue.stale), key=lambda each: each.since, default=None
        )


def _summed(shares: Iterable[Share]) -> Share:
    each = list(shares)
    return Share(sum(share.count for share in each), sum(share.of for share in each))


def wall_state(board: Board, choice: Choice) -> WallState:
    """What a wall shows now. A queue that nobody knows (any more) is not there."""
    names = [name for name in board.queues() if choice.has(name)]
    return WallState([board.queue(name) for name in names], board.states_in(names))
