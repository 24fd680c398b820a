"""Who can be called back."""

import pytest

from telephony.events import Caller
from telephony.simulator.population import can_be_called


@pytest.mark.parametrize("number", ["+421905123456", "00421905123456", "0905123456", "32123456"])
def test_who_shows_a_number_can_be_called(number: str) -> None:
    assert can_be_called(Caller(number, "JAN NOVAK"))


@pytest.mark.parametrize("number", ["", "123", "anonymous", "+", "+4219051234567890123", "sip:jan@host"])
def test_what_is_no_number_of_a_phone_outside_is_not_dialled(number: str) -> None:
    assert not can_be_called(Caller(number))


def test_a_withheld_number_is_not_dialled_even_where_it_came_along() -> None:
    assert not can_be_called(Caller("+421905123456", withheld=True))
