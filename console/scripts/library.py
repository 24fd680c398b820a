"""The published scripts in memory, ready to be picked from; swapped whole when they have changed."""

import logging
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from console.scripts.queries import published_versions
from scripts_engine.codec import script_from_dict
from scripts_engine.errors import ScriptError
from scripts_engine.script import Script
from scripts_engine.selection import Index

log = logging.getLogger(__name__)


class Library:
    """Holds the index of the published scripts and their versions. Empty until the first `refresh`."""

    def __init__(self) -> None:
        self.index = Index(())
        self._versions: Mapping[str, int] = {}

    @property
    def scripts(self) -> tuple[Script, ...]:
        """The published scripts, in the order in which they are tried."""
        return self.index.scripts

    def version(self, key: str) -> int:
        """The published version of a script in the index. Raises KeyError for any other."""
        return self._versions[key]

    async def refresh(self, session: AsyncSession) -> None:
        """Read the published scripts anew.

        One that can no longer be read is left out, and logged: the next one that applies comes instead.
        """
        scripts: list[Script] = []
        versions: dict[str, int] = {}
        for version in await published_versions(session):
            try:
                scripts.append(script_from_dict(version.document, version.key))
                versions[version.key] = version.number
            except ScriptError as error:
                log.warning("script %s, version %d, is left out: %s", version.key, version.number, error)
        self.index, self._versions = Index(scripts), versions
