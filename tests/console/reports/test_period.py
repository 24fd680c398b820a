"""The days of a report: local ones, also where clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.errors import Problem
from console.figures.intervals import Span
from console.reports.period import MOST_DAYS, read_period

ZONE = ZoneInfo("Europe/Bratislava")
FRIDAY = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)  # on Saturday 28 at 0:30, there


def read(**query: str) -> tuple[Span, list[Problem]]:
    problems: list[Problem] = []
    return read_period(query, FRIDAY, ZONE, problems), problems


def days(span: Span) -> tuple[str, str]:
    return span.begin.astimezone(ZONE).isoformat(), span.end.astimezone(ZONE).isoformat()


@pytest.mark.parametrize(
    ("name", "first", "after"),
    [
        ("", "2026-11-28", "2026-11-29"),
        ("today", "2026-11-28", "2026-11-29"),
        ("yesterday", "2026-11-27", "2026-11-28"),
        ("this_week", "2026-11-23", "2026-11-30"),
        ("last_week", "2026-11-16", "2026-11-23"),
        ("last_28_days", "2026-10-31", "2026-11-28"),
        ("this_month", "2026-11-01", "2026-12-01"),
    ],
)
def test_a_period_is_of_local_days(name: str, first: str, after: str) -> None:
    span, problems = read(period=name)
    assert (days(span), problems) == ((f"{first}T00:00:00+01:00", f"{after}T00:00:00+01:00"), [])


def test_the_month_in_which_clocks_go_back_is_an_hour_longer() -> None:
    span, _ = read(period="last_month")
    assert days(span) == ("2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00")
    assert span.length == timedelta(days=31, hours=1)


def test_from_one_day_to_another_has_both() -> None:
    span, problems = read(period="days", **{"from": "2026-10-25", "until": "2026-10-25"})
    assert (span.length, problems) == (timedelta(hours=25), [])


@pytest.mark.parametrize(
    ("first", "last", "where"),
    [
        ("", "2026-11-01", "from"),
        ("2026-11-01", "tomorrow", "until"),
        ("2026-11-02", "2026-11-01", "until"),
        ("2020-01-01", "2026-11-01", "until"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(first: str, last: str, where: str) -> None:
    _, problems = read(period="days", **{"from": first, "until": last})
    assert [each.where for each in problems] == [where]


def test_so_many_days_are_the_most() -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    last = first + timedelta(days=MOST_DAYS - 1)
    assert not read(period="days", **{"from": f"{first:%Y-%m-%d}", "until": f"{last:%Y-%m-%d}"})[1]


def test_a_period_that_there_is_not_is_refused() -> None:
    [problem] = read(period="soon")[1]
    assert problem.where == "period"
    assert "today" in problem.why
