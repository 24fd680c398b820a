"""Stored versions of scripts, parsed. A version never changes: what was read once is kept."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import NotFoundError
from console.scripts.models import StoredVersion
from console.web.i18n import gettext as _
from scripts_engine.codec import script_from_dict
from scripts_engine.errors import ScriptError
from scripts_engine.script import Script

MOST_VERSIONS = 2_000
"""Versions that are kept: of a script some kilobytes each."""


class Versions:
    """The versions that runs are pinned to, by key and number."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], Script] = {}

    async def get(self, session: AsyncSession, key: str, number: int) -> Script:
        """The script as it is in this version. Raises NotFoundError when it is not there, or not readable."""
        script = self._kept.get((key, number))
        if script is None:
            script = await _read(session, key, number)
            if len(self._kept) >= MOST_VERSIONS:
                del self._kept[next(iter(self._kept))]
            self._kept[key, number] = script
        return script


async def _read(session: AsyncSession, key: str, number: int) -> Script:
    of = select(StoredVersion.document).where(StoredVersion.key == key, StoredVersion.version == number)
    document = await session.scalar(of)
    try:
        if document is not None:
            return script_from_dict(document, key)
    except ScriptError:  # stored by another version of Lineside
        pass
    why = _(
        "Version %(number)s of the script %(key)s cannot be read. Take another script.",
        number=number,
        key=key,
    )
    raise NotFoundError(why)
