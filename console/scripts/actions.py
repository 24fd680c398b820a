"""Changes stored scripts: import, all or nothing per file; export, which imports the same again; and what
the studio builds on: a new version, and what calls get.

Whoever changes a script locks it first (`lock_scripts`): of two at the same moment, one comes second and sees
what the other did.
"""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Table, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.revision import bump
from console.errors import InvalidError, Problem
from console.scripts.checking import Checked, check_text
from console.scripts.models import StoredPublication, StoredScript, StoredVersion
from console.scripts.queries import (
    WrittenVersion,
    latest_versions,
    published_scripts,
    read_version,
)
from scripts_engine.check import ANYWHERE, Surroundings
from scripts_engine.codec import Document, script_to_dict
from scripts_engine.script import Script

REVISION = "scripts"
"""The counter by which running processes notice that scripts have changed."""

BATCH = 50
"""So many scripts of an import are compared with what is stored at a time."""

Written = tuple[Script, str | None]
"""A script of a file, and how it is written there."""


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a script, when, and why."""

    author: str | None
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the scripts it changed or published, those that were so already, what was odd."""

    imported: int
    unchanged: int
    warnings: list[Problem]


class _Compared(NamedTuple):
    """A script of a file beside its newest version, and whether that is the same."""

    script: Script
    source: str | None
    latest: WrittenVersion | None
    same: bool


class RejectedError(InvalidError):
    """A script file has something wrong in it, and nothing of it was imported."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(checked.problems)
        self.rejected = checked.rejected
        self.warnings = checked.warnings


async def import_scripts(
    session: AsyncSession,
    text: str,
    *,
    publish: bool,
    at: datetime,
    author: str | None = None,
    note: str | None = None,
    name: str = "scripts",
    there: Surroundings = ANYWHERE,
) -> Imported:
    """Store the scripts of a file called `name`: a new version of each that differs from its newest one.
    `there` is what they may name.

    With `publish` calls get them at once, without it they are drafts and calls keep what they have. Raises
    InvalidError when anything is wrong; then nothing is stored.
    """
    others = await published_scripts(session)
    checked = await asyncio.to_thread(check_text, text, name, others, there)
    return await import_checked(session, checked, publish=publish, by=By(author, at, note))


async def import_checked(session: AsyncSession, checked: Checked, *, publish: bool, by: By) -> Imported:
    """Store the scripts of a file that was checked before, as `import_scripts` does. Raises RejectedError."""
    if checked.problems:
        raise RejectedError(checked)
    await lock_scripts(session, [script.key for script in checked.scripts], by.at)
    changed = 0
    for batch in _batches(checked):
        latest = await latest_versions(session, [script.key for script, _ in batch])
        for each in await asyncio.to_thread(_compare, batch, latest):
            changed += await _store(session, each, publish=publish, by=by)
    if changed:
        await bump(session, REVISION)
    return Imported(changed, len(checked.scripts) - changed, checked.warnings)


async def export_scripts(session: AsyncSession, keys: Collection[str] | None = None) -> str:
    """Scripts, each in its newest version and as it was written, as one script file; empty when there is
    none. These `keys`, or all that are not archived."""
    versions = await latest_versions(session, keys)
    return "---\n".join(version.text for version in versions)


async def lock_scripts(session: AsyncSession, keys: Collection[str], at: datetime) -> None:
    """Be the only one who changes these scripts until the transaction ends. Those that there are not come
    into being: give them a version."""
    table = StoredScript.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker: a mapped class has a table
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql_insert if on_postgresql else sqlite_insert)(table)
    locked = statement.on_conflict_do_update(index_elements=["key"], set_={"key": statement.excluded.key})
    # In one order, whoever comes: so nobody waits for somebody who waits for them.
    await session.execute(locked, [{"key": key, "created_at": at} for key in sorted(keys)])


def add_version(session: AsyncSession, script: Script, source: str | None, number: int, by: By) -> None:
    """Add a version of a script that is locked."""
    session.add(
        StoredVersion(
            key=script.key,
            version=number,
            document=_for_store(script_to_dict(script)),
            source=source,
            note=by.note,
            created_at=by.at,
            author=by.author,
        )
    )


async def give_to_calls(session: AsyncSession, key: str, version: int | None, by: By) -> None:
    """From now on calls get this version of a script that is locked (None: nothing). The caller bumps."""
    values = {"published_version": version} | ({} if version is None else {"archived_at": None})
    await session.execute(update(StoredScript).where(StoredScript.key == key).values(values))
    session.add(StoredPublication(key=key, version=version, at=by.at, author=by.author, note=by.note))


async def set_archived(session: AsyncSession, key: str, at: datetime | None) -> None:
    """Put a script that is locked into the archive, or take it out of there (None)."""
    await session.execute(update(StoredScript).where(StoredScript.key == key).values(archived_at=at))


def _batches(checked: Checked) -> Iterator[Sequence[Written]]:
    written = [*zip(checked.scripts, checked.sources, strict=True)]
    return (written[at : at + BATCH] for at in range(0, len(written), BATCH))


def _compare(batch: Sequence[Written], latest: Sequence[WrittenVersion]) -> list[_Compared]:
    by_key = {version.key: version for version in latest}
    found = [(written, by_key.get(written[0].key)) for written in batch]
    return [_Compared(*written, before, _is_same(before, *written)) for written, before in found]


async def _store(session: AsyncSession, compared: _Compared, *, publish: bool, by: By) -> bool:
    """Store one script. Whether anything changed by it."""
    script, source, latest, same = compared
    number = (latest.number if latest else 0) + (not same)
    if not same:
        add_version(session, script, source, number, by)
        await set_archived(session, script.key, None)
    if not publish or (same and latest and latest.published):
        return not same
    await give_to_calls(session, script.key, number, by)
    return True


def _is_same(latest: WrittenVersion | None, script: Script, source: str | None) -> bool:
    """Whether the newest version says and looks like that. One that was stored without its looks may have
    any; one that can no longer be read is replaced."""
    return latest is not None and latest.source in {None, source} and read_version(latest) == script


def _for_store(document: Document) -> Document:
    """The document with its answers as a list: PostgreSQL's JSON keeps the order of lists, not of fields."""
    steps = [
        step | {"answers": [{text: onwards} for text, onwards in step["answers"].items()]}
        if "answers" in step
        else step
        for step in document["steps"]
    ]
    return document | {"steps": steps}
