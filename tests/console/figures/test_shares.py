"""Shares, and how sure they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.figures.shares import Share, wilson

shares = st.integers(1, 5_000).flatmap(lambda of: st.integers(0, of).map(lambda count: Share(count, of)))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_bounds_as_published(count: int, of: int, low: float, high: float) -> None:
    """Newcombe, Stat. Med. 17 (1998), 857, table I, method 3: the score interval."""
    found = wilson(count, of)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


def test_of_none_nothing_is_said() -> None:
    assert Share(0, 0).part is None
    assert Share(0, 0).bounds == (0.0, 1.0)


@given(shares)
def test_the_bounds_hold_the_share(share: Share) -> None:
    low, high = share.bounds
    assert share.part is not None
    assert 0 <= low <= share.part + 1e-12
    assert share.part - 1e-12 <= high <= 1


@given(shares, shares)
def test_shares_add_up(one: Share, other: Share) -> None:
    assert one + other == Share(one.count + other.count, one.of + other.of)
