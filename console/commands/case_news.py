"""What an import says to those who show cases while it runs: one message for each of its batches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from console.cases.news import announce
from console.cases.queries import customers_of_cases
from console.db.engine import Sessions
from console.live.redis_bus import RedisBus
from console.profile.importing import Changed
from console.settings import Settings


@asynccontextmanager
async def news_of_cases(settings: Settings, kind: str) -> AsyncIterator[Changed]:
    """Tells whose cases have changed. Without Redis no other process hears: there whoever began it on the
    page says so at its end."""
    if kind != "cases" or settings.redis_url is None:
        yield _silent
        return
    bus = RedisBus(settings.redis_url)

    async def tell(sessions: Sessions, refs: list[str]) -> None:
        async with sessions() as session:
            customers = await customers_of_cases(session, refs)
        await announce(bus, *customers)

    try:
        yield tell
    finally:
        await bus.close()


async def _silent(_sessions: Sessions, _refs: list[str]) -> None:
    """Nobody would hear it."""
