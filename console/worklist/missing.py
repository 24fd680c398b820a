"""Which callers nobody served. Pure."""

from datetime import datetime, timedelta

from telephony.call import Call, Leg
from telephony.events import Direction, End, LegResult, VisitEnd

MISSED = frozenset({End.ABANDONED, End.TIMED_OUT})

AT_ONCE = timedelta(seconds=3)
"""Whoever is passed on to where nobody of us is, and is gone so soon, was served by nobody there."""


def missed_since(call: Call) -> datetime | None:
    """Since when a caller whose call is over waits to be called: they were answered by nobody, or gave up
    behind an agent who had passed them on. None: they were served, or it is not known."""
    if call.direction is not Direction.INBOUND or call.end is None:
        return None
    if call.answered_at is None:
        return call.started_at if call.end in MISSED else None
    return call.ended_at if call.end is not End.LOST and _was_passed_to_nobody(call) else None


def _was_passed_to_nobody(call: Call) -> bool:
    talked = [(leg.answered_at, leg) for leg in call.legs if leg.answered_at is not None]
    if not talked or call.ended_at is None:
        return False
    answered_at, last = max(talked, key=lambda each: each[0])
    if last.result is not LegResult.TRANSFERRED or last.ended_at is None:
        return False
    waits = [visit for visit in call.visits if visit.queued_at > answered_at]
    if waits:
        return waits[-1].end is VisitEnd.ABANDONED
    return _rang(call, last, answered_at) or call.ended_at - last.ended_at <= AT_ONCE


def _rang(call: Call, last: Leg, answered_at: datetime) -> bool:
    """Whether a colleague was rung behind the last who talked."""
    return any(leg.offered_at > answered_at for leg in call.legs if leg is not last and leg.interface)
