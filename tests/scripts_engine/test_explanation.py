"""Why a script was chosen, in words."""

import pytest
from hypothesis import given

from scripts_engine.conditions import Condition, evaluate
from scripts_engine.explanation import FALLBACK, PHRASES, WORDS, Reason, display, explainer, sentence
from scripts_engine.facts import CATALOGUE, FactType, FactValue
from tests.scripts_engine.making import condition, conditions, facts


def said(document: object, given_facts: dict[str, FactValue]) -> str:
    why = explainer(condition(document))(given_facts)
    assert why is not None
    return sentence(why)


@given(conditions, facts())
def test_there_is_a_reason_just_when_the_condition_is_true(
    tree: Condition, given_facts: dict[str, FactValue]
) -> None:
    explain = explainer(tree)
    for _ in range(2):
        why = explain(given_facts)
        assert (why is not None) is (evaluate(tree, given_facts) is True)
        assert why is None or all(reason.text for reason in why)


def test_without_conditions_nothing_more_specific_applies() -> None:
    why = explainer(None)({})
    assert why == ()
    assert sentence(why) == FALLBACK == "No more specific script applies."


def test_one_reason_and_several() -> None:
    given_facts: dict[str, FactValue] = {"purchases.late_open": 1, "cases.open": 0, "caller.segment": "gold"}
    assert said("purchases.late_open >= 1", given_facts) == "Chosen because 1 order is late."
    assert (
        said(
            {"all": ["purchases.late_open >= 1", "cases.open = 0", {"not": 'caller.segment = "vip"'}]},
            given_facts,
        )
        == "Chosen because 1 order is late, no case is open and the customer is in the segment gold."
    )


def test_the_same_is_said_once() -> None:
    found = said(
        {"all": ["purchases.interval_ratio >= 2", "purchases.interval_ratio < 9"]},
        {"purchases.interval_ratio": 2.52},
    )
    assert found == "Chosen because the last purchase was 2.5 times as long ago as usual."


def test_of_an_any_only_what_is_true_is_said() -> None:
    document = {"any": ["purchases.late_open >= 1", "cases.open >= 1"]}
    assert said(document, {"purchases.late_open": 0, "cases.open": 3}) == "Chosen because 3 cases are open."
    assert explainer(condition(document))({"cases.open": 0}) is None


def test_a_reason_names_condition_value_and_text() -> None:
    why = explainer(condition({"not": "purchases.spend_365d < 1000"}))({"purchases.spend_365d": 1234.5})
    assert why == (
        Reason("not purchases.spend_365d < 1000", "1,234.50", "purchases in the last year come to 1,234.50"),
    )


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("cases.open >= 0", 0, "no case is open"),
        ("cases.open >= 0", 1, "1 case is open"),
        ("cases.open >= 0", 2, "2 cases are open"),
        ("cases.open is unknown", None, "nothing is known about open cases"),
        ("caller.known is unknown", None, "it is not known whether the caller is a customer we know"),
        ("caller.known = yes", True, "the caller is a known customer"),
        ("caller.known = no", False, "the caller is not known"),
        ('caller.match in ["many", "none"]', "many", "the number belongs to several customers"),
        ("call.line = 2", 2, "the call is for the second line"),
        ("call.weekday in [6, 7]", 6, "today is Saturday"),
        ("attr.number_of_people >= 50", 60, "number of people is 60"),
        ('purchases.categories contains "ink"', ("ink",), "the customer has bought from the category ink"),
        ("purchases.categories is known", ("ink", "paper"), "the customer has bought from ink, paper"),
        ('caller.company contains "flower"', "Flowers", "the customer's company (Flowers) contains flower"),
        ("purchases.spend_30d >= 0", 0, "nothing was spent in the last 30 days"),
        ("purchases.interval_ratio >= 0", 0.0, "the last purchase was 0 times as long ago as usual"),
        ("call.hour >= 9", 14, "the call came in after 14:00"),
    ],
)
def test_what_is_the_case(text: str, value: FactValue | None, expected: str) -> None:
    fact = text.split(" ", maxsplit=1)[0]
    assert said(text, {} if value is None else {fact: value}) == f"Chosen because {expected}."


def test_what_is_not_contained() -> None:
    given_facts: dict[str, FactValue] = {"purchases.categories": ("printer",), "caller.company": "Acme"}
    document = {
        "all": [{"not": 'purchases.categories contains "ink"'}, {"not": 'caller.company contains "x"'}]
    }
    assert said(document, given_facts) == (
        "Chosen because the customer has never bought from the category ink "
        "and the customer's company (Acme) does not contain x."
    )


@pytest.mark.parametrize(
    ("fact", "value", "shown"),
    [
        ("caller.known", True, "yes"),
        ("caller.known", False, "no"),
        ("cases.open", 1_234_567, "1,234,567"),
        ("purchases.interval_ratio", 2.46, "2.5"),
        ("purchases.spend_30d", 5, "5.00"),
        ("purchases.categories", ("a", "b"), "a, b"),
        ("caller.segment", "x" * 100, "x" * 59 + "…"),
        ("not.a.fact", 3, "3"),
        ("cases.open", None, "unknown"),
    ],
)
def test_values_for_people(fact: str, value: FactValue | None, shown: str) -> None:
    assert display(fact, value) == shown


def test_a_comparison_stops_remembering_but_not_explaining() -> None:
    explain = explainer(condition("purchases.spend_30d >= 0"))
    assert all(explain({"purchases.spend_30d": float(amount)}) is not None for amount in range(1_500))


def test_every_fact_has_words_of_its_own() -> None:
    assert set(PHRASES) | set(WORDS) == set(CATALOGUE)


@pytest.mark.parametrize("name", [name for name, fact in CATALOGUE.items() if fact.type is FactType.YES_NO])
def test_yes_and_no_are_both_said(name: str) -> None:
    assert PHRASES[name].one
    assert PHRASES[name].none
