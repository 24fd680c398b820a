"""What can be at all."""

import pytest

from scripts_engine.possible import MOST_WAYS, implied, ways
from tests.scripts_engine.making import condition, literals


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
