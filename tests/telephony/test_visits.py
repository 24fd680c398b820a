"""The waits of a call: when each began, when and how it ended, and who answered out of it."""

from dataclasses import replace

import pytest

from telephony.call import Visit
from telephony.events import CallEnded, CallEvent, End, LegId
from telephony.lifecycle import Call, apply
from telephony.visits import said
from tests.telephony.telling import (
    ANA,
    BEN,
    answered,
    at,
    ended,
    left,
    live,
    offered,
    queued,
    transferred,
)

MOVED = replace(left(6), moved=True)
Told = list[tuple[str, float, float | None, str | None, LegId | None]]


def told(call: Call) -> Told:
    """Of each visit the queue, seconds of beginning and end, how it ended and who answered."""
    return [
        (
            visit.queue,
            (visit.queued_at - at(0)).total_seconds(),
            None if visit.left_at is None else (visit.left_at - at(0)).total_seconds(),
            visit.end and visit.end.value,
            visit.leg,
        )
        for visit in call.visits
    ]


STORIES: dict[str, tuple[tuple[CallEvent, ...], Told]] = {
    "waits": ((queued(0), offered(2)), [("support", 0, None, None, None)]),
    "is answered": ((queued(0), offered(2), answered(5)), [("support", 0, 5, "answered", ANA)]),
    "gives up": ((queued(0), offered(2), left(6), ended(6)), [("support", 0, 6, "abandoned", None)]),
    "gives up, and nobody says that they left": (
        (queued(0), ended(6)),
        [("support", 0, 6, "abandoned", None)],
    ),
    "has left, and it does not show yet why": ((queued(0), left(6)), [("support", 0, 6, None, None)]),
    "the queue gives up and the call ends": (
        (queued(0), left(6), ended(9, End.TIMED_OUT)),
        [("support", 0, 6, "timed_out", None)],
    ),
    "the queue gives up and a stranger takes the call": (
        (queued(0), left(6), ended(9, End.COMPLETED)),
        [("support", 0, 6, "timed_out", None)],
    ),
    "the queue gives up, then the caller does in another": (
        (queued(0), left(6), queued(6, "second"), left(9, "second"), ended(9)),
        [("support", 0, 6, "timed_out", None), ("second", 6, 9, "abandoned", None)],
    ),
    "the queue gives up and a phone rings in vain": (
        (queued(0), left(6), offered(7, queue=None), ended(9)),
        [("support", 0, 6, "timed_out", None)],
    ),
    "the queue gives up and a phone is answered": (
        (queued(0), left(6), offered(7, queue=None), answered(8), ended(9)),
        [("support", 0, 6, "timed_out", None)],
    ),
    "a key takes the caller out": ((queued(0), MOVED), [("support", 0, 6, "moved", None)]),
    "a key takes the caller out and the call ends": (
        (queued(0), MOVED, ended(9)),
        [("support", 0, 6, "moved", None)],
    ),
    "is said to have left for an answer": (
        (queued(0), offered(2), MOVED, answered(6.5)),
        [("support", 0, 6.5, "answered", ANA)],
    ),
    "who left without a word is moved, unless the queue gave up": (
        (queued(0), MOVED, left(6.1), ended(9)),
        [("support", 0, 6, "abandoned", None)],
    ),
    "turns up in another queue": (
        (queued(0), queued(6, "second")),
        [("support", 0, 6, "moved", None), ("second", 6, None, None, None)],
    ),
    "is answered at another place": (
        (queued(0), offered(2), offered(4, BEN, None), answered(5, BEN)),
        [("support", 0, 5, "moved", None)],
    ),
    "comes back into the same queue": (
        (queued(0), left(6), queued(7), left(9), ended(9)),
        [("support", 0, 6, "timed_out", None), ("support", 7, 9, "abandoned", None)],
    ),
    "is passed on into the same queue": (
        (queued(0), offered(1), answered(2), transferred(8), queued(9), offered(10, BEN), answered(12, BEN)),
        [("support", 0, 2, "answered", ANA), ("support", 9, 12, "answered", BEN)],
    ),
    "is passed on into a queue and gives up": (
        (
            queued(0),
            offered(1),
            answered(2),
            transferred(8),
            queued(9, "second"),
            left(11, "second"),
            ended(11),
        ),
        [("support", 0, 2, "answered", ANA), ("second", 9, 11, "abandoned", None)],
    ),
    "a resync tells the wait again": (
        (queued(0), queued(0.7), offered(2), queued(0.9), answered(5)),
        [("support", 0, 5, "answered", ANA)],
    ),
    "only the ring was heard of": (
        (offered(2), answered(5)),
        [("support", 2, 5, "answered", ANA)],
    ),
    "two ring in a wait that was not heard of": (
        (offered(3, BEN), offered(2), answered(5)),
        [("support", 2, 5, "answered", ANA)],
    ),
    "a resync tells of the wait a moment behind its ring": (
        (queued(2.8), offered(2), answered(5)),
        [("support", 2, 5, "answered", ANA)],
    ),
    "one answers, and a second one talks with them": (
        (queued(0), offered(1), answered(2), offered(5, BEN), answered(6, BEN)),
        [("support", 0, 2, "answered", ANA)],
    ),
    "vanishes while it waits": (
        (queued(0), ended(50, End.LOST)),
        [("support", 0, 50, "lost", None)],
    ),
    "vanishes behind the wait": (
        (queued(0), left(6), ended(50, End.LOST)),
        [("support", 0, 6, "lost", None)],
    ),
    "vanishes in a talk": (
        (queued(0), offered(1), answered(2), ended(50, End.LOST)),
        [("support", 0, 2, "answered", ANA)],
    ),
    "leaves where it is not": (
        (queued(0), left(3, "second"), offered(4), answered(5), left(6)),
        [("support", 0, 5, "answered", ANA)],
    ),
    "is a direct call": ((offered(0, queue=None), answered(2), ended(9)), []),
    "leaves and is answered where no queue is": ((offered(0, queue=None), left(1), answered(2)), []),
    "what comes behind the end was at the end": (
        (offered(0, queue=None), ended(9), queued(11)),
        [("support", 9, 9, "abandoned", None)],
    ),
    "a ring nobody offered says nothing": (
        (queued(0), answered(3, BEN)),
        [("support", 0, None, None, None)],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_how_waits_end(name: str) -> None:
    story, expected = STORIES[name]
    assert told(live(*story)) == expected
    begins = story[0]  # nothing else can begin a call
    backwards = live(begins, *reversed(story))
    if backwards.said_end is not End.LOST:  # which takes nothing more
        assert told(backwards) == expected


def test_the_newest_wait_is_the_calls() -> None:
    call = live(queued(0), left(6), queued(7, "second"))
    assert (call.queue, call.visit) == ("second", Visit("second", at(7)))
    assert (live(offered(0, queue=None)).queue, live(offered(0, queue=None)).visit) == (None, None)


@pytest.mark.parametrize("name", STORIES)
def test_waits_that_were_read_back_stay_as_they_were(name: str) -> None:
    story = [event for event in STORIES[name][0] if not isinstance(event, CallEnded)]
    call = live(*story)
    joins, leavings = said(call.visits)
    legs = tuple(replace(leg, told=None) for leg in call.legs)
    after = apply(replace(call, claims=(), joins=joins, leavings=leavings, legs=legs), queued(20, "third"))
    assert after is not None
    over = [visit for visit in call.visits if visit.end is not None]
    assert [visit for visit in after.visits if visit in over] == over
