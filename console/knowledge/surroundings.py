"""What scripts may name, as far as there is any of it here."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.knowledge.queries import article_keys
from console.queues.models import Queue
from scripts_engine.check import Surroundings


async def surroundings(session: AsyncSession, articles: Collection[str] | None = None) -> Surroundings:
    """The articles (given, if they are read already) and the queues that there are. Where no queue was set
    yet, any name may be one."""
    queues = frozenset(await session.scalars(select(Queue.name)))
    return Surroundings(frozenset(await article_keys(session) if articles is None else articles), queues)
