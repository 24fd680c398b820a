"""The present, and moments on somebody's clock."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from console.clock import now, on_clock

BRATISLAVA = ZoneInfo("Europe/Bratislava")


def test_the_present_is_in_utc() -> None:
    assert now().tzinfo is UTC


def test_a_moment_is_on_the_clock_of_the_zone() -> None:
    at = on_clock(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), BRATISLAVA)
    assert (at.day, at.hour, at.tzinfo) == (22, 0, BRATISLAVA)


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        (datetime.max.replace(tzinfo=UTC), BRATISLAVA),
        (datetime.min.replace(tzinfo=UTC), timezone(timedelta(hours=-5))),
    ],
)
def test_at_the_end_of_the_calendar_it_stays_as_it_is(at: datetime, zone: ZoneInfo) -> None:
    assert on_clock(at, zone) is at
