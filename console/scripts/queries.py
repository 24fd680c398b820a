"""Reads stored scripts."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from console.scripts.models import StoredScript, StoredVersion
from console.scripts.yaml_files import write_documents
from scripts_engine.codec import Document, script_from_dict, script_to_dict
from scripts_engine.errors import ScriptError
from scripts_engine.script import Script


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version of a script; `published` is whether calls get this one."""

    key: str
    number: int
    document: Document
    published: bool


@dataclass(frozen=True, slots=True)
class WrittenVersion(Version):
    """A stored version as its author wrote it: when, why, and its YAML with comments."""

    source: str | None
    author: str | None
    at: datetime
    note: str | None

    @property
    def text(self) -> str:
        """Its YAML; written anew when it came before these were kept."""
        return self.source or write_documents([self._for_people()])

    def _for_people(self) -> Document:
        """The document as people write it; as it is stored when it can no longer be read."""
        script = read_version(self)
        return script_to_dict(script) if script else self.document


def read_version(version: Version) -> Script | None:
    """The script that a version says; None when it can no longer be read."""
    try:
        return script_from_dict(version.document, version.key)
    except ScriptError:
        return None


async def published_versions(session: AsyncSession) -> list[Version]:
    """What calls get: of every script with a published version, that one, by key."""
    rows = await session.execute(
        select(StoredVersion.key, StoredVersion.version, StoredVersion.document)
        .join(StoredScript, StoredScript.key == StoredVersion.key)
        .where(StoredScript.published_version == StoredVersion.version)
        .order_by(StoredVersion.key)
    )
    return [Version(key, number, document, published=True) for key, number, document in rows]


async def published_scripts(session: AsyncSession) -> list[Script]:
    """What calls get, as far as it can be read."""
    versions = await published_versions(session)
    found = await asyncio.to_thread(lambda: [read_version(version) for version in versions])
    return [script for script in found if script is not None]


async def latest_versions(session: AsyncSession, keys: Collection[str] | None = None) -> list[WrittenVersion]:
    """The newest version of every script that is not archived, published or not, by key; or of the scripts
    with these `keys`, archived or not."""
    newest = select(func.max(StoredVersion.id)).group_by(StoredVersion.key)
    if keys is not None:
        return await _written(
            session, _WRITTEN.where(StoredVersion.id.in_(newest.where(StoredVersion.key.in_(keys))))
        )
    active = StoredScript.archived_at.is_(None)
    return await _written(session, _WRITTEN.where(StoredVersion.id.in_(newest), active))


async def latest_version(session: AsyncSession, key: str) -> WrittenVersion | None:
    """The newest version of a script; None when there is no such script."""
    return next(iter(await latest_versions(session, [key])), None)


async def stored_version(session: AsyncSession, key: str, number: int) -> WrittenVersion | None:
    """One version of a script; None when there is none."""
    wanted = _WRITTEN.where(StoredVersion.key == key, StoredVersion.version == number)
    return next(iter(await _written(session, wanted)), None)


_WRITTEN = (
    select(StoredVersion, StoredScript.published_version)
    .join(StoredScript, StoredScript.key == StoredVersion.key)
    .order_by(StoredVersion.key)
)


async def _written(
    session: AsyncSession, statement: Select[StoredVersion, int | None]
) -> list[WrittenVersion]:
    return [
        WrittenVersion(
            key=row.key,
            number=row.version,
            document=row.document,
            published=row.version == published,
            source=row.source,
            author=row.author,
            at=row.created_at,
            note=row.note,
        )
        for row, published in await session.execute(statement)
    ]


async def published_numbers(session: AsyncSession) -> list[tuple[str, int]]:
    """Which version of which script calls get: keys with numbers, by key."""
    rows = await session.execute(
        select(StoredScript.key, StoredScript.published_version)
        .where(StoredScript.published_version.is_not(None))
        .order_by(StoredScript.key)
    )
    return [(key, number) for key, number in rows if number is not None]


async def versions_of(session: AsyncSession, wanted: Sequence[tuple[str, int]]) -> list[Version]:
    """These versions, by key and number; those that there are not are left out."""
    rows = await session.execute(
        select(StoredVersion.key, StoredVersion.version, StoredVersion.document)
        .where(tuple_(StoredVersion.key, StoredVersion.version).in_(wanted))
        .order_by(StoredVersion.key)
    )
    return [Version(key, number, document, published=True) for key, number, document in rows]


async def scripts_with_articles(session: AsyncSession) -> list[tuple[str, str, tuple[str, ...]]]:
    """Key, title and articles of each version with articles beside it that calls get, or that is the newest
    one of a script which is not archived."""
    newest = select(func.max(StoredVersion.id)).group_by(StoredVersion.key)
    rows = await session.execute(
        select(StoredVersion.key, StoredVersion.document["title"], StoredVersion.document["articles"])
        .join(StoredScript, StoredScript.key == StoredVersion.key)
        .where(
            (StoredVersion.id.in_(newest) & StoredScript.archived_at.is_(None))
            | (StoredVersion.version == StoredScript.published_version)
        )
        .order_by(StoredVersion.key, StoredVersion.version.desc())
    )
    return [(key, str(title), tuple(articles)) for key, title, articles in rows if articles]
