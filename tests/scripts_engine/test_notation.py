"""Comparisons as text, read and written; and what is said about wrong ones."""

import pytest
from hypothesis import given

from scripts_engine.conditions import Compare, Operator
from scripts_engine.notation import MAX_LENGTH, NotationError, read, write
from tests.scripts_engine.making import compares


@given(compares())
def test_what_is_written_reads_the_same(comparison: Compare) -> None:
    assert read(write(comparison)) == comparison


@pytest.mark.parametrize(
    ("text", "operator", "value"),
    [
        ("cases.open=1", Operator.EQUAL, 1),
        ("  cases.open  >=  -1.5 ", Operator.AT_LEAST, -1.5),
        ("cases.open >= 1e3", Operator.AT_LEAST, 1000.0),
        ("cases.open not   in [1,2]", Operator.NOT_IN, (1, 2)),
        ("cases.open is  known", Operator.IS_KNOWN, None),
    ],
)
def test_numbers(text: str, operator: Operator, value: object) -> None:
    assert read(text) == Compare("cases.open", operator, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('attr.x = "say \\"hi\\" \\\\ there"', 'say "hi" \\ there'),
        ("attr.x = 'it is \"so\"'", 'it is "so"'),
        ("attr.x in[\"a, b\", 'c', 3]", ("a, b", "c", 3)),
        ('attr.number of people = "="', "="),
    ],
)
def test_texts(text: str, value: object) -> None:
    assert read(text).value == value


def test_yes_and_no() -> None:
    for word, value in {"yes": True, "Yes": True, "true": True, "no": False, "FALSE": False}.items():
        assert read(f"caller.known = {word}").value is value
    assert write(Compare("caller.known", Operator.EQUAL, True)) == "caller.known = yes"
    assert write(Compare("caller.known", Operator.EQUAL, False), verdict=False) == "not caller.known = no"


@pytest.mark.parametrize(
    ("text", "why", "nearest"),
    [
        ("purchases.late_opn >= 1", 'there is no fact "purchases.late_opn"', "purchases.late_open"),
        ("cases.open => 1", 'there is no operator "=>"', ">="),
        ("cases.open == 1", 'there is no operator "=="', "="),
        ("cases.open ~ 1", 'there is no operator "~"', None),
        ("caller.known", '"caller.known" alone is no comparison', "caller.known = yes"),
        ("cases.open", '"cases.open" alone is no comparison', "cases.open is known"),
        ("cases.open is kown", '"cases.open is kown" has none of the operators', "is known"),
        ("cases.open contain 1", '"cases.open contain 1" has none of the operators', "contains"),
        ("hello", '"hello" has none of the operators', None),
        ("", '"" has none of the operators', None),
        ("cases.open is known 1", 'nothing may follow "is known", but "1" does', None),
        ("cases.open in 1", '"in" needs a list in square brackets', None),
        ("cases.open = [1]", 'a list can only follow "in" or "not in", not "="', "in"),
        ("cases.open in []", "the value is missing", None),
        ("cases.open in [1 2]", 'separated by commas, but "2" follows 1', None),
        ("cases.open in [1,]", "the value is missing", None),
        ("cases.open =", "the value is missing", None),
        ("cases.open = 1 2", '"2" is left over after 1', None),
        ('caller.segment = "vip', '"vip is no value: quotes or brackets do not match', None),
        ("caller.segment = vip", "vip is neither a number nor yes or no", '"vip"'),
        ("cases.open = 1e999", "1e999 is neither a number nor yes or no", '"1e999"'),
        (
            "caller.segment = 5",
            '"caller.segment" must be compared with a text in quotes such as "gold", not with 5',
            None,
        ),
        ('cases.open = "5"', '"cases.open" must be compared with a number, not with "5"', None),
        ("cases.open = yes", '"cases.open" must be compared with a number, not with yes', None),
        ("caller.known = 1", '"caller.known" must be compared with yes or no, not with 1', None),
        ('attr.x >= "a"', '"attr.x" must be compared with a number, not with "a"', None),
        ("attr.x = yes", '"attr.x" must be compared with a number or a text in quotes, not with yes', None),
        (
            "attr.x contains 5",
            '"attr.x" must be compared with a text in quotes',
            None,
        ),
        ('purchases.categories = "ink"', 'is a list and cannot be compared with "="', None),
        ('caller.segment > "a"', 'is a text and cannot be compared with ">"', None),
        ('cases.highest_priority = "hig"', '"cases.highest_priority" is never "hig"', "high"),
        ("x" * (MAX_LENGTH + 1), f"a comparison may have {MAX_LENGTH} characters", None),
    ],
)
def test_what_is_wrong(text: str, why: str, nearest: str | None) -> None:
    with pytest.raises(NotationError) as caught:
        read(text)
    assert why in caught.value.why
    assert caught.value.nearest == nearest


def test_part_of_a_choice_may_be_looked_for() -> None:
    assert read('cases.highest_priority contains "hi"').value == "hi"
