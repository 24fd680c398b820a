"""What scripts fail at on calls is kept for their authors: once each, with a count, and behind the calls."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from console.db.engine import Sessions, create_engine, create_sessions
from console.scripts import failures as module
from console.scripts.actions import import_scripts
from console.scripts.failures import Failure, Failures, Seen, StoredFailure, failures_of
from console.scripts.models import ScriptFailure

TEXT = "script: late\ntitle: Late\nsteps:\n- {id: greet, say: Good day., end: done}\n"
GREET = Failure("late", 1, "greet", "customer.segment has no value")


@pytest.fixture(autouse=True)
async def _published(sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await import_scripts(session, TEXT, publish=True, at=now)


async def stored(sessions: Sessions) -> list[StoredFailure]:
    async with sessions() as session:
        return await failures_of(session)


async def test_the_same_failure_is_one_line_with_a_count(sessions: Sessions, now: datetime) -> None:
    failures, later = Failures(sessions), now + timedelta(hours=1)
    tell = failures.teller("late", 1, now, "main-1")
    tell("greet", GREET.why)
    tell("greet", GREET.why)
    assert await failures.flush()
    assert await failures.flush()  # nothing waits
    failures.note(GREET, later, "main-2")
    await failures.close()
    assert await stored(sessions) == [StoredFailure(GREET, Seen(now, later, 3, "main-2"))]


async def test_several_come_with_the_latest_first_and_only_of_what_calls_get(
    sessions: Sessions, now: datetime
) -> None:
    failures = Failures(sessions)
    whole = Failure("late", 1, "", "it can no longer be read")
    failures.note(GREET, now)
    failures.note(whole, now + timedelta(seconds=1))
    failures.note(Failure("late", 7, "greet", "x"), now)  # of a version that calls do not get
    failures.note(Failure("gone", 1, "greet", "x"), now)
    await failures.flush()
    assert [each.failure for each in await stored(sessions)] == [whole, GREET]
    async with sessions() as session:
        assert await failures_of(session, ["other"]) == []
        assert len(await failures_of(session, ["late"])) == 2


async def test_what_no_database_keeps_is_written_all_the_same(sessions: Sessions, now: datetime) -> None:
    failures = Failures(sessions)
    failures.note(Failure("late", 1, "greet", "a\x00\ud800\n" + "x" * 1_000), now, "c\x00" + "y" * 1_000)
    assert await failures.flush()
    [only] = await stored(sessions)
    assert (len(only.failure.why), only.failure.why[:5]) == (300, "a………x")
    assert only.seen.call_id == "c…" + "y" * 198


async def test_a_failure_that_stays_away_is_forgotten(sessions: Sessions, now: datetime) -> None:
    failures = Failures(sessions)
    failures.note(GREET, now)
    await failures.flush()
    failures.note(Failure("late", 1, "wish", "x"), now + module.KEPT_FOR + timedelta(seconds=1))
    await failures.flush()
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(ScriptFailure)) == 1


async def test_it_is_written_behind_the_calls(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GATHER_S", 0.0)
    failures = Failures(sessions)
    written = asyncio.Event()

    async def flush() -> bool:
        done = await Failures.flush(failures)
        written.set()
        return done

    monkeypatch.setattr(failures, "flush", flush)
    running = asyncio.create_task(failures.run())
    failures.note(GREET, now)
    async with asyncio.timeout(30):
        await written.wait()
    assert len(await stored(sessions)) == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_database_that_is_away_loses_nothing(
    sessions: Sessions, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    away = create_engine("postgresql://nobody@127.0.0.1:1/none")
    failures = Failures(create_sessions(away))
    failures.note(GREET, now, "main-1")
    assert not await failures.flush()
    failures.note(GREET, now + timedelta(seconds=1), "main-2")
    failures._sessions = sessions  # it is back
    assert await failures.flush()
    await away.dispose()
    assert "cannot keep for their authors" in caplog.text
    [only] = await stored(sessions)
    assert (only.seen.times, only.seen.call_id, only.seen.first_at) == (2, "main-2", now)


async def test_very_many_different_failures_are_bounded(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    failures = Failures(sessions)
    for number in range(9):
        failures.note(Failure("late", 1, f"s{number}", "x"), now)
        failures.note(GREET, now)
    await failures.flush()
    assert {each.failure.step for each in await stored(sessions)} == {"s0", "greet", "s1"}
