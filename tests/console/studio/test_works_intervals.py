"""Intervals: as published where somebody has published them, and always as an interval has to be."""

from collections import Counter
from math import comb
from statistics import NormalDist, median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.figures.shares import Z
from console.studio.works_intervals import Interval, Share, Times, difference

shares = st.integers(1, 5_000).flatmap(
    lambda of: st.integers(0, of).map(lambda count: Share(count, of)),
)
ROUNDING = 1e-12


def test_the_score_of_95_percent() -> None:
    assert pytest.approx(NormalDist().inv_cdf(0.975)) == Z


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_shares_as_published(count: int, of: int, low: float, high: float) -> None:
    """Newcombe, Stat. Med. 17 (1998), 857, table I, method 3: the score interval."""
    found = Share(count, of).interval
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(6, 7), Share(2, 7), 0.0582, 0.8062),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
        (Share(0, 10), Share(0, 20), -0.1611, 0.2775),
        (Share(0, 10), Share(0, 10), -0.2775, 0.2775),
        (Share(10, 10), Share(0, 20), 0.6791, 1.0),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0),
    ],
)
def test_differences_as_published(one: Share, other: Share, low: float, high: float) -> None:
    """Newcombe, Stat. Med. 17 (1998), 873, table II, method 10."""
    found = difference(one, other)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(shares)
def test_a_share_lies_within_its_interval_and_that_within_0_and_1(share: Share) -> None:
    found = share.interval
    assert 0 <= found.low <= share.part + ROUNDING
    assert share.part - ROUNDING <= found.high <= 1


@given(shares, st.integers(2, 50))
def test_the_interval_narrows_with_more_of_the_same(share: Share, times: int) -> None:
    few, many = share.interval, Share(share.count * times, share.of * times).interval
    assert many.high - many.low < few.high - few.low


@given(shares)
def test_the_interval_of_the_rest_is_the_mirrored_one(share: Share) -> None:
    found, rest = share.interval, Share(share.of - share.count, share.of).interval
    assert (found.low, found.high) == pytest.approx((1 - rest.high, 1 - rest.low))


@given(shares, shares)
def test_a_difference_is_within_its_interval_and_turns_round(one: Share, other: Share) -> None:
    found, turned = difference(one, other), difference(other, one)
    assert -1 - ROUNDING <= found.low <= one.part - other.part + ROUNDING
    assert one.part - other.part - ROUNDING <= found.high <= 1 + ROUNDING
    assert (found.low, found.high) == pytest.approx((-turned.high, -turned.low))


@given(shares)
def test_nothing_differs_from_itself(share: Share) -> None:
    assert difference(share, share).has_zero


def test_few_calls_tell_nothing_unless_they_agree() -> None:
    assert [Share(0, 0).tells, Share(3, 4).tells, Share(8, 16).tells] == [False] * 3
    assert [Share(10, 20).tells, Share(12, 12).tells, Share(0, 9).tells] == [False, True, True]
    assert Share(12, 24).tells
    assert Share(0, 0).interval == Interval(0.0, 1.0)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80))
def test_a_median_is_one_of_the_times_and_within_its_interval(times: list[int]) -> None:
    found = Times(Counter(times))
    assert found.median == median_low(times)
    assert sum(each <= found.within(0.9) for each in times) >= 0.9 * len(times)
    assert found.within(1) == max(times)
    if len(times) < 6:
        assert found.interval is None
    else:
        assert found.interval is not None
        assert found.interval.low <= found.median <= found.interval.high


@given(st.integers(6, 400))
def test_the_interval_of_a_median_holds_for_95_of_100_samples(count: int) -> None:
    """Each time is below the true median as a coin falls: the chance that it lies outside."""
    interval = Times(Counter(range(1, count + 1))).interval
    assert interval is not None
    assert 2 * sum(comb(count, below) for below in range(int(interval.low))) / 2**count <= 0.05


def test_no_times_have_no_median() -> None:
    with pytest.raises(ValueError, match="no times"):
        _ = Times({}).median
    assert Times({}).interval is None
