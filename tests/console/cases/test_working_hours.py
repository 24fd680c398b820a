"""When so much time will have been worked, also where clocks are changed and on free days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.cases.due_rules import USUAL, DueRules, read_rules, write_rules
from console.cases.working_hours import MINUTES_A_DAY, Shift, WorkingHours, worked_off

ZONE = ZoneInfo("Europe/Bratislava")
WEEK = {day: Shift(8 * 60, 17 * 60) for day in range(1, 6)}
ROUND_THE_CLOCK = {day: Shift(0, MINUTES_A_DAY) for day in range(1, 8)}
MINUTE = timedelta(minutes=1)


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold)


@pytest.mark.parametrize(
    ("since", "hours", "done"),
    [
        ("2026-11-23T09:00", 4, "2026-11-23T13:00"),  # a Monday
        ("2026-11-23T09:00", 8, "2026-11-23T17:00"),  # at the end of a day, not at the next one's beginning
        ("2026-11-23T16:00", 2, "2026-11-24T09:00"),
        ("2026-11-23T03:00", 1, "2026-11-23T09:00"),
        ("2026-11-23T22:00", 1, "2026-11-24T09:00"),
        ("2026-11-27T16:30", 1, "2026-11-30T08:30"),  # over a week-end
        ("2026-11-28T12:00", 9, "2026-11-30T17:00"),
        ("2026-12-23T17:00", 1, "2026-12-28T09:00"),  # over Christmas
        ("2026-11-23T12:00", 45, "2026-11-30T12:00"),
    ],
)
def test_an_ordinary_week(since: str, hours: int, done: str) -> None:
    week = WorkingHours(WEEK, {date(2026, 12, 24), date(2026, 12, 25)}, ZONE)
    assert worked_off(week, local(since), timedelta(hours=hours)) == local(done)


@pytest.mark.parametrize(
    ("since", "hours", "done"),
    [
        # In the night of 29 March 2026 there is no time from 2 to 3, in that of 25 October it is twice.
        ("2026-03-28T20:00", 10, "2026-03-29T07:00"),
        ("2026-10-24T20:00", 10, "2026-10-25T05:00"),
    ],
)
def test_what_is_worked_in_a_night_in_which_clocks_are_changed(since: str, hours: int, done: str) -> None:
    always = WorkingHours(ROUND_THE_CLOCK, (), ZONE)
    assert worked_off(always, local(since), timedelta(hours=hours)) == local(done)


def test_days_before_and_after_a_change_of_clocks_are_as_long() -> None:
    days = WorkingHours(dict.fromkeys(range(1, 8), Shift(8 * 60, 17 * 60)), (), ZONE)
    assert worked_off(days, local("2026-03-28T08:00"), timedelta(hours=18)) == local("2026-03-29T17:00")
    assert worked_off(days, local("2026-10-24T08:00"), timedelta(hours=18)) == local("2026-10-25T17:00")


def test_hours_that_a_clock_never_shows_are_not_worked() -> None:
    small_hours = WorkingHours({7: Shift(2 * 60 + 10, 2 * 60 + 50)}, (), ZONE)
    done = worked_off(small_hours, local("2026-03-28T12:00"), timedelta(minutes=40))
    assert done == local("2026-03-29T03:50")  # the clock goes from 2 to 3: they are those after it
    over = WorkingHours({7: Shift(2 * 60 + 30, 3 * 60 + 10)}, (), ZONE)
    assert worked_off(over, local("2026-03-28T12:00"), MINUTE) == local("2026-04-05T02:31")


def test_where_nobody_works_nothing_is_ever_done() -> None:
    assert worked_off(WorkingHours({}, (), ZONE), local("2026-11-23T09:00"), MINUTE) is None
    assert worked_off(WorkingHours({1: Shift(480, 480)}, (), ZONE), local("2026-11-23T09:00"), MINUTE) is None


minutes_of_day = st.integers(0, MINUTES_A_DAY)
shifts = st.tuples(minutes_of_day, minutes_of_day).map(lambda both: Shift(min(both), max(both)))
zones = st.sampled_from([ZoneInfo("Europe/Bratislava"), ZoneInfo("America/New_York"), ZoneInfo("UTC")])
AROUND = datetime(2026, 3, 25, tzinfo=UTC)  # clocks change in these days
moments = st.integers(0, 240 * 24 * 60).map(lambda minutes: AROUND + minutes * MINUTE)
holidays = st.sets(st.integers(0, 30).map(lambda days: AROUND.date() + timedelta(days=days)))
weeks = st.builds(
    WorkingHours, st.dictionaries(st.integers(1, 7), shifts, min_size=1), holidays, zones
)  # fmt: skip
works = st.integers(0, 60 * 60).map(lambda minutes: minutes * MINUTE)
FAR = datetime.max.replace(tzinfo=UTC)


def done(hours: WorkingHours, since: datetime, work: timedelta) -> datetime:
    return worked_off(hours, since, work) or FAR


@given(weeks, moments)
def test_nothing_to_do_is_done_at_once(hours: WorkingHours, since: datetime) -> None:
    assert worked_off(hours, since, timedelta()) == since


@given(weeks, moments, works, works)
def test_more_work_is_never_done_sooner(
    hours: WorkingHours, since: datetime, work: timedelta, more: timedelta
) -> None:
    assert since <= done(hours, since, work) <= done(hours, since, work + more)


@given(weeks, moments, moments, works)
def test_what_begins_later_is_never_done_sooner(
    hours: WorkingHours, one: datetime, other: datetime, work: timedelta
) -> None:
    first, last = sorted((one, other))
    sooner = worked_off(hours, first, work)
    if sooner is not None:  # else it looks less far ahead than from the later one
        assert sooner <= done(hours, last, work)


@given(weeks, moments, works, works)
def test_work_can_be_done_in_two_pieces(
    hours: WorkingHours, since: datetime, one: timedelta, other: timedelta
) -> None:
    between, whole = worked_off(hours, since, one), worked_off(hours, since, one + other)
    if between is not None and whole is not None:  # from there it looks further ahead
        assert worked_off(hours, between, other) == whole


@given(weeks, moments, works)
def test_holidays_and_free_week_days_are_not_worked_on(
    hours: WorkingHours, since: datetime, work: timedelta
) -> None:
    ended = worked_off(hours, since, work)
    if ended is not None and work:
        last = (ended - timedelta(microseconds=1)).astimezone(hours.zone).date()
        assert last not in hours.holidays
        assert last.isoweekday() in hours.shifts


def _is_worked(hours: WorkingHours, at: datetime) -> bool:
    clock = at.astimezone(hours.zone)
    shift = hours.shifts.get(clock.isoweekday())
    minute = clock.hour * 60 + clock.minute
    return shift is not None and clock.date() not in hours.holidays and shift.opens <= minute < shift.closes


@given(weeks, moments, st.integers(1, 600))
def test_minute_by_minute(hours: WorkingHours, since: datetime, minutes: int) -> None:
    """Counted on the clock, wherever no shift begins or ends in an hour that is twice, or that is not."""
    ended = worked_off(hours, since, minutes * MINUTE)
    odd = {hour * 60 + minute for hour in (1, 2) for minute in range(1, 60)} | {60, 120}
    if ended is None or ended - since > timedelta(days=2):
        return
    if any({shift.opens, shift.closes} & odd for shift in hours.shifts.values()):
        return
    at, worked = since, 0
    while at < ended:
        worked += _is_worked(hours, at)
        at += MINUTE
    assert worked == minutes


def test_the_table_says_when_a_case_is_due() -> None:
    since = local("2026-11-27T16:00")
    assert USUAL.due_at(1, "urgent", since, ZONE) == local("2026-11-30T09:00")
    assert USUAL.due_at(2, "normal", since, ZONE) == local("2026-12-01T16:00")
    assert DueRules({}, USUAL.shifts, {}).due_at(1, "urgent", since, ZONE) is None


def test_what_is_about_to_be_due() -> None:
    assert USUAL.soon(local("2026-11-27T16:00"), ZONE) == local("2026-11-30T09:00")
    at = local("2026-11-27T16:00")
    assert DueRules({}, {}, {}).soon(at, ZONE) == at + timedelta(hours=2)


def test_rules_are_written_and_read() -> None:
    rules = DueRules(
        {(1, "low"): 30},
        {6: Shift(0, MINUTES_A_DAY)},
        {date(2026, 12, 24): "Christmas", date(2026, 1, 1): ""},
    )
    assert read_rules(write_rules(rules)) == rules
    assert read_rules(write_rules(USUAL)) == USUAL
