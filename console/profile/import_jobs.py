"""The imports that were begun on the page, in the database: any process can show one, ask it to stop, and
tell when the one that does it is gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import NotFoundError
from console.profile.import_choices import Chosen, as_stored, from_stored, headers_key
from console.profile.import_files import KEPT
from console.profile.importing import Report
from console.profile.models import LONGEST_FILE_NAME, ImportJob, ImportState
from console.web.i18n import gettext as _

LOST_AFTER = timedelta(seconds=30)
"""A batch takes a second: whoever gave no sign for so long is gone."""

LISTED = 20
MOST_NUMBER = 2**63 - 1
"""No database counts further."""

NOTHING_DONE: dict[str, Any] = dict.fromkeys(
    ("position", "imported", "unchanged", "rejected", "unusable_phones"), 0
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent."""

    author: str
    file_name: str
    stored_as: str
    size: int


def add_job(session: AsyncSession, sent: Sent, chosen: Chosen, at: datetime) -> ImportJob:
    """A new import, of which the columns are to be chosen."""
    job = ImportJob(
        created_at=at,
        author=sent.author,
        file_name=sent.file_name[-LONGEST_FILE_NAME:],
        stored_as=sent.stored_as,
        size=sent.size,
        kind=chosen.kind,
        headers=headers_key(chosen.header),
        choices=as_stored(chosen),
    )
    session.add(job)
    return job


async def job_of(session: AsyncSession, number: int) -> ImportJob:
    """The import of this number. Raises NotFoundError when there is none."""
    job = await session.get(ImportJob, number, populate_existing=True) if number <= MOST_NUMBER else None
    if job is None:
        raise NotFoundError(_("There is no import %(number)s (any more).", number=number))
    return job


def choose(job: ImportJob, chosen: Chosen) -> None:
    """Note, in the job's session, how its file is to be read."""
    job.kind = chosen.kind
    job.headers = headers_key(chosen.header)
    job.choices = as_stored(chosen)


def chosen_of(job: ImportJob) -> Chosen:
    """How its file is to be read."""
    return from_stored(job.kind, job.choices)


async def columns_before(session: AsyncSession, kind: str, header: list[str]) -> dict[str, str | None]:
    """What columns of these names held in the latest import of this kind that had the same ones."""
    same = (ImportJob.kind == kind, ImportJob.headers == headers_key(header))
    begun = ImportJob.started_at.is_not(None)
    latest = select(ImportJob).where(*same, begun).order_by(ImportJob.id.desc()).limit(1)
    job = await session.scalar(latest)
    return chosen_of(job).by_name if job else {}


async def chosen_before(session: AsyncSession, headers: Collection[Sequence[str]]) -> Chosen | None:
    """How a file with one of these sets of columns was read the last time."""
    same = ImportJob.headers.in_([headers_key(header) for header in headers])
    begun = ImportJob.started_at.is_not(None)
    latest = select(ImportJob).where(same, begun).order_by(ImportJob.id.desc()).limit(1)
    job = await session.scalar(latest)
    return chosen_of(job) if job else None


async def latest_jobs(session: AsyncSession) -> list[ImportJob]:
    """The latest imports, also those that nobody has begun yet."""
    latest = select(ImportJob).order_by(ImportJob.id.desc()).limit(LISTED)
    return list(await session.scalars(latest))


async def forget_unused(session: AsyncSession, at: datetime) -> None:
    """Forget the files that were sent and never imported, once they are gone."""
    unused = (ImportJob.started_at.is_(None), ImportJob.created_at < at - KEPT)
    await session.execute(delete(ImportJob).where(*unused))


async def start(session: AsyncSession, number: int, at: datetime, *, dry_run: bool) -> bool:
    """Take the import on; False when somebody else does it already."""
    free = or_(ImportJob.state != ImportState.RUNNING, ImportJob.heartbeat_at < at - LOST_AFTER)
    values = {
        **NOTHING_DONE,
        "state": ImportState.RUNNING,
        "dry_run": dry_run,
        "stop_asked": False,
        "started_at": at,
        "heartbeat_at": at,
        "problem": None,
    }
    statement = update(ImportJob).where(ImportJob.id == number, free).values(values)
    return cast("CursorResult[Any]", await session.execute(statement)).rowcount == 1


async def ask_to_stop(session: AsyncSession, number: int) -> None:
    """Let it end before its next batch."""
    await session.execute(update(ImportJob).where(ImportJob.id == number).values(stop_asked=True))


async def tell(session: AsyncSession, mine: ImportJob, report: Report, at: datetime) -> bool:
    """Say how far it is; whether to go on: nobody asked to stop, or took it over."""
    return await _tell(session, mine, report, {"heartbeat_at": at}) is False


async def end(
    session: AsyncSession,
    mine: ImportJob,
    report: Report | None,
    state: ImportState,
    problem: str | None = None,
) -> None:
    """Say what became of it."""
    await _tell(session, mine, report, {"state": state, "problem": problem})


async def _tell(
    session: AsyncSession, mine: ImportJob, report: Report | None, more: dict[str, Any]
) -> bool | None:
    """Note it, and whether to stop; None when somebody else has started the import anew."""
    counts = {name: getattr(report, name) for name in NOTHING_DONE} if report else {}
    is_mine = (ImportJob.id == mine.id, ImportJob.started_at == mine.started_at)
    statement = update(ImportJob).where(*is_mine).values({**counts, **more})
    return cast("bool | None", await session.scalar(statement.returning(ImportJob.stop_asked)))


def is_lost(job: ImportJob, at: datetime) -> bool:
    """Whether whoever did it is gone."""
    running = job.state == ImportState.RUNNING and job.heartbeat_at is not None
    return running and at - cast("datetime", job.heartbeat_at) > LOST_AFTER
