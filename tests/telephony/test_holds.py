"""For how long the caller was on hold, and to whom the call was passed on."""

from dataclasses import replace
from itertools import permutations

import pytest

from telephony.events import CallEvent, LegResult
from tests.telephony.telling import (
    answered,
    at,
    ended,
    held,
    leg_ended,
    live,
    offer_ended,
    offered,
    queued,
    resumed,
    transferred,
)

TALK: tuple[CallEvent, ...] = (queued(0), offered(1), answered(2))


@pytest.mark.parametrize(
    ("story", "held_s", "since"),
    [
        ((), 0, None),
        ((held(10),), 0, 10),
        ((held(10), resumed(14)), 4, None),
        ((held(10), resumed(14), held(20)), 4, 20),
        ((held(10), resumed(14), held(20), resumed(25)), 9, None),
        ((held(10), held(12), resumed(14), resumed(15)), 4, None),
        ((resumed(14),), 0, None),  # a blind transfer is told so
        ((held(10), leg_ended(15)), 5, None),  # so is an attended one
        ((held(10), ended(15)), 5, None),
        ((held(10), leg_ended(15), resumed(17)), 5, None),
        ((held(1), resumed(4)), 2, None),  # before the agent talked nobody was on hold
        ((held(30), leg_ended(15)), 0, None),
    ],
)
def test_how_long_the_caller_was_on_hold(
    story: tuple[CallEvent, ...], held_s: float, since: int | None
) -> None:
    for order in permutations((*TALK[1:], *story)) if len(story) < 4 else [(*TALK[1:], *story)]:
        (leg,) = live(TALK[0], *order).legs
        assert (leg.held_s, leg.held_since) == (held_s, None if since is None else at(since))
        assert leg.held is (since is not None)


def test_a_hold_that_goes_on_counts() -> None:
    (leg,) = live(*TALK, held(10), resumed(14), held(20)).legs
    assert [leg.on_hold_s(at(second)) for second in (19, 20, 27)] == [4, 4, 11]
    (leg,) = live(*TALK, held(10), resumed(14)).legs
    assert leg.on_hold_s(at(60)) == 4


def test_a_ring_that_nobody_answered_held_nobody() -> None:
    (leg,) = live(queued(0), offered(1), held(2), offer_ended(9, LegResult.NO_ANSWER)).legs
    assert (leg.held_s, leg.held_since) == (0, None)


def test_to_whom_the_call_was_passed_on() -> None:
    other = replace(transferred(31), target="104")
    unknown = replace(transferred(29), target="")
    assert live(*TALK).legs[0].transferred_to is None
    assert live(*TALK, leg_ended(30, LegResult.TRANSFERRED)).legs[0].transferred_to is None
    for story in permutations((transferred(30), other, unknown, leg_ended(30))):
        (leg,) = live(*TALK, *story).legs
        assert (leg.transferred_to, leg.result) == ("103", LegResult.TRANSFERRED)
