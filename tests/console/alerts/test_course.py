"""When an alert begins, rises, falls and ends: by hand, and whatever comes in whichever order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.alerts.course import AGAIN, LASTS, LOST, Alert, Course, Figure, Reading
from console.queues.thresholds import Level
from tests.conftest import NOW

FINE, YELLOW, RED = Level


def at(second: float) -> datetime:
    return NOW + timedelta(seconds=second)


def waiting(count: float, level: Level, queue: str = "support") -> Reading:
    return Reading(queue, Figure.WAITING, count, level)


def level_of(percent: float | None, level: Level) -> Reading:
    return Reading("support", Figure.LEVEL, percent, level)


Told = dict[tuple[str, Figure, datetime], Alert]


def play(course: Course, *looks: tuple[float, Sequence[Reading]]) -> list[Alert]:
    """What is told of each alert last, by beginning."""
    told: Told = {}
    for second, readings in looks:
        for alert in course.take(readings, at(second)):
            told[alert.queue, alert.figure, alert.began_at] = alert
    return sorted(told.values(), key=lambda each: each.began_at)


def test_it_begins_when_the_figure_passed_rises_falls_and_ends_when_it_is_back() -> None:
    looks = [(0, [waiting(3, YELLOW)]), (1, [waiting(4, YELLOW)]), (3, [waiting(9, RED)])]
    course = Course()
    [begun] = play(course, *looks)
    assert begun == Alert("support", Figure.WAITING, RED, RED, 9, at(0), at(3), at(3))
    [fallen] = play(course, (4, [waiting(4, YELLOW)]))
    assert (fallen.level, fallen.worst, fallen.peak, fallen.red_at) == (YELLOW, RED, 9, at(3))
    [ended] = play(course, (5, [waiting(0, FINE)]))
    assert (ended.ended_at, ended.end_known, ended.began_at) == (at(5), True, at(0))
    assert play(course, (6, [waiting(0, FINE)])) == []


def test_what_is_over_in_a_blink_is_none() -> None:
    looks = [(0, [waiting(9, RED)]), (2, [waiting(9, RED)]), (3, [waiting(0, FINE)]), (4, [waiting(9, RED)])]
    assert play(Course(), *looks, (5, [waiting(9, RED)])) == []


def test_a_service_level_is_worst_when_it_is_lowest() -> None:
    looks = [(second, [level_of(percent, RED)]) for second, percent in ((0, 50.0), (3, 40.5), (4, 45.0))]
    [alert] = play(Course(), *looks)
    assert alert.peak == 40.5
    assert play(Course(), (0, [level_of(None, FINE)])) == []


def test_a_figure_that_flutters_is_one_alert() -> None:
    looks = [
        (float(second), [waiting(5, RED) if second % 20 < 10 else waiting(1, FINE)]) for second in range(200)
    ]
    [alert] = play(Course(), *looks)
    assert (alert.began_at, alert.ended_at) == (at(0), at(190))


def test_after_a_minute_it_is_another_one() -> None:
    over = 4 + AGAIN.total_seconds()
    looks = [(0, [waiting(5, RED)]), (3, [waiting(5, RED)]), (4, [waiting(0, FINE)])]
    again = [(over + 1, [waiting(5, YELLOW)]), (over + 4, [waiting(5, YELLOW)])]
    first, second = play(Course(), *looks, *again)
    assert (first.ended_at, second.began_at, second.ended_at) == (at(4), at(over + 1), None)


def test_while_nothing_is_known_nothing_begins_and_nothing_ends() -> None:
    course = Course()
    [open_one] = play(course, (0, [waiting(5, RED)]), (3, [waiting(5, RED)]))
    assert play(course, *((second, []) for second in range(4, 900))) == []
    [still] = play(course, (900, [waiting(6, RED)]))
    assert (still.began_at, still.peak, still.ended_at) == (open_one.began_at, 6, None)


def test_half_a_beginning_and_half_behind_a_gap_are_none() -> None:
    assert play(Course(), (0, [waiting(5, RED)]), (2, []), (3, [waiting(5, RED)])) == []


def test_where_it_is_back_behind_a_gap_nobody_knows_since_when() -> None:
    looks = [(0, [waiting(5, RED)]), (3, [waiting(5, RED)]), (600, [waiting(0, FINE)])]
    [alert] = play(Course(), *looks)
    assert (alert.ended_at, alert.end_known) == (at(3), False)


def test_a_restart_goes_on_with_what_is_on_record() -> None:
    known = Alert("support", Figure.WAITING, YELLOW, YELLOW, 3, at(-100), at(-30))
    [alert] = play(Course([known]), (0, [waiting(3, YELLOW)]))
    assert (alert.began_at, alert.known_at) == (at(-100), at(0))
    [alert] = play(Course([known]), (0, [waiting(0, FINE)]))
    assert (alert.ended_at, alert.end_known) == (at(-30), False)


def test_after_half_an_hour_of_nothing_it_is_another_alert() -> None:
    known = Alert("support", Figure.WAITING, YELLOW, RED, 3, at(-100), at(0), at(-90))
    late = LOST.total_seconds() + 1
    first, second = play(Course([known]), (late, [waiting(3, YELLOW)]), (late + 3, [waiting(3, YELLOW)]))
    assert (first.ended_at, first.end_known) == (at(0), False)
    assert (second.began_at, second.worst) == (at(late), YELLOW)


LOOKS = st.lists(
    st.tuples(
        st.integers(1, 100),
        st.lists(
            st.builds(
                lambda queue, level: waiting(int(level), level, queue),
                st.sampled_from(["support", "sales"]),
                st.sampled_from(Level),
            ),
            max_size=2,
        ),
    ),
    max_size=40,
)


@given(LOOKS)
def test_alerts_of_a_figure_follow_each_other(looks: list[tuple[int, list[Reading]]]) -> None:
    told: Told = {}
    course, second = Course(), 0
    for step, readings in looks:
        second += step
        for alert in course.take(readings, at(second)):
            told[alert.queue, alert.figure, alert.began_at] = alert
            assert alert.began_at <= alert.known_at <= at(second)
            assert alert.ended_at is None or alert.known_at <= alert.ended_at <= at(second)
            assert alert.worst >= alert.level > FINE
            assert (alert.red_at is not None) == (alert.worst is RED)
            assert alert.known_at - alert.began_at >= LASTS
    for queue in ("support", "sales"):
        theirs = sorted((each for each in told.values() if each.queue == queue), key=lambda a: a.began_at)
        assert all(each.ended_at is not None for each in theirs[:-1])
        for one, other in pairwise(theirs):
            assert one.ended_at is not None
            assert other.began_at > one.ended_at


@given(LOOKS, st.integers(0, 39))
def test_it_does_not_matter_when_the_process_was_another(
    looks: list[tuple[int, list[Reading]]], restart: int
) -> None:
    """But for what had not begun yet."""
    told: Told = {}
    one, second = Course(), 0
    for number, (step, readings) in enumerate(looks):
        second += step
        if number == restart:
            recent = [a for a in told.values() if a.ended_at is None or at(second) - a.ended_at <= AGAIN]
            after, before = Course(recent), one
            after._rising = dict(before._rising)
            assert sorted(after.take(readings, at(second)), key=str) == sorted(
                before.take(readings, at(second)), key=str
            )
            return
        for alert in one.take(readings, at(second)):
            told[alert.queue, alert.figure, alert.began_at] = alert
