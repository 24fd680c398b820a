"""What is dialled for somebody is what they would dial at their phone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.numbers import Plan
from telephony.outgoing import MOST_TYPED, to_dial, to_press

SK = Plan("SK", extensions=(3, 4))
WITH_PREFIX = Plan("SK", prefix="9", extensions=(3, 4))


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("+421 905 123 456", "0905123456"),
        ("+421905123456", "0905123456"),
        ("0905/123 456", "0905123456"),
        ("00421 (905) 123-456", "0905123456"),
        ("tel:+421905123456", "0905123456"),
        ("+45 32 12 34 56", "004532123456"),
        ("  1001 ", "1001"),
        ("112", "112"),
        ("*72", "*72"),
        ("+999 1", "009991"),
        ("+999 1234567", "009991234567"),
        ("+800 1234 5678", "0080012345678"),
    ],
)
def test_any_form_of_a_number_is_pressed(typed: str, keys: str) -> None:
    assert to_press(typed, SK) == keys


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("+421 905 123 456", "90905123456"),
        ("90905123456", "90905123456"),
        ("+45 32 12 34 56", "9004532123456"),
        ("1001", "1001"),
        ("+9991", "9009991"),
    ],
)
def test_an_outside_line_is_taken_where_there_is_a_prefix(typed: str, keys: str) -> None:
    assert to_press(typed, WITH_PREFIX) == keys


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("+421 905 123 456", "+421905123456"),
        ("0905/123 456", "+421905123456"),
        ("00421 905 123 456", "+421905123456"),
        ("1001", "1001"),
        ("112", "112"),
        ("+999 1", "+9991"),
        ("Ana", None),
    ],
)
def test_without_a_prefix_an_outside_number_is_dialled_in_its_e164_form(
    typed: str, dialled: str | None
) -> None:
    assert to_dial(typed, SK) == dialled


def test_with_a_prefix_it_is_dialled_as_by_hand() -> None:
    assert to_dial("+421 905 123 456", WITH_PREFIX) == "90905123456"


def test_a_number_of_north_america_is_dialled_there() -> None:
    assert to_press("(202) 555-0123", Plan("US")) == "12025550123"
    assert to_press("+421 905 123 456", Plan("US")) == "011421905123456"


@pytest.mark.parametrize("typed", ["", "  ", "Ana", "1001; core stop now", "10\n01x", "9" * (MOST_TYPED + 1)])
def test_what_is_no_number_is_not_dialled(typed: str) -> None:
    assert to_press(typed, SK) is None


@given(st.text(max_size=MOST_TYPED + 2), st.sampled_from([SK, WITH_PREFIX, Plan("US")]))
def test_only_keys_are_ever_pressed(typed: str, plan: Plan) -> None:
    keys, dialled = to_press(typed, plan), to_dial(typed, plan)
    assert (keys is None) == (dialled is None)
    assert keys is None or (keys and set(keys) <= set("0123456789*#"))
    assert dialled is None or re.fullmatch(r"\+?[0-9*#]+", dialled)
