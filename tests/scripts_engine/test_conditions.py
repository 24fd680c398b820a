"""Three-valued evaluation."""

import pytest
from hypothesis import given

from scripts_engine.conditions import All, Any, Compare, Condition, Not, Operator, Verdict, demands, evaluate
from scripts_engine.facts import FactValue
from tests.scripts_engine.making import condition, conditions, facts

FACTS: dict[str, FactValue] = {
    "cases.open": 2,
    "caller.known": True,
    "caller.segment": "Gold",
    "purchases.categories": ("Printer", "paper"),
    "attr.employees": "many",
}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("cases.open = 2", True),
        ("cases.open != 2", False),
        ("cases.open < 3", True),
        ("cases.open <= 1", False),
        ("cases.open > 2", False),
        ("cases.open >= 2", True),
        ("cases.open in [1, 2]", True),
        ("cases.open not in [1, 2]", False),
        ("cases.open is known", True),
        ("cases.open is unknown", False),
        ("cases.overdue = 0", None),
        ("cases.overdue in [0]", None),
        ("cases.overdue not in [0]", None),
        ("cases.overdue is known", False),
        ("cases.overdue is unknown", True),
        ("caller.known = yes", True),
        ("caller.known = false", False),
        ('caller.segment = "gold"', True),
        ('caller.segment != "silver"', True),
        ('caller.segment contains "OL"', True),
        ('caller.segment contains "x"', False),
        ('caller.company contains "x"', None),
        ('purchases.categories contains "PRINTER"', True),
        ('purchases.categories contains "ink"', False),
        ("attr.employees >= 50", None),
        ("attr.employees = 50", False),
        ("attr.employees != 50", True),
        ('attr.employees in [50, "MANY"]', True),
        ('attr.employees contains "an"', True),
    ],
)
def test_comparisons(text: str, verdict: Verdict) -> None:
    assert evaluate(condition(text), FACTS) is verdict
    assert evaluate(condition({"not": text}), FACTS) is (None if verdict is None else not verdict)


YES, NO, UNKNOWN = "cases.open = 2", "cases.open = 1", "cases.overdue = 0"


@pytest.mark.parametrize(
    ("parts", "all_of", "any_of"),
    [
        ([YES, YES], True, True),
        ([YES, NO], False, True),
        ([NO, NO], False, False),
        ([YES, UNKNOWN], None, True),
        ([NO, UNKNOWN], False, None),
        ([UNKNOWN, NO], False, None),
        ([UNKNOWN, UNKNOWN], None, None),
    ],
)
def test_kleene(parts: list[str], all_of: Verdict, any_of: Verdict) -> None:
    assert evaluate(condition({"all": parts}), FACTS) is all_of
    assert evaluate(condition({"any": parts}), FACTS) is any_of


def test_an_order_of_yes_and_no_or_of_lists_is_unknown() -> None:
    assert evaluate(Compare("purchases.categories", Operator.LESS, 3), FACTS) is None
    assert evaluate(Compare("caller.segment", Operator.LESS, "z"), FACTS) is None
    assert evaluate(Compare("cases.open", Operator.CONTAINS, "2"), FACTS) is None


@given(conditions, facts())
def test_demands_are_necessary_and_when_exact_enough(
    tree: Condition, given_facts: dict[str, FactValue]
) -> None:
    for wanted in (True, False):
        literals, exact = demands(tree, wanted)
        met = all(evaluate(comparison, given_facts) is verdict for comparison, verdict in literals)
        has_verdict = evaluate(tree, given_facts) is wanted
        assert met >= has_verdict
        assert not exact or met == has_verdict


def test_demands_of_groups() -> None:
    one, two = Compare("cases.open", Operator.EQUAL, 1), Compare("cases.open", Operator.EQUAL, 2)
    assert demands(None) == ((), True)
    assert demands(All((one, Not(two)))) == (((one, True), (two, False)), True)
    assert demands(Any((one, two))) == ((), False)
    assert demands(Any((one,))) == (((one, True),), True)
    assert demands(Not(Any((one, two)))) == (((one, False), (two, False)), True)
    assert demands(All((one, Any((one, two))))) == (((one, True),), False)
