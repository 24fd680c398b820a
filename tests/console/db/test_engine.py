"""Processes that open the same new SQLite file at the same time wait for each other; closing it leaves nobody
at work."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Timer
from threading import enumerate as enumerate_threads
from typing import Any, Self

import pytest
from sqlalchemy import event

from console.db.engine import BUSY_S, WORKER, close_engine, create_engine, prepare_sqlite


class Watched(sqlite3.Connection):
    """A connection that says which statement it is about to run."""

    about_to: Callable[[str], None] = staticmethod(lambda _statement: None)

    def cursor(self, *_: Any) -> Any:
        return super().cursor(WatchedCursor)


class WatchedCursor(sqlite3.Cursor):
    connection: Watched

    def execute(self, statement: str, *more: Any) -> Self:
        self.connection.about_to(statement)
        return super().execute(statement, *more)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another process, which is about to write: the file has no write-ahead log yet."""
    with closing(sqlite3.connect(tmp_path / "new.sqlite", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE made (a)")
        connection.execute("BEGIN IMMEDIATE")
        yield connection


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Watched]:
    with closing(sqlite3.connect(tmp_path / "new.sqlite", isolation_level=None, factory=Watched)) as opened:
        yield opened


def test_whoever_comes_second_waits_until_the_file_is_free(ours: Watched, other: sqlite3.Connection) -> None:
    said: list[str] = []

    def about_to(statement: str) -> None:
        said.append(statement)
        if statement == "BEGIN EXCLUSIVE":  # here SQLite waits: meanwhile the other one is done
            other.execute("ROLLBACK")

    ours.about_to = about_to
    prepare_sqlite(ours, None)
    assert said.count("PRAGMA journal_mode=WAL") == 2
    [(mode,)] = ours.execute("PRAGMA journal_mode")
    [(busy_ms,)] = ours.execute("PRAGMA busy_timeout")
    assert (mode, busy_ms) == ("wal", BUSY_S * 1000)


def test_a_file_that_stays_busy_is_given_up(
    ours: Watched, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.db.engine.BUSY_S", 0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        prepare_sqlite(ours, None)
    assert other.in_transaction


async def test_closed_means_that_no_thread_is_at_it_any_more(tmp_path: Path) -> None:
    engine, began, go_on = create_engine(f"sqlite+aiosqlite:///{tmp_path}/slow.sqlite"), Event(), Event()

    class Slow(sqlite3.Connection):
        def __init__(self, *args: Any, **more: Any) -> None:
            began.set()
            go_on.wait(10)
            super().__init__(*args, **more)

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(_dialect: object, _record: object, _args: object, more: dict[str, Any]) -> None:
        more["factory"] = Slow

    async def use() -> None:
        async with engine.connect():
            raise AssertionError("it connected")

    using = asyncio.create_task(use())
    await asyncio.to_thread(began.wait, 10)
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    Timer(0.05, go_on.set).start()
    await close_engine(engine)
    assert not [each for each in enumerate_threads() if each.name.endswith(WORKER)]
