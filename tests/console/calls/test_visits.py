"""Waits, holds and transfers as they are on record, whatever happened to the process meanwhile."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from console.calls.erasing import erase_callers
from console.calls.models import Call, Leg, Visit
from console.calls.record import CallRecord
from console.calls.recorder import write
from console.db.engine import Sessions
from telephony.events import CallEvent, CallResumed, End, LegResult
from telephony.lifecycle import apply
from tests.conftest import NOW
from tests.fakes.story import CALL, Stage, leg_of, people, stage


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


async def visits(sessions: Sessions) -> list[tuple[Any, ...]]:
    """Queue, line, seconds of beginning and end, how it ended and the leg that answered."""
    async with sessions() as session:
        rows = (await session.scalars(select(Visit).order_by(Visit.call_id, Visit.number))).all()
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert {(row.call_id, row.link) for row in rows} <= {(CALL, "main")}
    return [
        (row.queue, row.line, _second(row.queued_at), _second(row.left_at), row.end, row.leg_id)
        for row in rows
    ]


def _second(at: Any) -> float | None:
    return None if at is None else (at - NOW).total_seconds()


async def legs(sessions: Sessions) -> list[tuple[float | None, str | None]]:
    async with sessions() as session:
        rows = await session.execute(select(Leg.held_s, Leg.transferred_to).order_by(Leg.offered_at))
        return [(held_s, to) for held_s, to in rows]


async def test_a_call_through_two_queues(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued())
        assert await visits(sessions) == [("support", 1, 1, None, None, None)]
        await on.take(
            on.left_queue(), on.queued("second"), on.offered(2, "second"), on.answered(2), on.ended()
        )
        told = await on.detail()
    assert await visits(sessions) == [
        ("support", 1, 1, 2, "timed_out", None),
        ("second", 2, 3, 5, "answered", leg_of(2)),
    ]
    assert [(visit["queue"], visit["end"]) for visit in told["visits"]] == [
        ("support", "timed_out"),
        ("second", "answered"),
    ]
    assert told["visits"][1]["left_at"] == told["answered_at"]


@pytest.mark.parametrize(
    ("end", "told"), [(None, "abandoned"), (End.TIMED_OUT, "timed_out"), (End.LOST, "lost")]
)
async def test_a_call_that_nobody_answered(
    sessions: Sessions, database_url: str, end: End | None, told: str
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER), on.ended(end))
    assert await visits(sessions) == [("support", 1, 1, 4, told, None)]


async def test_a_direct_call_waits_nowhere(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.offered(1, None), on.answered(1), on.ended())
        assert (await on.detail())["visits"] == []
    assert await visits(sessions) == []


def resumed(on: Stage) -> CallResumed:
    event = on.held(1)
    return CallResumed(link=event.link, at=event.at, call=event.call, leg=event.leg)


async def test_a_call_that_was_held_and_passed_on(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.answered(1), on.held(1), resumed(on))
        assert await legs(sessions) == [(1, None)]
        await on.take(on.held(1), on.transferred(1), on.offered(2, None), on.answered(2), on.ended())
    assert await legs(sessions) == [(2, "1002"), (0, None)]


async def test_a_restart_goes_on_with_what_is_on_record(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as before:
        await before.take(before.queued(), before.left_queue(), before.queued("second"))
        await before.take(before.offered(1, "second"), before.answered(1), before.held(1), resumed(before))
        at = before.at
    async with stage(sessions, database_url) as on:
        on.at = at
        await on.intake.begin(on.link)
        await on.take(on.held(1), resumed(on), on.transferred(1), on.queued("second"))
        await on.take(on.left_queue("second"), on.ended())
    assert await visits(sessions) == [
        ("support", 1, 1, 2, "timed_out", None),
        ("second", 2, 3, 5, "answered", leg_of(1)),
        ("second", 2, 11, 12, "abandoned", None),
    ]
    assert await legs(sessions) == [(2, "1002")]


async def test_a_wait_that_goes_on_is_told_anew_after_a_restart(
    sessions: Sessions, database_url: str
) -> None:
    async with stage(sessions, database_url) as before:
        await before.take(before.queued())
    async with stage(sessions, database_url) as on:
        await on.intake.begin(on.link)
        again = replace(on.queued(), at=NOW.replace(second=1, microsecond=700_000))
        await on.take(on.resyncing(), again, on.resynced(CALL))
        assert await visits(sessions) == [("support", 1, 1, None, None, None)]
        assert (await on.detail())["queue"] == "support"


async def test_the_line_is_the_one_that_the_queue_had(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued())
        on.directory._queues = {}
        await on.take(on.left_queue(), on.ended())
    assert [visit[:2] for visit in await visits(sessions)] == [("support", 1)]


def record_of(story: Sequence[CallEvent]) -> CallRecord:
    call = None
    for event in story:
        call = apply(call, event)
    assert call is not None
    return CallRecord(call)


async def test_what_turned_out_to_be_one_wait_is_one(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        first = on.queued("third")
        times = [replace(first, queue=queue, at=first.at.replace(second=second)) for queue, second in
                 (("support", 4), ("second", 7), ("support", 9))]  # fmt: skip
        ring = replace(on.offered(1, "second"), at=first.at.replace(second=3))
    record = record_of(times)
    await write(sessions, [record])
    assert len(await visits(sessions)) == 3
    record.visits_recorded = 3
    changed = apply(record.call, ring)
    assert changed is not None
    record.call = changed
    await write(sessions, [record])
    await write(sessions, [record])
    assert [visit[0] for visit in await visits(sessions)] == ["second", "support"]


async def test_where_an_erased_caller_was_passed_on_to_does_not_come_back(
    sessions: Sessions, database_url: str
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.answered(1), on.transferred(1))
        assert await legs(sessions) == [(0, "1002")]
        async with sessions() as session, session.begin():
            await erase_callers(session, Call.id == CALL)
        await on.take(on.ended())
    assert await legs(sessions) == [(0, None)]
