"""Local intervals, in nights in which clocks change, too. Counts of visits in them: `figures.toml`."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.figures.intervals import (
    HALF_HOUR,
    Grain,
    Slot,
    Span,
    midnight,
    slot_of,
    slots,
    span_of,
    spans,
    today,
    week_before,
    week_earlier,
)

BRATISLAVA = ZoneInfo("Europe/Bratislava")
ZONES = [
    *("UTC", "Europe/Bratislava", "America/New_York", "America/Santiago", "America/Havana"),
    *("Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "Asia/Beirut", "Pacific/Chatham"),
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
grains = st.sampled_from(Grain)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def span(begin: str, end: str) -> Span:
    return Span(at(begin), at(end))


@given(instants, grains, zones)
def test_every_moment_is_in_its_interval_and_none_between(
    moment: datetime, grain: Grain, zone: ZoneInfo
) -> None:
    found = span_of(moment, grain, zone)
    assert moment in found
    assert (
        found == span_of(found.begin, grain, zone) == span_of(found.end - timedelta.resolution, grain, zone)
    )
    assert span_of(found.end, grain, zone).begin == found.end
    assert found.begin.tzinfo is found.end.tzinfo is UTC


@given(instants, st.integers(1, 30), grains, zones)
def test_intervals_cover_a_period_without_gaps(
    begin: datetime, days: int, grain: Grain, zone: ZoneInfo
) -> None:
    period = Span(begin, begin + timedelta(days=days))
    found = list(spans(period, grain, zone))
    assert period.begin in found[0]
    assert found[-1].begin < period.end <= found[-1].end
    assert all(one.end == other.begin for one, other in pairwise(found))


@given(instants, zones)
def test_half_hours_add_up_to_hours_and_these_to_days(moment: datetime, zone: ZoneInfo) -> None:
    for whole, part in ((Grain.HOUR, Grain.HALF_HOUR), (Grain.DAY, Grain.HOUR), (Grain.WEEK, Grain.DAY)):
        outer = span_of(moment, whole, zone)
        inner = list(spans(outer, part, zone))
        assert (inner[0].begin, inner[-1].end) == (outer.begin, outer.end)


@pytest.mark.parametrize(
    ("day", "half_hours"), [("2026-03-28", 48), ("2026-03-29", 46), ("2026-10-25", 50), ("2026-10-26", 48)]
)
def test_days_on_which_clocks_change(day: str, half_hours: int) -> None:
    whole = today(midnight(date.fromisoformat(day), BRATISLAVA), BRATISLAVA)
    assert whole.length == half_hours * HALF_HOUR
    assert len(list(spans(whole, Grain.HALF_HOUR, BRATISLAVA))) == half_hours


def test_a_week_begins_on_monday() -> None:
    found = span_of(at("2026-11-22T23:59:00+01:00"), Grain.WEEK, BRATISLAVA)
    assert found == span("2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00")


@pytest.mark.parametrize(
    ("begin", "before"),
    [
        ("2026-11-23T09:00:00+01:00", ["2026-11-16T09:00:00+01:00"]),
        ("2026-11-01T02:00:00+01:00", ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]),
        ("2026-10-25T02:00:00+02:00", ["2026-10-18T02:00:00+02:00"]),
        ("2026-10-25T02:00:00+01:00", ["2026-10-18T02:00:00+02:00"]),
        ("2026-04-05T02:00:00+02:00", []),
        ("2026-04-05T03:00:00+02:00", ["2026-03-29T03:00:00+02:00"]),
    ],
)
@pytest.mark.parametrize("grain", [Grain.HALF_HOUR, Grain.HOUR])
def test_the_week_before_at_the_same_local_time(begin: str, before: list[str], grain: Grain) -> None:
    found = week_before(span_of(at(begin), grain, BRATISLAVA), grain, BRATISLAVA)
    assert found == tuple(span_of(at(each), grain, BRATISLAVA) for each in before)


def test_the_day_before_which_clocks_changed_and_its_week() -> None:
    day = span_of(at("2026-11-01T12:00:00+01:00"), Grain.DAY, BRATISLAVA)
    assert week_before(day, Grain.DAY, BRATISLAVA) == (
        span("2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),
    )
    week = span_of(at("2026-11-01T12:00:00+01:00"), Grain.WEEK, BRATISLAVA)
    assert week_before(week, Grain.WEEK, BRATISLAVA) == (
        span("2026-10-19T00:00+02:00", "2026-10-26T00:00+01:00"),
    )


@pytest.mark.parametrize(
    ("moment", "earlier"),
    [
        ("2026-11-24T14:07:00+01:00", "2026-11-17T14:07:00+01:00"),
        ("2026-10-27T14:07:00+01:00", "2026-10-20T14:07:00+02:00"),
        ("2026-10-25T02:10:00+01:00", "2026-10-18T02:10:00+02:00"),
        ("2026-11-01T02:10:00+01:00", "2026-10-25T02:10:00+02:00"),
        ("2026-04-05T02:10:00+02:00", "2026-03-29T03:10:00+02:00"),
    ],
)
def test_a_week_earlier_on_local_clocks(moment: str, earlier: str) -> None:
    assert week_earlier(at(moment), BRATISLAVA) == at(earlier)


def test_the_half_hours_of_a_week() -> None:
    assert slot_of(at("2026-11-23T00:10:00+01:00"), BRATISLAVA) == Slot(1, 0)
    assert slot_of(at("2026-11-22T23:59:00+01:00"), BRATISLAVA) == Slot(7, 47)
    both = [slot_of(at(f"2026-10-25T02:15:00{offset}"), BRATISLAVA) for offset in ("+02:00", "+01:00")]
    assert both == [Slot(7, 4), Slot(7, 4)]


def test_how_often_each_half_hour_of_the_week_was() -> None:
    period = span("2026-10-19T00:00:00+02:00", "2026-11-02T00:00:00+01:00")
    found = slots(period, BRATISLAVA)
    assert found[Slot(7, 4)] == found[Slot(7, 5)] == 3
    assert found[Slot(7, 6)] == 2
    assert len(found) == 7 * 48


def test_what_overlaps() -> None:
    whole = span("2026-11-23T09:00:00+01:00", "2026-11-23T10:00:00+01:00")
    before, within = at("2026-11-23T08:00:00+01:00"), at("2026-11-23T09:15:00+01:00")
    assert whole.overlap(before, within) == timedelta(minutes=15)
    assert whole.overlap(before, whole.begin) == timedelta(0)
    assert whole.overlap(before, before) == timedelta(0)
    assert whole.end not in whole
