"""The life of a call, as a table. Pure: `apply` takes the call before an event and returns the call after it.

All rules about what an event changes live here, and this file does not know which phone system speaks.

Theory of operation. Once a call has begun, its events may come twice and in any order, and the record is the
same in the end: of each fact the call keeps the earliest or the strongest that was said, or all that was
said in the order of the moments (`_CALL_EVENTS` and `_EFFECTS`: what each event says), and everything else is
concluded from these facts anew (`_settle`). The state of a call is read off its legs (`_state`), its waits
are concluded in `visits`. The rules:

- Whatever says that a leg is over ends it. Its result is the strongest that was said (`stronger`): who talked
  did not miss the call, and the word of a transfer may come behind the word of the end.
- An answer decides the end: a call that any agent answered is completed, whatever the event says (LOST
  excepted); else it ended as the event says, and abandoned when it says nothing.
- When a call ends, every leg gets a result. WITHDRAWN means "another agent took it"; when nobody did, it
  becomes CANCELLED.
- The caller is on hold only while the agent talks, whatever is said of it when.
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

from telephony.call import TALKED, Call, CallState, Claim, Leg, LegState, Visit
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
from telephony.visits import visits

__all__ = ["TALKED", "Call", "CallState", "Leg", "LegState", "Visit", "apply", "lost", "reconciled"]


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
        caller=event.caller,
        dialled=event.dialled,
        started_at=event.at,
    )


# The call's own events.


def _queued(call: Call, event: CallQueued) -> Call:
    call = _claimed(call, event)
    return replace(call, joins=_with(call.joins, (event.at, event.queue)))


def _left_queue(call: Call, event: CallLeftQueue) -> Call:
    return replace(call, leavings=_with(call.leavings, (event.at, event.queue, event.moved)))


def _with(known: tuple[Any, ...], said: Any) -> tuple[Any, ...]:
    """All that was said, in the order of the moments."""
    return known if said in known else tuple(sorted((*known, said)))


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


# The legs' events.


def _leg_event(call: Call, event: LegEvent) -> Call:
    """The call with what the event says of its leg."""
    if isinstance(event, CallOffered):
        call = _claimed(call, event)
    old = call.leg(event.leg)
    leg = old or Leg(id=event.leg, interface="", queue=None, offered_at=event.at)
    new = replace(_EFFECTS[type(event)](leg, event), offered_at=min(leg.offered_at, event.at))
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
    return replace(leg, holds=_with(leg.holds, (event.at, isinstance(event, CallHeld))))


def _over(leg: Leg, event: OfferEnded | LegEnded) -> Leg:
    return _told(leg, (event.at, event.result))


def _passed_on(leg: Leg, event: CallTransferred) -> Leg:
    leg, said = _told(leg, (event.at, LegResult.TRANSFERRED)), (event.at, event.target)
    return replace(leg, passed_on=min(leg.passed_on or said, said)) if event.target else leg


def _told(leg: Leg, said: tuple[datetime, LegResult]) -> Leg:
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
    CallTransferred: _passed_on,
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
    waits = visits(call, offered)
    return replace(
        call,
        state=_state(call, offered, waits),
        end=end,
        legs=tuple(_with_hold(leg) for leg in legs),
        answered_at=min((leg.answered_at for leg in offered if leg.answered_at is not None), default=None),
        visits=waits,
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
    return replace(leg, ended_at=ended_at, result=result)


def _closed(leg: Leg, call_ended_at: datetime, end: End | None, talked: bool) -> Leg:
    """The leg of an ended call: it has a result, and nobody withdrew it for an answer that never came."""
    result = leg.result
    if result is None:
        taken = LegResult.WITHDRAWN if talked else LegResult.CANCELLED
        result = LegResult.ANSWERED if leg.talked else taken
    if result is LegResult.WITHDRAWN and end in {End.ABANDONED, End.TIMED_OUT}:
        result = LegResult.CANCELLED
    ended_at = max(leg.offered_at, min(leg.ended_at or call_ended_at, call_ended_at))
    return replace(leg, result=result, ended_at=ended_at)


def _with_hold(leg: Leg) -> Leg:
    """The leg with how long the caller was on hold, as far as that was while the agent talked."""
    if leg.answered_at is None:
        return replace(leg, held_s=0.0, held_since=None)
    begun, ended = leg.answered_at, leg.ended_at
    held_s, since = 0.0, None
    for moment, held in leg.holds if ended is None else (*leg.holds, (ended, False)):
        at = max(moment, begun) if ended is None else min(max(moment, begun), ended)
        if held:
            since = since or at
        elif since is not None:
            held_s, since = held_s + (at - since).total_seconds(), None
    return replace(leg, held_s=held_s, held_since=since)


def _state(call: Call, legs: tuple[Leg, ...], waits: tuple[Visit, ...]) -> CallState:
    if call.ended_at is not None:
        return CallState.ENDED
    states = {leg.state for leg in legs}
    if LegState.TALKING in states:
        return CallState.ANSWERED
    if LegState.RINGING in states:
        return CallState.RINGING
    return CallState.QUEUED if _waits_again(legs, waits) else CallState.ANSWERED


def _waits_again(legs: tuple[Leg, ...], waits: tuple[Visit, ...]) -> bool:
    """Whether nobody talked since the call was queued last."""
    talks = [leg.answered_at or leg.offered_at for leg in legs if leg.talked]
    return not talks or (bool(waits) and waits[-1].queued_at > max(talks))
