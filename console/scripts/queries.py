"""Reads stored scripts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from console.scripts.models import StoredScript, StoredVersion
from scripts_engine.codec import Document


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version of a script; `published` is whether calls get this one."""

    key: str
    number: int
    document: Document
    published: bool


async def published_versions(session: AsyncSession) -> list[Version]:
    """What calls get: of every script with a published version, that one, by key."""
    rows = await session.execute(
        select(StoredVersion.key, StoredVersion.version, StoredVersion.document)
        .join(StoredScript, StoredScript.key == StoredVersion.key)
        .where(StoredScript.published_version == StoredVersion.version)
        .order_by(StoredVersion.key)
    )
    return [Version(key, number, document, published=True) for key, number, document in rows]


async def latest_versions(session: AsyncSession) -> list[Version]:
    """The newest version of every script, published or not, by key."""
    newest = select(func.max(StoredVersion.id)).group_by(StoredVersion.key)
    rows = await session.execute(
        select(
            StoredVersion.key, StoredVersion.version, StoredVersion.document, StoredScript.published_version
        )
        .join(StoredScript, StoredScript.key == StoredVersion.key)
        .where(StoredVersion.id.in_(newest))
        .order_by(StoredVersion.key)
    )
    return [Version(key, number, document, number == published) for key, number, document, published in rows]


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
