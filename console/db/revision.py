"""Counters by which running processes notice that somebody else changed users, queues or scripts, or erased
a customer.

A process that keeps such records in memory reads all counters in one small statement every second and
reloads what moved. A writer calls `bump` in its own transaction.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import String, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId
from console.db.engine import Sessions

log = logging.getLogger(__name__)

ERASURES = "erasures"
"""The counter of erased customers: those who hold their calls in memory forget them."""


class Revision(Base):
    """How often the records called `name` have changed."""

    __tablename__ = "revisions"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    number: Mapped[int] = mapped_column(BigId, default=0)


async def bump(session: AsyncSession, name: str) -> None:
    """Say, in the session's transaction, that the records called `name` have changed."""
    revision = await session.get(Revision, name, with_for_update=True)
    if revision is None:
        session.add(Revision(name=name, number=1))
    else:
        revision.number += 1


async def revisions(session: AsyncSession) -> dict[str, int]:
    """All counters, by name."""
    rows = await session.execute(select(Revision.name, Revision.number))
    return {row.name: row.number for row in rows}


Refresh = Callable[[AsyncSession], Awaitable[None]]


async def follow(
    sessions: Sessions, refreshers: Mapping[str, Refresh], *, every_s: float = 1.0, seen: dict[str, int]
) -> None:
    """For ever: call the refresher of each name whose counter moved since `seen`.

    A database that cannot be reached is tried again next time; what is in memory stays in use meanwhile.
    """
    while True:
        await asyncio.sleep(every_s)
        try:
            await refresh_moved(sessions, refreshers, seen)
        except (OSError, SQLAlchemyError) as error:
            log.warning("cannot read what changed, will try again: %s", error)


async def refresh_moved(sessions: Sessions, refreshers: Mapping[str, Refresh], seen: dict[str, int]) -> None:
    """Call the refresher of each name whose counter differs from `seen`, and note the counter there."""
    async with sessions() as session:
        current = await revisions(session)
        for name, refresh in refreshers.items():
            number = current.get(name, 0)
            if seen.get(name) != number:
                await refresh(session)
                seen[name] = number
