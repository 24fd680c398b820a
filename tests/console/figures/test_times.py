"""Times: exact means, percentiles by nearest rank."""

from datetime import timedelta
from math import ceil
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.figures.times import Times, percentile, seconds_begun

waits = st.lists(st.timedeltas(timedelta(0), timedelta(hours=2)), max_size=40)


@pytest.mark.parametrize(
    ("time", "seconds"), [(0.0, 0), (0.001, 1), (1.0, 1), (20.0, 20), (20.000001, 21), (20.9, 21)]
)
def test_seconds_that_were_begun(time: float, seconds: int) -> None:
    assert seconds_begun(timedelta(seconds=time)) == seconds


def test_the_nearest_rank_by_hand() -> None:
    """Of 15, 20, 35, 40, 50: the usual example."""
    counts = dict.fromkeys((15, 20, 35, 40, 50), 1)
    assert [percentile(counts, percent) for percent in (5, 30, 40, 50, 100)] == [15, 20, 20, 35, 50]


def test_of_none_nothing_is_said() -> None:
    none = Times()
    assert (none.count, none.mean_s, none.longest_s, none.percentile_s(50)) == (0, None, None, None)


@given(waits.filter(bool), st.integers(1, 100))
def test_a_percentile_is_the_exact_one_rounded_up(found: list[timedelta], percent: int) -> None:
    exact = sorted(found)[ceil(percent * len(found) / 100) - 1]
    assert Times.of(found).percentile_s(percent) == seconds_begun(exact)
    assert Times.of(found).percentile_s(50) == seconds_begun(median_low(found))


@given(waits, st.integers(0, 7200))
def test_whole_limits_hold_for_seconds_begun(found: list[timedelta], limit: int) -> None:
    begun = Times.of(found).seconds
    within = sum(count for seconds, count in begun.items() if seconds <= limit)
    assert within == sum(time <= timedelta(seconds=limit) for time in found)


@given(waits, waits)
def test_any_partition_is_the_same(one: list[timedelta], other: list[timedelta]) -> None:
    whole = Times.of(one + other)
    assert Times.of(one) + Times.of(other) == whole == Times.of(other) + Times.of(one)
    assert whole.count == len(one) + len(other)
    for time in other:
        whole.put(time, -1)
    assert whole == Times.of(one)
