"""The linter's part for conditions."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_engine.check import check_script
from scripts_engine.check_conditions import Implications, impossible
from scripts_engine.conditions import Condition, evaluate
from scripts_engine.errors import Level
from scripts_engine.facts import FactValue
from scripts_engine.script import Kind, Script, Step
from tests.scripts_engine.making import can_be, condition, conditions, facts, script


def of(when: Condition, key: str = "x") -> Script:
    return Script(key=key, title="", when=when, steps=(Step(id="a", kind=Kind.SAY, end="done"),))


def found(when: object) -> list[tuple[str, str]]:
    return [(finding.where, finding.sentence) for finding in check_script(script(when=when))]


def test_what_a_check_looks_at_must_be_answered_in_its_script() -> None:
    steps = [
        {
            "id": "how-many",
            "ask": "How many?",
            "capture": {"name": "pieces", "type": "number"},
            "next": "wish",
        },
        {"id": "wish", "ask": "Which?", "answers": {"red": "look", "blue": "look"}},
        {
            "id": "look",
            "check": [
                {"when": {"all": ["answers.pieces > 2", 'answers.wish = "red"']}, "next": "bye"},
                {"when": "answers.piece > 2", "next": "bye"},
                {"when": "answers.how-many > 2", "next": "bye"},
                {"when": {"all": ["answers.pieces > 2", "answers.pieces < 2"]}, "next": "bye"},
            ],
            "next": "bye",
        },
        {"id": "bye", "end": "done"},
    ]
    assert [(finding.where, finding.sentence) for finding in check_script(script(steps=steps))] == [
        (
            "test: steps[2].check[1].when",
            'this script takes down no answer "piece". Did you mean answers.pieces?',
        ),
        ("test: steps[2].check[2].when", 'this script takes down no answer "how-many".'),
    ]


def test_comparisons_that_exclude_each_other() -> None:
    assert found({"all": ["cases.open = 0", "caller.known = yes", "cases.open >= 1"]}) == [
        (
            "test: when",
            "`cases.open = 0` and `cases.open >= 1` can never both be true; change one or take it out.",
        )
    ]
    [finding] = check_script(script(when={"all": ["cases.open < 1", {"not": "cases.open = 0"}]}))
    assert finding.sentence.startswith("`cases.open < 1` and `not cases.open = 0` can never both be true")
    assert finding.level is Level.ERROR
    three = {"all": ["attr.x in [1, 2]", "attr.x != 1", "attr.x != 2"]}
    assert "`attr.x in [1, 2]`, `attr.x != 1` and `attr.x != 2` can never all be true" in found(three)[0][1]


@pytest.mark.parametrize(
    ("fields", "when", "why"),
    [
        ({"lines": [1]}, "call.line = 2", "`call.line = 2` and `lines: [1]`"),
        ({"queues": ["support"]}, 'call.queue = "sales"', '`call.queue = "sales"` and `queues: ["support"]`'),
        ({"language": "sk"}, 'caller.language = "da"', '`caller.language = "da"` and `language: "sk"`'),
    ],
)
def test_a_condition_that_contradicts_where_the_script_is_for(
    fields: dict[str, Any], when: str, why: str
) -> None:
    [finding] = check_script(script(when={"all": ["cases.open = 0", when]}, **fields))
    assert (finding.where, finding.level) == ("test: when.all[1]", Level.ERROR)
    assert finding.sentence == f"never picked: {why} can never both be true; change one or take it out."
    [finding] = check_script(script(when={"any": ["cases.open = 0", when]}, **fields))
    assert (finding.where, finding.level) == ("test: when.any[1]", Level.WARNING)


def test_a_condition_that_goes_with_where_the_script_is_for() -> None:
    when = {"all": ["call.line != 2", 'call.queue contains "SUPP"', 'caller.language in ["da", "SK"]']}
    assert not check_script(script(when=when, lines=[1], queues=["support"], language="sk"))


def test_all_contradictions_are_told_each_at_its_place() -> None:
    both = "`cases.open = 1` and `cases.open = 2` can never both be true; change one or take it out."
    assert found({"all": ["call.weekday = 8", "call.hour >= 24", "cases.open = 1", "cases.open = 2"]}) == [
        ("test: when.all[0]", "`call.weekday = 8` can never be true; change it or take it out."),
        ("test: when.all[1]", "`call.hour >= 24` can never be true; change it or take it out."),
        ("test: when", both),
    ]
    within = {"any": [{"all": ["cases.open = 1", "cases.open = 2"]}, "call.hour = 24"]}
    assert [where for where, _ in found(within)] == ["test: when.any[0]", "test: when.any[1]"]


def test_what_a_fact_can_never_be() -> None:
    assert found("cases.open < 0") == [
        ("test: when", "`cases.open < 0` can never be true; change it or take it out.")
    ]


def test_nothing_is_known_of_who_is_not_known() -> None:
    for nobody in ("caller.known = no", {"not": "caller.known = yes"}):
        [(_, sentence)] = found({"all": [nobody, "purchases.late_open >= 1"]})
        assert "both be true, because nothing is known of a caller who is not known;" in sentence
    assert not found({"all": ["caller.known = no", "cases.open is unknown", "call.line = 1"]})
    assert not found({"all": ["caller.known = yes", "cases.open = 1"]})


def test_a_part_that_can_never_be_true_is_a_warning_at_its_place() -> None:
    when = {"any": ["cases.open = 1", {"all": ["call.hour > 22", "call.hour < 23"]}]}
    [finding] = check_script(script(when=when))
    assert (finding.where, finding.level) == ("test: when.any[1]", Level.WARNING)
    [finding] = check_script(script(when={"not": {"any": ["cases.open < 0", "cases.open = 1"]}}))
    assert (finding.where, finding.level) == ("test: when.not.any[0]", Level.WARNING)


def test_a_branch_that_is_never_taken_is_a_warning() -> None:
    branch = {"when": {"all": ["cases.open = 0", "cases.open = 1"]}, "next": "b"}
    steps = [{"id": "a", "check": [branch], "next": "b"}, {"id": "b", "end": "done"}]
    [finding] = check_script(script(steps=steps))
    assert (finding.where, finding.level) == ("test: steps[0].check[0].when", Level.WARNING)


def test_of_a_condition_with_very_many_ways_only_the_parts_are_judged() -> None:
    pairs = [{"any": [f"attr.a{n} = 1", f"attr.b{n} = 1"]} for n in range(7)]
    assert not found({"all": pairs})
    assert [
        where for where, _ in found({"all": [*pairs, {"any": ["cases.open < 0", "cases.open = 1"]}]})
    ] == ["test: when.all[7].any[0]"]
    many = [script("a", {"all": pairs}), script("b", {"all": pairs}), script("c", "attr.a0 = 1")]
    assert not any([*Implications(many).implied_by(one)] for one in many)


@given(conditions, st.lists(facts(), min_size=1, max_size=8))
def test_what_is_called_impossible_no_facts_make_true(
    when: Condition, many: list[dict[str, FactValue]]
) -> None:
    if any(finding.level is Level.ERROR for finding in impossible(of(when))):
        assert all(evaluate(when, can_be(given_facts)) is not True for given_facts in many)


@given(conditions, conditions, st.lists(facts(), min_size=1, max_size=8))
def test_what_is_implied_is_true_wherever_the_other_is(
    one: Condition, other: Condition, many: list[dict[str, FactValue]]
) -> None:
    first, second = of(one), of(other)
    if second in Implications([first, second]).implied_by(first):
        for given_facts in map(can_be, many):
            assert evaluate(one, given_facts) is not True or evaluate(other, given_facts) is True


def test_whatever_asks_for_more_implies_what_asks_for_less() -> None:
    more = of(condition({"all": ["cases.open >= 5", "call.line = 1"]}), "more")
    less = [of(condition(when), f"s{at}") for at, when in enumerate(["cases.open > 2", "call.line != 2"])]
    other = [
        of(condition(when), "x") for when in ("cases.open > 5", "call.hour = 1", {"any": ["call.line = 2"]})
    ]
    assert [*Implications([more, *less, *other]).implied_by(more)] == less
    both = of(condition({"any": ["cases.open >= 5", "cases.open = 3"]}), "both")
    assert [*Implications([both, *less]).implied_by(both)] == less[:1]


def test_an_answer_that_nobody_can_give() -> None:
    def asking(*conditions: str) -> list[str]:
        steps: list[dict[str, Any]] = [
            {"id": "wish", "ask": "?", "answers": {"Wait": "how", "cancel": "how"}},
            {"id": "how", "ask": "?", "capture": {"name": "way", "type": "choice", "choices": ["post"]}},
            {"id": "mail", "ask": "?", "capture": {"name": "mail", "type": "email"}},
            {
                "id": "look",
                "check": [*({"when": each, "next": "bye"} for each in conditions), {"next": "bye"}],
            },
            {"id": "bye", "say": "Bye", "end": "done"},
        ]
        for step, following in pairwise(steps[1:4]):
            step["next"] = following["id"]
        return [f"{each.where}: {each.sentence}" for each in check_script(script(steps=steps))]

    assert asking('answers.wish = "wait"', 'answers.way != "post"', 'answers.mail = "x"') == []
    assert asking('answers.wish contains "ai"', "answers.wish is known") == []
    assert asking('answers.wish in ["maybe", "wait"]', 'answers.way = "pots"') == [
        'test: steps[3].check[0].when: the answer wish is one of Wait, cancel, never "maybe".',
        'test: steps[3].check[1].when: the answer way is one of post, never "pots". Did you mean post?',
    ]
