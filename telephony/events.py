"""The vocabulary: what can happen on a phone system, as frozen dataclasses in the past tense.

Every phone system's own events are translated into these and nothing else reaches the console. They may
arrive twice, late or in the wrong order: `lifecycle` makes sense of them. What a source says first of a call
is CallQueued or CallOffered.

`at` is an aware UTC datetime, by the phone system's clock where it gives one.

    Event
    ├── LinkEvent: LinkUp, LinkLost, LinkRefused, LinkResyncing, LinkResynced
    ├── CallEvent: CallQueued, CallLeftQueue, DiallerLeft, CallEnded
    │   └── LegEvent: CallOffered, CallAnswered, CallHeld, CallResumed, OfferEnded, LegEnded, CallTransferred
    ├── AgentEvent: AgentPaused, AgentUnpaused, AgentLeft
    └── ListenerEvent: ListenerJoined, ListenerLeft
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

LinkName = NewType("LinkName", str)
"""The name of a link to a phone system, as in the setting (`?name=main`)."""

CallId = NewType("CallId", str)
"""One call for life: the link's name and the phone system's own id, e.g. `main-1795292938.7`."""

LegId = NewType("LegId", str)
"""One ring of one agent for one call: the link's name and the agent channel's id: `main-1795292938.8`."""


class Direction(StrEnum):
    """Who called whom, from our side."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class End(StrEnum):
    """How a call ended."""

    COMPLETED = "completed"  # an agent talked with the caller
    ABANDONED = "abandoned"  # the caller hung up before anybody answered
    TIMED_OUT = "timed_out"  # the queue gave up and nothing else took the call
    LOST = "lost"  # it vanished while nobody listened: how it ended is not known


class VisitEnd(StrEnum):
    """How one wait in a queue ended."""

    ANSWERED = "answered"  # an agent answered out of this queue
    ABANDONED = "abandoned"  # the caller hung up while waiting
    TIMED_OUT = "timed_out"  # the queue gave up, whether the call went on elsewhere or ended
    MOVED = "moved"  # somebody, or a key that the caller pressed, took the caller out
    LOST = "lost"  # the call vanished while nobody listened: how it ended is not known


class LegResult(StrEnum):
    """How one agent's part in a call ended."""

    ANSWERED = "answered"  # talked, and the call ended
    NO_ANSWER = "no_answer"  # rang out, busy or rejected: a missed call
    WITHDRAWN = "withdrawn"  # another agent answered: no missed call
    CANCELLED = "cancelled"  # the caller gave up, or the queue did
    TRANSFERRED = "transferred"  # talked, and passed the call on


_STRENGTH = (
    *(LegResult.WITHDRAWN, LegResult.CANCELLED, LegResult.NO_ANSWER),
    *(LegResult.ANSWERED, LegResult.TRANSFERRED),
)


def stronger(one: LegResult, other: LegResult) -> LegResult:
    """Of two results said of one leg, in whatever order, the one that counts: who talked did not miss the
    call, and who let it ring out was not rung in vain."""
    return max(one, other, key=_STRENGTH.index)


class Manner(StrEnum):
    """How somebody listens to a leg."""

    LISTEN = "listen"  # hears all, is heard by nobody
    WHISPER = "whisper"  # hears all, is heard by the agent alone
    BARGE = "barge"  # hears all, is heard by all
    UNKNOWN = "unknown"  # the phone system does not say


@dataclass(frozen=True, slots=True)
class Caller:
    """What the phone system says of the caller: a claim, chosen by whoever calls.

    `number` and `name` are as sent ("" when missing); `withheld` is True when the phone system flags the
    presentation as prohibited, whatever the number says.
    """

    number: str = ""
    name: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on the phone system `link` at `at` (aware UTC)."""

    link: LinkName
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEvent(Event):
    """About the link itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUp(LinkEvent):
    """Logged in; `version` is what the phone system calls itself."""

    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost(LinkEvent):
    """The connection is gone and being retried. `reason` is one sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRefused(LinkEvent):
    """The phone system refused the log-in. Not retried: a wrong password does not mend itself."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkResyncing(LinkEvent):
    """The phone system says what is alive: the events from here to `LinkResynced` retell what is believed,
    and every change that they make is a difference that was put right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkResynced(LinkEvent):
    """The phone system said which calls are alive. Those believed alive and not named are gone.

    Preceded by `LinkResyncing` and the events that make the named calls known (CallQueued, CallOffered,
    CallAnswered, CallHeld, DiallerLeft); nothing else comes between the two but ListenerJoined of everybody
    who listens. Of `queues` every member was named, too (AgentPaused, AgentUnpaused): whoever was not is in
    none of them.
    """

    calls: frozenset[CallId]
    legs: frozenset[LegId]
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """About one call."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQueued(CallEvent):
    """The caller waits in `queue`. A call may be queued several times. `dialler` as in `CallOffered`."""

    queue: str
    caller: Caller
    dialled: str = ""
    direction: Direction = Direction.INBOUND
    dialler: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLeftQueue(CallEvent):
    """The caller left `queue` without an answer (gave up, or the queue did): `CallEnded` tells which.

    `moved`: neither did; somebody took the caller out, or a key that the caller pressed.
    """

    queue: str
    moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiallerLeft(CallEvent):
    """The agent who made an INTERNAL call is gone, and it goes on without them: they passed on whom they
    had called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The caller's side is gone. `end` None: decide by what happened before (answered or not)."""

    end: End | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEvent(CallEvent):
    """About one agent's part in a call."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(LegEvent):
    """The phone system rings the agent at `interface` (e.g. `PJSIP/1001`): this is what pops.

    `device` is the phone behind an interface that is none itself (Asterisk's StateInterface of a queue member
    such as `Local/1001@agents`): the agent may be known by either. Of an OUTBOUND call the agent dialled it,
    `caller` is the other side and `dialled` the number as the agent dialled it. Of an INTERNAL call the agent
    who was called has the leg, and `caller` is the colleague who dialled, at the interface `dialler`.
    """

    interface: str
    caller: Caller
    device: str = ""
    queue: str | None = None
    dialled: str = ""
    direction: Direction = Direction.INBOUND
    dialler: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(LegEvent):
    """The agent of this leg talks with the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(LegEvent):
    """The agent put the caller on hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(LegEvent):
    """The caller is off hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(LegEvent):
    """The ring ended without an answer: `result` is NO_ANSWER, WITHDRAWN or CANCELLED.

    A source that cannot tell WITHDRAWN from CANCELLED says WITHDRAWN; the lifecycle mends it when the call
    turns out to have ended unanswered.
    """

    result: LegResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(LegEvent):
    """The agent's part is over after it was answered: `result` is ANSWERED or TRANSFERRED."""

    result: LegResult = LegResult.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(LegEvent):
    """The agent of this leg passed the call on to `target` (an extension, as dialled)."""

    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent(Event):
    """About the agent at `interface`, in one queue or (None) in all. `device` as in `CallOffered`."""

    interface: str
    device: str = ""
    queue: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPaused(AgentEvent):
    """Gets no calls, for `reason` ("" when none was given)."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentUnpaused(AgentEvent):
    """Gets calls again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLeft(AgentEvent):
    """Is not in the queue any more: gets no calls from it, and is not paused there either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerEvent(Event):
    """About somebody who listens, at the phone `interface`, to what is said on a leg that is none of theirs.
    Their phone's own channel is no call."""

    call: CallId
    leg: LegId
    interface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerJoined(ListenerEvent):
    """Somebody hears the leg from now on. Who joins again does so in another `manner`."""

    manner: Manner = Manner.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerLeft(ListenerEvent):
    """Somebody does not hear the leg any more."""
