"""One script's past: its versions with author, time and note, and who gave which of them to calls when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import NotFoundError
from console.scripts.models import StoredPublication, StoredScript, StoredVersion
from console.scripts.queries import WrittenVersion, stored_version
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, without what it says."""

    number: int
    at: datetime
    author: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """From `at` on calls got this version (None: nothing)."""

    version: int | None
    at: datetime
    author: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class History:
    """A script's versions and publications, the newest first."""

    key: str
    published: int | None
    archived_at: datetime | None
    versions: Sequence[VersionRow]
    publications: Sequence[Publication]

    @property
    def newest(self) -> int:
        """The number of the newest version."""
        return self.versions[0].number

    @property
    def ever_published(self) -> frozenset[int]:
        """The versions that calls got at some time."""
        return frozenset(each.version for each in self.publications if each.version is not None)


async def read_history(session: AsyncSession, key: str) -> History:
    """A script's past. Raises NotFoundError when there is no such script."""
    stored = await session.get(StoredScript, key)
    columns = (StoredVersion.version, StoredVersion.created_at, StoredVersion.author, StoredVersion.note)
    found = select(*columns).where(StoredVersion.key == key).order_by(StoredVersion.version.desc())
    versions = [VersionRow(*row) for row in await session.execute(found)]
    if stored is None or not versions:
        raise NotFoundError(_("There is no script %(key)s.", key=key))
    given = (
        StoredPublication.version,
        StoredPublication.at,
        StoredPublication.author,
        StoredPublication.note,
    )
    told = select(*given).where(StoredPublication.key == key).order_by(StoredPublication.id.desc())
    publications = [Publication(*row) for row in await session.execute(told)]
    return History(key, stored.published_version, stored.archived_at, versions, publications)


async def version_of(session: AsyncSession, key: str, number: int) -> WrittenVersion:
    """One version. Raises NotFoundError."""
    found = await stored_version(session, key, number)
    if found is None:
        raise NotFoundError(_("There is no version %(number)s of %(key)s.", number=number, key=key))
    return found
