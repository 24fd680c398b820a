"""What call records say of the work list, however late and however often they are written."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.calls.recorder import write
from console.db.engine import Sessions
from console.promises.models import Callback
from console.worklist.models import MissedCall, MissedCaller
from telephony.events import Direction, End, LegResult
from tests.conftest import NOW
from tests.console.promises.made import callback
from tests.console.worklist.called import MINUTE, MISSED_AT, happened, listed, record, told, worklist
from tests.fakes.story import JOZEF, people

OTHER = "+421905000001"


@pytest.fixture(autouse=True)
async def somebody(sessions: Sessions) -> None:
    await people(sessions)


async def test_a_caller_whom_nobody_answered_is_on_the_list_once(sessions: Sessions) -> None:
    first = record(MISSED_AT)
    again = record(MISSED_AT + MINUTE, customer_id=1, queue="second", end=End.TIMED_OUT)
    await happened(sessions, first, again)
    assert await listed(sessions, line=1) == []
    (entry,) = await listed(sessions, line=2)
    assert told([entry]) == [(JOZEF, 2, "open")]
    assert (entry["customer"], entry["customer_ref"]) == ("Jozef Mrkva", "C-1")
    assert (entry["call"], entry["queue_title"]) == (again.call.id, "Second line")
    assert (entry["first_at"], entry["last_at"]) == (
        MISSED_AT.isoformat(),
        (MISSED_AT + MINUTE).isoformat(),
    )


async def test_a_call_is_counted_once_however_often_it_is_written(sessions: Sessions) -> None:
    call = record(MISSED_AT)
    await happened(sessions, call, call, call)
    assert told(await listed(sessions)) == [(JOZEF, 1, "open")]


@pytest.mark.parametrize(
    "more",
    [
        {"end": End.LOST},
        {"direction": Direction.OUTBOUND},
        {"direction": Direction.INTERNAL},
        {"answered": 1},
    ],
    ids=["lost", "outbound", "internal", "answered"],
)
async def test_other_calls_are_not_on_it(sessions: Sessions, more: dict[str, Any]) -> None:
    await happened(sessions, record(MISSED_AT, **more))
    assert await listed(sessions) == []


async def test_who_gave_up_behind_an_agent_who_passed_them_on_is_on_it(sessions: Sessions) -> None:
    call = record(MISSED_AT, answered=1)
    passed = replace(call.call.legs[0], result=LegResult.TRANSFERRED)
    call.call = replace(call.call, legs=(passed,))
    await happened(sessions, call, call)
    assert told(await listed(sessions)) == [(JOZEF, 1, "open")]
    await happened(sessions, record(MISSED_AT + 5 * MINUTE, answered=2))
    assert told(await listed(sessions)) == [(JOZEF, 1, "done", "called_again", "Boris")]


async def test_who_calls_again_and_is_answered_is_done(sessions: Sessions) -> None:
    await happened(sessions, record(MISSED_AT), record(MISSED_AT + MINUTE, answered=2))
    assert told(await listed(sessions)) == [(JOZEF, 1, "done", "called_again", "Boris")]


async def test_who_is_called_back_and_answers_is_done(sessions: Sessions) -> None:
    unheard = record(MISSED_AT + MINUTE, direction=Direction.OUTBOUND)
    await happened(sessions, record(MISSED_AT), unheard)
    assert told(await listed(sessions)) == [(JOZEF, 1, "open")]
    await happened(sessions, record(MISSED_AT + 2 * MINUTE, direction=Direction.OUTBOUND, answered=1))
    assert told(await listed(sessions)) == [(JOZEF, 1, "done", "called_back", "Ana")]


async def test_who_is_missed_again_later_gets_another_entry(sessions: Sessions) -> None:
    talked = record(MISSED_AT + MINUTE, answered=1)
    await happened(sessions, record(MISSED_AT), talked, record(MISSED_AT + 5 * MINUTE))
    assert told(await listed(sessions)) == [
        (JOZEF, 1, "open"),
        (JOZEF, 1, "done", "called_again", "Ana"),
    ]


async def test_what_is_written_late_does_not_call_whoever_was_talked_with(sessions: Sessions) -> None:
    await happened(sessions, record(MISSED_AT + MINUTE, answered=1), record(MISSED_AT))
    assert await listed(sessions) == []


async def test_withheld_callers_are_counted(sessions: Sessions) -> None:
    await happened(
        sessions,
        record(MISSED_AT, number=""),
        record(MISSED_AT, number="", queue=None),
        record(NOW, number=""),
    )
    assert await listed(sessions) == [{"count": 3, "last_at": NOW.isoformat()}]
    assert await listed(sessions, at=NOW + timedelta(days=1)) == []


async def test_what_is_done_stays_for_the_day(sessions: Sessions) -> None:
    await happened(sessions, record(MISSED_AT), record(MISSED_AT + MINUTE, answered=2))
    assert len(await listed(sessions, at=NOW + timedelta(hours=11))) == 1
    assert await listed(sessions, at=NOW + timedelta(days=1)) == []


async def test_an_erased_call_does_not_come_back_from_memory(sessions: Sessions) -> None:
    call = record(MISSED_AT)
    await happened(sessions, call)
    async with sessions.begin() as session:
        await session.execute(delete(MissedCaller))
        await session.execute(delete(MissedCall))
        (await session.get_one(Call, call.call.id)).erased = True
    await happened(sessions, call)
    assert await listed(sessions) == []


async def test_a_promised_call_back_is_done_by_calling_once_it_is_due(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        session.add(callback(1, MISSED_AT, owner="a1@x.example", author="a1@x.example"))
        session.add(callback(None, NOW + MINUTE, number=OTHER))
    early = record(MISSED_AT - MINUTE, direction=Direction.OUTBOUND, answered=2)
    they_call = record(MISSED_AT + MINUTE, answered=2)
    await happened(sessions, early, they_call)
    (entry,) = await listed(sessions)
    assert told([entry]) == [(JOZEF, 1, "open")]
    assert (entry["owner_name"], entry["promised_by"], entry["customer"]) == ("Ana", "Ana", "Jozef Mrkva")
    await happened(sessions, record(NOW, direction=Direction.OUTBOUND, answered=2))
    assert told(await listed(sessions)) == [(JOZEF, 1, "done", "called_back", "Boris")]
    async with sessions() as session:
        kept = (await session.scalars(select(Callback).order_by(Callback.id))).all()
    assert [(each.state, each.settled_by, each.settled_how) for each in kept] == [
        ("done", "a2@x.example", "called_back"),
        ("open", None, None),
    ]


class InOrder:
    """Leaves things as they are."""

    def shuffle(self, _things: object) -> None:
        """Nothing changes places."""


CALLS = st.lists(
    st.tuples(st.sampled_from([JOZEF, OTHER]), st.integers(0, 5), st.sampled_from(["missed", "in", "out"])),
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([(JOZEF, 1, "missed"), (JOZEF, 3, "missed"), (JOZEF, 2, "in")], InOrder())
@given(calls=CALLS, order=st.randoms(use_true_random=False))
async def test_whatever_the_order_in_which_calls_are_written(
    sessions: Sessions, calls: list[tuple[str, int, str]], order: Any
) -> None:
    """Whoever was missed after they were last talked with is on the list, as often as that."""
    records = [
        record(
            MISSED_AT + minute * MINUTE,
            number=number,
            answered=None if kind == "missed" else 1,
            direction=Direction.OUTBOUND if kind == "out" else Direction.INBOUND,
        )
        for number, minute, kind in calls
    ]
    order.shuffle(records)
    await happened(sessions, *records, *records[:2])
    found = {entry["number"]: entry["tries"] for entry in await listed(sessions) if not entry["done"]}
    expected = {}
    for number in (JOZEF, OTHER):
        talked = max(
            (minute for who, minute, kind in calls if who == number and kind != "missed"), default=-1
        )
        tries = [m for who, m, kind in calls if who == number and kind == "missed" and m > talked]
        if tries:
            expected[number] = len(tries)
    async with sessions.begin() as session:
        for model in (MissedCall, MissedCaller, Call):
            await session.execute(delete(model))
    assert found == expected


async def test_nothing_is_asked_of_the_list_by_calls_that_go_on(sessions: Sessions) -> None:
    """A call that neither was missed nor answered costs nothing."""
    assert not await _noted(sessions, record(MISSED_AT, direction=Direction.INTERNAL))
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(MissedCaller)) == 0


async def _noted(sessions: Sessions, *records: object) -> bool:
    async with sessions.begin() as session:
        return await worklist(sessions).note(session, records)  # type: ignore[arg-type]


async def test_two_processes_that_miss_a_caller_at_once_count_both(sessions: Sessions) -> None:
    """Each listens to a phone system of its own."""
    for minute in range(5):
        at, number = MISSED_AT + 10 * minute * MINUTE, f"+42190500{minute:04}"
        both = [record(at, number=number), record(at + MINUTE, number=number)]
        await asyncio.gather(*(write(sessions, [each], worklist(sessions)) for each in both))
    assert {tries for _, tries, _ in told(await listed(sessions))} == {2}


class Broken:
    """Fails in whatever way it is told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def note(self, session: AsyncSession, _batch: object) -> bool:
        session.add(MissedCall(call_id="main-0", line=1, at=NOW))
        raise self.error

    def changed(self) -> None:
        raise AssertionError("nothing was noted")


@pytest.mark.parametrize("error", [ValueError("a bug"), IntegrityError("-", {}, Exception())])
async def test_what_follows_from_calls_does_not_keep_them_from_being_recorded(
    sessions: Sessions, error: Exception
) -> None:
    call = record(MISSED_AT)
    await write(sessions, [call], Broken(error))
    async with sessions() as session:
        assert await session.get(Call, call.call.id) is not None
        assert await session.scalar(select(func.count()).select_from(MissedCall)) == 0


async def test_a_database_that_is_away_is_tried_again_with_all_of_it(sessions: Sessions) -> None:
    call = record(MISSED_AT)
    with pytest.raises(OperationalError):
        await write(sessions, [call], Broken(OperationalError("-", {}, Exception())))
    async with sessions() as session:
        assert await session.get(Call, call.call.id) is None


async def test_who_writes_says_that_the_list_changed(sessions: Sessions) -> None:
    told_of = worklist(sessions)
    await write(sessions, [record(MISSED_AT)], told_of)
    assert told_of._changed.is_set()
