"""First-contact resolution by hand."""

from datetime import timedelta

from console.figures.contacts import Contact, Resolution, resolution
from console.figures.intervals import Span
from console.figures.shares import Share
from tests.console.figures.making import NOON

DAY = timedelta(days=1)
WEEK = 7 * DAY
PERIOD = Span(NOON, NOON + 7 * DAY)
LATER = NOON + 30 * DAY


def contacts(customer: str | None, *days: float) -> list[Contact]:
    return [Contact(customer, NOON + day * DAY) for day in days]


def test_who_called_once_was_helped() -> None:
    assert resolution(contacts("ana", 1), PERIOD, WEEK, LATER) == Resolution(Share(1, 1), 0, 0)


def test_who_called_again_was_not_and_the_second_call_is_no_first_one() -> None:
    assert resolution(contacts("ana", 1, 3), PERIOD, WEEK, LATER).share == Share(0, 1)
    assert resolution(contacts("ana", 1, 8), PERIOD, WEEK, LATER).share == Share(0, 1)


def test_who_calls_after_that_time_comes_for_the_first_time_again() -> None:
    assert resolution(contacts("ana", -7, 0.5), PERIOD, WEEK, LATER).share == Share(1, 1)
    assert resolution(contacts("ana", -3, 0.5), PERIOD, WEEK, LATER).share == Share(0, 0)


def test_a_first_contact_counts_in_its_own_period() -> None:
    assert resolution(contacts("ana", 8), PERIOD, WEEK, LATER).share == Share(0, 0)


def test_it_is_too_early_to_tell_of_recent_ones() -> None:
    found = [*contacts("ana", 1), *contacts("bob", 2, 3), *contacts("cyd", 2.5)]
    assert resolution(found, PERIOD, WEEK, NOON + 8 * DAY) == Resolution(Share(1, 1), 0, 2)


def test_nobody_can_tell_of_strangers() -> None:
    assert resolution(contacts(None, -1, 1, 2), PERIOD, WEEK, LATER) == Resolution(Share(0, 0), 2, 0)


def test_each_customer_by_themselves_and_in_any_order() -> None:
    found = [*contacts("ana", 3), *contacts("bob", 2), *contacts("ana", 1)]
    assert resolution(found, PERIOD, WEEK, LATER).share == Share(1, 2)
