"""The held connections: they read, count, run at the same time, and come back after a failure."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url, text

from console.db.engine import Sessions
from console.db.hot import Dialect, Hot, open_hot
from console.errors import SettingError
from console.queues.models import Queue

COUNT = "SELECT count(*), max(name) FROM queues WHERE name <> :name AND name <> :other AND name <> :name"


@pytest.fixture
async def hot(sessions: Sessions, database_url: str) -> AsyncIterator[Hot]:
    async with open_hot(database_url) as opened:
        yield opened


async def count(hot: Hot) -> tuple[Any, ...]:
    return await hot.row(COUNT, {"name": "x", "other": "y"})


async def test_it_reads_what_was_committed_and_counts_statements(hot: Hot, sessions: Sessions) -> None:
    assert await count(hot) == (0, None)
    async with sessions.begin() as session:
        session.add(Queue(name="support"))
    assert await count(hot) == (1, "support")
    assert hot.statements == 2


async def test_it_only_reads(hot: Hot) -> None:
    await count(hot)
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        await hot.row("DELETE FROM queues WHERE name = :name RETURNING 1", {"name": "support"})
    assert await count(hot) == (0, None)


async def test_moments_compare_as_they_are_stored(hot: Hot) -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    sql = "SELECT count(*) FROM calls WHERE started_at < :at OR started_at >= :at"
    assert await hot.row(sql, {"at": at}) == (0,)


async def test_many_at_the_same_time(hot: Hot) -> None:
    results = await asyncio.gather(*(count(hot) for _ in range(50)))
    assert set(results) == {(0, None)}


async def test_a_long_statement_keeps_nobody_waiting(hot: Hot) -> None:
    await count(hot)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
    long = asyncio.create_task(hot.row(f"{numbers} SELECT count(*) FROM n", {}))
    await asyncio.sleep(0)
    assert await count(hot) == (0, None)
    assert not long.done()
    assert await long == (300_000,)


async def test_short_statements_never_add_up_to_a_long_one(hot: Hot) -> None:
    sql = "SELECT count(*) FROM (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS few"
    for _ in range(1_000):
        assert await hot.row(sql, {}) == (3,)
    if hot.dialect is Dialect.SQLITE:
        assert hot._there._connection is None  # type: ignore[attr-defined]


async def test_a_mistake_does_not_hurt_the_next_statement(hot: Hot) -> None:
    for _ in range(2 * hot.connections):
        with pytest.raises(Exception, match="nowhere"):
            await hot.row("SELECT 1 FROM nowhere", {})
    assert await count(hot) == (0, None)


async def test_a_cancelled_statement_does_not_hurt_the_next(hot: Hot) -> None:
    await count(hot)
    tasks = [asyncio.create_task(count(hot)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await count(hot) == (0, None)


async def test_a_lost_connection_is_made_anew(hot: Hot, sessions: Sessions) -> None:
    await asyncio.gather(*(count(hot) for _ in range(hot.connections)))
    if hot.dialect is Dialect.POSTGRESQL:
        async with sessions.begin() as session:
            ended = await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'lineside facts' AND datname = current_database()"
                )
            )
            assert ended.all()
    else:
        hot._here._connection.close()  # type: ignore[attr-defined]
    for _ in range(hot.connections + 1):
        assert await count(hot) == (0, None)


async def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(SettingError, match="LINESIDE_DATABASE_URL"):
        async with open_hot("sqlite+aiosqlite://"):
            pass


async def test_an_unreachable_database_raises_every_time(database_url: str, tmp_path: Path) -> None:
    url = make_url(database_url)
    nowhere = str(tmp_path / "no" / "where") if url.get_backend_name() == "sqlite" else "nowhere"
    async with open_hot(url.set(database=nowhere).render_as_string(hide_password=False)) as hot:
        for _ in range(hot.connections + 1):
            with pytest.raises((sqlite3.OperationalError, asyncpg.InvalidCatalogNameError)):
                await count(hot)
