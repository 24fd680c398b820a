"""How much a browser may say."""

from console.live.allowance import Allowance


def test_a_burst_then_a_steady_flow() -> None:
    allowance = Allowance(burst=3, per_s=2, at=10)
    assert [allowance.take(10) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(10.5), allowance.take(10.5), allowance.take(11)] == [True, False, True]


def test_what_is_not_used_adds_up_to_the_burst_only() -> None:
    allowance = Allowance(burst=2, per_s=100, at=0)
    assert [allowance.take(1000) for _ in range(3)] == [True, True, False]
