"""What comes in: waits that clocks disagree about, parts that are not over."""

from console.figures.visits import NOTHING, Part, Visit
from telephony.events import LegResult, VisitEnd
from tests.console.figures.making import NOON, seconds


def test_a_wait_is_never_less_than_nothing() -> None:
    visit = Visit("a", 1, "support", NOON, NOON - seconds(2), VisitEnd.ANSWERED)
    assert visit.wait == NOTHING
    assert not visit.waits


def test_who_waits_and_who_has_left_without_an_end() -> None:
    waiting, left = Visit("a", 1, "support", NOON), Visit("a", 1, "support", NOON, NOON + seconds(9))
    assert (waiting.waits, waiting.wait) == (True, NOTHING)
    assert (left.waits, left.wait) == (False, seconds(9))


def test_talk_is_without_hold() -> None:
    part = Part("ana", NOON, NOON, NOON + seconds(100), LegResult.ANSWERED, held_s=30, wrap_up_s=7.5)
    assert (part.talked, part.held, part.wrap_up) == (seconds(70), seconds(30), seconds(7.5))
    assert part.handled
    assert not part.missed
    assert not part.transferred


def test_a_hold_is_not_longer_than_the_part() -> None:
    part = Part("ana", NOON, NOON, NOON + seconds(10), held_s=30)
    assert (part.talked, part.held) == (NOTHING, seconds(10))


def test_a_part_that_is_not_over_has_no_times_yet() -> None:
    ringing, talking = Part("ana", NOON), Part("ana", NOON, NOON, held_s=3)
    assert not ringing.handled
    assert not talking.handled
    assert talking.talked == talking.held == NOTHING


def test_clocks_that_disagree_take_no_time_away() -> None:
    part = Part("ana", NOON, NOON, NOON - seconds(1), held_s=3)
    assert part.talked == part.held == NOTHING


def test_what_became_of_an_offer() -> None:
    assert Part("ana", NOON, result=LegResult.NO_ANSWER).missed
    assert not Part("ana", NOON, result=LegResult.WITHDRAWN).missed
    assert Part("ana", NOON, result=LegResult.TRANSFERRED).transferred
