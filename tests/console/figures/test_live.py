"""The board agrees with a report of the same visits, whatever comes in any order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.figures.intervals import today
from console.figures.live import RECENT, Live, Waiting
from console.figures.tally import Limits, tally
from console.figures.visits import Visit
from telephony.events import VisitEnd
from tests.console.figures.making import LIMITS, NOON, ZONE, last_words, limits, moments, seconds, visits

told = st.lists(st.tuples(visits(), moments(NOON, 30)), max_size=25)


def agrees(live: Live, found: list[Visit], at: datetime) -> None:
    visits = last_words(found)
    assert live.recent(at) == tally([each for each in visits if each.queued_at >= at - RECENT], limits)
    assert live.today(at) == tally([each for each in visits if each.queued_at in today(at, ZONE)], limits)
    waiting = [each.queued_at for each in visits if each.waits]
    assert live.waiting == Waiting(len(waiting), min(waiting, default=None))


@given(told)
def test_it_is_the_tally_of_what_was_told(found: list[tuple[Visit, datetime]]) -> None:
    """Visits of 30 hours, told of in any order and again and again, while the clock goes on."""
    live, at = Live(LIMITS, ZONE, NOON), NOON
    for index, (visit, moment) in enumerate(found):
        at = max(at, moment if index % 2 else visit.queued_at)
        live.put(visit, at)
        agrees(live, [each for each, _ in found[: index + 1]], at)


@given(st.lists(visits(), max_size=25), moments(NOON, 40))
def test_it_begins_with_what_is_on_record(found: list[Visit], at: datetime) -> None:
    record = last_words(found)
    agrees(Live(LIMITS, ZONE, at, record), record, at)


@given(st.lists(visits(), max_size=10))
def test_other_limits_count_the_same_visits_anew(found: list[Visit]) -> None:
    record = last_words(found)
    others = Limits(within_s=3, short_s=1)
    live = Live(LIMITS, ZONE, NOON, record).with_limits(others)
    assert live.today(NOON) == tally(
        [v for v in record if v.queued_at in today(NOON, ZONE)], lambda _: others
    )


def test_the_life_of_a_call() -> None:
    live = Live(LIMITS, ZONE, NOON)
    joined = Visit("a", 1, "support", NOON)
    live.put(joined, NOON)
    live.put(Visit("b", 1, "support", NOON + seconds(5)), NOON + seconds(5))
    assert live.waiting == Waiting(2, NOON)
    live.put(replace(joined, left_at=NOON + seconds(12), end=VisitEnd.ANSWERED), NOON + seconds(12))
    assert live.waiting == Waiting(1, NOON + seconds(5))
    assert live.recent(NOON + RECENT).offered == 2
    assert live.recent(NOON + RECENT + seconds(1)).offered == 1
    assert live.today(NOON + RECENT + seconds(1)).offered == 2


def test_midnight_takes_the_day_and_leaves_who_waits() -> None:
    before = datetime(2026, 11, 23, 22, 59, 50, tzinfo=UTC)
    midnight = before + seconds(10)
    live = Live(LIMITS, ZONE, before)
    waiting = Visit("a", 1, "support", before)
    live.put(waiting, before)
    assert live.today(before).offered == 1
    assert live.today(midnight).offered == 0
    assert live.waiting == Waiting(1, before)
    live.put(replace(waiting, left_at=midnight + seconds(5), end=VisitEnd.ANSWERED), midnight + seconds(5))
    assert live.today(midnight + seconds(5)).offered == 0
    assert live.recent(midnight + seconds(5)).offered == 1
    assert live.waiting == Waiting(0, None)


def test_what_is_said_of_tomorrow_counts_tomorrow() -> None:
    before = datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)
    live = Live(LIMITS, ZONE, before)
    live.put(Visit("a", 1, "support", before + seconds(1)), before)
    assert live.today(before).offered == 0
    assert live.today(before + seconds(1)).offered == 1


def test_a_visit_that_began_earlier_than_first_said_moves() -> None:
    live, later = Live(LIMITS, ZONE, NOON), Visit("a", 1, "support", NOON)
    for visit in (later, replace(later, queued_at=NOON - seconds(600)), later, later):
        live.put(visit, NOON)
    assert live.recent(NOON + RECENT - seconds(1)).offered == 1
    assert live.recent(NOON + RECENT + seconds(1)).offered == 0


def test_a_clock_that_goes_back_changes_nothing() -> None:
    live = Live(LIMITS, ZONE, NOON, [Visit("a", 1, "support", NOON - RECENT)])
    assert live.recent(NOON + seconds(1)).offered == 0
    assert live.recent(NOON - timedelta(days=2)).offered == 0
    assert live.today(NOON - timedelta(days=2)).offered == 1


def test_who_asks_gets_a_tally_of_their_own() -> None:
    live = Live(LIMITS, ZONE, NOON, [Visit("a", 1, "support", NOON)])
    first = live.recent(NOON)
    live.put(Visit("b", 1, "support", NOON), NOON)
    assert first.offered == 1
