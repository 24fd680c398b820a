"""Held connections for the one statement per pop: no pool, no ORM, no transaction, nothing in the way.

SQLite answers right in the event loop, as handing over to a thread takes longer than the statement itself;
what turns out to be too long for that goes to a thread with its own connection. PostgreSQL has a few
connections that are never given back. Both only read, connect when first used, and after a failure connect
once more before they give up.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache, partial
from queue import SimpleQueue
from re import compile as pattern
from threading import Thread
from typing import Any, Protocol

import asyncpg
from sqlalchemy import URL, make_url

from console.errors import SettingError

HotValue = str | int | datetime | None
_Stored = Mapping[str, str | int | None]

HELD = 4
"""PostgreSQL connections per process: a statement takes a fraction of a millisecond."""

SLOWEST_S = 10.0
"""A statement that takes longer has failed."""

STEPS_HERE = 20_000
"""About so many steps of SQLite's machine, some 2 ms, a statement may take in the event loop. The one per pop
takes about 2,000; that of a customer with a thousand purchases goes to the thread."""

LOOKED_AFTER = 5_000
"""Steps between two looks at how long it takes: SQLite itself counts on over all runs of a statement."""

SESSION = {
    "application_name": "lineside facts",
    "default_transaction_read_only": "on",
    "TimeZone": "UTC",
    "jit": "off",  # compiling costs more than the statement
    # Every table is looked up by an index. Left alone, the planner guesses otherwise right after an import,
    # while there are no statistics yet, and plans anew for each call.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""How a held PostgreSQL connection is set up."""

_PARAMETER = pattern(r"(?<!:):([a-z]\w*)")


class Dialect(StrEnum):
    """Which SQL a database speaks."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Hot(Protocol):
    """A database behind held connections."""

    dialect: Dialect
    connections: int  # how many statements run at the same time
    statements: int  # how many have been run so far, for tests and metrics

    async def row(self, sql: str, values: Mapping[str, HotValue]) -> tuple[Any, ...]:
        """The one row of a statement with `:name` parameters. Raises the driver's errors."""
        ...


@contextlib.asynccontextmanager
async def open_hot(database_url: str) -> AsyncIterator[Hot]:
    """The database's held connections, closed at the end. Raises SettingError for a database in memory."""
    url = make_url(database_url)
    hot = _HotSqlite(url) if url.get_backend_name() == "sqlite" else _HotPostgresql(url)
    try:
        yield hot
    finally:
        await hot.close()


class _HotSqlite:
    dialect = Dialect.SQLITE
    connections = 1

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise SettingError("LINESIDE_DATABASE_URL", "a database in memory cannot be shared; name a file")
        self.statements = 0
        self._here = _Reader(url.database, wait_s=0.0, most_looks=STEPS_HERE // LOOKED_AFTER)
        self._there = _Reader(url.database, wait_s=SLOWEST_S)
        self._thread = _Thread("hot-sqlite")

    async def row(self, sql: str, values: Mapping[str, HotValue]) -> tuple[Any, ...]:
        self.statements += 1
        stored = {name: _as_stored(value) for name, value in values.items()}
        with contextlib.suppress(sqlite3.Error):  # too long, locked, lost: the thread has the time
            return self._here.row(sql, stored)
        row: tuple[Any, ...] = await self._thread.run(self._read_there, sql, stored)
        return row

    def _read_there(self, sql: str, values: _Stored) -> tuple[Any, ...]:
        with contextlib.suppress(sqlite3.Error):
            return self._there.row(sql, values)
        return self._there.row(sql, values)

    async def close(self) -> None:
        self._here.close()
        await self._thread.run(self._there.close)
        self._thread.stop()


class _Reader:
    """One SQLite connection that only reads, for one thread. It waits `wait_s` for a lock. A statement looked
    at more than `most_looks` times (None: never) is given up; after other errors the connection is new."""

    def __init__(self, path: str, *, wait_s: float, most_looks: int | None = None) -> None:
        self._path = path
        self._wait_s = wait_s
        self._most_looks = most_looks
        self._looks = 0
        self._connection: sqlite3.Connection | None = None

    def row(self, sql: str, values: _Stored) -> tuple[Any, ...]:
        """The one row of a statement. Raises sqlite3.Error."""
        if self._connection is None:
            self._connection = self._connect()
        self._looks = 0
        try:
            row: tuple[Any, ...] = self._connection.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                self.close()
            raise
        return row

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=self._wait_s, isolation_level=None)
        connection.execute("PRAGMA query_only=ON")  # mode=ro could not recover a log left by a crash
        if self._most_looks is not None:
            connection.set_progress_handler(partial(self._look, self._most_looks), LOOKED_AFTER)
        return connection

    def _look(self, most: int) -> bool:
        """Whether the statement is to be given up."""
        self._looks += 1
        return self._looks > most

    def close(self) -> None:
        """Close the connection; the next statement opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Thread:
    """One thread that runs functions one after the other. An executor takes three times as long to hand over
    a function and its result, which here is as long as the function itself."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        Thread(target=self._work, name=name, daemon=True).start()

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The function's result, or what it raised."""
        done = asyncio.get_running_loop().create_future()
        self._jobs.put((done, partial(function, *arguments)))
        return await done

    def stop(self) -> None:
        """Let the thread end when all is done."""
        self._jobs.put(None)

    def _work(self) -> None:
        while job := self._jobs.get():
            done, function = job
            try:
                result, error = function(), None
            except Exception as raised:  # noqa: BLE001 - whatever it is, it belongs to who asked
                result, error = None, raised
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                done.get_loop().call_soon_threadsafe(_settle, done, result, error)


def _settle(done: asyncio.Future[Any], result: object, error: Exception | None) -> None:
    if done.done():
        return  # who asked has given up
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)


def _as_stored(value: HotValue) -> str | int | None:
    """Moments as SQLite keeps them: ISO text in UTC without a zone."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value


class _HotPostgresql:
    dialect = Dialect.POSTGRESQL
    connections = HELD

    def __init__(self, url: URL) -> None:
        self.statements = 0
        self._url = url.set(drivername="postgresql+asyncpg")
        self._held: asyncio.LifoQueue[asyncpg.Connection | None] = asyncio.LifoQueue()
        for _ in range(HELD):
            self._held.put_nowait(None)

    async def row(self, sql: str, values: Mapping[str, HotValue]) -> tuple[Any, ...]:
        self.statements += 1
        text, names = numbered(sql)
        arguments = [values[name] for name in names]
        connection = await self._held.get()
        try:
            if connection is not None:
                # Whatever is wrong with a held connection: a lost one raises many kinds of errors.
                with contextlib.suppress(Exception):
                    return tuple(await connection.fetchrow(text, *arguments))
                connection.terminate()
            connection = await self._connect()
            return tuple(await connection.fetchrow(text, *arguments))
        except BaseException:
            if connection is not None:
                connection.terminate()
                connection = None
            raise
        finally:
            self._held.put_nowait(connection)

    async def _connect(self) -> asyncpg.Connection:
        _, options = self._url.get_dialect()().create_connect_args(self._url)
        return await asyncpg.connect(
            **options,
            command_timeout=SLOWEST_S,
            server_settings=SESSION,
        )

    async def close(self) -> None:
        for _ in range(HELD):
            connection = await self._held.get()
            if connection is not None:
                await connection.close(timeout=SLOWEST_S)


@lru_cache
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with `$1` for its first named parameter and so on, and the names in that order."""
    names = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
    return _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", sql), names
