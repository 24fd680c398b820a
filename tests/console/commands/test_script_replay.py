"""The process that does a replay which was begun on the page."""

import asyncio
import os
import sys
from datetime import timedelta

import pytest

from console.clock import now
from console.commands.database import open_database
from console.settings import Settings
from console.studio import replay_jobs as jobs
from console.studio.replay_beginning import MODULE
from console.studio.replay_choice import Choice
from console.studio.replay_models import ReplayState, Tried
from console.web import job_process
from tests.console.studio.calls_of_yesterday import Yesterday, publish

pytestmark = pytest.mark.slow


async def test_it_replays_and_says_what_became_of_it(settings: Settings) -> None:
    at = now()
    async with open_database(settings) as sessions:
        yesterday = Yesterday(sessions, at)
        await yesterday.people()
        await publish(sessions, at)
        await yesterday.call({"purchases.late_open": 1})
        await yesterday.call({"purchases.late_open": 0})
        choice = Choice(Tried.WITHOUT, "late", None, at - timedelta(days=1), at)
        async with sessions.begin() as session:
            number = (await jobs.add_job(session, choice, "eva@shop.example", at)).id
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE, str(number)),
            env=job_process.environment(os.environ, settings),
        )
        assert await process.wait() == 0
        async with sessions() as session:
            done = await jobs.job_of(session, number)
    assert (done.state, done.looked, done.differ) == (ReplayState.DONE, 2, 1)
