"""A call, its legs and its waits as values: what `lifecycle` takes and returns."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telephony.events import Caller, CallId, Direction, End, LegId, LegResult, LinkName, VisitEnd

TALKED = frozenset({LegResult.ANSWERED, LegResult.TRANSFERRED})
"""The results of a leg whose agent talked with the caller."""


class CallState(StrEnum):
    """Where a call is."""

    QUEUED = "queued"
    RINGING = "ringing"
    ANSWERED = "answered"  # until it ends, waits again or rings again
    ENDED = "ended"


class LegState(StrEnum):
    """Where a leg is."""

    RINGING = "ringing"
    TALKING = "talking"
    OVER = "over"


Hold = tuple[datetime, bool]
"""The caller is on hold from this moment on, or is not any more."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's part in a call, at `interface` or the `device` behind it (as in `CallOffered`).

    `interface` is "" and `offered_at` a guess as long as only later events of the leg arrived, not its offer:
    until then it decides nothing, because anybody may have told it.
    `held_s` is for how many seconds the caller was on hold, without the hold that goes on since `held_since`
    (None: the caller is not on hold). `transferred_to` is the extension to which the agent passed the call.

    What was said, from which the rest is concluded: `told` how it ended, `holds` when the caller was put on
    hold (True) and taken off (False), in the order of the moments, `passed_on` to whom first, and when.
    """

    id: LegId
    interface: str
    queue: str | None
    offered_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    result: LegResult | None = None
    held_s: float = 0.0
    held_since: datetime | None = None
    device: str = ""
    told: tuple[datetime, LegResult] | None = None
    holds: tuple[Hold, ...] = ()
    passed_on: tuple[datetime, str] | None = None

    @property
    def state(self) -> LegState:
        """RINGING, TALKING or OVER."""
        if self.ended_at is not None:
            return LegState.OVER
        return LegState.RINGING if self.answered_at is None else LegState.TALKING

    @property
    def talked(self) -> bool:
        """Whether the agent of this leg talked with the caller, now or before."""
        return self.answered_at is not None or self.result in TALKED

    @property
    def held(self) -> bool:
        """Whether the caller is on hold."""
        return self.held_since is not None

    @property
    def transferred_to(self) -> str | None:
        """The extension to which the agent passed the call on; None when they did not, or it is not known."""
        return None if self.passed_on is None else self.passed_on[1]

    def on_hold_s(self, at: datetime) -> float:
        """For how many seconds the caller was on hold until `at`, a hold that goes on included."""
        since = self.held_since
        return self.held_s if since is None else self.held_s + max(0.0, (at - since).total_seconds())


@dataclass(frozen=True, slots=True)
class Visit:
    """One wait of the caller in a queue. `leg` is the part of the agent who answered out of it.

    `left_at` and `end` are None while the caller waits. Whoever left without an answer has no `end` yet until
    it shows whether they hung up: by the end of the call, or by what happens to it next.
    """

    queue: str
    queued_at: datetime
    left_at: datetime | None = None
    end: VisitEnd | None = None
    leg: LegId | None = None


Join = tuple[datetime, str]
"""The caller waits in a queue from this moment on, as said."""

Leaving = tuple[datetime, str, bool]
"""The caller left a queue without an answer, as said; True: somebody, or a key, took them out."""

Claim = tuple[datetime, Caller, str, Direction, str]
"""Who calls whom (`dialled`), and from which `dialler`, as said at a moment."""


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation from the caller's side.

    `visits` are its waits in queues, in order. `answered_at` is the first answer. `dialler` is the interface
    of the agent who made an INTERNAL call, and `dialler_left_at` when they were gone before its end.

    What was said, from which the rest is concluded: `claims` who calls whom, `joins` and `leavings` when the
    caller came to and left which queue, all in the order of the moments; `said_end` how the call ended.
    """

    id: CallId
    link: LinkName
    direction: Direction
    state: CallState
    end: End | None
    caller: Caller
    dialled: str
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    legs: tuple[Leg, ...] = ()
    visits: tuple[Visit, ...] = ()
    claims: tuple[Claim, ...] = ()
    joins: tuple[Join, ...] = ()
    leavings: tuple[Leaving, ...] = ()
    said_end: End | None = None
    dialler: str = ""
    dialler_left_at: datetime | None = None

    @property
    def visit(self) -> Visit | None:
        """The wait in a queue that it is in, or was in last."""
        return self.visits[-1] if self.visits else None

    @property
    def queue(self) -> str | None:
        """The queue in which it waits, or waited last."""
        return self.visits[-1].queue if self.visits else None

    @property
    def dialler_is_on(self) -> bool:
        """Whether the agent who made it, without a leg of their own, is on it."""
        return bool(self.dialler) and self.dialler_left_at is None and self.ended_at is None

    @property
    def talked(self) -> bool:
        """Whether any agent talked with the caller."""
        return any(leg.talked for leg in self.legs if leg.interface)

    def leg(self, leg_id: LegId) -> Leg | None:
        """The leg with this id, if the call has it."""
        return next((leg for leg in self.legs if leg.id == leg_id), None)
