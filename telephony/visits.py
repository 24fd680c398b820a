"""The waits of a call in queues, concluded from what was said of it. Pure.

What is said comes twice, late and in any order, so nothing is concluded on the way: `visits` goes through all
joins, leavings and answers by their moments, each time anew. The rules:

- A join in a queue where the caller waits already tells the same wait again, a little later (a resync knows
  it in whole seconds): it began at the earliest moment said.
- A queue that rings an agent has the caller: its first wait began by then, whether or not it was told.
- An agent who answers out of the queue ends the wait, also one that the caller was said to have left just
  before.
- Who left and was heard of again, in another queue or at the phone of somebody whom this one did not ring,
  did not hang up: the queue gave up (`TIMED_OUT`). So it did when that is how the call ended. Everybody else
  who left and whose call then ended has hung up.
- Who turns up elsewhere although the queue never let them go was taken out of it (`MOVED`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from telephony.call import Call, Join, Leaving, Leg, Visit
from telephony.events import End, LegId, VisitEnd


@dataclass(slots=True)
class _Wait:
    """A wait on the way. `let_go`: the queue said that the caller left; `moved`: and did not give up."""

    queue: str
    queued_at: datetime
    left_at: datetime | None = None
    let_go: bool = False
    moved: bool = True
    leg: LegId | None = None


class _Mark(NamedTuple):
    """What happened at a moment. Of the same moment, the lower `rank` (in `_TAKES`) comes first."""

    at: datetime
    rank: int
    queue: str
    moved: bool = False
    leg: LegId = LegId("")


LEAVING, JOIN, ANSWER = range(3)


def visits(call: Call, legs: tuple[Leg, ...]) -> tuple[Visit, ...]:
    """The waits of a call, in order. `legs` are those whose offer was heard; of the call only what was said
    is looked at."""
    waits: list[_Wait] = []
    for mark in sorted(_marks(call, legs)):
        at = mark.at if call.ended_at is None else min(mark.at, call.ended_at)
        _TAKES[mark.rank](waits, mark._replace(at=at))
    return tuple(_visit(wait, wait is waits[-1], call, legs) for wait in waits)


def said(known: Iterable[Visit]) -> tuple[tuple[Join, ...], tuple[Leaving, ...]]:
    """What must have been said of a call with these waits: for one that is read back from a record."""
    joins = tuple((visit.queued_at, visit.queue) for visit in known)
    leavings = tuple(
        (visit.left_at, visit.queue, visit.end is VisitEnd.MOVED)
        for visit in known
        if visit.left_at is not None and visit.end is not VisitEnd.ANSWERED
    )
    return joins, leavings


def _marks(call: Call, legs: tuple[Leg, ...]) -> Iterable[_Mark]:
    for at, queue, moved in call.leavings:
        yield _Mark(at, LEAVING, queue, moved)
    for at, queue in _joins(call.joins, legs):
        yield _Mark(at, JOIN, queue)
    for leg in legs:
        if leg.answered_at is not None:
            yield _Mark(leg.answered_at, ANSWER, leg.queue or "", leg=leg.id)


def _joins(told: tuple[Join, ...], legs: tuple[Leg, ...]) -> Iterable[Join]:
    """The joins as told, but the first of each queue not behind its first ring."""
    rings: dict[str, datetime] = {}
    for leg in legs:
        if leg.queue is not None:
            rings[leg.queue] = min(rings.get(leg.queue, leg.offered_at), leg.offered_at)
    for at, queue in told:
        ring = rings.pop(queue, at)
        yield min(at, ring), queue
    for queue, ring in rings.items():
        yield ring, queue


def _leave(waits: list[_Wait], mark: _Mark) -> None:
    wait = waits[-1] if waits else None
    if wait is None or wait.queue != mark.queue:
        return
    if wait.left_at is None:
        wait.left_at, wait.let_go = mark.at, True
    wait.moved &= mark.moved


def _join(waits: list[_Wait], mark: _Mark) -> None:
    if waits and waits[-1].left_at is None:
        if waits[-1].queue == mark.queue:
            return
        waits[-1].left_at = mark.at
    waits.append(_Wait(mark.queue, mark.at))


def _answer(waits: list[_Wait], mark: _Mark) -> None:
    wait = waits[-1] if waits else None
    if wait is None or wait.leg is not None:
        return
    if wait.queue == mark.queue:
        wait.left_at, wait.leg = mark.at, mark.leg
    elif wait.left_at is None:
        wait.left_at = mark.at


_TAKES: tuple[Callable[[list[_Wait], _Mark], None], ...] = (_leave, _join, _answer)


def _visit(wait: _Wait, last: bool, call: Call, legs: tuple[Leg, ...]) -> Visit:
    left_at = wait.left_at or call.ended_at
    return Visit(wait.queue, wait.queued_at, left_at, _end(wait, last, call, legs), wait.leg)


def _end(wait: _Wait, last: bool, call: Call, legs: tuple[Leg, ...]) -> VisitEnd | None:
    if wait.leg is not None:
        return VisitEnd.ANSWERED
    if wait.left_at is not None:
        if wait.moved or not wait.let_go:
            return VisitEnd.MOVED
        if not last or any(leg.offered_at >= wait.left_at and leg.queue != wait.queue for leg in legs):
            return VisitEnd.TIMED_OUT
    return None if call.ended_at is None else _WITH_THE_CALL.get(call.said_end, VisitEnd.ABANDONED)


_WITH_THE_CALL: Mapping[End | None, VisitEnd] = {
    End.COMPLETED: VisitEnd.TIMED_OUT,  # somebody who is no agent took the call
    End.TIMED_OUT: VisitEnd.TIMED_OUT,
    End.LOST: VisitEnd.LOST,
}
"""How the last wait ended by what was said of the end of the call."""
