"""When may be called back: days and times as they are typed, by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.errors import InvalidError
from console.promises.appointments import Proposal, appoint, days_ahead, propose
from scripts_engine.script import LATEST_CALLBACK_DAYS as MOST_DAYS

ZONE = ZoneInfo("Europe/Bratislava")
NOW = datetime(2026, 11, 21, 13, 30, 20, tzinfo=ZONE)


def test_so_many_days_later_at_the_same_time_of_day() -> None:
    assert propose(NOW, 3, ZONE) == Proposal("2026-11-24", "13:30")
    assert propose(NOW.astimezone(UTC), 3, ZONE) == Proposal("2026-11-24", "13:30")


def test_clocks_that_are_changed_in_between_change_nothing() -> None:
    before = datetime(2026, 10, 24, 9, 0, tzinfo=ZONE)
    assert propose(before, 1, ZONE) == Proposal("2026-10-25", "09:00")
    due = appoint(propose(before, 1, ZONE), before, ZONE)
    assert due.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=25)


def test_on_the_same_day_the_agent_says_when() -> None:
    assert propose(NOW, 0, ZONE) == Proposal("2026-11-21", "")
    assert appoint(Proposal("2026-11-21", "13:31"), NOW, ZONE) == datetime(2026, 11, 21, 13, 31, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        *[("2", 2), (7, 7), ("0", 0), (MOST_DAYS, MOST_DAYS)],
        *[("", 1), (None, 1), ("soon", 1), ("-3", 1), ("2.5", 1), (True, 1), ("²", 1)],
        *[(MOST_DAYS + 1, 1), ("9" * 5_000, 1)],
    ],
)
def test_what_scripts_say(said: object, days: int) -> None:
    assert days_ahead(said) == days


@pytest.mark.parametrize(
    ("day", "time", "why"),
    [
        ("", "14:00", "Say on which day to call back."),
        ("2026-11-24", "", "Say at what time to call back."),
        ("tomorrow", "14:00", "“tomorrow” is no day; write it like 2026-11-24."),
        ("2026-02-30", "14:00", "“2026-02-30” is no day"),
        ("2026-11-24", "25:00", "“25:00” is no time of day; write it like 14:30."),
        ("2026-11-21", "13:30", "2026-11-21 13:30 is over already: choose a later time, or another day."),
        ("2026-11-20", "14:00", "2026-11-20 14:00 is over already"),
        ("2027-11-23", "14:00", "2027-11-23 14:00 is more than a year ahead: choose a day before that."),
        ("9999-12-31", "23:59", "more than a year ahead"),
        ("0001-01-01", "00:00", "is over already"),
    ],
)
def test_what_may_not_be_promised(day: str, time: str, why: str) -> None:
    with pytest.raises(InvalidError) as refused:
        appoint(Proposal(day, time), NOW, ZONE)
    assert why in str(refused.value)


def test_a_year_ahead_is_the_last_day() -> None:
    assert appoint(Proposal("2027-11-22", "23:59"), NOW, ZONE).date() == NOW.date() + timedelta(MOST_DAYS)


def test_seconds_and_zones_that_are_typed_do_not_count() -> None:
    typed = Proposal("2026-11-24", "14:00:30+05:00")
    assert appoint(typed, NOW, ZONE).isoformat() == "2026-11-24T14:00:00+01:00"
