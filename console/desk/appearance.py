"""What the desk's templates read: plain objects with values ready to print. `drawing` makes them."""

from dataclasses import dataclass
from typing import Any

from console.desk.control_drawing import ControlDrawing
from console.desk.pop import PopListener
from console.desk.record_appearance import (
    Alerts,
    CallbackDrawing,
    CandidateDrawing,
    CustomerDrawing,
    LearntDrawing,
    MadeDrawing,
    Moment,
    RecordsDrawing,
)
from console.promises.appointments import Proposal


@dataclass(frozen=True, slots=True)
class OfferedDrawing:
    """A script that fits better by now than the one that the agent is in."""

    key: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AnsweredDrawing:
    """A step that was answered; `kind` as in `PopVisit`."""

    step: str
    text: str
    kind: str
    answer: str


@dataclass(slots=True, eq=False)
class ScriptDrawing:
    """The script with its first step, or the run that has `begun` with the step where it is (None: it has
    ended, or could not be shown). `stand` says to the server where that is, `mark` is another one for each
    step. The run was taken for a `reason`; what fits by the facts is `offered` beside it, else `sentence` and
    `why` say why this one does.

    What was `given` here before is shown again, `done` is what came of the step's `action`; `due` is when to
    call back as the script says. Where the action has the call passed on, it `goes_to` a queue, for the
    reason `goes_why` ("": not named). `dom` is the pop's, `path` the leg in addresses, `html` kept by the
    template.
    """

    dom: str
    path: str
    mark: str
    stand: str
    key: str
    title: str
    version: int
    sentence: str
    why: list[Any]
    runner_up: str | None
    offered: OfferedDrawing | None
    reason: str | None
    begun: bool
    ended: bool
    outcome: str | None
    given: str | None
    done: str | None
    first: bool
    ahead: bool
    answered: list[AnsweredDrawing]
    step: str | None
    kind: str
    text: str
    failed: bool
    answers: list[str]
    capture: str
    label: str
    action: str
    details: list[list[str]]
    due: Proposal
    goes_to: str
    goes_why: str
    inputmode: str
    example: str
    longest: int
    articles: list[str]
    html: str | None = None


@dataclass(frozen=True, slots=True)
class NoteDrawing:
    """What the agent wrote so far."""

    dom: str
    leg: str
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class ColleagueDrawing:
    """Another leg of the call: `state` as in `PopColleague`; `talked` is "" when that is not over."""

    leg: str
    before: bool
    name: str
    line: int | None
    own: bool
    state: str
    talked: str
    note: str


@dataclass(frozen=True, slots=True)
class TouchedDrawing:
    """A case that was worked on in the call; `opened`: in it."""

    ref: str
    subject: str
    status: str
    priority: str
    line: int
    opened: bool


@dataclass(frozen=True, slots=True)
class AnswerDrawing:
    """What was said to a call that was handed over; `kind` as in `handover.records`."""

    kind: str
    text: str
    by: str
    at: Moment


@dataclass(frozen=True, slots=True)
class PacketDrawing:
    """What comes with a call: `reasons` by leg; the caller is on the line `since`; how far the `script` ("":
    none has begun) was walked through, `stopped_at` which text ("": it has ended); `calls` and `about` as in
    `PopPacket`. `answer` is what this agent said to it last."""

    since: Moment | None
    reasons: dict[str, str]
    sentence: str
    script: str
    stopped_at: str
    outcome: str | None
    answered: list[AnsweredDrawing]
    cases: list[TouchedDrawing]
    callbacks: list[CallbackDrawing]
    offers: list[MadeDrawing]
    calls: int | None
    about: str | None
    read: bool
    answer: AnswerDrawing | None
    answerable: bool


@dataclass(frozen=True, slots=True)
class PresenceDrawing:
    """What the agent is doing. `mark` is another one for each beginning, `left_mark` for each time `until`
    when a call is to be finished ("": none is; `owes`: not before it has an outcome). `label` is what we call
    the `reason` of a break, "" for one of the phone system's own; `then` is the break that comes behind this
    (`then_offline`: none, the log-out does).
    """

    state: str
    reason: str
    label: str
    since: str
    exact: str
    mark: str
    then: str
    then_offline: bool
    until: str
    left_mark: str
    owes: bool


@dataclass(frozen=True, slots=True)
class LinkDrawing:
    """The link to one phone system. `since` is None before anything was said of it; `lag_s` is 0 as long as
    its events come in time."""

    dom: str
    name: str
    state: str
    reason: str
    since: Moment | None
    lag_s: int
    title: str


@dataclass(frozen=True, slots=True)
class SatisfactionDrawing:
    """How satisfied the caller is: one of `marks`, None when nobody has noted it."""

    marks: tuple[int, ...]
    mark: int | None


@dataclass(frozen=True, slots=True)
class OutcomeDrawing:
    """How the call ended: one of `words`. `chosen` is kept (None: nothing is), `suggested` stands in the box
    ("": nothing does); `mark` is another one when either is."""

    words: list[str]
    chosen: str | None
    suggested: str
    required: bool
    mark: str


@dataclass(frozen=True, slots=True)
class PopDrawing:
    """One pop. `dom` names it in ids and selectors, `path` in addresses, `mark` changes with each state.

    `since` is where its clock starts (None once it is over); `talked` is the time on the phone ("" when it
    was never answered). `alerts` is None when all is normal. `internal` is the name of the colleague at the
    other end of an internal call, None for other calls.

    The colleagues `before` had the caller before this agent; `asked_by` is the one of them who still has and
    asks this agent. Those `after` came in later; `asking` is whom this agent asks meanwhile, `passed_to` who
    has, or is to have, a call that was passed on. `put_through` is whom this agent talks with, or is to, now
    that the colleague who made the call left them to each other.

    `packet` is what came with a call from a colleague; `handed` why this agent hands it over (None: there is
    nothing to hand over), `answers` what others said to that.

    `satisfaction` and `outcome` are None where nobody is asked for it. `learnt` is what agents said of who
    calls, the last at the end; `learnable`: the number can be kept.
    """

    dom: str
    path: str
    said_of: str  # names the leg in what is sent
    mark: str
    leg: str
    call: str
    link: str
    state: str
    held: bool
    over: bool
    direction: str
    dialling: bool
    internal: str | None
    end: str | None
    withdrawn_by: str | None
    waits_in: str | None
    unserved: bool
    before: list[ColleagueDrawing]
    after: list[ColleagueDrawing]
    asked_by: ColleagueDrawing | None
    asking: ColleagueDrawing | None
    dialler_left: bool
    put_through: ColleagueDrawing | None
    passed_to: ColleagueDrawing | None
    result: str | None
    since: Moment | None
    ended: Moment | None
    talked: str
    queue: str
    line: int | None
    number: str
    number_label: str | None
    caller_name: str
    match: str
    match_why: str
    customer: CustomerDrawing | None
    candidates: list[CandidateDrawing]
    candidates_in_all: int
    countless: bool  # they are even more
    learnt: list[LearntDrawing]
    learnable: bool
    alerts: Alerts | None
    records: RecordsDrawing
    script: ScriptDrawing | None
    note: NoteDrawing | None
    note_limit: int
    satisfaction: SatisfactionDrawing | None
    outcome: OutcomeDrawing | None
    packet: PacketDrawing | None
    handed: str | None
    answers: list[AnswerDrawing]
    control: ControlDrawing | None
    listened: list[PopListener]
    dials: bool | None  # the number can be clicked to be called; None: there is none to call


@dataclass(frozen=True, slots=True)
class DueCaseDrawing:
    """One of the agent's cases that is due soon, or overdue."""

    ref: str
    subject: str
    customer: str
    page: str
    due: Moment
    overdue: bool


@dataclass(frozen=True, slots=True)
class DueDrawing:
    """The agent's cases that are due: those that are shown, and how many more there are."""

    cases: list[DueCaseDrawing]
    soon: int
    overdue: int
    more: int


@dataclass(frozen=True, slots=True)
class DeskDrawing:
    """A whole desk."""

    presence: PresenceDrawing
    pops: list[PopDrawing]
    notes: list[NoteDrawing]
    due: DueDrawing
