"""Asked of many at once, what implies what is the same as pair by pair; and very many can be asked."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_engine.check import check_together
from scripts_engine.conditions import Literals
from scripts_engine.possible import implied
from scripts_engine.truths import Truths
from tests.scripts_engine.making import FACTS, compares, script


@st.composite
def groups(draw: st.DrawFn) -> list[Literals]:
    """What several scripts ask of the same fact."""
    fact = draw(st.sampled_from(FACTS))
    literal = st.tuples(compares([fact]), st.booleans())
    return draw(
        st.lists(st.lists(literal, min_size=1, max_size=3).map(tuple), min_size=2, max_size=6, unique=True)
    )


@given(groups())
def test_it_is_as_if_asked_pair_by_pair(asked: list[Literals]) -> None:
    truths = Truths({group: 1 << place for place, group in enumerate(asked)})
    for by in asked:
        alone = [all(implied(literal, by) for literal in group) for group in asked]
        assert [bool(truths.askers(by) & 1 << place) for place in range(len(asked))] == alone


@pytest.mark.slow
def test_a_thousand_scripts_are_looked_at_side_by_side_in_a_moment() -> None:
    """Pair by pair it took half a minute, and four times as long for twice as many."""
    scripts = [
        script(
            f"s{number}",
            {
                "all": [
                    f"purchases.count_30d >= {number}",
                    f"attr.size >= {number}",
                    f'attr.tier != "t{number % 7}"',
                ]
            },
            priority=number % 100,
            lines=[1 + number % 2],
        )
        for number in range(1_000)
    ]
    began = time.process_time()
    assert len(check_together(scripts)) > 800
    assert time.process_time() - began < 10


def test_scripts_for_all_calls_are_compared_with_few_others() -> None:
    scripts = [script(f"s{number}", queues=[f"q{number % 5}"]) for number in range(200)]
    found = [finding.why for finding in check_together(scripts) if finding.path == ("priority",)]
    assert len(found) == 195
    assert sum('"s0"' in why for why in found) == 39
