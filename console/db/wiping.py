"""Takes what was deleted out of the database's files, as far as that is ours to do."""

import asyncio

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from console.db.engine import Sessions

ATTEMPTS = 10
APART_S = 0.2
"""Whoever reads an older state of the database keeps it in the log: they are done soon."""

QUICKLY_REWRITTEN_BYTES = 128 * 1024 * 1024
"""A file of this size is rewritten within a second or so, for which writers wait."""


async def wipe(sessions: Sessions, *, however_large: bool = False) -> bool:
    """Take deleted rows out of SQLite's file and its write-ahead log; whether none can be left.

    Deleted rows are overwritten (`secure_delete`), but one that once moved to another page may have left a
    copy where it was: only a file that is rewritten as a whole has none. A large one is left as it is, unless
    asked. PostgreSQL keeps deleted rows until it vacuums, which it does by itself.
    """
    async with sessions() as session:
        connection = await session.connection()
        if connection.dialect.name != "sqlite":
            return True
        rewritten = await _rewritten(connection, however_large=however_large)
    return await _empty_log(sessions) and rewritten


async def _rewritten(connection: AsyncConnection, *, however_large: bool) -> bool:
    size = await _number(connection, "page_count") * await _number(connection, "page_size")
    if size > QUICKLY_REWRITTEN_BYTES and not however_large:
        return False
    try:
        await connection.exec_driver_sql("VACUUM")
    except OperationalError:  # others write all the time, or the disk has no room for a second file
        return False
    return True


async def _empty_log(sessions: Sessions) -> bool:
    for _ in range(ATTEMPTS):
        async with sessions() as session:
            connection = await session.connection()
            if not await _number(connection, "wal_checkpoint(TRUNCATE)"):  # the first column tells of others
                return True
        await asyncio.sleep(APART_S)
    return False


async def _number(connection: AsyncConnection, pragma: str) -> int:
    row = (await connection.exec_driver_sql(f"PRAGMA {pragma}")).one()
    return int(row[0])
