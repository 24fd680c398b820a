"""The engine and its sessions, for SQLite (WAL) and PostgreSQL."""

import asyncio
import sqlite3
import threading
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

Sessions = async_sessionmaker[AsyncSession]

BUSY_S = 10
"""So long SQLite waits for others who write."""

ENDS_WITHIN_S = 2
"""So long a thread of SQLite may take to end what it is at."""

WORKER = "(_connection_worker_thread)"
"""So the names of aiosqlite's threads end, one for each connection."""

WRITE_AHEAD = "PRAGMA journal_mode=WAL"
SQLITE_PRAGMAS = (
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten in the file, too
)


def create_engine(database_url: str) -> AsyncEngine:
    """The engine for `sqlite+aiosqlite:///…` or `postgresql+…://` (always driven by asyncpg). Its errors go
    to logs: they do not quote what was to be stored."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"), hide_parameters=True)
        event.listen(engine.sync_engine, "connect", prepare_sqlite)
        return engine
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"), pool_size=10, pool_pre_ping=True, hide_parameters=True
    )


async def close_engine(engine: AsyncEngine) -> None:
    """Close all connections. Of one whose user was cancelled the thread is still at work: it would find no
    event loop to report to, and say so with a stack trace."""
    await engine.dispose()
    if engine.dialect.name == "sqlite":
        await asyncio.to_thread(_let_end)


def _let_end() -> None:
    for thread in threading.enumerate():
        if thread.name.endswith(WORKER):
            thread.join(ENDS_WITHIN_S)


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions that keep loaded values after a commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


def prepare_sqlite(connection: Any, _record: object) -> None:
    """Set up a new connection."""
    cursor: sqlite3.Cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
    _write_ahead(cursor)
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Of several who give a new file its log at the same time, SQLite refuses all but one at once, without
    waiting. A transaction does wait, and behind it the file has its log."""
    try:
        cursor.execute(WRITE_AHEAD)
    except sqlite3.OperationalError:
        cursor.execute("BEGIN EXCLUSIVE")
        cursor.execute("ROLLBACK")
        cursor.execute(WRITE_AHEAD)
