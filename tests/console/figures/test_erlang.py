"""Erlang C: as published, and as the definition says."""

from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.figures.erlang import Target, agents_needed, erlangs, staffing, waiting_probability


def by_definition(agents: int, load: float) -> float:
    """A^N/N! N/(N-A), over the sum of A^k/k! below N and that: only for few agents."""
    last = load**agents / factorial(agents) * agents / (agents - load)
    return last / (sum(load**k / factorial(k) for k in range(agents)) + last)


def test_the_usual_example() -> None:
    """360 calls in half an hour of 240 s each, 55 agents: 48 erlangs, as call centers are told it in "The
    Erlang-C Formula"."""
    found = staffing(55, 360, 240, Target(0.8, 20))
    assert found is not None
    assert found.erlangs == 48
    assert found.waiting == pytest.approx(0.2387, abs=5e-5)
    assert found.service_level == pytest.approx(0.8668, abs=5e-4)
    assert found.asa_s == pytest.approx(8.184, abs=5e-3)
    assert found.occupancy == pytest.approx(48 / 55)
    assert agents_needed(360, 240, Target(0.8, 20)).agents == 54


@pytest.mark.parametrize(
    ("agents", "load", "probability"),
    [
        (1, 0.5, 0.5),  # M/M/1: the load itself
        (2, 1.0, 1 / 3),  # M/M/2: 2 r² / (1 + r) with r = 1/2
        (3, 2.0, 4 / 9),  # (8/6 · 3) / (1 + 2 + 2 + 4)
        (
            10,
            6.0,
            0.1013,
        ),  # 120 customers an hour, 3 minutes each: read off the Erlang C curve as "about 0.10"
        (12, 10.0, 0.4494),
        (14, 10.0, 0.1741),  # 100 calls in half an hour, 180 s each
    ],
)
def test_published_probabilities(agents: int, load: float, probability: float) -> None:
    assert waiting_probability(agents, load) == pytest.approx(probability, abs=5e-5)


def test_a_target_by_hand() -> None:
    """100 calls in half an hour, 180 s each: 14 agents answer 80 % within 20 s, 13 do not."""
    found = agents_needed(100, 180, Target(0.8, 20))
    assert (found.agents, found.erlangs) == (14, 10.0)
    assert found.service_level == pytest.approx(1 - 0.17413 * exp(-4 * 20 / 180), abs=1e-4)
    assert found.asa_s == pytest.approx(0.17413 * 180 / 4, abs=1e-2)
    fewer = staffing(13, 100, 180, Target(0.8, 20))
    assert fewer is not None
    assert fewer.service_level < 0.8 <= found.service_level


def test_shrinkage_asks_for_more_on_the_roster() -> None:
    found = agents_needed(100, 180, Target(0.8, 20, shrinkage=0.3))
    assert (found.agents, found.scheduled) == (14, 20)


def test_no_calls_need_nobody() -> None:
    found = agents_needed(0, 180, Target())
    assert (found.agents, found.scheduled, found.service_level) == (0, 0, 1.0)
    idle = staffing(3, 0, 180, Target())
    assert idle is not None
    assert (idle.waiting, idle.service_level, idle.asa_s, idle.occupancy) == (0, 1, 0, 0)


def test_too_few_agents_only_let_the_queue_grow() -> None:
    assert waiting_probability(10, 10) == 1.0
    assert staffing(10, 100, 180, Target()) is None


@pytest.mark.parametrize("share", [0.0, 1.0, 80.0])
def test_a_target_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match=r"such as 0\.8"):
        Target(share)


@pytest.mark.parametrize("shrinkage", [-0.1, 1.0])
def test_shrinkage_is_a_share(shrinkage: float) -> None:
    with pytest.raises(ValueError, match=r"such as 0\.3"):
        Target(shrinkage=shrinkage)


@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_it_is_the_definition(agents: int, busy: float) -> None:
    load = agents * busy
    assert waiting_probability(agents, load) == pytest.approx(by_definition(agents, load), rel=1e-9)


def test_a_thousand_agents() -> None:
    """Where factorials overflow. With √load agents to spare, Halfin and Whitt (Oper. Res. 29, 1981, 567) give
    1 / (1 + Φ(1)/φ(1)) = 0.223 for many agents."""
    assert 0 < waiting_probability(1000, 400) < 1e-12
    assert waiting_probability(1000, 968.873) == pytest.approx(0.223, abs=0.01)
    assert waiting_probability(1000, 999.999) == pytest.approx(1, abs=1e-3)


@given(st.floats(0.1, 3000), st.floats(1, 1200), st.floats(0.05, 0.99), st.floats(0, 120))
def test_it_is_the_fewest_that_reach_the_target(
    calls: float, aht_s: float, share: float, within_s: float
) -> None:
    target = Target(share, within_s)
    found = agents_needed(calls, aht_s, target)
    fewer = staffing(found.agents - 1, calls, aht_s, target)
    assert found.service_level >= share
    assert fewer is None or fewer.service_level < share
    assert erlangs(calls, aht_s) < found.agents
    assert 0 <= found.waiting <= 1
    assert 0 < found.occupancy < 1
