"""The pick: order, places, days, runner-up; and the index against judging every script one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts_engine.facts import FactValue
from scripts_engine.script import Script
from scripts_engine.selection import Index, applies, rank
from tests.scripts_engine.making import TODAY, facts, script, scripts

Facts = dict[str, FactValue]


def picked(found: list[Script], given_facts: Facts, today: date = TODAY) -> tuple[str | None, str | None]:
    pick = Index(found).pick(given_facts, today)
    first, second = (one.key if one else None for one in (pick.script, pick.runner_up))
    return first, second


def agrees(found: list[Script], many: list[Facts], today: date) -> None:
    """The index finds the scripts that plain evaluation finds, in the same order, again and again."""
    index = Index(found)
    for given_facts in [*many, *many]:
        plain = [one for one in sorted(found, key=rank) if applies(one, given_facts, today)]
        assert list(index.applying(given_facts, today)) == plain
        pick = index.pick(given_facts, today)
        assert [pick.script, pick.runner_up] == [*plain, None, None][:2]
        assert bool(pick.why) == (pick.script is not None and pick.script.when is not None)


@given(scripts(), st.lists(facts(), min_size=1, max_size=3), st.sampled_from([TODAY, date(2026, 11, 22)]))
def test_the_index_agrees_with_plain_evaluation(found: list[Script], many: list[Facts], today: date) -> None:
    agrees(found, many, today)


@pytest.mark.slow
@given(scripts(), st.lists(facts(), min_size=1, max_size=5), st.sampled_from([TODAY, date(2026, 11, 22)]))
@settings(max_examples=2_000)
def test_the_index_agrees_with_plain_evaluation_at_length(
    found: list[Script], many: list[Facts], today: date
) -> None:
    agrees(found, many, today)


def test_nothing_applies() -> None:
    pick = Index([]).pick({}, TODAY)
    assert (pick.script, pick.why, pick.sentence, pick.runner_up) == (None, (), "No script applies.", None)


def test_higher_priority_comes_first() -> None:
    low, high = script("a", priority=10), script("b", priority=20)
    assert picked([low, high], {}) == ("b", "a")


def test_of_equal_priority_more_comparisons_come_first() -> None:
    one = script("a", "cases.open = 0")
    two = script("b", {"all": ["cases.open = 0", {"not": "cases.open = 1"}]})
    assert picked([one, two], {"cases.open": 0}) == ("b", "a")


def test_the_key_breaks_the_last_tie() -> None:
    assert picked([script("b"), script("a"), script("c")], {}) == ("a", "b")


def test_places_do_not_count_as_comparisons() -> None:
    placed, plain = script("b", lines=[1], queues=["support"], language="sk"), script("a")
    given_facts: Facts = {"call.line": 1, "call.queue": "Support", "caller.language": "SK"}
    assert picked([placed, plain], given_facts) == ("a", "b")
    assert Index([placed]).pick(given_facts, TODAY).sentence == "No more specific script applies."


@pytest.mark.parametrize(
    "given_facts",
    [
        {"call.line": 2, "call.queue": "support", "caller.language": "sk"},
        {"call.line": 1, "call.queue": "sales", "caller.language": "sk"},
        {"call.line": 1, "call.queue": "support", "caller.language": "cs"},
        {"call.line": 1, "call.queue": "support"},
        {"call.queue": "support", "caller.language": "sk"},
        {},
    ],
)
def test_in_another_or_unknown_place_a_script_does_not_apply(given_facts: Facts) -> None:
    assert picked([script("a", lines=[1], queues=["support"], language="sk")], given_facts) == (None, None)


def test_first_and_last_day_are_in_force() -> None:
    index = Index([script("a", **{"from": TODAY, "until": TODAY + timedelta(days=1)})])
    found = [index.pick({}, TODAY + timedelta(days=days)).script is not None for days in (-1, 0, 1, 2, 0)]
    assert found == [False, True, True, False, True]


def test_an_unknown_fact_lets_no_script_through_unless_it_is_asked_for() -> None:
    found = [
        script("a", "cases.open >= 0"),
        script("b", {"not": "cases.open >= 1"}),
        script("c", "cases.open is unknown"),
        script("d", {"not": "cases.open is known"}),
    ]
    assert picked(found, {}) == ("c", "d")


def test_part_of_a_text_is_judged_by_itself() -> None:
    found = [script("a", 'caller.company contains "flower"'), script("b", {"not": 'attr.tier contains "x"'})]
    assert picked(found, {"caller.company": "Best Flowers Ltd", "attr.tier": "gold"}) == ("a", "b")
    assert picked(found, {"caller.company": "Best Ltd", "attr.tier": "axe"}) == (None, None)


def test_many_values_are_looked_up_right_when_no_more_are_remembered() -> None:
    index = Index([script("a", "purchases.spend_30d >= 5000")])
    found = [index.pick({"purchases.spend_30d": amount}, TODAY).script is not None for amount in range(6_000)]
    assert found == [amount >= 5_000 for amount in range(6_000)]
