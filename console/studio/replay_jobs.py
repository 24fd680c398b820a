"""The replays in the database: any process can show one, ask it to stop, and tell when the one that does it
is gone."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import NotFoundError
from console.studio.replay_choice import Choice
from console.studio.replay_models import ReplayJob, ReplayState
from console.studio.replay_sets import Sets
from console.web.i18n import gettext as _

LOST_AFTER = timedelta(seconds=30)
"""A slice takes less than a second: whoever gave no sign for so long is gone."""

KEPT = 20
"""Older ones are forgotten: in seconds they are done anew, over the calls of now."""

MOST_NUMBER = 2**63 - 1
"""No database counts further."""


@dataclass(slots=True)
class Counts:
    """How many calls there are, were passed so far, and what was found of them: see `ReplayJob`."""

    total: int = 0
    passed: int = 0
    looked: int = 0
    without_facts: int = 0
    erased: int = 0
    differ: int = 0
    renewed: int = 0


async def add_job(session: AsyncSession, choice: Choice, author: str, at: datetime) -> ReplayJob:
    """A new replay, which somebody does from now on; the oldest ones are forgotten."""
    job = ReplayJob(
        author=author,
        tried=choice.tried,
        script_key=choice.script_key,
        source=choice.source,
        starts_at=choice.starts_at,
        ends_at=choice.ends_at,
        begun_at=at,
        heartbeat_at=at,
    )
    session.add(job)
    await session.flush()
    kept = select(ReplayJob.id).order_by(ReplayJob.id.desc()).limit(KEPT).subquery()
    await session.execute(delete(ReplayJob).where(ReplayJob.id.not_in(select(kept.c.id))))
    return job


async def job_of(session: AsyncSession, number: int) -> ReplayJob:
    """The replay of this number. Raises NotFoundError when there is none."""
    job = await session.get(ReplayJob, number, populate_existing=True) if number <= MOST_NUMBER else None
    if job is None:
        raise NotFoundError(_("There is no replay %(number)s (any more): begin a new one.", number=number))
    return job


async def source_of(session: AsyncSession, number: int) -> str | None:
    """What was pasted for a replay."""
    return cast("str | None", await session.scalar(select(ReplayJob.source).where(ReplayJob.id == number)))


async def latest_jobs(session: AsyncSession) -> list[ReplayJob]:
    """The replays that are kept, the newest first."""
    return list(await session.scalars(select(ReplayJob).order_by(ReplayJob.id.desc()).limit(KEPT)))


async def ask_to_stop(session: AsyncSession, number: int) -> None:
    """Let it end before its next slice."""
    await session.execute(update(ReplayJob).where(ReplayJob.id == number).values(stop_asked=True))


async def pin(session: AsyncSession, number: int, sets: Sets) -> None:
    """Note which versions it compares."""
    values = {"versions": sets.versions, "given": sets.given}
    await session.execute(update(ReplayJob).where(ReplayJob.id == number).values(values))


async def tell(session: AsyncSession, number: int, counts: Counts, at: datetime) -> bool:
    """Say how far it is; whether to go on: nobody asked to stop, or has forgotten it."""
    return await _tell(session, number, counts, {"heartbeat_at": at}) is False


async def end(
    session: AsyncSession, number: int, counts: Counts, state: ReplayState, problem: str | None = None
) -> None:
    """Say what became of it."""
    await _tell(session, number, counts, {"state": state, "problem": problem})


async def _tell(session: AsyncSession, number: int, counts: Counts, more: dict[str, Any]) -> bool | None:
    statement = update(ReplayJob).where(ReplayJob.id == number).values({**asdict(counts), **more})
    return cast("bool | None", await session.scalar(statement.returning(ReplayJob.stop_asked)))


def is_lost(job: ReplayJob, at: datetime) -> bool:
    """Whether whoever did it is gone."""
    return job.state == ReplayState.RUNNING and at - job.heartbeat_at > LOST_AFTER
