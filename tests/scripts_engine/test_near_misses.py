"""Why a script does not apply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_engine.facts import FactValue
from scripts_engine.near_misses import near_misses
from scripts_engine.script import Script
from scripts_engine.selection import Index, applies
from tests.scripts_engine.making import TODAY, facts, script, scripts

Facts = dict[str, FactValue]


def told(when: object, given_facts: Facts, **fields: object) -> str:
    [near] = near_misses([script("a", when, title="Good customer", **fields)], given_facts, TODAY, 5)
    return near.sentence.removeprefix('"Good customer" does not apply: ')


@pytest.mark.parametrize(
    ("when", "given_facts", "text"),
    [
        (
            "purchases.count_30d >= 3",
            {"purchases.count_30d": 2},
            "there were 2 purchases in the last 30 days, needs 3 or more.",
        ),
        ("cases.open = 0", {"cases.open": 1}, "1 case is open, needs 0."),
        ("cases.open != 1", {"cases.open": 1}, "1 case is open, must not be 1."),
        ("cases.open < 1", {"cases.open": 1}, "1 case is open, needs less than 1."),
        ("cases.open <= 1", {"cases.open": 2}, "2 cases are open, needs 1 or less."),
        ("cases.open > 1", {"cases.open": 1}, "1 case is open, needs more than 1."),
        ("call.hour in [8, 9]", {"call.hour": 7}, "the call came in after 7:00, needs 8 or 9."),
        ("call.hour not in [8, 9]", {"call.hour": 8}, "the call came in after 8:00, must not be 8 or 9."),
        ({"not": "cases.open >= 1"}, {"cases.open": 2}, "2 cases are open, needs less than 1."),
        ({"not": "cases.open = 1"}, {}, "nothing is known about open cases, must not be 1."),
        ("cases.open is known", {}, "nothing is known about open cases, must be known."),
        ("cases.open is unknown", {"cases.open": 1}, "1 case is open, must not be known."),
        ("caller.withheld = yes", {"caller.withheld": False}, "the number is not withheld."),
        (
            'purchases.categories contains "ink"',
            {"purchases.categories": ()},
            "the customer has never bought from the category ink.",
        ),
        (
            {"not": 'caller.company contains "rose"'},
            {"caller.company": "Rose Ltd"},
            "the customer's company (Rose Ltd) contains rose, must not contain rose.",
        ),
        (
            'caller.company contains "rose"',
            {"caller.company": "Tulip"},
            "the customer's company (Tulip) does not contain rose, must contain rose.",
        ),
        (
            {"all": ["cases.open = 0", "call.line = 1", "call.hour < 8", "cases.open = 0"]},
            {"cases.open": 1, "call.line": 1, "call.hour": 9},
            "1 case is open, needs 0; the call came in after 9:00, needs less than 8.",
        ),
        (
            {"any": [{"all": ["cases.open = 0", "call.line = 1"]}, "call.hour < 8"]},
            {"cases.open": 1, "call.line": 2, "call.hour": 9},
            "the call came in after 9:00, needs less than 8.",
        ),
    ],
)
def test_what_is_the_case_and_what_it_would_take(when: object, given_facts: Facts, text: str) -> None:
    assert told(when, given_facts) == text


def test_another_place_is_told_like_a_condition() -> None:
    given_facts: Facts = {"call.line": 2, "call.queue": "support", "caller.language": "sk", "cases.open": 0}
    assert told("cases.open = 0", given_facts, lines=[1], queues=["sales"], language="sk") == (
        "the call is for the second line, needs 1; the call came in through the queue support, needs sales."
    )


def test_the_nearest_come_first_and_what_is_not_in_force_never() -> None:
    far = script("far", {"all": ["cases.open = 1", "call.line = 1"]}, priority=90)
    near, nearer = script("near", "cases.open = 1"), script("nearer", "cases.open = 2", priority=60)
    over = script("over", "cases.open = 1", until="2026-11-20")
    found = near_misses([far, near, nearer, over, script("fallback")], {}, TODAY, 2)
    assert [one.script.key for one in found] == ["nearer", "near"]
    assert [one.missing[0].condition for one in found] == ["cases.open = 2", "cases.open = 1"]
    assert found[0].missing[0].value == "unknown"


@given(scripts(), facts(), st.integers(1, 9))
def test_a_near_miss_is_whatever_is_in_force_and_does_not_apply(
    found: list[Script], given_facts: Facts, most: int
) -> None:
    lost = [one for one in found if one.in_force(TODAY) and not applies(one, given_facts, TODAY)]
    near = near_misses(Index(found).scripts, given_facts, TODAY, most)
    assert len(near) == min(most, len(lost))
    assert {one.script.key for one in near} <= {one.key for one in lost}
    assert all(one.missing and one.sentence.endswith(".") for one in near)
