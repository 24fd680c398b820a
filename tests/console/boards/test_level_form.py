"""How the service level of a queue is computed, typed and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.boards.level_form import MOST_S, read_level, write_level
from console.errors import InvalidError
from console.figures.formulas import FORMULAS
from console.figures.switches import Switches
from console.figures.tally import Limits

LIMITS = st.builds(
    Limits,
    st.integers(1, MOST_S),
    st.integers(0, MOST_S),
    st.builds(Switches, st.sampled_from([*FORMULAS]), call_backs=st.just(False)),
)


@given(LIMITS, LIMITS)
def test_what_is_written_is_read(limits: Limits, before: Limits) -> None:
    assert read_level(write_level(limits), before) == limits
    assert read_level({}, before) == before


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("within_s", "0"),
        ("within_s", "x"),
        ("within_s", "\u0663"),
        ("short_s", "-1"),
        ("short_s", str(MOST_S + 1)),
        ("formula", "mine"),
        ("moved", "perhaps"),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, typed: str) -> None:
    with pytest.raises(InvalidError) as failed:
        read_level({name: typed}, Limits())
    assert [problem.where for problem in failed.value.problems] == [name]
