"""The life of a call, as a table. Pure: `apply` takes the call before an event and returns the call after it.

All rules about what an event changes live here, and this file does not know which phone system speaks.

Theory of operation. Each leg is in one of four states, and `LEG_TABLE` says which events a leg listens to in
which state and where they lead; an event that is not in its row changes nothing, so duplicates and late
events need no code of their own. The state of the call is then read off its legs (`_state`). Three rules
stand outside the table:

- An answer decides the end: a call that any agent answered is completed, whatever the event says (LOST
  excepted); else it ended as the event says, and abandoned when it says nothing.
- When a call ends, every leg gets a result. WITHDRAWN means "another agent took it"; when nobody did, it
  becomes CANCELLED.
- Ended stays ended. What arrives later only fills in facts that were missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from telephony.events import (
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    Direction,
    End,
    LegEnded,
    LegEvent,
    LegId,
    LegResult,
    LinkName,
    LinkResynced,
    OfferEnded,
)

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

    `interface` is "" and `offered_at` a guess as long as only later events of the leg arrived, not its offer.
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


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation from the caller's side.

    `queue` is where it waits or waited last (since `queued_at`); `left_queue_at` is set when it left there
    without an answer. `answered_at` is the first answer.
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

    @property
    def talked(self) -> bool:
        """Whether any agent talked with the caller."""
        return any(leg.talked for leg in self.legs)

    def leg(self, leg_id: LegId) -> Leg | None:
        """The leg with this id, if the call has it."""
        return next((leg for leg in self.legs if leg.id == leg_id), None)


LEG_TABLE: Mapping[LegState, Mapping[type[LegEvent], LegState]] = {
    LegState.UNHEARD: {
        CallOffered: LegState.RINGING,
        CallAnswered: LegState.TALKING,
        OfferEnded: LegState.OVER,
        LegEnded: LegState.OVER,
        CallTransferred: LegState.OVER,
    },
    LegState.RINGING: {
        CallOffered: LegState.RINGING,
        CallAnswered: LegState.TALKING,
        OfferEnded: LegState.OVER,
        LegEnded: LegState.OVER,
        CallTransferred: LegState.OVER,
    },
    LegState.TALKING: {
        CallOffered: LegState.TALKING,
        CallHeld: LegState.TALKING,
        CallResumed: LegState.TALKING,
        LegEnded: LegState.OVER,
        CallTransferred: LegState.OVER,
    },
    LegState.OVER: {
        CallOffered: LegState.OVER,
        CallAnswered: LegState.OVER,
        LegEnded: LegState.OVER,
        CallTransferred: LegState.OVER,
    },
}
"""What a leg listens to, and where it leads. A missing entry: the event changes nothing."""


def apply(call: Call | None, event: CallEvent) -> Call | None:
    """The call after `event`; the same object when nothing changed.

    None when there is no call yet and the event cannot start one (only CallQueued and CallOffered can).
    Events may be duplicated, late or reordered; never raises. Whoever calls sees to it that `event.call` is
    the call's.
    """
    if call is None:
        if not isinstance(event, CallQueued | CallOffered):
            return None
        call = _new(event)
    if isinstance(event, LegEvent):
        changed = _settle(_leg_event(call, event))
    else:
        changed = _settle(_CALL_EVENTS[type(event)](call, event))
    return call if changed == call else changed


def lost(call: Call, at: datetime) -> Call:
    """The call after it turned out at `at` that the phone system no longer knows it."""
    ended = apply(call, CallEnded(link=call.link, at=at, call=call.id, end=End.LOST))
    return call if ended is None else ended


def reconciled(call: Call, resynced: LinkResynced) -> Call:
    """The call after its phone system said what is alive: what it did not name, call or leg, is over."""
    if call.ended_at is not None or call.link != resynced.link:
        return call
    if call.id not in resynced.calls:
        return lost(call, resynced.at)
    gone = [leg for leg in call.legs if leg.ended_at is None and leg.id not in resynced.legs]
    for leg in gone:
        call = apply(call, _gone(call, leg, resynced.at)) or call
    return call


def _gone(call: Call, leg: Leg, at: datetime) -> LegEvent:
    """What must have happened to a leg that vanished from a living call."""
    if leg.state is LegState.TALKING:
        return LegEnded(link=call.link, at=at, call=call.id, leg=leg.id)
    return OfferEnded(link=call.link, at=at, call=call.id, leg=leg.id, result=LegResult.WITHDRAWN)


def _new(event: CallQueued | CallOffered) -> Call:
    """A call of which nothing was known before this event."""
    return Call(
        id=event.call,
        link=event.link,
        direction=event.direction,
        state=CallState.QUEUED,
        end=None,
        queue=None,
        caller=event.caller,
        dialled=event.dialled,
        started_at=event.at,
    )


# The call's own events.


def _queued(call: Call, event: CallQueued) -> Call:
    call = _filled(call, event)
    if call.ended_at is not None:
        return replace(call, queue=call.queue or event.queue)
    if call.queued_at is not None and event.at <= max(call.queued_at, call.left_queue_at or call.queued_at):
        return call  # an echo of a wait that is known
    return replace(call, queue=event.queue, queued_at=event.at, left_queue_at=None)


def _left_queue(call: Call, event: CallLeftQueue) -> Call:
    waits = call.queued_at is not None and call.queued_at <= event.at and call.queue == event.queue
    if call.ended_at is not None or call.left_queue_at is not None or not waits:
        return call
    return replace(call, left_queue_at=event.at)


def _ended(call: Call, event: CallEnded) -> Call:
    if call.ended_at is not None:
        return call
    return replace(call, end=_end(call, event.end), ended_at=event.at)


def _end(call: Call, said: End | None) -> End:
    """An answer decides; then what the event says."""
    if said is End.LOST:
        return End.LOST
    return End.COMPLETED if call.talked else said or End.ABANDONED


_CALL_EVENTS: Mapping[type[CallEvent], Callable[[Call, Any], Call]] = {
    CallQueued: _queued,
    CallLeftQueue: _left_queue,
    CallEnded: _ended,
}


# The legs' events. Each effect is only reached in the states whose row of LEG_TABLE names the event.


def _leg_event(call: Call, event: LegEvent) -> Call:
    """The call with the event's leg brought to where `LEG_TABLE` says."""
    if isinstance(event, CallOffered):
        call = _filled(call, event)
    old = call.leg(event.leg)
    state = LegState.UNHEARD if old is None else old.state
    if type(event) not in LEG_TABLE[state] or (old is None and call.ended_at is not None):
        return call
    if old is None:
        return replace(call, legs=(*call.legs, _EFFECTS[type(event)](_unheard(event), event)))
    new = _EFFECTS[type(event)](old, event)
    return replace(call, legs=tuple(new if leg is old else leg for leg in call.legs))


def _unheard(event: LegEvent) -> Leg:
    return Leg(id=event.leg, interface="", queue=None, offered_at=event.at)


def _offer(leg: Leg, event: CallOffered) -> Leg:
    return replace(
        leg,
        interface=leg.interface or event.interface,
        device=leg.device or event.device,
        queue=leg.queue or event.queue,
        offered_at=min(leg.offered_at, event.at),
    )


def _answer(leg: Leg, event: CallAnswered) -> Leg:
    if leg.answered_at is not None or (leg.result is not None and leg.result not in TALKED):
        return leg
    return replace(leg, answered_at=event.at)


def _hold(leg: Leg, event: CallHeld | CallResumed) -> Leg:
    if leg.hold_changed_at is not None and event.at < leg.hold_changed_at:
        return leg  # overtaken by a later one
    return replace(leg, held=isinstance(event, CallHeld), hold_changed_at=event.at)


def _finish_offer(leg: Leg, event: OfferEnded) -> Leg:
    return replace(leg, ended_at=event.at, result=event.result)


def _finish(leg: Leg, event: LegEnded | CallTransferred) -> Leg:
    result = event.result if isinstance(event, LegEnded) else LegResult.TRANSFERRED
    if leg.ended_at is None:
        return replace(leg, ended_at=event.at, result=result, held=False)
    # The word of a transfer may come behind the word of the end.
    late_transfer = result is LegResult.TRANSFERRED and leg.result is LegResult.ANSWERED
    return replace(leg, result=result) if late_transfer else leg


_EFFECTS: Mapping[type[LegEvent], Callable[[Leg, Any], Leg]] = {
    CallOffered: _offer,
    CallAnswered: _answer,
    CallHeld: _hold,
    CallResumed: _hold,
    OfferEnded: _finish_offer,
    LegEnded: _finish,
    CallTransferred: _finish,
}


# What follows for the whole call.


def _filled(call: Call, event: CallQueued | CallOffered) -> Call:
    """The call with the facts that it lacked. Once withheld, always withheld."""
    caller = Caller(
        number=call.caller.number or event.caller.number,
        name=call.caller.name or event.caller.name,
        withheld=call.caller.withheld or event.caller.withheld,
    )
    started_at = min(call.started_at, event.at)
    return replace(call, caller=caller, dialled=call.dialled or event.dialled, started_at=started_at)


def _settle(call: Call) -> Call:
    """The call with everything that follows from its legs and its end."""
    legs = call.legs if call.ended_at is None else tuple(_closed(leg, call) for leg in call.legs)
    answers = [leg.answered_at for leg in legs if leg.answered_at is not None]
    queue = call.queue or next((leg.queue for leg in legs if leg.queue), None)
    call = replace(call, legs=legs, queue=queue, answered_at=min(answers, default=None))
    return replace(call, state=_state(call))


def _closed(leg: Leg, call: Call) -> Leg:
    """The leg of an ended call: it has a result, and nobody withdrew it for an answer that never came."""
    result = leg.result
    if result is None:
        taken = LegResult.WITHDRAWN if call.talked else LegResult.CANCELLED
        result = LegResult.ANSWERED if leg.talked else taken
    if result is LegResult.WITHDRAWN and call.end in {End.ABANDONED, End.TIMED_OUT}:
        result = LegResult.CANCELLED
    return replace(leg, result=result, ended_at=leg.ended_at or call.ended_at, held=False)


def _state(call: Call) -> CallState:
    if call.ended_at is not None:
        return CallState.ENDED
    states = {leg.state for leg in call.legs}
    if LegState.TALKING in states:
        return CallState.ANSWERED
    if LegState.RINGING in states:
        return CallState.RINGING
    return CallState.QUEUED if _waits_again(call) else CallState.ANSWERED


def _waits_again(call: Call) -> bool:
    """Whether nobody talked since the call was queued last."""
    talks = [leg.answered_at or leg.offered_at for leg in call.legs if leg.talked]
    return not talks or (call.queued_at is not None and call.queued_at > max(talks))
