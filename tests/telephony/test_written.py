"""Numbers as people write them into an address book."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.numbers import MAX_RAW, Plan
from telephony.written import e164_of, numbers_in, without_words

SK = Plan("SK")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("tel. 0905 123 456", "0905 123 456"),
        ("Mobil: 0905/123 456", "0905/123 456"),
        ("T: 0905 123 456", "0905 123 456"),
        ("0905 123 456 mobil", "0905 123 456"),
        ("0905 123 456 (pani Nováková, ekonómka)", "0905 123 456"),
        ("tel. (02) 1234 5678 ext. 12", "(02) 1234 5678"),
        ("tel:+421905123456", "+421905123456"),
        ("order 0905 123 456", "order 0905 123 456"),
        ("Tomáš 0905 123 456", "Tomáš 0905 123 456"),
        ("tel", ""),
        ('="0905123456"', "0905123456"),
        ("'+421 905 123 456", "+421 905 123 456"),
        ("421905123456.0", "421905123456"),
        ("421905123456,00", "421905123456"),
        ("030.901820.0", "030.901820.0"),
        ("4.21905E+11", "4.21905E+11"),
    ],
)
def test_words_around_a_number(written: str, number: str) -> None:
    assert without_words(written) == number


@pytest.mark.parametrize("written", ["4.21905E+11", "4.21905e11", "421905E06", "tel. 4.21905E+11"])
@pytest.mark.parametrize("region", ["AT", "DE", "IT", "SK"])
def test_a_number_whose_last_digits_a_spreadsheet_lost_is_none(written: str, region: str) -> None:
    assert e164_of(written, Plan(region)) is None


def test_what_is_too_long_for_a_number_is_left_alone() -> None:
    text = "tel. " + "1" * MAX_RAW
    assert without_words(text) == text


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("0905 123 456, 0911 222 333", ("0905 123 456", "0911 222 333")),
        ("0905 123 456 / 0911 222 333 /", ("0905 123 456", "0911 222 333")),
        ("+421 905 123 456 - tel. 0911 222 333", ("+421 905 123 456", "tel. 0911 222 333")),
        ("0905 123 456  0911 222 333", ("0905 123 456", "0911 222 333")),
        ("02/1234 5678, 0905 123 456", ("02/1234 5678", "0905 123 456")),
        ("02/1234 5678", ("02/1234 5678",)),
        ("0905 123 456 / 457", ("0905 123 456 / 457",)),
        ("", ("",)),
    ],
)
def test_several_numbers_in_one_field(written: str, numbers: tuple[str, ...]) -> None:
    assert numbers_in(written, SK) == numbers


@given(st.text(max_size=60))
def test_nothing_is_lost_unless_all_of_it_is_numbers(text: str) -> None:
    numbers = numbers_in(text, SK)
    assert numbers == (text,) or all(e164_of(each, SK) for each in numbers)
