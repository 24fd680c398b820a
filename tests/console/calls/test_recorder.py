"""Calls are written behind the pops: newest state, once, and nothing is lost while the database is away."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy.exc import OperationalError

from console.calls import delivery, recorder
from console.calls.queries import call_detail, list_calls, open_calls
from console.calls.record import CallRecord
from console.calls.recorder import Recorder
from console.customers.models import Customer, Merge
from console.db.engine import Sessions
from console.errors import NotFoundError
from console.identity.models import User
from telephony import lifecycle
from telephony.call import Visit
from telephony.events import CallAnswered, CallEnded, Caller, CallId, CallOffered, LegId, LinkName
from tests.console.live.screens import metric

LINK, CALL, LEG = LinkName("main"), CallId("main-1.1"), LegId("main-1.2")


def unrecorded() -> float:
    return metric("lineside_calls_unrecorded_total")


def ringing(at: datetime, call: str = CALL, leg: str = LEG) -> CallRecord:
    offer = CallOffered(
        link=LINK,
        at=at,
        call=CallId(call),
        leg=LegId(leg),
        interface="PJSIP/a1",
        caller=Caller("+421905123456", "Jan"),
        queue="support",
    )
    live = lifecycle.apply(None, offer)
    assert live is not None
    record = CallRecord(live, line=1, number="+421905123456", identified="one", customer_id=1)
    record.users[LegId(leg)] = 1
    record.pops[LegId(leg)] = delivery.offered(1, "PJSIP/a1", at)
    return record


@asynccontextmanager
async def running(sessions: Any) -> AsyncIterator[Recorder]:
    writer = Recorder(sessions)
    task = asyncio.create_task(writer.run())
    yield writer
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def add_people(sessions: Sessions, now: datetime) -> None:
    async with sessions() as session, session.begin():
        session.add(
            User(id=1, email="ana@x.example", name="Ana", role="agent", password_hash="", created_at=now)
        )
        session.add(Customer(id=1, ref="C-1", name="Jozef Mrkva", created_at=now, updated_at=now))


async def test_a_call_tells_its_story(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    record = ringing(now)
    async with running(sessions) as writer:
        writer.save(record)
        await writer.flushed()
        record.call = _next(
            record, CallAnswered(link=LINK, at=now + timedelta(seconds=3), call=CALL, leg=LEG)
        )
        delivery.shown(record.pops[LEG], now, visible=True)
        delivery.answered(record.pops[LEG], now)
        record.call = _next(record, CallEnded(link=LINK, at=now + timedelta(seconds=60), call=CALL))
        record.script_key, record.script_version, record.script_sentence = "late", 2, "Because."
        writer.save(record)
        await writer.flushed()
    async with sessions() as session:
        detail = await call_detail(session, CALL)
    assert (detail["state"], detail["end"], detail["customer_ref"]) == ("ended", "completed", "C-1")
    assert detail["script"] == {"key": "late", "version": 2, "sentence": "Because."}
    assert [(leg["agent"], leg["result"]) for leg in detail["legs"]] == [("ana@x.example", "answered")]
    assert [(pop["agent"], pop["state"]) for pop in detail["pops"]] == [("ana@x.example", "answered")]
    assert detail["answered_at"] == "2026-11-21T12:00:03+00:00"


def _next(record: CallRecord, event: Any) -> lifecycle.Call:
    call = lifecycle.apply(record.call, event)
    assert call is not None
    return call


async def test_open_calls_come_back_as_they_were(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    record = ringing(now)
    await recorder.write(sessions, [record])
    async with sessions() as session:
        (restored,) = await open_calls(session, LINK)
    assert restored.call.legs == record.call.legs
    assert restored.call.state is record.call.state
    assert restored.pops == {LEG: replace(record.pops[LEG], put=True)}
    assert restored.users == record.users


async def test_a_page_of_calls_leads_to_the_next(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    records = [ringing(now + timedelta(seconds=n), f"main-{n}", f"main-leg-{n}") for n in range(3)]
    await recorder.write(sessions, records)
    async with sessions() as session:
        first, position = await list_calls(session, now, None, 2)
        rest, end = await list_calls(session, None, position, 2)
    assert [call["id"] for call in first + rest] == ["main-0", "main-1", "main-2"]
    assert end is None


async def test_no_such_call(sessions: Sessions) -> None:
    async with sessions() as session:
        with pytest.raises(NotFoundError, match="There is no call main-9"):
            await call_detail(session, "main-9")


async def test_what_the_database_refused_for_now_is_written_later(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_people(sessions, now)
    monkeypatch.setattr(recorder, "RETRY_S", 0)
    tries = iter([True, True, False])

    def flaky() -> Any:
        if next(tries, False):
            raise OperationalError("BEGIN", None, Exception("away"))
        return sessions()

    async with running(flaky) as writer:
        writer.save(ringing(now))
        await writer.flushed()
    async with sessions() as session:
        assert (await call_detail(session, CALL))["state"] == "ringing"


async def test_one_impossible_record_does_not_keep_the_others(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    impossible = ringing(now, "main-2.1", "main-2.2")
    impossible.call = replace(impossible.call, direction=cast("Any", Namespace(value=None)))
    before = unrecorded()
    async with running(sessions) as writer:
        writer.save(impossible)
        writer.save(ringing(now))
        await writer.flushed()
        assert unrecorded() == before + 1
    async with sessions() as session:
        assert (await call_detail(session, CALL))["id"] == CALL


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_bug_that_one_record_hits_does_not_keep_the_others(
    sessions: Sessions, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    await add_people(sessions, now)
    buggy = ringing(now, "main-2.1", "main-2.2")
    buggy.call = replace(buggy.call, direction=cast("Any", None))
    before = unrecorded()
    async with running(sessions) as writer:
        writer.save(buggy)
        writer.save(ringing(now))
        await writer.flushed()
    assert unrecorded() == before + 1
    assert "call main-2.1 cannot be recorded" in caplog.text
    async with sessions() as session:
        assert (await call_detail(session, CALL))["id"] == CALL


@pytest.mark.real("postgresql")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("queue", ["x" * 101, "with\0nul"])
async def test_what_postgresql_cannot_store_does_not_keep_the_others(
    sessions: Sessions, now: datetime, queue: str
) -> None:
    await add_people(sessions, now)
    impossible = ringing(now, "main-2.1", "main-2.2")
    impossible.call = replace(impossible.call, visits=(Visit(queue, now),))
    before = unrecorded()
    async with running(sessions) as writer:
        writer.save(impossible)
        writer.save(ringing(now))
        await writer.flushed()
        assert unrecorded() == before + 1
    async with sessions() as session:
        assert (await call_detail(session, CALL))["id"] == CALL


async def test_a_call_outlives_its_customer_and_its_agent(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    record = ringing(now)
    record.customer_id, record.users[LEG], record.pops[LEG].user_id = 77, 88, 88
    before = unrecorded()
    async with running(sessions) as writer:
        writer.save(record)
        await writer.flushed()
        assert unrecorded() == before
    async with sessions() as session:
        detail = await call_detail(session, CALL)
    assert (detail["customer_ref"], detail["legs"][0]["agent"]) == (None, None)


async def test_a_call_of_a_customer_who_was_merged_is_that_of_the_one_that_was_kept(
    sessions: Sessions, now: datetime
) -> None:
    await add_people(sessions, now)
    async with sessions.begin() as session:
        session.add(Merge(ref="C-77", merged_id=77, kept_id=1, at=now, snapshot={}))
    record = ringing(now)
    record.customer_id = 77
    async with running(sessions) as writer:
        writer.save(record)
        await writer.flushed()
    async with sessions() as session:
        detail = await call_detail(session, CALL)
    assert (detail["customer_ref"], detail["number"]) == ("C-1", "+421905123456")


async def test_what_waits_at_the_end_is_written(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    async with running(sessions) as writer:
        writer.save(ringing(now))
    await writer.close()
    async with sessions() as session:
        assert (await call_detail(session, CALL))["state"] == "ringing"


async def test_the_end_does_not_wait_for_a_database_that_is_away(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    writer = Recorder(cast("Any", away))
    writer.save(ringing(now))
    await writer.close()
    assert "1 calls could not be recorded before the end" in caplog.text


async def test_the_backlog_is_bounded(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MOST_WAITING", 1)
    before = unrecorded()
    writer = Recorder(sessions)
    writer.save(ringing(now))
    writer.save(ringing(now, "main-2.1", "main-2.2"))
    assert unrecorded() == before + 1
    assert metric("lineside_calls_to_record") == 1


def away() -> Any:
    raise OperationalError("BEGIN", None, Exception("away"))


def ended(record: CallRecord) -> CallRecord:
    record.call = _next(record, CallEnded(link=LINK, at=record.call.started_at, call=record.call.id))
    return record


async def stored(sessions: Sessions) -> list[tuple[str, str]]:
    async with sessions() as session:
        calls, _ = await list_calls(session, None, None, 100)
    return [(call["id"], call["state"]) for call in calls]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_end_of_a_call_on_record_is_never_given_up(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MOST_WAITING", 2)
    await add_people(sessions, now)
    known = [ringing(now, f"main-{n}", f"main-leg-{n}") for n in range(4)]
    before = unrecorded()
    async with running(sessions) as writer:
        for record in known[:2]:
            writer.save(record)
        await writer.flushed()
    await recorder.write(sessions, known[2:])
    writer = Recorder(sessions)
    async with sessions() as session:
        restored = await open_calls(session, LINK)
    for record in [*known[:2], *(one for one in restored if one.call.id in {"main-2", "main-3"})]:
        writer.save(ended(record))
    for number in range(4, 7):
        writer.save(ringing(now, f"main-{number}", f"main-leg-{number}"))
    assert unrecorded() - before == 3
    await writer.close()
    assert await stored(sessions) == [(f"main-{number}", "ended") for number in range(4)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_end_of_a_call_that_is_being_written_is_not_given_up(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MOST_WAITING", 1)
    await add_people(sessions, now)
    writing, goes_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def slow() -> AsyncIterator[Any]:
        async with sessions() as session:
            yield session
        writing.set()  # the row is there, with the state of a moment ago
        await goes_on.wait()

    async with running(slow) as writer:
        record = ringing(now)
        writer.save(record)
        await writing.wait()
        writer.save(ended(record))
        writer.save(ringing(now, "main-2.1", "main-2.2"))
        goes_on.set()
        await writer.flushed()
    assert await stored(sessions) == [(CALL, "ended")]


async def test_an_outage_that_is_too_long_is_logged_once_and_summed_up(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recorder, "MOST_WAITING", 2)
    monkeypatch.setattr(recorder, "RETRY_S", 0)
    await add_people(sessions, now)
    tries = iter([True])

    def flaky() -> Any:
        return away() if next(tries, False) else sessions()

    async with running(flaky) as writer:
        for number in range(5):
            writer.save(ringing(now, f"main-{number}", f"main-leg-{number}"))
        await writer.flushed()
    first, last = [line.getMessage() for line in caplog.records if line.levelname == "ERROR"]
    assert "2 calls wait to be recorded" in first
    assert first.endswith("the oldest will not be on record, from main-0 on")
    assert last == "3 calls are not on record: the database was away too long"
    assert "(3 were given up so far)" in caplog.text
    assert await stored(sessions) == [("main-3", "ringing"), ("main-4", "ringing")]


async def test_who_brings_very_much_waits_while_the_database_writes(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "ENOUGH_WAITING", 1)
    await add_people(sessions, now)
    async with running(sessions) as writer:
        await writer.room()
        writer.save(ringing(now))
        await writer.flushed()
        await writer.room()
        writer.save(ringing(now, "main-2.1", "main-2.2"))
        await writer.room()
        assert len(await stored(sessions)) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_waits_for_a_database_that_is_away(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "ENOUGH_WAITING", 1)
    monkeypatch.setattr(recorder, "AWAY_AFTER_S", 0)
    await add_people(sessions, now)
    async with running(sessions) as writer:
        writer.save(ringing(now))
        await writer.flushed()
        writer.save(ringing(now, "main-2.1", "main-2.2"))
        await writer.room()
        assert metric("lineside_calls_to_record") == 1
