"""The first rule that applies proposes whom to hand a call over to, and says why."""

from typing import Any

import pytest

from console.handover.rule_document import read_rule, read_rules, write_rule
from console.handover.rules import FOR_ALL, Rules
from tests.conftest import NOW

TODAY = NOW.date()
LARGE: dict[str, Any] = {
    "rule": "key-accounts",
    "title": "Key accounts",
    "when": "attr.employees > 50",
    "line": 2,
    "queue": "key",
    "person": "kamil@shop.example",
}
GOLD: dict[str, Any] = {
    "rule": "gold",
    "title": "Gold",
    "when": 'caller.segment = "gold"',
    "person": "eva@shop.example",
}
REST: dict[str, Any] = {"rule": "rest", "title": "All others", "line": 2}


def rules(*documents: dict[str, Any]) -> Rules:
    return Rules(read_rules({"rules": list(documents)}))


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"attr.employees": 51, "caller.segment": "gold"}, "Key accounts"),
        ({"attr.employees": 50, "caller.segment": "gold"}, "Gold"),
        ({"caller.segment": "silver"}, "All others"),
        ({}, "All others"),  # nothing is known: no condition is TRUE
    ],
)
def test_the_first_that_applies_counts(facts: dict[str, Any], title: str) -> None:
    target = rules(LARGE, GOLD, REST).suggest(facts, TODAY)
    assert target is not None
    assert target.title == title


def test_it_says_whom_and_why() -> None:
    target = rules(LARGE).suggest({"attr.employees": 120}, TODAY)
    assert target is not None
    assert (target.line, target.queue, target.person) == (2, "key", "kamil@shop.example")
    assert "120" in target.sentence
    last = rules(REST).suggest({}, TODAY)
    assert last is not None
    assert last.sentence == FOR_ALL


def test_the_order_counts_and_not_how_much_is_asked() -> None:
    target = rules(REST, LARGE).suggest({"attr.employees": 120}, TODAY)
    assert target is not None
    assert target.title == "All others"


def test_one_that_is_put_away_proposes_nobody() -> None:
    assert rules({**REST, "archived": True}).suggest({}, TODAY) is None
    assert rules().suggest({}, TODAY) is None


def test_one_that_can_no_longer_be_read_does_not_stop_the_others() -> None:
    target = rules({**LARGE, "when": "no.such = 1"}, REST).suggest({"attr.employees": 99}, TODAY)
    assert target is not None
    assert target.title == "All others"


@pytest.mark.parametrize("document", [LARGE, GOLD, REST, {**REST, "archived": True}])
def test_a_document_comes_back_as_it_was(document: dict[str, Any]) -> None:
    rule, findings = read_rule(document)
    assert (write_rule(rule), findings) == (document, [])


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("text", "a rule must be fields with values"),
        ({"title": "x", "line": 2}, '"rule", the key, must be a text'),
        ({**REST, "rule": "a b"}, "may only have letters"),
        ({**REST, "title": " "}, '"title" is empty'),
        ({**REST, "line": 3}, "a line must be a whole number from 1 to 2"),
        ({**REST, "queue": ""}, '"queue" is empty'),
        ({**REST, "when": "cases.opne = 1"}, "there is no fact"),
        ({**REST, "priority": 3}, "a rule has no field"),
        ({"rule": "x", "title": "x"}, "it proposes nobody: choose a line, a queue, or a person"),
    ],
)
def test_what_is_wrong_is_said(document: object, why: str) -> None:
    _rule, findings = read_rule(document)
    assert any(why in each.sentence for each in findings), [each.sentence for each in findings]
