"""Reads the runs of calls, and takes the answers out of them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ScalarSelect, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import StoredRun
from console.calls.record import RunRecord
from scripts_engine.run_codec import without_answers

Plain = dict[str, Any]


async def newest_run(session: AsyncSession, call: str) -> StoredRun | None:
    """The run that a call is in, locked until the end of the session's transaction."""
    of_call = select(StoredRun).where(StoredRun.call_id == call)
    newest = of_call.order_by(StoredRun.number.desc()).limit(1)
    found: StoredRun | None = await session.scalar(newest.with_for_update())
    return found


async def newest_runs(session: AsyncSession, ids: list[str] | ScalarSelect[str]) -> Mapping[str, StoredRun]:
    """The run that each of these calls is in; calls without one are left out."""
    numbers = select(func.max(StoredRun.id)).where(StoredRun.call_id.in_(ids)).group_by(StoredRun.call_id)
    runs = await session.scalars(select(StoredRun).where(StoredRun.id.in_(numbers)))
    return {run.call_id: run for run in runs}


async def runs_of(session: AsyncSession, ids: ScalarSelect[str]) -> Mapping[str, list[Plain]]:
    """All runs of each of these calls, in order, as the API gives them."""
    runs = select(StoredRun).where(StoredRun.call_id.in_(ids)).order_by(StoredRun.call_id, StoredRun.number)
    found: defaultdict[str, list[Plain]] = defaultdict(list)
    for run in await session.scalars(runs):
        found[run.call_id].append(_told(run))
    return found


def record_of(run: StoredRun) -> RunRecord:
    """The run as it goes round."""
    return RunRecord(
        run.number, run.revision, run.script_key, run.script_version, run.reason, run.started_at, run.walk
    )


async def erase_answers(session: AsyncSession, ids: ScalarSelect[str]) -> None:
    """Which steps the runs of these calls went through, and when, stays; what was answered does not."""
    locked = select(StoredRun.id, StoredRun.walk).where(StoredRun.call_id.in_(ids)).with_for_update()
    for id_, walk in (await session.execute(locked)).all():
        bare = {"walk": without_answers(walk), "answers": {}, "reason": None}
        await session.execute(update(StoredRun).where(StoredRun.id == id_).values(**bare))


def _told(run: StoredRun) -> Plain:
    walk = run.walk
    return {
        "script": run.script_key,
        "version": run.script_version,
        "reason": run.reason,
        "steps": [visit["step"] for visit in walk["visits"]] + ([run.step] if run.step else []),
        "answers": run.answers,
        "step": run.step,
        "outcome": run.outcome,
        "done": walk["done"],
        "stays": walk["stays"],
        "started_at": run.started_at.isoformat(),
        "updated_at": run.updated_at.isoformat(),
    }
