"""The process that watches: what is read is on record and on the bus, through restarts and failures."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy.exc import OperationalError

from console.alerts.course import Alert, Reading
from console.alerts.keeping import ALERTS, AlertList
from console.alerts.log import Wanted, read_page
from console.alerts.watch import STILL, AlertWatch
from console.db.engine import Sessions
from console.live.lease import Leases, RedisLeases, SoleLeases
from console.live.memory_bus import MemoryBus
from console.queues.thresholds import Level
from tests.conftest import NOW
from tests.console.alerts.test_course import at, waiting
from tests.console.live.screens import BreakableBus, until

PAST, BACK = [waiting(5, Level.RED)], [waiting(0, Level.FINE)]


@dataclass
class Floor:
    """What is read, and when."""

    sessions: Any
    bus: MemoryBus = field(default_factory=MemoryBus)
    readings: Sequence[Reading] = ()
    at: datetime = NOW
    leases: Leases = field(default_factory=SoleLeases)

    def watch(self) -> AlertWatch:
        alerts = AlertList(self.sessions, self.bus, lambda: self.at)
        return AlertWatch(
            self.sessions, alerts, read=lambda _at: self.readings, leases=self.leases, clock=lambda: self.at
        )

    async def look(self, watch: AlertWatch, *looks: tuple[float, Sequence[Reading]]) -> list[bool]:
        """Whether each look wrote anything."""
        found = []
        for second, self.readings in looks:
            self.at = at(second)
            found.append(await watch.look(self.at))
        return found


async def stored(sessions: Sessions) -> list[Alert]:
    async with sessions() as session:
        return [row.alert for row in (await read_page(session, Wanted())).rows]


async def known_of(sessions: Sessions) -> list[datetime]:
    return [alert.known_at for alert in await stored(sessions)]


async def ends_on(bus: MemoryBus) -> list[str | None]:
    """The ends of all alerts on the bus."""
    return [value["ended_at"] for value in (await bus.snapshot(ALERTS)).entries.values()]


async def are_over(bus: MemoryBus) -> list[bool]:
    return [end is not None for end in await ends_on(bus)]


async def comes_to(read: Callable[[], Awaitable[list[Any]]], wanted: list[Any]) -> None:
    """Wait until this is read."""
    async with asyncio.timeout(10):
        while await read() != wanted:  # noqa: ASYNC110 - nothing has an event for it
            await asyncio.sleep(0.001)


async def test_only_what_matters_is_written_at_once(sessions: Sessions) -> None:
    floor = Floor(sessions)
    watch = floor.watch()
    assert await floor.look(watch, (0, PAST), (3, PAST)) == [False, True]
    worse = [waiting(9, Level.RED)]
    still_s = STILL.total_seconds()
    assert await floor.look(watch, (4, worse), (3 + still_s, worse)) == [False, True]
    [alert] = await stored(sessions)
    assert (alert.peak, alert.known_at, alert.ended_at) == (9, at(3 + still_s), None)
    assert await floor.look(watch, (14, BACK), (15, BACK)) == [True, False]
    [alert] = await stored(sessions)
    assert (alert.ended_at, alert.end_known) == (at(14), True)


async def test_an_alert_survives_a_restart(sessions: Sessions) -> None:
    floor = Floor(sessions)
    await floor.look(floor.watch(), (0, PAST), (3, PAST))
    await floor.look(floor.watch(), (60, PAST))
    [alert] = await stored(sessions)
    assert (alert.began_at, alert.known_at, alert.ended_at) == (at(0), at(60), None)


async def test_what_was_back_when_the_console_was_lasted_until_then_or_longer(sessions: Sessions) -> None:
    floor = Floor(sessions)
    killed = floor.watch()
    await floor.look(killed, (0, PAST), (3, PAST), (9, PAST))
    await floor.look(floor.watch(), (60, BACK))
    [alert] = await stored(sessions)
    assert (alert.ended_at, alert.end_known) == (at(3), False)


async def test_last_words_say_until_when_it_was_known(sessions: Sessions) -> None:
    floor = Floor(sessions)
    watch = floor.watch()
    await floor.look(watch, (0, PAST), (3, PAST), (9, PAST))
    await watch.close()
    [alert] = await stored(sessions)
    assert alert.known_at == at(9)


class Flaky:
    """A database that is away so many times."""

    def __init__(self, sessions: Sessions, times: int) -> None:
        self._sessions = sessions
        self._times: Iterator[int] = iter(range(times))

    def __call__(self) -> Any:
        return self._sessions()

    def begin(self) -> Any:
        if next(self._times, None) is not None:
            raise OperationalError("BEGIN", None, Exception("away"))
        return self._sessions.begin()


async def test_a_database_that_was_away_gets_all_that_it_missed(sessions: Sessions) -> None:
    floor = Floor(Flaky(sessions, 3))
    watch = floor.watch()
    await floor.look(watch, (0, PAST))
    for second, readings in ((3, PAST), (4, BACK), (5, BACK)):
        with pytest.raises(OperationalError):
            await floor.look(watch, (second, readings))
    assert await stored(sessions) == []
    await floor.look(watch, (100, PAST), (103, PAST))
    assert [(each.began_at, each.ended_at) for each in await stored(sessions)] == [
        (at(100), None),
        (at(0), at(4)),
    ]


async def test_what_cannot_wait_any_more_is_the_oldest(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.alerts.watch.MOST_WAITING", 1)
    floor = Floor(sessions)
    readings = [waiting(5, Level.RED, "support"), waiting(5, Level.RED, "sales")]
    await floor.look(floor.watch(), (0, readings), (3, readings))
    assert [each.queue for each in await stored(sessions)] == ["sales"]


async def test_it_watches_for_ever_and_boards_are_told(sessions: Sessions) -> None:
    floor = Floor(Flaky(sessions, 1), bus=BreakableBus(), readings=PAST)

    def clock() -> datetime:
        floor.at += timedelta(seconds=3)
        return floor.at

    alerts = AlertList(sessions, floor.bus, clock)
    watch = AlertWatch(
        floor.sessions, alerts, read=lambda _at: floor.readings, leases=floor.leases, clock=clock
    )
    with patch.multiple("console.alerts.watch", LOOKED_S=0.0):
        task = asyncio.create_task(watch.run())
        await comes_to(lambda: ends_on(floor.bus), [None])
        floor.readings = BACK
        await comes_to(lambda: are_over(floor.bus), [True])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.real("redis")
async def test_one_process_watches_at_a_time(sessions: Sessions, redis_url: str) -> None:
    leases = [RedisLeases(redis_url), RedisLeases(redis_url)]
    floors = [Floor(sessions, readings=PAST, leases=each) for each in leases]
    watches = [floor.watch() for floor in floors]
    with patch.multiple("console.alerts.watch", LOOKED_S=0.0):
        first = asyncio.create_task(watches[0].run())
        await until(lambda: watches[0]._course is not None)
        second = asyncio.create_task(watches[1].run())
        floors[0].at = at(3)
        await comes_to(lambda: known_of(sessions), [at(3)])
        assert watches[1]._course is None
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        floors[1].at = at(20)
        await comes_to(lambda: known_of(sessions), [at(20)])
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
    for each in leases:
        await each.close()
