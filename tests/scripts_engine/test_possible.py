"""What can be at all."""

import pytest

from scripts_engine.conditions import Literals
from scripts_engine.notation import read
from scripts_engine.possible import MOST_WAYS, conflict, implied, ways
from tests.scripts_engine.making import condition


def literals(*texts: str) -> Literals:
    return tuple((read(text.removeprefix("not ")), not text.startswith("not ")) for text in texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("cases.open > 1", "cases.open < 2"),
        ("cases.open >= 1.5", "cases.open <= 1.7"),
        ("call.line != 1", "call.line != 2"),
        ("call.weekday > 7",),
        ("call.hour = 24",),
        ("contacts.last_satisfaction < 1",),
        ("purchases.last_days < 0",),
        ("caller.known != yes", "caller.known != no"),
        ("not caller.known = yes", "not caller.known = no", "caller.known is known"),
        ("cases.open is unknown", "cases.open >= 0"),
        ("cases.open is unknown", "cases.open is known"),
        ('caller.segment = "Gold"', 'caller.segment != "gold"'),
        ('caller.segment in ["a", "b"]', 'caller.segment not in ["a", "b", "c"]'),
        ('caller.company contains "rose garden"', 'not caller.company contains "rose"'),
        ('caller.company contains "rose"', 'caller.company = "Tulips"'),
        ('purchases.categories contains "ink"', 'not purchases.categories contains "INK"'),
        ('cases.highest_priority not in ["low", "normal", "high", "urgent"]',),
        ("attr.employees > 5", 'attr.employees = "many"'),
    ],
)
def test_what_excludes_each_other(texts: tuple[str, ...]) -> None:
    assert conflict(literals(*texts))


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("cases.open > 1", "cases.open < 3"),
        ("purchases.spend_30d > 1", "purchases.spend_30d < 2"),
        ("purchases.spend_30d < 0",),
        ("purchases.interval_ratio > 1", "purchases.interval_ratio < 2"),
        ("call.hour = 23", "call.weekday = 7"),
        ("cases.open is unknown",),
        ("attr.turnover < 1e16",),
        ("attr.turnover > 1e16",),
        ('caller.segment != "gold"', 'caller.segment contains "gold"'),
        (
            'caller.company contains "rose"',
            'caller.company contains "garden"',
            'not caller.company contains "eg"',
        ),
        ('purchases.categories contains "ink"', 'purchases.categories contains "paper"'),
        ('not purchases.categories contains "ink"',),
        ('attr.employees != "many"', "attr.employees > 5"),
    ],
)
def test_what_goes_together(texts: tuple[str, ...]) -> None:
    assert conflict(literals(*texts)) is None


def test_the_fewest_that_exclude_each_other_are_named() -> None:
    found = literals("call.line = 1", "cases.open = 1", "cases.open != 4", "cases.open = 2")
    assert conflict(found) == literals("cases.open = 1", "cases.open = 2")


@pytest.mark.parametrize(
    ("by", "text", "is_implied"),
    [
        (("cases.open >= 5",), "cases.open >= 3", True),
        (("cases.open >= 3",), "cases.open >= 5", False),
        (("cases.open > 2",), "cases.open >= 3", True),
        (("purchases.spend_30d > 2",), "purchases.spend_30d >= 3", False),
        (("cases.open = 1",), "not cases.open = 0", True),
        (("cases.open = 1",), "cases.open is known", True),
        (("cases.open is known",), "cases.open >= 0", True),
        (("call.line = 1",), "cases.open = 1", False),
        ((), "cases.open = 1", False),
        (('caller.segment = "gold"',), 'caller.segment in ["GOLD", "silver"]', True),
        (('caller.segment != "gold"',), 'caller.segment != "silver"', False),
        (('caller.company = "Rose Garden"',), 'caller.company contains "rose"', True),
        (('caller.company contains "rose garden"',), 'caller.company contains "rose"', True),
        (('caller.company contains "rose"',), 'caller.company contains "rose garden"', False),
        (('caller.company contains "rose"',), 'not caller.company contains "garden"', False),
        (('purchases.categories contains "ink"',), 'purchases.categories contains "ink"', True),
        (('purchases.categories contains "ink"',), 'purchases.categories contains "paper"', False),
        (('purchases.categories contains "ink"',), 'not purchases.categories contains "paper"', False),
        (("call.hour >= 8", "call.hour <= 8"), "call.hour = 8", True),
        (("attr.x >= 1",), "attr.x != 0", True),
    ],
)
def test_what_implies_what(by: tuple[str, ...], text: str, is_implied: bool) -> None:
    assert implied(literals(text)[0], literals(*by)) is is_implied


def test_the_ways_in_which_a_condition_can_be_true() -> None:
    found = ways(condition({"all": ["cases.open = 1", {"any": ["call.line = 1", {"not": "call.hour = 1"}]}]}))
    assert found == [
        literals("cases.open = 1", "call.line = 1"),
        literals("cases.open = 1", "not call.hour = 1"),
    ]
    assert ways(condition({"not": {"any": ["call.line = 1", "call.hour = 1"]}})) == [
        literals("not call.line = 1", "not call.hour = 1")
    ]


def test_too_many_ways_are_not_looked_through() -> None:
    pairs = [{"any": [f"attr.a{n} = 1", f"attr.b{n} = 1"]} for n in range(7)]
    assert 2 ** len(pairs) > MOST_WAYS
    assert ways(condition({"all": pairs})) is None
    assert ways(condition({"any": [{"all": pairs}, "call.line = 1"]})) is None
