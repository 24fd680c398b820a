"""What is counted is on the bus: of the last 30 minutes, of today, and of each agent; figures by hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.boards.board import Board
from console.boards.counting import QUEUES, Counting
from console.boards.counts import read_tally, write_tally
from console.boards.feed import Feed
from console.boards.figure_drawing import draw_figures, percent_of
from console.boards.states import QueueState
from console.db.engine import Sessions
from console.db.writing import write
from console.desk.presence import WRAP_UPS
from console.figures.formulas import service_level
from console.figures.intervals import today
from console.figures.switches import AS_SET, Switches
from console.figures.tally import Limits, Tally
from console.queues.service_levels import save_limits
from console.reports.choice import Choice
from console.reports.reading import read_report
from telephony.events import CallId, LegResult
from tests.conftest import NOW
from tests.console.live.screens import until
from tests.fakes.story import ZONE, Stage, leg_of, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@asynccontextmanager
async def a_floor(sessions: Sessions, database_url: str, clock: Clock) -> AsyncIterator[Stage]:
    await people(sessions)
    async with stage(sessions, database_url, clock=clock) as on:
        await on.take(on.up())
        yield on


async def board_of(on: Stage, clock: Callable[[], datetime]) -> Board:
    """A board that looks now."""
    await on.intake._boards._counting.say()
    feed = Feed(on.bus, on.directory, clock)
    await feed.look()
    return feed.board


def a_call(on: Stage, number: int, clock: Clock) -> None:
    on.call = CallId(f"main-{number}.1")
    on.at = clock.at


async def set_limits(on: Stage, limits: Limits) -> None:
    await write(on.sessions, lambda session: save_limits(session, "support", limits))
    async with on.sessions() as session:
        await on.directory.refresh(session)


async def play_calls(on: Stage, clock: Clock) -> None:
    """Four callers of `support` (T = 20 s): answered after 5 s, answered after 30 s, hung up after 3 s, still
    there."""
    a_call(on, 1, clock)
    queued = on.queued()
    on.at += timedelta(seconds=3)
    await on.take(queued, on.offered(1), answered := on.answered(1))
    on.at = answered.at + timedelta(seconds=59)
    await on.take(on.leg_ended(1), on.ended())
    a_call(on, 2, clock)
    queued = on.queued()
    on.at += timedelta(seconds=28)
    await on.take(queued, on.offered(2), answered := on.answered(2))
    on.at = answered.at + timedelta(seconds=119)
    await on.take(on.leg_ended(2), on.ended())
    a_call(on, 3, clock)
    queued = on.queued()
    on.at += timedelta(seconds=2)
    await on.take(queued, on.ended())
    a_call(on, 4, clock)
    await on.take(on.queued(), on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER))


def texts(queue: QueueState) -> dict[str, tuple[str, str]]:
    return {each.key: (each.now, each.today) for each in draw_figures(queue)}


async def test_figures_by_hand(sessions: Sessions, database_url: str) -> None:
    clock = Clock()
    async with a_floor(sessions, database_url, clock) as on:
        await play_calls(on, clock)
        board = await board_of(on, clock)
        queue = board.queue("support")
        assert texts(queue) == {
            "answered": ("2", "2"),
            "abandoned": ("1", "1"),
            "timed_out": ("0", "0"),
            "service_level": ("33 %", "33 %"),
            "asa": ("00:17", "00:17"),  # 5 s and 30 s
            "aht": ("01:30", "01:30"),  # 60 s and 120 s
        }
        assert percent_of(queue.level) == 33.3
        assert [each["call"] for each in queue.waiting] == ["main-4.1"]
        ana, boris = (board.agent(user_id).handling for user_id in (1, 2))
        assert (ana.handled, ana.missed, ana.total) == (1, 1, timedelta(seconds=60))
        assert (boris.handled, boris.missed, boris.total) == (1, 0, timedelta(seconds=120))


async def test_what_was_half_an_hour_ago_is_not_now_any_more(sessions: Sessions, database_url: str) -> None:
    clock = Clock()
    async with a_floor(sessions, database_url, clock) as on:
        await play_calls(on, clock)
        clock.at += timedelta(minutes=31)
        assert texts((await board_of(on, clock)).queue("support"))["answered"] == ("0", "2")


async def test_at_midnight_today_begins_anew(sessions: Sessions, database_url: str) -> None:
    clock = Clock()
    async with a_floor(sessions, database_url, clock) as on:
        await play_calls(on, clock)
        clock.at = (NOW.astimezone(ZONE) + timedelta(days=1)).replace(hour=0, minute=0, second=1)
        board = await board_of(on, clock)
        assert texts(board.queue("support"))["answered"] == ("0", "0")
        assert board.agent(1).handling.handled == 0
        assert len(board.queue("support").waiting) == 1


async def test_whoever_begins_at_noon_knows_the_morning(sessions: Sessions, database_url: str) -> None:
    clock = Clock()
    async with a_floor(sessions, database_url, clock) as on:
        await play_calls(on, clock)
        await board_of(on, clock)
        before: dict[str, Any] = {**(await on.bus.snapshot(QUEUES)).entries}
        later = Counting(on.bus, sessions, on.directory, ZONE, clock)
        await later.begin("main")
        assert dict(later._due(everything=True)) == before


async def test_the_time_to_finish_a_call_belongs_to_it(sessions: Sessions, database_url: str) -> None:
    clock = Clock()
    async with a_floor(sessions, database_url, clock) as on:
        await play_calls(on, clock)
        leg = leg_of(1, CallId("main-1.1"))
        finishing = on.intake._boards._counting._finishing
        await on.bus.put(
            WRAP_UPS, leg, {"link": "main", "user_id": 1, "until": NOW.isoformat(), "owes": False}
        )
        await until(lambda: leg in finishing)
        clock.at += timedelta(seconds=20)
        await on.bus.put(WRAP_UPS, leg, None)
        await until(lambda: leg not in finishing)
        board = await board_of(on, clock)
        assert board.agent(1).handling.wrap_up == timedelta(seconds=20)
        assert texts(board.queue("support"))["aht"] == ("01:40", "01:40")


async def test_a_promise_that_changes_counts_for_the_whole_day(sessions: Sessions, database_url: str) -> None:
    clock = Clock()
    async with a_floor(sessions, database_url, clock) as on:
        await play_calls(on, clock)
        counting = on.intake._boards._counting
        await set_limits(on, Limits(within_s=30))
        await counting.say()
        assert percent_of((await board_of(on, clock)).queue("support").level) == 66.7


@pytest.mark.parametrize(
    ("limits", "percent"),
    [
        (Limits(), 33.3),  # 1 in time of 2 answered and 1 abandoned
        (Limits(switches=Switches(short=False)), 50.0),  # who hung up after 3 s does not count
        (Limits(short_s=2, switches=Switches(short=False)), 33.3),  # 3 s are not short any more
        (Limits(switches=Switches("abandoned_in_time_good")), 66.7),
        (Limits(within_s=2, switches=Switches("answered")), 0.0),
    ],
)
async def test_board_and_report_count_by_what_the_queue_has(
    sessions: Sessions, database_url: str, limits: Limits, percent: float
) -> None:
    clock = Clock()
    async with a_floor(sessions, database_url, clock) as on:
        await play_calls(on, clock)
        await set_limits(on, limits)
        queue = (await board_of(on, clock)).queue("support")
        assert percent_of(queue.level) == percent
        async with sessions() as session:
            report = await read_report(session, Choice(today(NOW, ZONE)), NOW, ZONE)
        assert service_level(report.rows["support"].tally, AS_SET) == queue.level


async def test_a_tally_survives_the_bus(sessions: Sessions, database_url: str) -> None:
    clock = Clock()
    async with a_floor(sessions, database_url, clock) as on:
        await play_calls(on, clock)
        [live] = on.intake._boards._counting._queues.values()
        tally = live.today(clock.at)
        read = read_tally(write_tally(tally))
        assert (read.visits, read.handling, read.calls) == (tally.visits, tally.handling, tally.calls)
        assert read.longest_s == tally.longest_s
        assert write_tally(read_tally(write_tally(Tally()))) == write_tally(Tally())
