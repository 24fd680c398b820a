"""Stages of a pop only go forward; what no browser confirmed is not shown, with the reason."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls import delivery
from console.calls.record import PopRecord
from telephony.events import LegResult
from tests.conftest import NOW

LATER = NOW + timedelta(seconds=1)


def test_a_pop_without_a_user_has_no_screen() -> None:
    pop = delivery.offered(None, "PJSIP/a9", NOW)
    assert (pop.state, pop.reason) == ("not_shown", "no user has the interface PJSIP/a9")
    delivery.over(pop, LegResult.NO_ANSWER, NOW)
    assert pop.state == "not_shown"


def test_all_stages_in_order() -> None:
    pop = delivery.offered(1, "PJSIP/a1", NOW)
    assert pop.state == "offered"
    delivery.sent(pop, NOW)
    assert pop.state == "sent"
    delivery.shown(pop, LATER, visible=False)
    assert (pop.state, pop.visible) == ("shown", False)
    delivery.answered(pop, NOW)
    assert pop.state == "answered"
    delivery.over(pop, LegResult.ANSWERED, NOW)
    assert (pop.state, pop.sent_at, pop.shown_at, pop.reason) == ("ended", NOW, LATER, None)


@pytest.mark.parametrize("result", [LegResult.NO_ANSWER, LegResult.WITHDRAWN, LegResult.CANCELLED])
def test_a_ring_without_answer_is_withdrawn(result: LegResult) -> None:
    pop = delivery.offered(1, "PJSIP/a1", NOW)
    delivery.shown(pop, NOW, visible=True)
    delivery.over(pop, result, NOW)
    assert pop.state == "withdrawn"


def test_why_it_was_not_shown() -> None:
    unsent = delivery.offered(1, "PJSIP/a1", NOW)
    delivery.over(unsent, LegResult.CANCELLED, NOW)
    assert (unsent.state, unsent.reason) == ("not_shown", delivery.NO_DESK)
    unconfirmed = delivery.offered(1, "PJSIP/a1", NOW)
    delivery.sent(unconfirmed, NOW)
    delivery.over(unconfirmed, LegResult.ANSWERED, NOW)
    assert (unconfirmed.state, unconfirmed.reason) == ("not_shown", delivery.NOT_CONFIRMED)


@pytest.mark.parametrize(
    ("arrived", "reason"), [(True, delivery.NO_DESK), (False, delivery.NO_BUS), (None, delivery.TOO_SHORT)]
)
def test_what_kept_it_from_the_desk(arrived: bool | None, reason: str) -> None:
    pop = delivery.offered(1, "PJSIP/a1", NOW)
    if arrived is not None:
        delivery.put(pop, arrived=arrived)
    delivery.missed(pop)
    delivery.over(pop, LegResult.CANCELLED, NOW)
    assert (pop.state, pop.reason) == ("not_shown", reason)


def test_a_bus_that_came_back_in_time_is_no_reason() -> None:
    pop = delivery.offered(1, "PJSIP/a1", NOW)
    delivery.put(pop, arrived=False)
    delivery.sent(pop, NOW)
    delivery.over(pop, LegResult.CANCELLED, NOW)
    assert pop.reason == delivery.NOT_CONFIRMED


def test_a_late_confirmation_counts() -> None:
    pop = delivery.offered(1, "PJSIP/a1", NOW)
    delivery.sent(pop, NOW)
    delivery.over(pop, LegResult.NO_ANSWER, NOW)
    delivery.shown(pop, LATER, visible=True)
    assert (pop.state, pop.reason, pop.shown_at) == ("withdrawn", None, LATER)


def test_late_news_of_sending_tell_the_reason() -> None:
    pop = delivery.offered(1, "PJSIP/a1", NOW)
    delivery.over(pop, LegResult.NO_ANSWER, NOW)
    delivery.sent(pop, LATER)
    assert (pop.state, pop.reason, pop.sent_at) == ("not_shown", delivery.NOT_CONFIRMED, LATER)


@pytest.mark.parametrize("result", [LegResult.ANSWERED, LegResult.NO_ANSWER])
def test_a_desk_opened_after_the_call_confirms_nothing(result: LegResult) -> None:
    pop = delivery.offered(1, "PJSIP/a1", NOW)
    delivery.over(pop, result, LATER)
    delivery.over(pop, result, LATER + timedelta(minutes=9))
    opened = LATER + timedelta(minutes=1)
    delivery.sent(pop, opened)
    delivery.shown(pop, opened, visible=True)
    assert (pop.state, pop.reason) == ("not_shown", delivery.NO_DESK)
    assert (pop.sent_at, pop.shown_at) == (None, None)


@given(st.lists(st.sampled_from(["sent", "shown", "answered"]), max_size=8))
def test_the_order_of_the_news_does_not_matter(news: list[str]) -> None:
    pop = delivery.offered(1, "PJSIP/a1", NOW)
    for stage in news:
        _hear(pop, stage)
    furthest = max(news, key=["sent", "shown", "answered"].index, default="offered")
    assert pop.state == furthest


def _hear(pop: PopRecord, stage: str) -> None:
    if stage == "sent":
        delivery.sent(pop, NOW)
    elif stage == "shown":
        delivery.shown(pop, NOW, visible=True)
    else:
        delivery.answered(pop, NOW)
