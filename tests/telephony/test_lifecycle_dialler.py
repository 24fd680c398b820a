"""The agent who makes an internal call has no leg of their own, and is on it from when they dial."""

from dataclasses import replace
from itertools import permutations

from telephony.events import CallEvent, DiallerLeft, Direction
from telephony.lifecycle import apply, lost
from tests.telephony.telling import CALL, LINK, answered, at, ended, leg_ended, live, offered

BEN = "PJSIP/ben"
DIALS = replace(offered(0, queue=None), direction=Direction.INTERNAL, dialler=BEN)


def dialler_left(second: float) -> DiallerLeft:
    return DiallerLeft(link=LINK, at=at(second), call=CALL)


def is_on(*story: CallEvent) -> bool:
    return live(*story).dialler_is_on


def test_is_on_the_call_until_it_ends() -> None:
    assert is_on(DIALS)
    assert is_on(DIALS, answered(4))
    assert is_on(DIALS, answered(4), leg_ended(9))
    assert not is_on(DIALS, answered(4), leg_ended(9), ended(9))
    assert not lost(live(DIALS), at(5)).dialler_is_on
    assert live(DIALS, ended(9)).dialler == BEN


def test_may_leave_it_to_others() -> None:
    assert not is_on(DIALS, answered(4), dialler_left(6))
    assert live(DIALS, dialler_left(6), dialler_left(6), dialler_left(9)).dialler_left_at == at(6)


def test_nobody_of_ours_dialled_any_other_call() -> None:
    assert not is_on(offered(0, queue=None))


def test_is_believed_whenever_it_is_said() -> None:
    unsaid = replace(DIALS, dialler="")
    for story in permutations((unsaid, DIALS, replace(DIALS, dialler="PJSIP/late", at=at(3)))):
        assert live(*story).dialler == BEN


def test_is_told_again_to_who_read_the_call_back_from_a_record() -> None:
    read = replace(live(DIALS), claims=(), dialler="")
    assert not read.dialler_is_on
    after = apply(read, DIALS)
    assert after is not None
    assert after.dialler_is_on
