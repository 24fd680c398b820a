"""Does one replay that was begun on the page: `python -m console.commands.script_replay NUMBER`."""

import asyncio
import logging
import os
import sys
from datetime import datetime, timedelta

from console.clock import now
from console.commands.collecting import rare_collections
from console.commands.database import open_database
from console.db.engine import Sessions
from console.errors import InvalidError, LinesideError
from console.settings import read_settings
from console.studio import replay_jobs as jobs
from console.studio.replay_models import ReplayJob, ReplayState
from console.studio.replay_reading import Period
from console.studio.replay_sets import read_sets, scripts_of
from console.studio.replaying import Work, replay_calls
from scripts_engine.replay import Replay

TOLD_EVERY = timedelta(seconds=0.5)
UNEXPECTED = "Something unexpected went wrong; the log of the console says what."


async def script_replay(sessions: Sessions, number: int) -> None:
    """Do the replay of this number, telling how far it is."""
    async with sessions() as session:
        job = await jobs.job_of(session, number)
    telling = _Telling(sessions, number)
    try:
        whole = await _replay(sessions, job, telling)
    except InvalidError as error:
        await telling.end(ReplayState.FAILED, "\n".join(map(str, error.problems)))
    except LinesideError as error:
        await telling.end(ReplayState.FAILED, str(error))
    except Exception:
        await telling.end(ReplayState.FAILED, UNEXPECTED)
        raise
    else:
        await telling.end(ReplayState.DONE if whole else ReplayState.STOPPED)


async def _replay(sessions: Sessions, job: ReplayJob, telling: "_Telling") -> bool:
    async with sessions.begin() as session:
        sets = await read_sets(session, job, await jobs.source_of(session, job.id))
        await jobs.pin(session, job.id, sets)
    replay = Replay(scripts_of(sets.before), scripts_of(sets.after))
    until = min(job.ends_at, job.begun_at)  # calls that begin meanwhile are not counted
    work = Work(job.id, Period(job.starts_at, until), replay)
    with rare_collections():
        return await replay_calls(sessions, work, telling.counts, telling.tell)


class _Telling:
    """Says how far a replay is, and hears when it is to stop."""

    def __init__(self, sessions: Sessions, number: int) -> None:
        self.counts = jobs.Counts()
        self._sessions = sessions
        self._number = number
        self._told: datetime | None = None

    async def tell(self, counts: jobs.Counts) -> bool:
        at = now()
        if self._told and at - self._told < TOLD_EVERY:
            return True
        self._told = at
        async with self._sessions.begin() as session:
            return await jobs.tell(session, self._number, counts, at)

    async def end(self, state: ReplayState, problem: str | None = None) -> None:
        async with self._sessions.begin() as session:
            await jobs.end(session, self._number, self.counts, state, problem)


async def run(number: int) -> None:
    """Do the replay of this number in the database that the environment names."""
    async with open_database(read_settings(os.environ)) as sessions:
        await script_replay(sessions, number)


def main() -> None:
    """Do what the command line names."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(run(int(sys.argv[1])))


if __name__ == "__main__":
    main()
