"""What the templates of boards print: plain values, worked out by `drawing`."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.boards.figure_drawing import FigureDrawing, HandlingDrawing
from console.desk.record_appearance import Moment


@dataclass(frozen=True, slots=True)
class TickDrawing:
    """A moment from which on something ticks; `mark` fits ids, `text` is how long it has lasted by now."""

    since: str
    exact: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class WaiterDrawing:
    """A caller who waits. `name` is the customer's, else "" (`number` is "" when withheld); `path` leads to
    their page; `nth` is which call of theirs on this day it is, from the second on."""

    dom: str
    name: str
    number: str
    match: str
    path: str | None
    company: str
    segment: str
    case: str
    cases: int
    nth: int | None
    waits: TickDrawing


@dataclass(frozen=True, slots=True)
class StaleDrawing:
    """What is shown is of then, because of that `link` ("": because the bus is away)."""

    link: str
    since: Moment
    age: TickDrawing


@dataclass(frozen=True, slots=True)
class AlarmsDrawing:
    """How a queue is (fine, yellow, red) by the number of callers who wait and by its service level; from how
    many seconds of the longest wait on it is yellow or red."""

    waiting: str
    level: str
    longest_yellow_s: int | None
    longest_red_s: int | None


@dataclass(frozen=True, slots=True)
class TileDrawing:
    """A queue. `waiters` are as many as are shown, `more` the others; `states` how many agents
    do what, as far as any do, and how many are `free`.
    `level` is the service level of the last 30 minutes in percent; `path` leads to how all is computed."""

    dom: str
    name: str
    title: str
    line: int
    waiting: int
    longest_s: int
    longest: TickDrawing | None
    waiters: Sequence[WaiterDrawing]
    more: int
    free: int
    states: Sequence[tuple[str, int]]
    level: float | None
    level_text: str
    alarms: AlarmsDrawing
    figures: Sequence[FigureDrawing]
    path: str
    stale: StaleDrawing | None


@dataclass(frozen=True, slots=True)
class CallDrawing:
    """The call that an agent has on hand. `who` is the customer, the colleague, or the number ("": withheld,
    or nobody knows)."""

    call: str
    leg: str
    link: str
    ringing: bool
    held: bool
    direction: str
    who: str
    path: str | None
    segment: str
    queue: str
    script: str


@dataclass(frozen=True, slots=True)
class AgentDrawing:
    """An agent. `label` is the usual word for the reason of a break; `queues` are names and titles,
    each with why the agent is paused there ("" for no reason; None: is not)."""

    dom: str
    user_id: int
    email: str
    name: str
    line: int
    extension: str
    state: str
    reason: str
    label: str
    since: TickDrawing | None
    queues: Sequence[tuple[str, str, str | None]]
    call: CallDrawing | None
    today: HandlingDrawing
    stale: StaleDrawing | None


@dataclass(frozen=True, slots=True)
class AlertDrawing:
    """An alert: a `figure` of a queue, yellow or red (`level` is how it is, or was last), and its worst value
    as text. `lasts` ticks as long as it does (else None, and `lasted` says how long); not `end_known`: it
    ended then or later. `seen`: by whom, and when; `seen_by` are their ids. `sound`: to be heard."""

    id: str
    queue: str
    line: int
    title: str
    figure: str
    level: str
    worst: str
    peak: str
    began: Moment
    lasts: TickDrawing | None
    lasted: str
    ended: Moment | None
    end_known: bool
    seen: Sequence[tuple[str, Moment]]
    seen_by: Sequence[int]
    sound: bool


@dataclass(frozen=True, slots=True)
class AlertsDrawing:
    """The alerts that boards show, how many of them are open, and how many of those nobody has seen yet."""

    rows: Sequence[AlertDrawing]
    open: int
    unseen: int


@dataclass(frozen=True, slots=True)
class BoardDrawing:
    """All of it."""

    tiles: Sequence[TileDrawing]
    agents: Sequence[AgentDrawing]
    alerts: AlertsDrawing
