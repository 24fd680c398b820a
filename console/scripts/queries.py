"""Reads stored scripts."""

from dataclasses import dataclass

from sqlalchemy import func, select
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
