"""Rules of customers at risk: whom they find and why, and of whom they need no look."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.risk.rule_document import read_rule, read_rules, write_rule
from console.risk.rules import SIGNS, Found, Rule, Rules, Sign, signs_of, signs_of_all
from scripts_engine.conditions import All, Condition, Not, evaluate
from scripts_engine.conditions import Any as AnyOf
from scripts_engine.facts import CATALOGUE, FactValue
from tests.scripts_engine.making import compares, condition, values

OVERDUE = {"rule": "overdue", "title": "Overdue", "when": {"all": ["cases.overdue >= 1"]}}
GOLD = {"rule": "gold", "title": "Gold", "when": {"all": ['caller.segment = "gold"', "cases.open >= 1"]}}


def rules(*documents: Mapping[str, object]) -> list[Rule]:
    return read_rules([dict(each) for each in documents])


def test_every_rule_that_is_for_a_customer_says_why() -> None:
    found = Rules(rules(OVERDUE, GOLD)).judge({"cases.overdue": 2, "cases.open": 3, "caller.segment": "Gold"})
    assert [(each.rule, each.place) for each in found] == [("overdue", 1), ("gold", 2)]
    assert [reason.text for reason in found[1].why] == [
        "the customer is in the segment Gold",
        "3 cases are open",
    ]
    assert found[0].why[0].condition == "cases.overdue >= 1"
    assert found[0].why[0].value == "2"


def test_who_is_not_meant_is_not_found() -> None:
    judged: list[Found] = Rules(rules(OVERDUE)).judge({"cases.overdue": 0})
    assert judged == []
    assert Rules(rules(OVERDUE)).judge({}) == []
    assert len(Rules(rules({**OVERDUE, "archived": True}))) == 0


@pytest.mark.parametrize("fact", ['call.queue = "a"', "caller.withheld = yes", 'caller.match = "one"'])
def test_a_fact_of_a_call_is_refused_with_a_sentence(fact: str) -> None:
    _rule, findings = read_rule({"rule": "x", "title": "X", "when": {"any": [fact, "cases.open > 1"]}})
    [finding] = findings
    assert "known only while somebody calls" in finding.sentence
    assert fact.split(maxsplit=1)[0] in finding.sentence


def test_a_rule_without_conditions_is_refused() -> None:
    _rule, findings = read_rule({"rule": "x", "title": "X"})
    assert [each.sentence for each in findings] == ["it finds everybody: say when a customer is at risk."]
    assert read_rules([{"rule": "x", "title": "X"}]) == []


def test_a_rule_is_written_as_it_was_read() -> None:
    rule, findings = read_rule({**OVERDUE, "archived": True})
    assert findings == []
    assert read_rule(write_rule(rule)) == (rule, [])
    assert write_rule(Rule("x", "X")) == {"rule": "x", "title": "X"}


@pytest.mark.parametrize(
    ("when", "signs"),
    [
        ("cases.overdue >= 1", {Sign.OPEN_CASE}),
        ("cases.overdue >= 0", None),
        ("cases.overdue = 0", None),
        ("purchases.last_days > 90", None),
        (
            {"all": ['caller.segment = "gold"', "purchases.late_open >= 1", "contacts.calls_7d >= 3"]},
            {Sign.LATE_ORDER},
        ),
        ({"any": ["cases.open > 0", "contacts.last_satisfaction <= 2"]}, {Sign.OPEN_CASE, Sign.CALLED}),
        ({"any": ["cases.open > 0", 'caller.segment = "gold"']}, None),
        ({"not": "cases.open = 0"}, {Sign.OPEN_CASE}),
        ({"not": {"any": ["cases.open = 0", 'caller.segment = "x"']}}, {Sign.OPEN_CASE}),
        ("contacts.repeat_today = yes", {Sign.CALLED_30D}),
        ("contacts.last_satisfaction is unknown", None),
        ("contacts.last_satisfaction is known", {Sign.CALLED}),
    ],
)
def test_signs_that_a_rule_asks_for(when: object, signs: set[Sign] | None) -> None:
    assert signs_of(condition(when)) == (None if signs is None else frozenset(signs))


def test_signs_of_all_rules() -> None:
    assert signs_of_all(rules(OVERDUE, GOLD)) == frozenset({Sign.OPEN_CASE})
    everybody = {"rule": "all", "title": "All", "when": {"all": ["purchases.last_days > 1"]}}
    assert signs_of_all(rules(OVERDUE, everybody)) is None
    assert signs_of_all(rules()) == frozenset()


AMONG = (*(CATALOGUE[name] for name in SIGNS), CATALOGUE["caller.segment"], CATALOGUE["purchases.last_days"])
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    compares(AMONG),
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found))),
        parts.map(Not),
    ),
    max_leaves=6,
)


@st.composite
def customers(draw: st.DrawFn) -> tuple[set[Sign], dict[str, FactValue]]:
    """Somebody with some signs; of the others their facts are what they are without."""
    has = draw(st.sets(st.sampled_from(Sign)))
    facts: dict[str, FactValue] = {}
    for fact in AMONG:
        sign, without = SIGNS.get(fact.name, (None, None))
        value = without if sign is not None and sign not in has else draw(st.none() | values(fact))
        if value is not None:
            facts[fact.name] = value
    return has, facts


@given(CONDITIONS, customers())
def test_nobody_is_passed_over_whom_a_rule_finds(
    when: Condition, customer: tuple[set[Sign], dict[str, FactValue]]
) -> None:
    has, facts = customer
    signs = signs_of(when)
    if evaluate(when, facts) is True and signs is not None:
        assert signs & has
