"""The published scripts in memory, ready to be picked from; swapped whole when they have changed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from console.scripts.attributes import Asked, asked_attributes
from console.scripts.failures import Failure
from console.scripts.queries import Version, published_numbers, versions_of
from scripts_engine.codec import script_from_dict
from scripts_engine.errors import ScriptError
from scripts_engine.script import Script
from scripts_engine.selection import Index

log = logging.getLogger(__name__)

AT_ONCE = 10
"""So many scripts are read from the database at once: calls go on in between."""

Numbered = tuple[str, int]
"""A version of a script: its key and number. Such a version never changes."""

Prepare = Callable[[Sequence[Script]], Awaitable[None]]
"""Told of the scripts before calls get them, to make their texts ready."""


async def _as_they_are(_scripts: Sequence[Script]) -> None:
    """For processes that show no texts."""


class Library:
    """Holds the index of the published scripts and their versions. Empty until the first `refresh`.

    A refresh reads only versions that it has not read before, and lets calls go on between a few of them.
    """

    def __init__(self, prepare: Prepare = _as_they_are) -> None:
        self.index = Index(())
        self.unreadable: tuple[Failure, ...] = ()
        self.asked: Asked = {}
        self._versions: Mapping[str, int] = {}
        self._read: dict[Numbered, Script | Failure] = {}
        self._prepare = prepare

    @property
    def scripts(self) -> tuple[Script, ...]:
        """The published scripts, in the order in which they are tried."""
        return self.index.scripts

    def version(self, key: str) -> int:
        """The published version of a script in the index. Raises KeyError for any other."""
        return self._versions[key]

    async def refresh(self, session: AsyncSession) -> None:
        """Read the published scripts anew.

        One that can no longer be read is left out, logged, and kept in `unreadable`: the next one that
        applies comes instead.
        """
        numbers = await published_numbers(session)
        missing = [each for each in numbers if each not in self._read]
        for start in range(0, len(missing), AT_ONCE):
            for version in await versions_of(session, missing[start : start + AT_ONCE]):
                self._read[version.key, version.number] = _read(version)
                await asyncio.sleep(0)
        self._read = {each: self._read[each] for each in numbers if each in self._read}
        scripts = [read for read in self._read.values() if isinstance(read, Script)]
        await self._prepare(scripts)
        index = await asyncio.to_thread(Index, scripts)
        self.index = index
        self._versions = {
            key: number for key, number in numbers if isinstance(self._read.get((key, number)), Script)
        }
        self.asked = asked_attributes(scripts)
        self.unreadable = tuple(read for read in self._read.values() if isinstance(read, Failure))


def _read(version: Version) -> Script | Failure:
    try:
        return script_from_dict(version.document, version.key)
    except ScriptError as error:
        log.warning("script %s, version %d, is left out: %s", version.key, version.number, error)
        return Failure(version.key, version.number, "", f"it can no longer be read: {error.findings[0]}")
