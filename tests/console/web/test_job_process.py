"""The process that does long work which was begun on a page."""

import asyncio

from console.settings import Settings
from console.web import job_process


def test_it_reads_as_we_do() -> None:
    settings = Settings(region="SK", database_url="sqlite+aiosqlite:///x.sqlite")
    ours = {"PATH": "/bin", "LINESIDE_PBX": "sim:", "LINESIDE_REGION": "DK"}
    assert job_process.environment(ours, settings) == {
        "PATH": "/bin",
        "LINESIDE_DATABASE_URL": settings.database_url,
        "LINESIDE_REGION": "SK",
        "LINESIDE_TIME_ZONE": "Europe/Bratislava",
        "LINESIDE_LOCALE": "en",
        "LINESIDE_CURRENCY": "EUR",
        "LINESIDE_REDIS_URL": "",
    }


async def test_what_is_to_follow_follows_its_end() -> None:
    over = asyncio.Event()

    async def then() -> None:
        over.set()

    await job_process.start_process(Settings(), "this", 1, then)
    async with asyncio.timeout(30):
        await over.wait()
