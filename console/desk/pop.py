"""What a pop holds: the plain value that goes over the bus and is drawn at the desk.

Times are ISO 8601 in UTC (`2026-11-21T20:28:57.791+00:00`), amounts are decimal strings.
"""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict

PRESENCE_KEY = "presence"
DUE_KEY = "due"
NOTE_PREFIX = "note:"
RUN_PREFIX = "run:"
"""A desk's topic holds a pop under the id of its leg, its note and its run under these and that id, the
presence, and the agent's cases that are due."""

BESIDE = (NOTE_PREFIX, RUN_PREFIX)
"""What stands beside a pop goes with it."""


def is_pop(key: str) -> bool:
    """Whether an entry of a desk's topic is a pop: its key is the id of the leg then."""
    return key not in {PRESENCE_KEY, DUE_KEY} and not key.startswith(BESIDE)


PopState = Literal["ringing", "answered", "ended", "withdrawn"]

ColleagueState = Literal["ringing", "talking", "held", "passed_on", "left", "missed"]
"""`passed_on`: gave the call to somebody else; `left`: talked and is done; `missed`: never answered."""


class PopOrder(TypedDict):
    """One purchase. `late_days` is 0 when it is not late; `summary` names its items in one line."""

    ref: str
    placed_at: str
    status: str
    total: str
    currency: str
    promised_at: str | None
    delivered_at: str | None
    late_days: int
    summary: str


class PopCase(TypedDict):
    """One case, open or closed lately (`closed_at`). `owner` is a name; `touched`: something was done to it
    in this call."""

    ref: str
    subject: str
    status: str
    priority: str
    line: int
    opened_at: str
    due_at: str | None
    overdue: bool
    reopened: int
    closed_at: str | None
    owner: str | None
    touched: bool


class PopCandidate(TypedDict):
    """A customer that the number may belong to; `strength` is exact or weak."""

    ref: str
    name: str
    company: str | None
    strength: str
    why: str


class PopAside(TypedDict):
    """A customer whose number only looks like the caller's."""

    ref: str
    why: str


class PopCallback(TypedDict):
    """A call-back that is owed: when, who (`by`) promised it, and what for."""

    due_at: str
    by: str
    note: str
    overdue: bool


class PopOffer(TypedDict):
    """Something that was offered lately, and the `answer` (as in `promises.models`)."""

    what: str
    answer: str
    at: str


class PopCustomer(TypedDict):
    """The bound customer."""

    ref: str
    name: str
    company: str | None
    segment: str | None
    language: str | None
    email: str | None
    customer_since: str | None
    birthday_today: bool


class PopReason(TypedDict):
    """One condition that held, with the fact's value and a sentence part for people."""

    condition: str
    value: str
    text: str


class PopStep(TypedDict):
    """A step of the script, filled in. `failed` is True when the fallback text had to be shown. Where there
    are no `answers` to choose from, something of the type `capture` is typed ("": nothing is), called
    `label`. `action` ("": none) is done with `details`: pairs of name and value; a call-back is proposed
    `in_days`."""

    id: str
    kind: str  # say, ask, check, disclose, do, end
    text: str
    failed: bool
    answers: list[str]
    capture: str
    label: str
    action: str
    details: list[list[str]]
    in_days: str


class PopScript(TypedDict):
    """The picked script, why, and the runner-up."""

    key: str
    title: str
    version: int
    sentence: str
    why: list[PopReason]
    runner_up: str | None  # its title
    step: PopStep | None
    articles: NotRequired[list[str]]  # keys of what is at hand beside it; left out where there is nothing


class PopVisit(TypedDict):
    """A step that was answered: what was asked, and what was answered, as it is kept (`kind` is the type of
    what was taken down, the action that was taken, `disclose`, or "")."""

    step: str
    text: str
    kind: str
    answer: str


class PopRun(TypedDict):
    """A walk through a script, on the desk of the agent of `leg`. `number` counts the runs of the call,
    `revision` the steps of this one. `step` is None once it has ended, with `outcome`; `given` is what was
    answered there before it was come back to, `done` what came of its action. `reason` is why it was taken
    instead of the script that was picked. `picked` is what fits by the facts. `walk` is the run itself, for
    whoever has the call next."""

    leg: str
    call: str
    number: int
    revision: int
    key: str
    title: str
    version: int
    reason: str | None
    started_at: str
    step: PopStep | None
    given: str | None
    done: str | None
    ended: bool
    outcome: str | None
    answered: list[PopVisit]
    articles: NotRequired[list[str]]
    first: bool  # there is no step to go back to
    ahead: bool  # there are steps to go forward to
    picked: PopScript | None
    walk: Mapping[str, Any]


class PopCallFacts(TypedDict):
    """What is known of the call itself, as in `facts.call`."""

    queue: str | None
    direction: str | None
    dialled: str | None
    line: int | None
    wait_s: float | None
    transferred: bool | None


class PopLearnt(TypedDict):
    """A step by which an agent said who calls: `id` to undo it by, `kind` as in `customers.learning`."""

    id: int
    kind: str
    at: str
    user_id: int | None
    author: str
    customer: str  # their name
    ref: str


class CallerPart(TypedDict):
    """What is known of the caller, whoever's phone rings. `e164` (and `twin`, its other form) is what may be
    learnt of the number, None where nothing may. `match` is the number's, also when an agent said which
    `customer` calls."""

    number: str
    e164: str | None
    twin: str | None
    match: str  # one, shared, many, none, withheld
    match_why: str
    match_steps: list[str]  # from what was sent to the outcome
    set_aside: list[PopAside]
    number_label: str | None
    customer: PopCustomer | None
    candidates: list[PopCandidate]  # the likeliest
    candidates_in_all: int
    orders: list[PopOrder]
    late_orders: int
    cases: list[PopCase]  # open ones first
    callbacks: list[PopCallback]  # the first that are due
    offers: list[PopOffer]  # the latest first
    calls_7d: int | None
    repeat_today: bool
    last_call_at: str | None
    learnt: list[PopLearnt]  # oldest first


class PopListener(TypedDict):
    """Somebody who listens to the call, in a `manner` (`telephony.events.Manner`)."""

    name: str
    manner: str


class LegPart(TypedDict):
    """What changes while the call goes on; `result` is the leg's once it ended."""

    state: PopState
    held: bool
    result: str | None
    answered_at: str | None
    ended_at: str | None


class PopColleague(TypedDict):
    """What another leg of the same call did, or does. `before`: it talked with the caller before this pop's
    leg rang. `own`: it is the same agent's. `note` is what was written on it so far ("" when nothing)."""

    leg: str
    name: str  # of the agent; the interface where it is nobody's
    line: int | None
    own: bool
    before: bool
    state: ColleagueState
    answered_at: str | None
    ended_at: str | None
    note: str


class CallPart(TypedDict):
    """What the rest of the call means for a pop: it goes on, or goes wrong, elsewhere."""

    end: str | None  # of the call, once it is over: completed, abandoned, timed_out, lost (with this leg)
    withdrawn_by: str | None  # name of the agent who answered instead
    waits_in: str | None  # title of the queue where the caller waits now that this leg is over
    unserved: bool  # the agent passed it on, and the caller was gone before anybody took it
    dialler_left: bool  # the colleague who made the internal call put the others on it through to each other
    colleagues: list[PopColleague]


class JudgedPart(TypedDict):
    """What agents note of the call: how satisfied the caller was with it (1 to 5), and how it ended
    (`outcome`; `outcome_required` by its queue, which may have words of its own for it, `outcomes`)."""

    satisfaction: int | None
    outcome: str | None
    outcome_required: bool
    outcomes: list[str]


NOT_JUDGED: JudgedPart = {"satisfaction": None, "outcome": None, "outcome_required": False, "outcomes": []}


class PopReasonGiven(TypedDict):
    """Why the agent `by` of another leg handed the call over, in their words."""

    leg: str
    by: str
    text: str


class PopAnswer(TypedDict):
    """What the agent `by` of `leg` said to a call that was handed over to them (`handover.records`)."""

    leg: str
    kind: str
    text: str
    by: str
    at: str


class PopSoFar(TypedDict):
    """How far the script was walked through by those who had the call before. It `stopped_at` that text ("":
    it has ended)."""

    title: str
    stopped_at: str
    outcome: str | None
    answered: list[PopVisit]


class PopTouched(TypedDict):
    """A case that was worked on in this call; `opened`: in it."""

    ref: str
    subject: str
    status: str
    priority: str
    line: int
    opened: bool


class PopPacket(TypedDict):
    """What comes with a call that is handed over. The call began at `since`; `sentence` is why its script was
    picked. The customer called `calls` times about this, with this call (None: not known): since the case
    `about` was opened, else in 7 days. `read`: the records could be read; else there may be more."""

    since: str
    reasons: list[PopReasonGiven]  # oldest first
    sentence: str | None
    script: PopSoFar | None
    cases: list[PopTouched]
    callbacks: list[PopCallback]
    offers: list[PopOffer]
    calls: int | None
    about: str | None
    read: bool


class HandoverPart(TypedDict):
    """What a pop says of handing over. `packet` is what came with the call, None where nobody had it before;
    `handed`: why this agent hands it over, as far as they have typed it; `answers`: what was said to that,
    here or by whoever got it after this agent, oldest first."""

    packet: PopPacket | None
    handed: str
    answers: list[PopAnswer]


NOT_HANDED_OVER: HandoverPart = {"packet": None, "handed": "", "answers": []}


class Pop(LegPart, CallPart, CallerPart, JudgedPart, HandoverPart):
    """One offer on one screen. `number` is in international format for reading ("" when withheld);
    `caller_name` is what the caller's side supplied: untrusted text, never the customer's name.

    `dialling`: the agent of this pop made the call. `internal_name` names the colleague at the other end of
    an internal call ("" where nobody has the extension), and is None for any other call."""

    leg: str
    call: str
    link: str
    user_id: int
    queue: str | None
    queue_title: str | None
    line: int | None
    direction: str  # inbound, outbound, internal
    dialling: bool
    internal_name: str | None
    caller_name: str
    script: PopScript | None
    call_facts: PopCallFacts | None  # None where nothing was picked
    can: list[str]  # what the link's phone system can tell and do
    listened: list[PopListener]  # who listens, where agents see that
    offered_at: str
    received_at: float  # epoch seconds by our clock, when the offer reached us: the zero of all stages
    stages: dict[str, float]  # seconds from received_at: gathered, picked
