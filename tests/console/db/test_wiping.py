"""What is deleted is out of SQLite's files; errors do not quote what was to be stored."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from console.db import wiping
from console.db.engine import Sessions, create_engine, create_sessions

SECRET = "xquilla"


async def write_and_delete(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(text("CREATE TABLE noted (said TEXT)"))
        await session.execute(text("INSERT INTO noted VALUES (:said)"), {"said": SECRET})
    async with sessions.begin() as session:
        await session.execute(text("DELETE FROM noted"))


def held(folder: Path) -> bool:
    return any(SECRET.encode() in file.read_bytes() for file in folder.iterdir())


async def test_the_file_and_its_log_hold_nothing_that_was_deleted(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path}/lineside.sqlite")
    sessions = create_sessions(engine)
    await write_and_delete(sessions)
    assert held(tmp_path)  # in the log
    assert await wiping.wipe(sessions)
    assert not held(tmp_path)
    await engine.dispose()


async def test_a_large_file_is_rewritten_when_asked_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "QUICKLY_REWRITTEN_BYTES", 0)
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path}/lineside.sqlite")
    sessions = create_sessions(engine)
    await write_and_delete(sessions)
    assert not await wiping.wipe(sessions)
    assert await wiping.wipe(sessions, however_large=True)
    await engine.dispose()


async def test_whoever_reads_is_waited_for_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "APART_S", 0)
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path}/lineside.sqlite?timeout=0")
    sessions = create_sessions(engine)
    await write_and_delete(sessions)
    async with sessions() as reading:
        await reading.execute(text("BEGIN"))
        await reading.execute(text("SELECT * FROM noted"))
        async with engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=0")
        assert not await wiping.wipe(sessions)
    assert await wiping.wipe(sessions)
    await engine.dispose()


async def test_an_error_does_not_quote_values(sessions: Sessions) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with sessions() as session:
            await session.execute(text("SELECT * FROM nowhere WHERE said = :said"), {"said": SECRET})
    assert SECRET not in str(failed.value)
