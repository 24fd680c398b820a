"""What published scripts fail at while calls go on, kept for their authors: which script and step, why, how
often and on which call last; nothing of any person.

A pop never waits for it: `note` is in memory, `run` writes behind the pops, many at once.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Insert, Table, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.engine import Sessions
from console.scripts.models import ScriptFailure, StoredScript
from console.scripts.rendering import Tell

log = logging.getLogger(__name__)

MOST_WAITING = 1_000
"""Different failures that wait to be written; others are not noted, and come again if they matter."""

GATHER_S = 2.0
"""Failures come with many calls at once: they are gathered, then written together."""

RETRY_S = 10.0

LAST_WORDS_S = 1.0
"""What still waits at shutdown may take this long to be written."""

KEPT_FOR = timedelta(days=90)
"""A failure that did not happen again for so long is forgotten."""

LONGEST_WHY, LONGEST_CALL = 300, 200

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """A script that failed: at one of its steps, or ("") as a whole."""

    key: str
    version: int
    step: str
    why: str


@dataclass(frozen=True, slots=True)
class Seen:
    """When and how often something failed, and on which call last (None: on none)."""

    first_at: datetime
    last_at: datetime
    times: int
    call_id: str | None

    def and_then(self, later: "Seen") -> "Seen":
        """Both, one after the other."""
        return replace(later, first_at=self.first_at, times=self.times + later.times)


@dataclass(frozen=True, slots=True)
class StoredFailure:
    """A failure of a version that calls get at present."""

    failure: Failure
    seen: Seen


class Failures:
    """Gathers failures and writes them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._waiting: dict[Failure, Seen] = {}
        self._work = asyncio.Event()

    def note(self, failure: Failure, at: datetime, call: str | None = None) -> None:
        """Have it written soon. Never waits, never fails."""
        failure = replace(failure, why=_printable(failure.why, LONGEST_WHY))
        before = self._waiting.get(failure)
        if before is None and len(self._waiting) >= MOST_WAITING:
            return
        now = Seen(at, at, 1, call and _printable(call, LONGEST_CALL))
        self._waiting[failure] = before.and_then(now) if before else now
        self._work.set()

    def teller(self, key: str, version: int, at: datetime, call: str | None = None) -> Tell:
        """For the renderer: notes a step of this script that failed."""

        def tell(step: str, why: str) -> None:
            self.note(Failure(key, version, step, why), at, call)

        return tell

    async def run(self) -> None:
        """Write for ever."""
        while True:
            await self._work.wait()
            await asyncio.sleep(GATHER_S)
            self._work.clear()
            if not await self.flush():
                self._work.set()
                await asyncio.sleep(RETRY_S)

    async def close(self) -> None:
        """After `run` was cancelled: write what still waits."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self.flush()

    async def flush(self) -> bool:
        """Write what waits; what could not be written waits on. False when it has to be tried again."""
        batch, self._waiting = self._waiting, {}
        if not batch:
            return True
        written = False
        try:
            async with self._sessions.begin() as session:
                await _write(session, batch)
            written = True
        except (OSError, SQLAlchemyError) as error:
            log.warning("cannot keep for their authors what %d scripts failed at yet: %s", len(batch), error)
        finally:  # also when cancelled
            if not written:
                self._take_back(batch)
        return written

    def _take_back(self, batch: dict[Failure, Seen]) -> None:
        for failure, later in self._waiting.items():
            batch[failure] = batch[failure].and_then(later) if failure in batch else later
        self._waiting = dict(list(batch.items())[:MOST_WAITING])


def _printable(text: str, longest: int) -> str:
    """What any database can keep."""
    return "".join(each if each.isprintable() else "…" for each in text[:longest])


async def _write(session: AsyncSession, batch: dict[Failure, Seen]) -> None:
    rows = [
        {
            "key": failure.key,
            "version": failure.version,
            "step": failure.step,
            "why": failure.why,
            "first_at": seen.first_at,
            "last_at": seen.last_at,
            "times": seen.times,
            "call_id": seen.call_id,
        }
        for failure, seen in sorted(
            batch.items(), key=_order
        )  # two who write in one order do not lock each other
    ]
    await session.execute(_upsert(session.get_bind().dialect.name), rows)
    last_at = max(seen.last_at for seen in batch.values())
    await session.execute(delete(ScriptFailure).where(ScriptFailure.last_at < last_at - KEPT_FOR))


def _order(entry: tuple[Failure, Seen]) -> tuple[str, int, str, str]:
    failure, _ = entry
    return failure.key, failure.version, failure.step, failure.why


def _upsert(dialect: str) -> Insert:
    table = ScriptFailure.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker: a mapped class has a table
    statement = (postgresql_insert if dialect == "postgresql" else sqlite_insert)(table)
    given = statement.excluded
    changed = {"times": table.c.times + given.times, "last_at": given.last_at, "call_id": given.call_id}
    return statement.on_conflict_do_update(index_elements=["key", "version", "step", "why"], set_=changed)


async def failures_of(session: AsyncSession, keys: Sequence[str] | None = None) -> list[StoredFailure]:
    """What the versions that calls get at present failed at, the latest first; of these scripts only."""
    found = (
        select(ScriptFailure)
        .join(StoredScript, StoredScript.key == ScriptFailure.key)
        .where(StoredScript.published_version == ScriptFailure.version)
        .order_by(ScriptFailure.last_at.desc(), ScriptFailure.id)
        .limit(MOST_SHOWN)
    )
    wanted = found if keys is None else found.where(ScriptFailure.key.in_(keys))
    return [_stored(row) for row in await session.scalars(wanted)]


def _stored(row: ScriptFailure) -> StoredFailure:
    failure = Failure(row.key, row.version, row.step, row.why)
    return StoredFailure(failure, Seen(row.first_at, row.last_at, row.times, row.call_id))
