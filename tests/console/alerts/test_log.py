"""Alerts on record: written once, found by day and queue, seen by people."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from console.alerts.course import AGAIN, Alert, Figure
from console.alerts.log import (
    SHOWN,
    Wanted,
    read_current,
    read_page,
    read_queues,
    read_shown,
    see_alert,
    write_alerts,
)
from console.alerts.models import StoredAlert
from console.db.engine import Sessions
from console.db.writing import write
from console.errors import NotFoundError
from console.queues.thresholds import Level
from tests.conftest import NOW
from tests.console.alerts.test_course import at
from tests.fakes.story import people

AN_ALERT = Alert("support", Figure.WAITING, Level.YELLOW, Level.RED, 9, at(-100), at(0), at(-50))


async def keep(sessions: Sessions, *alerts: Alert) -> None:
    await write(sessions, lambda session: write_alerts(session, alerts))


async def shown(sessions: Sessions, wanted: Wanted, most: int = 10) -> list[Alert]:
    async with sessions() as session:
        return [row.alert for row in (await read_page(session, wanted, most)).rows]


async def test_an_alert_comes_back_as_it_was(sessions: Sessions) -> None:
    over = replace(AN_ALERT, figure=Figure.LEVEL, peak=41.3, ended_at=at(1), end_known=False)
    await keep(sessions, AN_ALERT, over)
    async with sessions() as session:
        assert sorted(await read_current(session, NOW), key=str) == sorted([AN_ALERT, over], key=str)


async def test_it_is_written_once_however_often(sessions: Sessions) -> None:
    await keep(sessions, AN_ALERT)
    later = replace(AN_ALERT, peak=12, known_at=at(10))
    await keep(sessions, later)
    ended, next_one = replace(later, ended_at=at(20)), replace(AN_ALERT, began_at=at(90), known_at=at(93))
    await keep(sessions, next_one, ended)  # in any order: only one may be open
    assert await shown(sessions, Wanted()) == [next_one, ended]


async def test_two_processes_that_watch_have_one_alert(sessions: Sessions) -> None:
    await keep(sessions, AN_ALERT)
    await keep(sessions, replace(AN_ALERT, began_at=at(-99), known_at=at(5)))
    [alert] = await shown(sessions, Wanted())
    assert (alert.began_at, alert.known_at) == (AN_ALERT.began_at, at(5))


async def test_what_may_go_on_and_what_boards_show(sessions: Sessions) -> None:
    names = ["moment", "while", "long"]
    ends = [NOW - AGAIN, NOW - SHOWN, NOW - SHOWN - timedelta(seconds=1)]
    over = [
        replace(AN_ALERT, queue=name, ended_at=end, began_at=end - timedelta(hours=1), known_at=end)
        for name, end in zip(names, ends, strict=True)
    ]
    await keep(sessions, AN_ALERT, *over)
    async with sessions() as session:
        assert {each.queue for each in await read_current(session, NOW)} == {"support", "moment"}
        assert [row.alert.queue for row in await read_shown(session, NOW)] == ["while", "moment", "support"]
        assert await read_queues(session) == ["long", "moment", "support", "while"]


async def test_the_list_of_a_day_comes_in_pages(sessions: Sessions) -> None:
    alerts = [
        replace(AN_ALERT, queue=f"q{number}", began_at=at(number // 2), known_at=at(number), ended_at=at(9))
        for number in range(5)
    ]
    await keep(sessions, *alerts)
    found, before = [], None
    async with sessions() as session:
        while True:
            page = await read_page(session, Wanted(before=before), 2)
            found.append([row.alert.queue for row in page.rows])
            before = page.next
            if before is None:
                break
    assert found == [["q4", "q3"], ["q2", "q1"], ["q0"]]


@pytest.mark.parametrize(
    ("wanted", "queues"),
    [
        (Wanted(since=at(-10), until=at(100)), ["sales", "support"]),
        (Wanted(since=at(60)), ["support"]),  # it is still open
        (Wanted(until=at(-100)), []),
        (Wanted(queue="sales"), ["sales"]),
        (Wanted(open_only=True), ["support"]),
    ],
)
async def test_what_is_wanted_is_found(sessions: Sessions, wanted: Wanted, queues: list[str]) -> None:
    over = replace(AN_ALERT, queue="sales", began_at=at(-20), ended_at=at(50))
    await keep(sessions, AN_ALERT, over)
    assert [alert.queue for alert in await shown(sessions, wanted)] == queues


async def test_who_has_seen_it_is_on_record_once_with_the_first_time(sessions: Sessions) -> None:
    await people(sessions)
    await keep(sessions, AN_ALERT)
    async with sessions() as session:
        [row] = await read_shown(session, NOW)
    for user_id, second in ((2, 5), (1, 9), (2, 30)):
        await write(sessions, lambda session, u=user_id, s=second: see_alert(session, row.id, u, at(s)))  # type: ignore[misc]
    async with sessions() as session:
        [row] = await read_shown(session, NOW)
        assert [(each.user_id, each.at) for each in row.seen] == [(2, at(5)), (1, at(9))]
        with pytest.raises(NotFoundError, match="There is no alert 4711"):
            await see_alert(session, 4711, 1, NOW)


async def test_that_it_goes_on_keeps_who_has_seen_it(sessions: Sessions) -> None:
    await people(sessions)
    await keep(sessions, replace(AN_ALERT, ended_at=at(1)))
    async with sessions() as session:
        [row] = await read_shown(session, NOW)
    await write(sessions, lambda session: see_alert(session, row.id, 1, at(5)))
    await keep(sessions, AN_ALERT)
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(StoredAlert)) == 1
        [row] = await read_shown(session, NOW)
    assert (row.alert.ended_at, len(row.seen)) == (None, 1)
