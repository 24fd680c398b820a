"""Does one import that was begun on the page: `python -m console.commands.import_job NUMBER`."""

import asyncio
import logging
import os
import sys
from datetime import datetime, timedelta

from console.clock import now
from console.commands.case_news import news_of_cases
from console.commands.collecting import rare_collections
from console.commands.database import open_database
from console.db.engine import Sessions
from console.errors import LinesideError
from console.profile import import_jobs as jobs
from console.profile.fields import forms
from console.profile.import_files import path_of, rejected_path_of
from console.profile.importing import Import, Report
from console.profile.kinds import Reading
from console.profile.models import ImportJob, ImportState
from console.profile.rejected_file import Rejected
from console.settings import Settings, read_settings

TOLD_EVERY = timedelta(seconds=0.5)
EXCEL_READS = "utf-8-sig"
UNEXPECTED = "Something unexpected went wrong; the log of the console says what."


async def import_job(sessions: Sessions, settings: Settings, number: int) -> None:
    """Import the file of this number, telling how far it is."""
    async with sessions() as session:
        telling = _Telling(sessions, await jobs.job_of(session, number))
    try:
        await telling.run(settings)
    except LinesideError as error:
        await telling.end(ImportState.FAILED, telling.named(str(error)))
    except Exception:
        await telling.end(ImportState.FAILED, UNEXPECTED)
        raise
    else:
        await telling.end(ImportState.STOPPED if telling.stopped else ImportState.DONE)


class _Telling:
    """An import that says how far it is, and hears when it is to stop."""

    def __init__(self, sessions: Sessions, job: ImportJob) -> None:
        self._sessions = sessions
        self._job = job
        self._report: Report | None = None
        self._told: datetime | None = None

    @property
    def stopped(self) -> bool:
        return self._report is not None and self._report.stopped

    def named(self, sentence: str) -> str:
        """The sentence with the file called as who sent it knows it."""
        return sentence.replace(str(path_of(self._job.stored_as)), self._job.file_name)

    async def run(self, settings: Settings) -> None:
        job = self._job
        usual = forms(settings.locale, settings.time_zone, settings.region)
        work = Import(
            path_of(job.stored_as),
            job.kind,
            Reading(usual, settings.currency),
            settings.region,
            choices=jobs.chosen_of(job).choices,
            rejected=Rejected(rejected_path_of(job.stored_as), EXCEL_READS),
        )
        self._report = work.report
        async with news_of_cases(settings, job.kind) as changed:
            with rare_collections():
                await work.run(self._sessions, now(), dry_run=job.dry_run, tell=self._tell, changed=changed)

    async def _tell(self, report: Report) -> bool:
        at = now()
        if self._told and at - self._told < TOLD_EVERY:
            return True
        self._told = at
        async with self._sessions.begin() as session:
            return await jobs.tell(session, self._job, report, at)

    async def end(self, state: ImportState, problem: str | None = None) -> None:
        async with self._sessions.begin() as session:
            await jobs.end(session, self._job, self._report, state, problem)


async def run(settings: Settings, number: int) -> None:
    """Import the file of this number into the settings' database."""
    async with open_database(settings) as sessions:
        await import_job(sessions, settings, number)


def main() -> None:
    """Import what the command line names."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(run(read_settings(os.environ), int(sys.argv[1])))


if __name__ == "__main__":
    main()
