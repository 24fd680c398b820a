"""How late events come, whatever Asterisk's clock says."""

from datetime import timedelta

import pytest

from telephony.asterisk.lag import Lag
from tests.conftest import NOW


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def test_nothing_is_known_before_an_event_that_says_when_it_was_sent() -> None:
    lag = Lag()
    assert lag.seconds is None
    lag.pong(NOW, NOW, 0.2)
    assert lag.seconds is None


def test_the_latest_event_counts() -> None:
    lag = Lag()
    for late in (3.0, 0.5):
        lag.event(NOW, NOW + seconds(late))
        assert lag.seconds == late


@pytest.mark.parametrize("wrong_by", [-300.0, 0.0, 300.0])
def test_a_wrong_clock_is_no_delay(wrong_by: float) -> None:
    lag = Lag()
    lag.pong(NOW + seconds(wrong_by), NOW + seconds(0.01), 0.02)
    for late in (0.0, 2.0, 70.0):
        lag.event(NOW + seconds(wrong_by), NOW + seconds(late))
        assert lag.seconds == pytest.approx(late)


def test_an_event_is_never_early() -> None:
    lag = Lag()
    lag.pong(NOW, NOW + seconds(1), 0.2)  # the answer was on its way longer than half
    lag.event(NOW, NOW)
    assert lag.seconds == 0.0


def test_a_ping_that_is_answered_ends_a_delay() -> None:
    lag = Lag()
    lag.event(NOW, NOW + seconds(30))
    lag.pong(NOW, NOW, 0.004)
    assert lag.seconds == 0.002


def test_a_clock_that_was_put_right_is_believed_after_the_next_ping() -> None:
    lag = Lag()
    lag.pong(NOW + seconds(300), NOW, 0.0)
    lag.event(NOW, NOW)
    assert lag.seconds == 300.0
    lag.pong(NOW, NOW, 0.0)
    lag.event(NOW, NOW)
    assert lag.seconds == 0.0
