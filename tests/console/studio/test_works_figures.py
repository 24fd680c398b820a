"""Figures of what works: of what each is, what is left out, and when two versions are said to differ."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.studio.works_figures import (
    FIGURES,
    Comparison,
    Verdict,
    compare,
    compare_times,
    figure_lines,
    offer_lines,
    outcome_lines,
    rating_lines,
)
from console.studio.works_intervals import Share, Times, difference
from console.studio.works_steps import step_lines
from console.studio.works_tally import AtStep, Picks, Tally
from tests.fakes.past_runs import OFFER, script_of


def tally() -> Tally:
    found = Tally(picks=Picks(50, 45, 40, 5), runs=42, instead=2, left_for=3)
    found.outcomes = Counter(helped=20, sold=10)
    found.watched, found.again, found.strangers, found.recent = 30, 6, 4, 1
    found.ratings, found.unasked = Counter({5: 3, 4: 2, 1: 5}), 25
    found.offers = Counter(accepted=3, declined=8, later=1, unrecorded=2)
    return found


def test_of_what_each_figure_is() -> None:
    lines = {line.name: line for line in figure_lines([tally()])}
    assert {name: (line.shares[0].count, line.shares[0].of) for name, line in lines.items()} == {
        "walked": (40, 45), "replaced": (5, 55), "completed": (30, 42), "instead": (2, 42),
        "left-for": (3, 42), "again": (6, 30), "satisfied": (5, 10), "offers": (3, 12),
    }  # fmt: skip
    assert {name: list(line.left_out[0]) for name, line in lines.items() if line.left_out[0]} == {
        "again": [
            "left out: 4 calls of unknown callers",
            "too early to tell: 1 call that has been over for less than 7 days",
        ],
        "satisfied": ["not rated: 25 calls"],
        "offers": ["answer not recorded: 2 offers"],
    }
    assert all(line.comparison is None for line in lines.values())


def test_every_figure_says_how_it_is_computed() -> None:
    assert all(each.is_.startswith("Of ") and each.is_.endswith(".") for each in FIGURES)


def test_outcomes_answers_and_ratings_add_up() -> None:
    one = tally()
    outcomes = outcome_lines([one, Tally(outcomes=Counter(lost=25), runs=26)])
    assert [line.name for line in outcomes] == ["lost", "helped", "sold", ""]
    assert [sum(line.shares[side].count for line in outcomes) for side in (0, 1)] == [42, 26]
    assert [line.shares[0] for line in offer_lines([one])] == [Share(3, 12), Share(8, 12), Share(1, 12)]
    assert [line.shares[0].count for line in rating_lines([one])] == [3, 2, 0, 0, 5]


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (Share(56, 70), Share(48, 80), Verdict.HIGHER),
        (Share(48, 80), Share(56, 70), Verdict.LOWER),
        (Share(56, 70), Share(56, 80), Verdict.SAME),
        (Share(2, 3), Share(1, 4), Verdict.FEW),
        (Share(9, 10), Share(0, 10), Verdict.HIGHER),  # few, but so far apart that it shows
        (Share(0, 0), Share(56, 80), Verdict.NONE),
        (Share(56, 80), Share(0, 0), Verdict.NONE),
    ],
)
def test_two_shares(one: Share, other: Share, verdict: Verdict) -> None:
    assert compare(one, other).verdict is verdict


shares = st.integers(1, 500).flatmap(lambda of: st.integers(0, of).map(lambda count: Share(count, of)))


@given(shares, shares)
def test_a_difference_is_named_exactly_where_its_interval_excludes_none(one: Share, other: Share) -> None:
    found = compare(one, other)
    named = found.verdict in {Verdict.HIGHER, Verdict.LOWER}
    assert named is not difference(one, other).has_zero
    assert found.verdict is not Verdict.HIGHER or one.part > other.part
    assert found.verdict is not Verdict.LOWER or one.part < other.part
    assert not named or 0 < found.least <= abs(one.part - other.part) <= found.most


def test_two_times() -> None:
    short, long = Times(Counter(range(5, 25))), Times(Counter(range(45, 65)))
    few, none = Times({7: 2}), Times({})
    assert compare_times(long, short) == Comparison(Verdict.HIGHER, 31, 49)
    assert compare_times(short, long) == Comparison(Verdict.LOWER, 31, 49)
    assert compare_times(short, short).verdict is Verdict.SAME
    assert compare_times(short, few).verdict is Verdict.FEW
    assert compare_times(short, none).verdict is Verdict.NONE


def test_steps_in_the_order_of_the_script_then_those_of_others() -> None:
    script = script_of(OFFER)
    older = script_of(OFFER.replace("explain", "look"))
    one, other = Tally(runs=4), Tally(runs=2)
    one.steps["wish"] = AtStep(reached=4, left=1)
    other.steps["gone"] = AtStep(reached=2, left=2)
    lines = step_lines([script, older, None], [one, other])
    assert [(line.name, line.kind) for line in lines] == [
        ("greet", "say"), ("wish", "ask"), ("explain", "say"), ("sorry", "do"), ("offer", "do"),
        ("terms", "read out and confirm"), ("close", "say"), ("look", "say"), ("gone", ""),
    ]  # fmt: skip
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6, 7, 3, 0]
    assert lines[1].reached == [Share(4, 4), Share(0, 2)]
    assert (lines[1].left, lines[8].left) == ([Share(1, 4), Share(0, 0)], [Share(0, 0), Share(2, 2)])
    assert lines[1].compared_left == Comparison(Verdict.NONE)
    assert "check" not in {line.kind for line in lines}
