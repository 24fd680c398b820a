"""Begins a replay: on the page and over the API alike, each in a process of its own."""

from datetime import datetime

from console.db.engine import Sessions
from console.settings import Settings
from console.studio import replay_jobs as jobs
from console.studio.replay_choice import Choice
from console.studio.replay_models import ReplayJob
from console.web.job_process import start_process

MODULE = "console.commands.script_replay"


async def begin_replay(
    sessions: Sessions, settings: Settings, choice: Choice, author: str, at: datetime
) -> ReplayJob:
    """The replay as it is on record; a process does it from now on."""
    async with sessions.begin() as session:
        job = await jobs.add_job(session, choice, author, at)
    await start_process(settings, MODULE, job.id)
    return job
