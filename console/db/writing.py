"""Decides and writes in one transaction, as if nobody else wrote at the same time."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.engine import Sessions

ATTEMPTS = 5
"""Each time that somebody else came first, they are done: the next attempt sees what they wrote."""

DEADLOCK = "40P01"
BROKEN_CONSTRAINT = "23"

T = TypeVar("T")


class CameSecondError(Exception):
    """The work has noticed that what it decided by is stored differently by now."""


async def write(sessions: Sessions, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do the work in a transaction and commit it; again from the start when another write came between.

    The work locks what it decides by (`with_for_update`). SQLite has one writer: it is this one from the
    first statement on. What PostgreSQL cannot lock, because it is not there yet, its constraints refuse, or
    the work finds it there after all and raises CameSecondError.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return await _attempt(sessions, work)
        except (CameSecondError, DBAPIError) as error:
            if not _came_second(error):
                raise
    return await _attempt(sessions, work)


async def try_out(sessions: Sessions, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do the work and take it back."""
    async with sessions() as session:
        result = await work(session)
        await session.rollback()
    return result


async def _attempt(sessions: Sessions, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async with sessions.begin() as session:
        connection = await session.connection()
        if connection.dialect.name == "sqlite":
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        return await work(session)


def _came_second(error: Exception) -> bool:
    # With asyncpg only the SQLSTATE tells.
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    return (
        isinstance(error, CameSecondError | IntegrityError)
        or state == DEADLOCK
        or state.startswith(BROKEN_CONSTRAINT)
    )
