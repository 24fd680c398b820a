"""Works out beforehand what the templates of boards print. Words are the templates' business."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.boards.alert_drawing import draw_alerts
from console.boards.appearance import (
    AgentDrawing,
    AlarmsDrawing,
    AlertsDrawing,
    BoardDrawing,
    CallDrawing,
    StaleDrawing,
    TickDrawing,
    TileDrawing,
    WaiterDrawing,
)
from console.boards.board import Board
from console.boards.figure_drawing import FigureDrawing, draw_figures, draw_handling, percent_of, written
from console.boards.paths import figures_path
from console.boards.states import FREE, AgentState, QueueState, Stale
from console.boards.ticking import draw_tick, seconds_since
from console.customers.paths import customer_path
from console.desk.breaks import BREAKS
from console.desk.drawing import dom_id
from console.desk.plain_text import plain
from console.desk.presence import activity
from console.desk.reading import Reader, moment
from console.desk.waiting import Waiting
from console.figures.catalogue import Unit
from console.live.bus import Value

WAITERS_SHOWN = 5
"""Callers of one queue who are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn of a queue that was counted so: its figures, and the service level at the top."""

    queue: QueueState
    figures: Sequence[FigureDrawing]
    level: float | None
    level_text: str

    def fits(self, queue: QueueState) -> bool:
        """Whether the queue was not counted anew since, nor is computed otherwise."""
        was = self.queue
        return was.now is queue.now and was.today is queue.today and was.limits == queue.limits


class FiguresDrawn:
    """The figures of queues as they were drawn last: most of what changes on a board are states of agents."""

    def __init__(self) -> None:
        self._known: dict[str, Drawn] = {}

    def of(self, queue: QueueState) -> Drawn:
        """Its figures."""
        known = self._known.get(queue.info.name)
        if known is None or not known.fits(queue):
            level = queue.level
            known = Drawn(queue, draw_figures(queue), percent_of(level), written(level, Unit.SHARE))
            self._known[queue.info.name] = known
        return known


class Drawer:
    """Draws a board for one reader, as it is `at` a moment."""

    def __init__(self, board: Board, reader: Reader, at: datetime, figures: FiguresDrawn) -> None:
        self._board = board
        self._reader = reader
        self._at = at
        self._figures = figures

    def board(self) -> BoardDrawing:
        """All of it."""
        tiles, agents = self.tiles(self._board.queues()), self.agents(self._board.agents())
        return BoardDrawing(tiles, agents, self.alerts())

    def tiles(self, names: Iterable[str]) -> list[TileDrawing]:
        """These queues."""
        return [self._tile(self._board.queue(name)) for name in names]

    def agents(self, user_ids: Iterable[int]) -> list[AgentDrawing]:
        """These agents."""
        return [self._agent(self._board.agent(user_id)) for user_id in user_ids]

    def alerts(self) -> AlertsDrawing:
        """The alerts of now and of a moment ago."""
        return draw_alerts(self._board, self._board.alerts(), self._reader, self._at)

    def _tile(self, queue: QueueState) -> TileDrawing:
        longest, drawn = queue.longest_since, self._figures.of(queue)
        return TileDrawing(
            dom=dom_id(queue.info.name),
            name=queue.info.name,
            title=plain(queue.info.title),
            line=queue.info.line,
            waiting=len(queue.waiting),
            longest_s=self._seconds(longest) if longest else 0,
            longest=self._tick(longest) if longest else None,
            waiters=[self._waiter(each) for each in queue.waiting[:WAITERS_SHOWN]],
            more=max(0, len(queue.waiting) - WAITERS_SHOWN),
            free=queue.states[FREE],
            states=[(state, count) for state, count in queue.states.items() if count or state == FREE],
            level=drawn.level,
            alarms=draw_alarms(queue, drawn.level),
            level_text=drawn.level_text,
            figures=drawn.figures,
            path=figures_path(queue.info.name),
            stale=self._stale(queue.stale),
        )

    def _waiter(self, waiter: Waiting) -> WaiterDrawing:
        return WaiterDrawing(
            dom=dom_id(waiter["call"]),
            name=plain(waiter["name"] or ""),
            number=waiter["number"],
            match=waiter["match"],
            path=customer_path(waiter["ref"]) if waiter["ref"] else None,
            company=plain(waiter["company"] or ""),
            segment=plain(waiter["segment"] or ""),
            case=plain(waiter["case"] or ""),
            cases=waiter["cases"],
            nth=waiter["today"] + 1 if waiter["today"] else None,
            waits=self._tick(waiter["since"]),
        )

    def _agent(self, state: AgentState) -> AgentDrawing:
        agent = state.agent
        return AgentDrawing(
            dom=str(agent.user_id),
            user_id=agent.user_id,
            email=agent.email,
            name=plain(agent.name),
            line=agent.line,
            extension=agent.extension or "",
            state=state.state,
            reason=plain(state.reason),
            label=BREAKS.get(state.reason, ""),
            since=self._tick(state.since) if state.since else None,
            queues=[
                (queue.name, plain(queue.title), None if reason is None else plain(reason))
                for queue, reason in state.queues
            ],
            call=_call(state.pop) if state.pop else None,
            today=draw_handling(state.handling),
            stale=self._stale(state.stale),
        )

    def _stale(self, stale: Stale | None) -> StaleDrawing | None:
        return draw_stale(stale, self._reader, self._at)

    def _tick(self, since: str) -> TickDrawing:
        return draw_tick(since, self._reader, self._at)

    def _seconds(self, since: str) -> int:
        return seconds_since(since, self._at)


def draw_stale(stale: Stale | None, reader: Reader, at: datetime) -> StaleDrawing | None:
    """Since when something is old, and why."""
    if stale is None:
        return None
    return StaleDrawing(plain(stale.link), moment(stale.since, reader), draw_tick(stale.since, reader, at))


def draw_alarms(queue: QueueState, level: float | None) -> AlarmsDrawing:
    """How a queue is, whose service level is `level` percent. Of the longest wait the browser says it, as
    time goes on."""
    thresholds = queue.thresholds
    return AlarmsDrawing(
        waiting=thresholds.of_waiting(len(queue.waiting)).name.lower(),
        level=thresholds.of_service_level(level).name.lower(),
        longest_yellow_s=thresholds.longest_yellow_s,
        longest_red_s=thresholds.longest_red_s,
    )


def _call(pop: Value) -> CallDrawing:
    customer, script = pop["customer"], pop["script"]
    return CallDrawing(
        call=pop["call"],
        leg=pop["leg"],
        link=pop["link"],
        ringing=activity(pop) == "ringing",
        held=bool(pop["held"]),
        direction=pop["direction"],
        who=plain(_who(pop)),
        path=customer_path(customer["ref"]) if customer else None,
        segment=plain((customer or {}).get("segment") or ""),
        queue=plain(pop["queue_title"] or pop["queue"] or ""),
        script=plain(script["title"]) if script else "",
    )


def _who(pop: Value) -> str:
    customer = pop["customer"]
    if customer is not None:
        return str(customer["name"])
    if pop["internal_name"] is not None:
        return str(pop["internal_name"] or pop["number"])
    return "" if pop["match"] == "withheld" else str(pop["number"])
