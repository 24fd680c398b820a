"""What is told of a leg that was never offered decides nothing: it is forged, or its offer still to come."""

import pytest

from telephony.events import CallAnswered, CallEnded, CallTransferred, LegEnded, LegEvent, LegId
from telephony.lifecycle import Call, CallState, apply
from tests.telephony.telling import CALL, LINK, answered, at, live, offered, queued

STRANGE = LegId("main-forged.1")


def of_nobody(kind: type[LegEvent], second: float) -> LegEvent:
    return kind(link=LINK, at=at(second), call=CALL, leg=STRANGE)


def ended(call: Call, second: float) -> Call:
    after = apply(call, CallEnded(link=LINK, at=at(second), call=CALL))
    assert after is not None
    return after


@pytest.mark.parametrize("kind", [CallAnswered, LegEnded, CallTransferred])
def test_a_caller_whom_nobody_was_rung_for_was_not_answered(kind: type[LegEvent]) -> None:
    call = live(queued(), of_nobody(kind, 3))
    assert (call.state, call.answered_at, call.talked) == (CallState.QUEUED, None, False)
    assert (ended(call, 9).end, ended(call, 9).answered_at) == ("abandoned", None)


def test_it_answers_for_nobody_else() -> None:
    call = ended(live(queued(), offered(1), of_nobody(CallAnswered, 3)), 9)
    assert call.end == "abandoned"
    assert [leg.result for leg in call.legs if leg.interface] == ["cancelled"]


def test_it_counts_as_soon_as_the_offer_is_heard() -> None:
    call = ended(live(queued(), answered(3)), 9)
    assert call.end == "abandoned"
    late = apply(call, offered(2))
    assert late is not None
    assert (late.end, late.answered_at) == ("completed", at(3))
