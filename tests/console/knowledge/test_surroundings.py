"""What scripts may name."""

from datetime import datetime

from console.db.engine import Sessions
from console.knowledge.surroundings import surroundings
from console.queues.models import Queue
from scripts_engine.check import Surroundings
from tests.console.knowledge.articles import article, save


async def test_articles_and_queues(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article())
    async with sessions.begin() as session:
        session.add(Queue(name="support"))
        await session.flush()
        assert await surroundings(session) == Surroundings({"returns"}, {"support"})
