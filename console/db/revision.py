"""Counters by which running processes notice that somebody else changed users, queues or scripts.

A process that keeps such records in memory reads all counters in one small statement every second and
reloads what moved. A writer calls `bump` in its own transaction.
"""

from sqlalchemy import String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


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
    return {name: number for name, number in await session.execute(select(Revision.name, Revision.number))}
