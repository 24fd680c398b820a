"""The catalogue of facts."""

from datetime import date

import pytest

from scripts_engine.facts import CATALOGUE, FactType, find_fact, nearest_fact, nearest_name, value_mistake


def test_the_catalogue_is_by_name() -> None:
    assert all(name == fact.name and fact.label for name, fact in CATALOGUE.items())
    assert len(CATALOGUE) == 44


def test_attributes_are_an_open_family() -> None:
    fact = find_fact("attr.number_of_people")
    assert fact is not None
    assert (fact.label, fact.type) == ("number of people", FactType.NUMBER_OR_TEXT)
    assert find_fact("attr.") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("purchases.late_opn", "purchases.late_open"),
        ("late_open", "purchases.late_open"),
        ("CASES.OPEN", "cases.open"),
        ("Late_Open", "purchases.late_open"),
        ("zzzzzzzz", None),
    ],
)
def test_the_nearest_fact(written: str, meant: str | None) -> None:
    assert nearest_fact(written) == meant


def test_a_name_in_other_capitals_is_near() -> None:
    assert nearest_name("SUPPORT", ["sales", "Support"]) == "Support"
    assert nearest_name("GREET", ["Greet", "greet"]) == "Greet"


def test_no_name_is_near() -> None:
    assert nearest_name("x", ["abc"]) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("caller.known", True),
        ("caller.segment", "gold"),
        ("caller.match", "one"),
        ("purchases.categories", ("ink",)),
        ("purchases.categories", ["ink"]),
        ("purchases.spend_30d", 12.5),
        ("cases.open", 3),
        ("attr.tier", "gold"),
        ("attr.tier", 3),
    ],
)
def test_values_that_fit(name: str, value: object) -> None:
    assert value_mistake(name, value) is None


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("caller.known", 1, '"caller.known" is yes or no, not 1'),
        (
            "caller.match",
            "two",
            '"caller.match" is never "two", only one of one, shared, many, none, withheld',
        ),
        ("caller.segment", 5, '"caller.segment" is a text, not 5'),
        ("purchases.categories", "ink", '"purchases.categories" is a list, not "ink"'),
        ("purchases.spend_30d", "a lot", '"purchases.spend_30d" is an amount of money, not "a lot"'),
        ("purchases.last_days", True, '"purchases.last_days" is a number of days, not true'),
        ("cases.open", float("nan"), '"cases.open" is a number, not NaN'),
        ("attr.tier", ("x",), '"attr.tier" is a number or text, not ["x"]'),
        ("cases.open", None, '"cases.open" is a number, not null'),
        ("caller.known", date(2026, 11, 21), '"caller.known" is yes or no, not "2026-11-21"'),
        ("cases.opn", 1, 'there is no fact "cases.opn", did you mean "cases.open"'),
        ("zzzzzzz", 1, 'there is no fact "zzzzzzz"'),
    ],
)
def test_values_that_do_not_fit(name: str, value: object, why: str) -> None:
    assert value_mistake(name, value) == why
