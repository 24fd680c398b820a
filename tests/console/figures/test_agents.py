"""The time of agents."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.figures.agents import AgentState, AgentTime, Stretch, agent_times, now, staffing
from console.figures.intervals import Span
from tests.console.figures.making import NOON, seconds

HOUR = Span(NOON, NOON + timedelta(hours=1))
A, R, C, W, B, O = AgentState  # noqa: E741


def day(agent: str, *states: tuple[AgentState, int], begin: int = 0) -> list[Stretch]:
    """The states one after the other, each for so many minutes; breaks are for lunch."""
    found, at = [], NOON + timedelta(minutes=begin)
    for state, minutes in states:
        end = at + timedelta(minutes=minutes)
        found.append(Stretch(agent, state, at, end, "lunch" if state is B else None))
        at = end
    return found


def minutes(**states: int) -> dict[AgentState, timedelta]:
    return {AgentState(state): timedelta(minutes=count) for state, count in states.items()}


def test_stretches_are_cut_to_the_period() -> None:
    stretches = day("ana", (O, 60), (A, 20), (C, 30), (W, 10), (B, 30), begin=-70)
    assert agent_times(stretches, HOUR, HOUR.end) == {
        "ana": AgentTime(minutes(available=10, on_call=30, wrap_up=10, on_break=10), {"lunch": seconds(600)})
    }


def test_a_stretch_that_goes_on_counts_until_now() -> None:
    stretches = [Stretch("ana", A, NOON)]
    assert agent_times(stretches, HOUR, NOON + seconds(90))["ana"].states == {A: seconds(90)}
    assert agent_times(stretches, HOUR, NOON - seconds(90)) == {}


def test_a_state_ends_where_the_next_begins_so_time_counts_once() -> None:
    """An agent in four queues, of whom four of them told when the call began."""
    told = [Stretch("ana", C, NOON + seconds(each), NOON + seconds(600)) for each in range(4)]
    found = agent_times([Stretch("ana", A, NOON - seconds(60)), *told], HOUR, HOUR.end)
    assert found["ana"].states == {C: seconds(600)}


def test_occupancy_by_hand() -> None:
    time = AgentTime(minutes(available=20, ringing=5, on_call=25, wrap_up=5, on_break=30))
    assert time.occupancy() == pytest.approx(30 / 55)
    assert time.occupancy(ringing=False) == pytest.approx(30 / 50)
    assert time.staffed == timedelta(minutes=55)


def test_who_was_not_there_has_no_occupancy() -> None:
    assert AgentTime(minutes(on_break=30, offline=30)).occupancy() is None


def test_agents_together() -> None:
    one, other = (
        AgentTime(minutes(available=1), {"lunch": seconds(1)}),
        AgentTime(minutes(available=2, on_call=3)),
    )
    assert one + other == AgentTime(minutes(available=3, on_call=3), {"lunch": seconds(1)})


def test_how_many_were_there() -> None:
    halves = [
        Span(NOON + k * timedelta(minutes=30), NOON + (k + 1) * timedelta(minutes=30)) for k in range(4)
    ]
    stretches = [
        *day("ana", (A, 45), (B, 15), (C, 20), begin=-10),
        *day("bob", (O, 10), (A, 10), (W, 10), begin=0),
        Stretch("cyd", A, NOON + timedelta(minutes=50)),
    ]
    found = staffing(stretches, halves, NOON + timedelta(minutes=70))
    assert found == [pytest.approx(50 / 30), pytest.approx((5 + 10 + 10) / 30), pytest.approx(2.0), None]


def test_nobody_was_there() -> None:
    assert staffing([], [HOUR], HOUR.end) == [0.0]


def test_who_is_in_which_state() -> None:
    stretches = [*day("ana", (A, 10), (C, 10)), *day("bob", (A, 30)), Stretch("cyd", B, NOON + seconds(60))]
    assert now(stretches, NOON + timedelta(minutes=10)) == {C: 1, A: 1, B: 1}
    assert now(stretches, NOON) == {A: 2}


@given(
    st.lists(
        st.builds(
            lambda agent, state, begin, length: Stretch(
                agent,
                state,
                NOON + seconds(begin),
                None if length is None else NOON + seconds(begin + length),
            ),
            st.sampled_from(["ana", "bob"]),
            st.sampled_from(AgentState),
            st.integers(-4000, 8000),
            st.none() | st.integers(0, 4000),
        ),
        max_size=12,
    )
)
def test_nobody_is_longer_there_than_the_period(stretches: list[Stretch]) -> None:
    found = agent_times(stretches, HOUR, HOUR.end)
    for time in found.values():
        assert time.within(AgentState) <= HOUR.length
    there = staffing(stretches, [HOUR], HOUR.end)
    assert there == [
        pytest.approx(sum((each.staffed for each in found.values()), timedelta(0)) / HOUR.length)
    ]
