"""Call-backs kept, by hand."""

from datetime import timedelta

from console.figures.intervals import Span
from console.figures.promises import CallBack, Kept, kept
from console.figures.shares import Share
from tests.console.figures.making import NOON

MINUTE = timedelta(minutes=1)
PERIOD = Span(NOON, NOON + 60 * MINUTE)
LATER = NOON + 600 * MINUTE


def test_kept_late_and_forgotten_ones() -> None:
    promises = [
        CallBack(NOON, NOON - 5 * MINUTE),
        CallBack(NOON, NOON + 15 * MINUTE),
        CallBack(NOON, NOON + 16 * MINUTE),
        CallBack(NOON),
        CallBack(NOON + 60 * MINUTE),  # of the next period
    ]
    assert kept(promises, PERIOD, LATER) == Kept(Share(2, 4), 0, 0)


def test_withdrawn_ones_are_owed_no_more() -> None:
    assert kept([CallBack(NOON, withdrawn=True)], PERIOD, LATER) == Kept(Share(0, 0), 1, 0)


def test_those_that_may_still_be_kept_do_not_count_yet() -> None:
    promises = [CallBack(NOON), CallBack(NOON + 50 * MINUTE)]
    assert kept(promises, PERIOD, NOON + 20 * MINUTE) == Kept(Share(0, 1), 0, 1)
    assert kept(promises, PERIOD, NOON + 20 * MINUTE, grace=20 * MINUTE) == Kept(Share(0, 0), 0, 2)


def test_of_two_queues_they_add_up() -> None:
    one, other = Kept(Share(2, 4), 1, 0), Kept(Share(1, 1), 0, 2)
    assert one + other == Kept(Share(3, 5), 1, 2)
