"""Heat map, trend and staffing, with values computed by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.errors import Problem
from console.figures.erlang import Target
from console.figures.intervals import Grain, Span, midnight, today
from console.figures.shares import Share
from console.figures.switches import Switches
from console.figures.tally import Limits, Tally
from console.figures.visits import Part, Visit
from console.reports.columns import Kind
from console.reports.staffing import half_hours, read_target
from console.reports.trend import steps_of, trend
from console.reports.week import MEASURES, SHADES, half_hours_of, heat_map, over_until
from telephony.events import VisitEnd

ZONE = ZoneInfo("Europe/Bratislava")
MONDAY = today(datetime(2026, 11, 23, 11, tzinfo=UTC), ZONE)
NIGHT = today(datetime(2026, 10, 25, 11, tzinfo=UTC), ZONE)  # on which clocks go back
HALF_HOUR = timedelta(minutes=30)


def counted(*waits_s: float, handled_s: float | None = None) -> Tally:
    """Callers who were answered after so long, each handled for so long."""
    tally = Tally()
    for number, wait_s in enumerate(waits_s):
        at = MONDAY.begin
        answered = at + timedelta(seconds=wait_s)
        over = None if handled_s is None else answered + timedelta(seconds=handled_s)
        part = Part("ana", at, answered, over)
        tally.put(Visit(f"c{number}", 1, "sales", at, answered, VisitEnd.ANSWERED, part), Limits())
    return tally


def test_the_half_hours_of_a_weekday_are_put_together() -> None:
    spans = half_hours_of(Span(MONDAY.begin, MONDAY.end + timedelta(days=7)), ZONE)
    tallies = [Tally() for _ in spans]
    tallies[18], tallies[18 + 7 * 48], tallies[20] = (
        counted(1, 1),
        counted(1),
        counted(30),
    )  # Mondays at 9, and 10
    calls = heat_map(spans, tallies, MEASURES["calls"], ZONE)
    assert [half for half, _ in calls.rows] == [18, 19, 20]
    assert [cells[0].value for _, cells in calls.rows] == [1.5, 0.0, 0.5]
    assert [cells[0].shade for _, cells in calls.rows] == [SHADES, 0, 1]
    assert calls.rows[0][1][1].value == 0  # a Tuesday
    waits = heat_map(spans, tallies, MEASURES["asa"], ZONE)
    assert [cells[0].value for _, cells in waits.rows] == [1.0, None, 30.0]


def test_the_hour_that_clocks_show_twice_is_divided_by_two() -> None:
    spans = half_hours_of(NIGHT, ZONE)
    tallies = [Tally() for _ in spans]
    tallies[4], tallies[6] = counted(1), counted(1)  # both at 2:00
    [(half, cells)] = heat_map(spans, tallies, MEASURES["calls"], ZONE).rows
    assert (half, cells[6].value, cells[6].shade) == (4, 1.0, SHADES)
    assert cells[0].value is None  # no Monday was in the period


def test_nothing_makes_no_map_and_what_is_to_come_does_not_count() -> None:
    assert heat_map([], [], MEASURES["calls"], ZONE).empty
    noon = MONDAY.begin + timedelta(hours=12)
    assert over_until(MONDAY, noon) == Span(MONDAY.begin, noon)
    assert over_until(MONDAY, MONDAY.begin - HALF_HOUR).length == timedelta(0)


def test_days_stand_beside_those_of_the_week_before_and_today_beside_the_same_part() -> None:
    at = MONDAY.end + timedelta(hours=10)  # on Tuesday
    steps = steps_of(Span(MONDAY.begin, MONDAY.begin + timedelta(days=7)), at, ZONE)
    week = timedelta(days=7)
    assert (steps.grain, len(steps.now)) == (Grain.DAY, 2)
    tuesday = MONDAY.end - week
    assert steps.before == [
        [Span(MONDAY.begin - week, MONDAY.end - week)],
        [Span(tuesday, tuesday + timedelta(hours=10))],
    ]
    found = trend("asa", steps, [counted(10), counted(20, 30)], [counted(6), Tally()], Switches())
    assert [(point.now, point.before) for point in found.points] == [(10.0, 6.0), (25.0, None)]
    assert (found.now, found.before, found.empty) == (20.0, 6.0, False)


def test_half_hours_of_the_night_of_the_clock_change() -> None:
    after = today(NIGHT.end + timedelta(days=6, hours=1), ZONE)
    steps = steps_of(after, after.end, ZONE)
    assert (steps.grain, len(steps.now), len(steps.earlier)) == (Grain.HALF_HOUR, 48, 50)
    assert [len(each) for each in steps.before[3:7]] == [1, 2, 2, 1]
    of_night = steps_of(NIGHT, NIGHT.end, ZONE)
    assert len(of_night.now) == 50
    assert of_night.before[4] == of_night.before[6]  # both at 2:00 beside the only one


def test_a_share_without_calls_is_nothing() -> None:
    steps = steps_of(MONDAY, MONDAY.end, ZONE)
    found = trend("service_level", steps, [Tally()] * 48, [Tally()] * 48, Switches())
    assert (found.now, found.empty) == (Share(0, 0), True)


def test_agents_needed_against_who_was_there() -> None:
    spans = half_hours_of(MONDAY, ZONE)
    tallies = [Tally() for _ in spans]
    tallies[18] = counted(*[5] * 100, handled_s=180)  # 10 erlangs: 80 % in 20 s need 14 agents
    tallies[20] = counted(40, handled_s=60)
    there: list[float | None] = [0.0] * 48
    there[18], there[19], there[20] = 12.5, 3.0, 4.0
    found = half_hours(spans, tallies, there, Target(), MONDAY.end)
    assert [each.calls for each in found] == [100, 0, 1]
    assert [each.needed and each.needed.agents for each in found] == [14, 0, 1]
    assert [each.lacking for each in found] == [1.5, -3.0, -3.0]
    assert found[2].aht_s == pytest.approx((100 * 180 + 60) / 101)  # one call tells little: the day's
    assert found[2].reached == Share(0, 1)


def test_what_nobody_knows_is_not_said() -> None:
    spans, silent = half_hours_of(MONDAY, ZONE), [None] * 48
    assert half_hours(spans, [Tally()] * 48, silent, Target(), MONDAY.end) == []
    tallies = [counted(5), *[Tally()] * 47]
    [found] = half_hours(spans, tallies, silent, Target(), MONDAY.end)
    assert (found.needed, found.lacking) == (None, None)  # no call is over: nobody knows for how long
    assert half_hours(spans, tallies, silent, Target(), midnight(MONDAY.begin.date(), ZONE)) == []


def test_the_target_is_understood_or_refused() -> None:
    problems: list[Problem] = []
    assert read_target({"share": "90", "within_s": "10", "shrinkage": "30"}, problems) == Target(0.9, 10, 0.3)
    assert not problems
    read_target({"share": "100", "within_s": "soon", "shrinkage": "91"}, problems)
    assert [each.where for each in problems] == ["share", "within_s", "shrinkage"]


def test_every_measure_has_a_kind() -> None:
    assert {each.kind for each in MEASURES.values()} == {Kind.DECIMAL, Kind.SECONDS}
