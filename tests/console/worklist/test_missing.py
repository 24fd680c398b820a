"""Which callers nobody served, by the life of their calls."""

from dataclasses import replace
from datetime import timedelta

import pytest

from console.worklist.missing import missed_since
from telephony.call import Leg, Visit
from telephony.events import Direction, End, LegId, LegResult, VisitEnd
from telephony.lifecycle import Call
from tests.conftest import NOW
from tests.console.worklist.called import record

S = timedelta(seconds=1)
GONE = NOW + 60 * S


def passed_on(*later: Leg, wait: VisitEnd | None = None, gone_s: int = 1) -> Call:
    """A call whose agent passed it on a minute ago; the caller was there `gone_s` more."""
    call = record(NOW, answered=1).call
    (leg,) = call.legs
    waits = (Visit("orders", GONE, GONE + gone_s * S, wait),) if wait else ()
    return replace(
        call,
        legs=(replace(leg, result=LegResult.TRANSFERRED, ended_at=GONE), *later),
        visits=(*call.visits, *waits),
        ended_at=GONE + gone_s * S,
    )


def rung(answered: bool = False) -> Leg:
    answered_at = GONE + 2 * S if answered else None
    return Leg(LegId("b"), "PJSIP/a2", None, GONE, answered_at=answered_at, ended_at=GONE + 20 * S)


@pytest.mark.parametrize(
    ("call", "since"),
    [
        (record(NOW).call, NOW),
        (record(NOW, end=End.TIMED_OUT).call, NOW),
        (record(NOW, end=End.LOST).call, None),
        (record(NOW, end=None).call, None),
        (record(NOW, direction=Direction.OUTBOUND).call, None),
        (record(NOW, answered=1).call, None),
        (passed_on(), GONE + S),
        (passed_on(gone_s=90), None),
        (passed_on(wait=VisitEnd.ABANDONED, gone_s=40), GONE + 40 * S),
        (passed_on(wait=VisitEnd.ANSWERED, gone_s=40), None),
        (passed_on(rung(), gone_s=20), GONE + 20 * S),
        (passed_on(rung(answered=True), gone_s=20), None),
        (replace(passed_on(), end=End.LOST), None),
        (replace(passed_on(), legs=(), ended_at=GONE), None),
    ],
    ids=[
        *("abandoned", "timed out", "lost", "goes on", "made by an agent", "answered"),
        *("passed on to nowhere", "passed on and stayed", "gave up in the next queue", "answered there"),
        *("a colleague did not answer", "a colleague answered", "lost behind it", "nobody is known"),
    ],
)
def test_who_waits_to_be_called(call: Call, since: object) -> None:
    assert missed_since(call) == since
