"""Reports on both databases, with values computed by hand: what is counted where, and that the board counts
the same."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.db.engine import Sessions
from console.figures.catalogue import FIGURES, figures
from console.figures.intervals import Span, midnight, today
from console.figures.live import Live
from console.figures.shares import Share
from console.figures.switches import Switches
from console.figures.tally import Limits, together
from console.reports.choice import By, Choice, Only
from console.reports.columns import COLUMNS
from console.reports.reading import Report, read_report, read_visits
from tests.console.reports.storing import Past, seconds

ZONE = ZoneInfo("Europe/Bratislava")
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
EVENING = NOON + timedelta(hours=8)
DAY = today(NOON, ZONE)
EVERYTHING = Only()


async def report(
    sessions: Sessions, by: By, at: datetime = EVENING, period: Span = DAY, only: Only = EVERYTHING
) -> Report:
    async with sessions() as session:
        return await read_report(session, Choice(period=period, by=by, only=only), at, ZONE)


def value(found: Report, key: object, figure: str) -> object:
    return COLUMNS[figure].value(found.rows[key], Switches())


@pytest.fixture
async def morning(sessions: Sessions) -> Sessions:
    """Ana (1) and Bob (2); five calls for sales, one of which went on to support."""
    past = Past()
    past.agent(1, "ana", "sales", "support")
    past.agent(2, "bob", "support", line=2)
    past.queue("sales", 20)
    past.queue("support", 60, "Support", line=2)
    past.answered(
        "in-time", NOON, 20, talk_s=100, held_s=30, wrap_up_s=20, satisfaction=5, outcome="resolved"
    )
    past.answered("late", NOON + seconds(60), 20.1, talk_s=200, satisfaction=2, script_key="hello")
    past.abandoned("short", NOON + seconds(120), 5)
    past.abandoned("long", NOON + seconds(180), 45.5)
    at = NOON + seconds(240)
    past.call("went-on", at, "support", answered_at=at + seconds(100), line=2)
    past.leg("went-on.0", "went-on", 1, at + seconds(10), rings_s=15, talk_s=None, result="no_answer")
    past.leg(
        "went-on.1",
        "went-on",
        2,
        at + seconds(90),
        rings_s=10,
        talk_s=40,
        result="transferred",
        queue="support",
    )
    past.visit("went-on", at, 60, "timed_out")
    past.visit(
        "went-on", at + seconds(60), 40, "answered", queue="support", number=2, leg="went-on.1", line=2
    )
    await past.store(sessions)
    return sessions


async def test_each_queue_has_what_joined_it(morning: Sessions) -> None:
    found = await report(morning, By.QUEUE)
    expected: dict[str, object] = {"calls": 5, "offered": 5, "answered": 2, "in_time": 1, "abandoned": 2}
    expected |= {"short_abandons": 1, "timed_out": 1, "service_level": Share(1, 4)}
    expected |= {"abandon_rate": Share(2, 4), "asa": 20.05, "wait_p50": 20, "wait_p90": 21}
    expected |= {"longest_wait": 60, "time_to_abandon": 25.25, "handled": 2, "talk": 135.0, "hold": 15.0}
    expected |= {"wrap_up": 10.0, "aht": 160.0, "transfers": 0, "satisfaction": 3.5, "rated": 2}
    assert {key: value(found, "sales", key) for key in expected} == expected
    expected = {"calls": 0, "offered": 1, "answered": 1, "service_level": Share(1, 1), "asa": 40.0}
    expected |= {"aht": 40.0, "transfers": 1, "transfer_rate": Share(1, 1), "satisfaction": None}
    assert {key: value(found, "support", key) for key in expected} == expected
    assert found.total.tally.calls == 5
    assert found.total.tally.offered == 6


async def test_lines_scripts_and_outcomes_add_up_to_the_same(morning: Sessions) -> None:
    whole = (await report(morning, By.QUEUE)).total.tally
    for by in (By.LINE, By.SCRIPT, By.OUTCOME, By.SEGMENT, By.HALF_HOUR, By.HOUR, By.DAY, By.WEEK):
        found = await report(morning, by)
        assert found.total.tally == whole, by
    assert (await report(morning, By.SCRIPT)).rows["hello"].tally.offered == 1
    assert (await report(morning, By.OUTCOME)).rows["resolved"].ratings == {5: 1}
    assert (await report(morning, By.LINE)).rows[2].tally.offered == 1


async def test_agents_have_all_their_parts_and_their_time(morning: Sessions) -> None:
    past = Past()
    past.state(1, "available", NOON - seconds(3600), NOON)
    past.state(1, "on_call", NOON, NOON + seconds(1800))
    past.state(1, "on_break", NOON + seconds(1800), NOON + seconds(2700), "lunch")
    past.state(1, "available", NOON + seconds(2700), None)
    await past.store(morning)
    found = await report(morning, By.AGENT, at=NOON + seconds(3600))
    expected = {"rang": 3, "missed": 1, "handled": 2, "aht": 160.0, "on_call": 1800.0, "on_break": 900.0}
    expected |= {"there": 6300.0, "satisfaction": 3.5}
    assert {key: value(found, 1, key) for key in expected} == expected
    assert found.rows[1].agents.occupancy() == 1800 / 6300
    assert (value(found, 2, "rang"), value(found, 2, "transfers")) == (1, 1)


async def test_only_what_was_asked_for_is_counted(morning: Sessions) -> None:
    found = await report(morning, By.HALF_HOUR, only=Only(queue="support"))
    assert found.total.tally.offered == 1
    assert (await report(morning, By.QUEUE, only=Only(line=2))).rows.keys() == {"support"}
    assert (await report(morning, By.AGENT, only=Only(line=2))).rows.keys() == {2}


async def test_board_and_report_agree_to_the_call(morning: Sessions) -> None:
    async with morning() as session:
        visits = [visit async for _what, visit in read_visits(session, DAY, By.QUEUE, Only())]
    limits = {"sales": Limits(20), "support": Limits(60)}
    found = await report(morning, By.QUEUE)
    for queue, limit in limits.items():
        board = Live(limit, ZONE, EVENING, [each for each in visits if each.queue == queue]).today(EVENING)
        assert figures(board, Switches()) == figures(found.rows[queue].tally, Switches())
    assert set(FIGURES) <= set(COLUMNS)


async def test_a_call_across_midnight_belongs_to_the_day_on_which_it_joined(sessions: Sessions) -> None:
    past, night = Past(), midnight(datetime(2026, 11, 24).date(), ZONE)  # noqa: DTZ001 - only its day counts
    past.agent(1, "ana")
    past.answered("night", night - seconds(10), 30, talk_s=600, satisfaction=4)
    past.answered("morning", night, 10)
    await past.store(sessions)
    two = Span(DAY.begin, night + timedelta(days=1))
    found = await report(sessions, By.DAY, at=night + timedelta(hours=20), period=two)
    assert {key: value(found, key, "answered") for key in found.rows} == {DAY.begin: 1, night: 1}
    assert (value(found, DAY.begin, "aht"), value(found, night, "aht")) == (600.0, 60.0)
    assert value(found, DAY.begin, "satisfaction") == 4
    alone = await report(sessions, By.QUEUE, at=night + timedelta(hours=20))
    assert (alone.total.tally.offered, alone.total.tally.handling.handled) == (1, 1)


async def test_the_hour_that_clocks_show_twice_is_two_hours(sessions: Sessions) -> None:
    past, first = Past(), datetime(2026, 10, 25, 0, 15, tzinfo=UTC)  # 2:15 in summer time
    past.abandoned("summer", first, 8)
    past.abandoned("winter", first + timedelta(hours=1), 8)
    await past.store(sessions)
    night = today(first, ZONE)
    assert night.length == timedelta(hours=25)
    found = await report(sessions, By.HOUR, at=night.end, period=night)
    assert sorted(found.rows) == [first - timedelta(minutes=15), first + timedelta(minutes=45)]  # type: ignore[type-var]
    whole = await report(sessions, By.DAY, at=night.end, period=night)
    assert {key: counts.tally.offered for key, counts in whole.rows.items()} == {night.begin: 2}


async def test_a_queue_renamed_in_mid_day_stays_where_it_was(sessions: Sessions) -> None:
    past = Past()
    past.queue("buying", 60)
    past.abandoned("before", NOON, 30, queue="sales")
    past.abandoned("after", NOON + seconds(60), 30, queue="buying")
    await past.store(sessions)
    found = await report(sessions, By.QUEUE)
    assert {key: counts.tally.offered for key, counts in found.rows.items()} == {"sales": 1, "buying": 1}


async def test_an_agent_in_four_queues_counts_once_and_a_call_in_three_is_one_call(
    sessions: Sessions,
) -> None:
    past = Past()
    past.agent(1, "ana", "a", "b", "c", "d")
    past.call("c1", NOON, "c", answered_at=NOON + seconds(50))
    past.leg("c1.1", "c1", 1, NOON + seconds(45), talk_s=30, queue="c")
    past.visit("c1", NOON, 20, "timed_out", queue="a")
    past.visit("c1", NOON + seconds(20), 20, "moved", queue="b", number=2)
    past.visit("c1", NOON + seconds(40), 10, "answered", queue="c", number=3, leg="c1.1")
    past.state(1, "available", NOON, NOON + seconds(50))
    past.state(1, "on_call", NOON + seconds(50), NOON + seconds(80))
    await past.store(sessions)
    queues = await report(sessions, By.QUEUE)
    assert {key: counts.tally.calls for key, counts in queues.rows.items()} == {"a": 1, "b": 0, "c": 0}
    assert [queues.rows[key].tally.offered for key in "abc"] == [1, 1, 1]
    assert together(counts.tally for counts in queues.rows.values()).calls == 1
    agents = await report(sessions, By.AGENT)
    assert (value(agents, 1, "handled"), value(agents, 1, "there")) == (1, 80.0)
    for queue in "abcd":
        assert value(await report(sessions, By.AGENT, only=Only(queue=queue)), 1, "there") == 80.0


async def test_nothing_at_all_has_no_rows(sessions: Sessions) -> None:
    for by in By:
        assert not (await report(sessions, by)).rows
