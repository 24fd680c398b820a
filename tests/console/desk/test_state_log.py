"""What is said of agents on the bus goes on record, once, whoever listens and whatever restarts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy.exc import OperationalError

from console.db.engine import Sessions
from console.desk.presence import OFFLINE, say_unreachable
from console.desk.screens import desk_topic
from console.desk.state_log import StateLog
from console.live.lease import RedisLeases, SoleLeases
from console.live.memory_bus import MemoryBus
from console.queues.directory import Directory
from tests.conftest import NOW
from tests.console.live.screens import BreakableBus, until
from tests.console.queues.test_agent_states import stored
from tests.fakes.story import people, stage

Row = tuple[Any, ...]


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


@asynccontextmanager
async def logging(sessions: Any, bus: MemoryBus, directory: Directory) -> AsyncIterator[StateLog]:
    """A log that follows the bus."""
    states = StateLog(sessions, bus, directory=directory, leases=SoleLeases())
    with patch.multiple("console.desk.state_log", GATHER_S=0.0, RETRY_S=0.0):
        task = asyncio.create_task(states.run())
        await until(lambda: len(states._heard) == 3)
        yield states
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await states.close()


async def directory_of(sessions: Sessions) -> Directory:
    directory = Directory()
    async with sessions() as session:
        await directory.refresh(session)
    return directory


async def say(bus: MemoryBus, user_id: int, state: str, second: float, reason: str = "") -> None:
    since = (NOW + timedelta(seconds=second)).isoformat()
    value = {**OFFLINE, "state": state, "reason": reason, "since": since}
    await bus.put(desk_topic(user_id), "presence", value)


async def comes_to(sessions: Sessions, *rows: Row) -> None:
    """Wait until this is on record."""
    async with asyncio.timeout(10):
        while await stored(sessions) != list(rows):  # noqa: ASYNC110 - a table has no event for it
            await asyncio.sleep(0.001)


async def test_an_agents_call_from_ring_to_rest(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on, logging(sessions, on.bus, on.directory):
        await on.take(on.up(), on.unpaused(1), on.queued(), on.offered(1), on.answered(1), on.leg_ended(1))
        await on.take(on.ended(), on.paused(1, None), on.paused(2, None), on.paused(3, None))
        async with asyncio.timeout(10):
            while [row[1] for row in await stored(sessions) if row[4] is None] != 3 * ["on_break"]:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        rows = [row for row in await stored(sessions) if row[0] == 1]
    states = [row[1] for row in rows]
    assert (states[:3], states[-1]) == (["available", "ringing", "on_call"], "on_break")
    assert rows[-1][2] == "lunch"
    assert [row[4] for row in rows][:-1] == [row[3] for row in rows][1:]


async def test_a_restart_goes_on_with_what_is_on_record(sessions: Sessions) -> None:
    directory, bus = await directory_of(sessions), MemoryBus()
    async with logging(sessions, bus, directory):
        for user_id in (1, 2, 3):
            await say(bus, user_id, "available", 0)
        await comes_to(sessions, *((user_id, "available", "", 0, None) for user_id in (1, 2, 3)))
    await say(bus, 2, "on_break", 20, "lunch")  # while nobody followed
    bus_of_later = MemoryBus()
    await say(bus_of_later, 1, "available", 60)
    await say(bus_of_later, 3, "offline", 60)
    async with logging(sessions, bus, directory):
        lunch = ((2, "available", "", 0, 20), (2, "on_break", "lunch", 20, None))
        await comes_to(sessions, (1, "available", "", 0, None), *lunch, (3, "available", "", 0, None))
    async with logging(sessions, bus_of_later, directory):  # which forgot what was said
        gone = ((3, "available", "", 0, 60), (3, "offline", "", 60, None))
        await comes_to(sessions, (1, "available", "", 0, None), *lunch, *gone)


async def test_when_nobody_listens_any_more_agents_are_offline(sessions: Sessions) -> None:
    directory, bus = await directory_of(sessions), MemoryBus()
    async with logging(sessions, bus, directory):
        await say(bus, 1, "available", 0)
        await say_unreachable(bus, [1, 2], desk_topic, (NOW + timedelta(seconds=9)).isoformat())
        await comes_to(sessions, (1, "available", "", 0, 9), (1, "offline", "", 9, None))


async def test_it_survives_a_database_and_a_bus_that_are_away(
    sessions: Sessions,
) -> None:
    directory, bus = await directory_of(sessions), BreakableBus()
    tries = iter([True, True, False])

    class Flaky:
        def begin(self) -> Any:
            if next(tries, False):
                raise OperationalError("BEGIN", None, Exception("away"))
            return sessions.begin()

    async with logging(Flaky(), bus, directory):
        await say(bus, 1, "available", 0)
        await comes_to(sessions, (1, "available", "", 0, None))
        bus.break_connection()
        await say(bus, 1, "on_call", 5)
        await comes_to(sessions, (1, "available", "", 0, 5), (1, "on_call", "", 5, None))


async def test_a_reason_that_cannot_be_stored_is_cut(sessions: Sessions) -> None:
    directory, bus = await directory_of(sessions), MemoryBus()
    async with logging(sessions, bus, directory):
        await say(bus, 1, "on_break", 0, "x\0" + "y" * 300)
        await comes_to(sessions, (1, "on_break", "x" + "y" * 199, 0, None))


async def test_what_cannot_wait_any_more_is_the_oldest(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.state_log.MOST_WAITING", 2)
    directory, bus = await directory_of(sessions), MemoryBus()
    async with logging(sessions, bus, directory) as states:
        for second, state in enumerate(("available", "ringing", "on_call")):
            value = {"state": state, "reason": "", "since": (NOW + timedelta(seconds=second)).isoformat()}
            states._take(1, value)
        await comes_to(sessions, (1, "ringing", "", 1, 2), (1, "on_call", "", 2, None))


async def test_last_words_are_written(sessions: Sessions) -> None:
    states = StateLog(sessions, MemoryBus(), directory=Directory(), leases=SoleLeases())
    states._take(1, {"state": "available", "reason": "", "since": NOW.isoformat()})
    await states.close()
    await comes_to(sessions, (1, "available", "", 0, None))


async def test_what_nobody_will_tell_of_is_not_believed_to_go_on(sessions: Sessions) -> None:
    directory, bus = await directory_of(sessions), MemoryBus()
    the_only_one = StateLog(
        sessions, bus, directory=directory, leases=SoleLeases(), clock=lambda: NOW + timedelta(seconds=40)
    )
    the_only_one._take(1, {"state": "available", "reason": "", "since": NOW.isoformat()})
    await the_only_one.close()
    evening = (1, "available", "", 0, 40)
    await comes_to(sessions, evening)
    async with logging(sessions, bus, directory):
        await say(bus, 1, "available", 50_000)
        await comes_to(sessions, evening, (1, "available", "", 50_000, None))


@pytest.mark.real("redis")
async def test_one_process_follows_at_a_time(sessions: Sessions, redis_url: str) -> None:
    directory, bus = await directory_of(sessions), MemoryBus()
    leases = [RedisLeases(redis_url), RedisLeases(redis_url)]
    logs = [StateLog(sessions, bus, directory=directory, leases=each) for each in leases]
    with patch.multiple("console.desk.state_log", GATHER_S=0.0):
        first = asyncio.create_task(logs[0].run())
        await until(lambda: len(logs[0]._heard) == 3)
        second = asyncio.create_task(logs[1].run())
        await say(bus, 1, "available", 0)
        await comes_to(sessions, (1, "available", "", 0, None))
        assert not logs[1]._heard
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await say(bus, 1, "offline", 9)
        await until(lambda: len(logs[1]._heard) == 3)
        await comes_to(sessions, (1, "available", "", 0, 9), (1, "offline", "", 9, None))
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
    for each in leases:
        await each.close()
