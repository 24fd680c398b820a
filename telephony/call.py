"""A call and its legs as values: what `lifecycle` takes and returns."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telephony.events import Caller, CallId, Direction, End, LegId, LegResult, LinkName

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

    UNHEARD = "unheard"  # nothing was heard of it yet
    RINGING = "ringing"
    TALKING = "talking"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's part in a call, at `interface` or the `device` behind it (as in `CallOffered`).

    `interface` is "" and `offered_at` a guess as long as only later events of the leg arrived, not its offer:
    until then it decides nothing, because anybody may have told it.
    `told` is how it ended as far as that was said; `ended_at` and `result` are that, or what follows from the
    end of the call.
    """

    id: LegId
    interface: str
    queue: str | None
    offered_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    result: LegResult | None = None
    held: bool = False
    hold_changed_at: datetime | None = None
    device: str = ""
    told: tuple[datetime, LegResult] | None = None

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


Claim = tuple[datetime, Caller, str, Direction, str]
"""Who calls whom (`dialled`), and from which `dialler`, as said at a moment."""


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation from the caller's side.

    `queue` is where it waits or waited last (since `queued_at`); `left_queue_at` is set when it left there
    without an answer. `answered_at` is the first answer. `dialler` is the interface of the agent who made an
    INTERNAL call, and `dialler_left_at` when they were gone before its end.

    What was said, from which the rest is concluded: `claims` who calls whom, in the order of the moments;
    `left` when the caller left which queue the last time; `said_end` how the call ended.
    """

    id: CallId
    link: LinkName
    direction: Direction
    state: CallState
    end: End | None
    queue: str | None
    caller: Caller
    dialled: str
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    legs: tuple[Leg, ...] = ()
    queued_at: datetime | None = None
    left_queue_at: datetime | None = None
    claims: tuple[Claim, ...] = ()
    left: tuple[datetime, str] | None = None
    said_end: End | None = None
    dialler: str = ""
    dialler_left_at: datetime | None = None

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
