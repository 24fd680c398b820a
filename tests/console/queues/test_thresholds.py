"""From when on a queue is yellow or red."""

from console.queues.thresholds import Level, Thresholds


def test_levels() -> None:
    limits = Thresholds(2, 4, 60, 120, 80, 50)
    assert [limits.of_waiting(count) for count in (1, 2, 4)] == [Level.FINE, Level.YELLOW, Level.RED]
    assert [limits.of_longest(seconds) for seconds in (59, 60, 120)] == [Level.FINE, Level.YELLOW, Level.RED]
    levels = [limits.of_service_level(percent) for percent in (80.0, 79.9, 49.9, None)]
    assert levels == [Level.FINE, Level.YELLOW, Level.RED, Level.FINE]
    assert Thresholds().of_waiting(1000) is Level.FINE
