"""The life of a call, as a table. Pure: `apply` takes the call before an event and returns the call after it.

All rules about what an event changes live here, and this file does not know which phone system speaks.

Theory of operation. Each leg is in one of four states, and `LEG_TABLE` says which events a leg listens to in
which state and where they lead; an event that is not in its row changes nothing. Once a call has begun, its
events may come twice and in any order, and the record is the same in the end: of each fact the call keeps
the earliest or the strongest that was said (`_EFFECTS`), and everything else is concluded from these facts
anew (`_settle`). The state of the call is read off its legs (`_state`). The rules:

- Whatever says that a leg is over ends it. Its result is the strongest that was said (`stronger`): who talked
  did not miss the call, and the word of a transfer may come behind the word of the end.
- An answer decides the end: a call that any agent answered is completed, whatever the event says (LOST
  excepted); else it ended as the event says, and abandoned when it says nothing.
- When a call ends, every leg gets a result. WITHDRAWN means "another agent took it"; when nobody did, it
  becomes CANCELLED.
- Ended stays ended. What arrives later only fills in facts that were missing. A LOST call, which the phone
  system itself denied, takes nothing any more but an end that is told: how it ended is not known, so
  nothing that speaks of an agent may stand beside that.

How calls without a queue end. A direct call ends as any other: answered, or abandoned by its caller. An
OUTBOUND call has one leg, the agent's who dialled: nobody answered is NO_ANSWER (or CANCELLED, when the agent
gave up), and the call is then abandoned: `direction` tells that it was ours. An INTERNAL call has the leg of
the agent who was called; the one who dialled is its caller, and on it until it ends or they leave it to
others. A colleague who is consulted has a leg of the same call, beside the first agent's: it ends as ANSWERED
when the first agent comes back.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from telephony.call import TALKED, Call, CallState, Claim, Leg, LegState
from telephony.events import (
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    DiallerLeft,
    End,
    LegEnded,
    LegEvent,
    LegResult,
    LinkResynced,
    OfferEnded,
    stronger,
)

__all__ = ["LEG_TABLE", "TALKED", "Call", "CallState", "Leg", "LegState", "apply", "lost", "reconciled"]

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
        CallAnswered: LegState.TALKING,
        CallHeld: LegState.TALKING,
        CallResumed: LegState.TALKING,
        OfferEnded: LegState.OVER,
        LegEnded: LegState.OVER,
        CallTransferred: LegState.OVER,
    },
    LegState.OVER: {
        CallOffered: LegState.OVER,
        CallAnswered: LegState.OVER,
        OfferEnded: LegState.OVER,
        LegEnded: LegState.OVER,
        CallTransferred: LegState.OVER,
    },
}
"""What a leg listens to, and where it leads. A missing entry: the event changes nothing."""


def apply(call: Call | None, event: CallEvent) -> Call | None:
    """The call after `event`; the same object when nothing changed.

    None when there is no call yet and the event cannot start one (only CallQueued and CallOffered can).
    Events may be duplicated, late or reordered; never raises. Whoever calls sees to it that `event.call` is
    the call's, and that a call whose state was read back from somewhere has not ended.
    """
    before = call
    if call is None:
        if not isinstance(event, CallQueued | CallOffered):
            return None
        call = _new(event)
    if call.said_end is End.LOST and not isinstance(event, CallEnded):
        return before
    if event.at < call.started_at:
        call = replace(call, started_at=event.at)
    call = _as_told(call)
    call = _leg_event(call, event) if isinstance(event, LegEvent) else _CALL_EVENTS[type(event)](call, event)
    after = _settle(call)
    return before if after == before else after


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
    call = _claimed(call, event)
    if call.queued_at is not None and (event.at, event.queue) <= (call.queued_at, call.queue or ""):
        return call  # an earlier wait, or an echo
    return replace(call, queue=event.queue, queued_at=event.at)


def _left_queue(call: Call, event: CallLeftQueue) -> Call:
    left = (event.at, event.queue)
    return replace(call, left=left if call.left is None else max(call.left, left))


def _dialler_left(call: Call, event: DiallerLeft) -> Call:
    return replace(call, dialler_left_at=min(call.dialler_left_at or event.at, event.at))


_Ended = tuple[datetime, End | None]


def _ended(call: Call, event: CallEnded) -> Call:
    at, said = event.at, event.end
    if call.ended_at is not None:
        at, said = _both_ends((call.ended_at, call.said_end), (at, said))
    return replace(call, ended_at=at, said_end=said)


def _both_ends(
    one: tuple[datetime, End | None], other: tuple[datetime, End | None]
) -> tuple[datetime, End | None]:
    """The earliest moment, and an end that is said; one that was told replaces one that was missed."""
    told = [end for end in (one, other) if end[1] is not End.LOST] or [one, other]
    return min(at for at, _ in told), max((end for _, end in told), key=lambda end: end or "")


def _end(said: End | None, talked: bool) -> End:
    """An answer decides; then what the event says."""
    if said is End.LOST:
        return End.LOST
    return End.COMPLETED if talked else said or End.ABANDONED


_CALL_EVENTS: Mapping[type[CallEvent], Callable[[Call, Any], Call]] = {
    CallQueued: _queued,
    CallLeftQueue: _left_queue,
    DiallerLeft: _dialler_left,
    CallEnded: _ended,
}


# The legs' events. Each effect is only reached in the states whose row of LEG_TABLE names the event.


def _leg_event(call: Call, event: LegEvent) -> Call:
    """The call with the event's leg brought to where `LEG_TABLE` says."""
    if isinstance(event, CallOffered):
        call = _claimed(call, event)
    old = call.leg(event.leg)
    state = LegState.UNHEARD if old is None else old.state
    if type(event) not in LEG_TABLE[state]:
        return call
    leg = old or Leg(id=event.leg, interface="", queue=None, offered_at=event.at)
    new = _EFFECTS[type(event)](leg, event)
    if not isinstance(event, CallHeld | CallResumed):  # which count only while the agent talks
        new = replace(new, offered_at=min(leg.offered_at, event.at))
    legs = (*(leg for leg in call.legs if leg is not old), new)
    return replace(call, legs=tuple(sorted(legs, key=lambda leg: (leg.offered_at, leg.id))))


def _offer(leg: Leg, event: CallOffered) -> Leg:
    """A queue knows its members by other names than their phones': what it says counts."""
    better = event.queue is not None and leg.queue is None
    return replace(
        leg,
        interface=event.interface if better else leg.interface or event.interface,
        device=leg.device or event.device,
        queue=leg.queue or event.queue,
    )


def _answer(leg: Leg, event: CallAnswered) -> Leg:
    return replace(leg, answered_at=min(leg.answered_at or event.at, event.at))


def _hold(leg: Leg, event: CallHeld | CallResumed) -> Leg:
    if leg.hold_changed_at is not None and event.at < leg.hold_changed_at:
        return leg  # overtaken by a later one
    return replace(leg, held=isinstance(event, CallHeld), hold_changed_at=event.at)


def _over(leg: Leg, event: OfferEnded | LegEnded | CallTransferred) -> Leg:
    said = (event.at, LegResult.TRANSFERRED if isinstance(event, CallTransferred) else event.result)
    return replace(leg, told=said if leg.told is None else _both(leg.told, said))


def _both(one: tuple[datetime, LegResult], other: tuple[datetime, LegResult]) -> tuple[datetime, LegResult]:
    """The earliest moment, the strongest result."""
    return min(one[0], other[0]), stronger(one[1], other[1])


_EFFECTS: Mapping[type[LegEvent], Callable[[Leg, Any], Leg]] = {
    CallOffered: _offer,
    CallAnswered: _answer,
    CallHeld: _hold,
    CallResumed: _hold,
    OfferEnded: _over,
    LegEnded: _over,
    CallTransferred: _over,
}


# From what was said to what follows.


def _claimed(call: Call, event: CallQueued | CallOffered) -> Call:
    """The call with one more word on who calls whom: of each fact the first that was said counts.

    Once withheld, always withheld.
    """
    known = {claim[1:]: claim[0] for claim in call.claims}
    said = (event.caller, event.dialled, event.direction, event.dialler)
    if said in known and known[said] <= event.at:
        return call
    claims = tuple(
        sorted(((at, *claim) for claim, at in (known | {said: event.at}).items()), key=_claim_order)
    )
    caller = Caller(
        number=next((caller.number for _, caller, *_ in claims if caller.number), ""),
        name=next((caller.name for _, caller, *_ in claims if caller.name), ""),
        withheld=any(caller.withheld for _, caller, *_ in claims),
    )
    dialled = next((dialled for _, _, dialled, *_ in claims if dialled), "")
    dialler = next((dialler for *_, dialler in claims if dialler), "")
    return replace(
        call, claims=claims, caller=caller, dialled=dialled, direction=claims[0][3], dialler=dialler
    )


def _claim_order(claim: Claim) -> tuple[datetime, str, str, bool, str, str, str]:
    at, caller, dialled, direction, dialler = claim
    return at, caller.number, caller.name, caller.withheld, dialled, direction, dialler


def _as_told(call: Call) -> Call:
    """The call with its facts. What was read back from a record is taken for said."""
    if call.claims:
        return call
    claims = ((call.started_at, call.caller, call.dialled, call.direction, call.dialler),)
    return replace(call, claims=claims, legs=tuple(_leg_as_told(leg) for leg in call.legs))


def _leg_as_told(leg: Leg) -> Leg:
    if leg.ended_at is None or leg.result is None:
        return leg
    return replace(leg, told=(leg.ended_at, leg.result))


def _settle(call: Call) -> Call:
    """The call with everything that follows from what was said."""
    legs = tuple(_settled(leg) for leg in call.legs)
    # Of a leg whose offer was not heard (yet) anybody may have told: it decides nothing.
    offered = tuple(leg for leg in legs if leg.interface)
    talked = any(leg.talked for leg in offered)
    end = None if call.ended_at is None else _end(call.said_end, talked)
    if call.ended_at is not None:
        legs = tuple(_closed(leg, call.ended_at, end, talked) for leg in legs)
    queue = call.queue or next((leg.queue for leg in offered if leg.queue), None)
    return replace(
        call,
        state=_state(call, offered),
        end=end,
        queue=queue,
        legs=legs,
        answered_at=min((leg.answered_at for leg in offered if leg.answered_at is not None), default=None),
        left_queue_at=_left_queue_at(call, queue, offered),
    )


def _settled(leg: Leg) -> Leg:
    """The leg as far as it was told how it ended."""
    if leg.told is None:
        return leg if leg.ended_at is None else replace(leg, ended_at=None, result=None)
    ended_at, result = leg.told
    if leg.answered_at is not None:
        result = stronger(result, LegResult.ANSWERED)
    if (leg.ended_at, leg.result) == (ended_at, result):
        return leg
    return replace(leg, ended_at=ended_at, result=result, held=False, hold_changed_at=None)


def _closed(leg: Leg, call_ended_at: datetime, end: End | None, talked: bool) -> Leg:
    """The leg of an ended call: it has a result, and nobody withdrew it for an answer that never came."""
    result = leg.result
    if result is None:
        taken = LegResult.WITHDRAWN if talked else LegResult.CANCELLED
        result = LegResult.ANSWERED if leg.talked else taken
    if result is LegResult.WITHDRAWN and end in {End.ABANDONED, End.TIMED_OUT}:
        result = LegResult.CANCELLED
    ended_at = max(leg.offered_at, min(leg.ended_at or call_ended_at, call_ended_at))
    return replace(leg, result=result, ended_at=ended_at, held=False, hold_changed_at=None)


def _left_queue_at(call: Call, queue: str | None, legs: tuple[Leg, ...]) -> datetime | None:
    """When the caller left the last queue, unless it was for an answer."""
    if call.left is None or call.queued_at is None or call.left < (call.queued_at, ""):
        return None
    answers = [leg.answered_at for leg in legs if leg.queue == queue and leg.answered_at is not None]
    answered = any(moment >= call.queued_at for moment in answers)
    at, left = call.left
    return None if answered or left != queue else at


def _state(call: Call, legs: tuple[Leg, ...]) -> CallState:
    if call.ended_at is not None:
        return CallState.ENDED
    states = {leg.state for leg in legs}
    if LegState.TALKING in states:
        return CallState.ANSWERED
    if LegState.RINGING in states:
        return CallState.RINGING
    return CallState.QUEUED if _waits_again(call, legs) else CallState.ANSWERED


def _waits_again(call: Call, legs: tuple[Leg, ...]) -> bool:
    """Whether nobody talked since the call was queued last."""
    talks = [leg.answered_at or leg.offered_at for leg in legs if leg.talked]
    return not talks or (call.queued_at is not None and call.queued_at > max(talks))
