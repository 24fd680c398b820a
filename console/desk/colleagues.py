"""What the rest of a call means for one leg's pop: who had the caller before, who was asked, who has them
now, where they wait, and what each of the others wrote. Pure."""

from collections.abc import Mapping
from datetime import datetime

from console.calls.record import NoteRecord
from console.desk.pop import CallPart, ColleagueState, PopColleague
from console.queues.directory import Directory
from console.worklist.missing import missed_since
from telephony.events import End, LegId, LegResult
from telephony.lifecycle import Call, CallState, Leg

Notes = Mapping[LegId, NoteRecord]


def of_call(call: Call, leg: Leg, directory: Directory, notes: Notes) -> CallPart:
    """The part of the leg's pop that others on the call change."""
    instead = _answered_instead(call, leg)
    return {
        "end": _end(call, leg),
        "withdrawn_by": _name(instead, directory) if instead else None,
        "waits_in": directory.queue(call.queue).title if call.queue and _waits_on(call, leg) else None,
        "unserved": leg.result is LegResult.TRANSFERRED and missed_since(call) is not None,
        "dialler_left": call.dialler_left_at is not None,
        "colleagues": [
            _colleague(other, leg, directory, notes) for other in call.legs if _concerns(other, leg)
        ],
    }


def _end(call: Call, leg: Leg) -> str | None:
    """How the call ended. One that was lost later is not lost for who was done with it before."""
    if call.end is End.LOST and leg.ended_at != call.ended_at:
        return None
    return call.end.value if call.end else None


def concerns_all(before: Call | None, after: Call) -> bool:
    """Whether what happened shows on more pops than those of the legs that changed. The ring of many phones
    does not: drawing each anew for each of the others would cost their square."""
    return before is None or after.talked or _of_all(before) != _of_all(after)


def _of_all(call: Call) -> tuple[object, ...]:
    return call.end, call.queue, call.dialler_left_at


def _concerns(other: Leg, leg: Leg) -> bool:
    """Whether the pop of `leg` tells of `other`: it had the caller before, or came in while `leg` talked."""
    return other.id != leg.id and bool(other.interface) and (had_before(other, leg) or _after(other, leg))


def had_before(other: Leg, leg: Leg) -> bool:
    """Whether the agent of `other` talked with the caller before the phone of `leg` rang."""
    return other.id != leg.id and other.talked and (other.answered_at or other.offered_at) <= leg.offered_at


def _after(other: Leg, leg: Leg) -> bool:
    joined = leg.talked and other.offered_at >= (leg.answered_at or leg.offered_at)
    return joined and other.result not in {LegResult.WITHDRAWN, LegResult.CANCELLED}


def _colleague(other: Leg, leg: Leg, directory: Directory, notes: Notes) -> PopColleague:
    agent, note = directory.agent(other.interface, other.device), notes.get(other.id)
    return {
        "leg": other.id,
        "name": _name(other, directory),
        "line": agent.line if agent else None,
        "own": agent is not None and agent == directory.agent(leg.interface, leg.device),
        "before": had_before(other, leg),
        "state": _state(other),
        "answered_at": _moment(other.answered_at),
        "ended_at": _moment(other.ended_at),
        "note": note.text if note else "",
    }


def _name(leg: Leg, directory: Directory) -> str:
    return directory.name_at(leg.interface, leg.device)


def _state(leg: Leg) -> ColleagueState:
    if leg.result is LegResult.TRANSFERRED:
        return "passed_on"
    if leg.result is not None:
        return "left" if leg.talked else "missed"
    if leg.answered_at is None:
        return "ringing"
    return "held" if leg.held else "talking"


def _answered_instead(call: Call, leg: Leg) -> Leg | None:
    """Who answered instead of a withdrawn leg, once that is known."""
    if leg.result is not LegResult.WITHDRAWN:
        return None
    return next(
        (
            other
            for other in call.legs
            if other.answered_at and other.answered_at >= leg.offered_at and other.id != leg.id
        ),
        None,
    )


def _waits_on(call: Call, leg: Leg) -> bool:
    """Whether the caller waits in a queue again since this leg had them, or rang for them."""
    visit, since = call.visit, leg.answered_at or leg.offered_at
    waits = visit is not None and visit.left_at is None and visit.queued_at > since
    return waits and leg.result is not None and call.state in {CallState.QUEUED, CallState.RINGING}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
