"""The scripts that a replay compared, read again as they were then: only those that somebody asks for."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from console.scripts.models import StoredVersion
from console.studio.replay_models import ReplayJob
from console.studio.replay_sets import Pinned
from scripts_engine.codec import Document, script_from_dict
from scripts_engine.errors import ScriptError
from scripts_engine.script import Script

Place = tuple[str, int | None]
"""A script and which version of it; None: it was pasted."""


class PinnedScripts:
    """Both sets of a replay. What is asked for is read before."""

    def __init__(self, number: int, versions: dict[str, Pinned], given: dict[str, Document]) -> None:
        self.number = number
        self._before, self._after = versions.get("before", {}), versions.get("after", {})
        self._given = given
        self._read: dict[Place, Script | None] = {}

    def before(self, key: str | None) -> Script | None:
        """A script of what calls got when the replay was begun."""
        return self._script(self._before, key)

    def after(self, key: str | None) -> Script | None:
        """A script of what was tried."""
        return self._script(self._after, key)

    def version(self, key: str) -> int | None:
        """Which version of a script was tried."""
        return self._after.get(key)

    def title(self, key: str) -> str:
        """What a script is called, by the version that was tried where there is one."""
        script = self.after(key) or self.before(key)
        return script.title if script else key

    def _script(self, scripts: Pinned, key: str | None) -> Script | None:
        return self._read.get((key, scripts[key])) if key in scripts else None

    async def read(self, session: AsyncSession, keys: Collection[str]) -> None:
        """Read what these scripts were in both sets."""
        wanted = [
            (key, scripts[key])
            for scripts in (self._before, self._after)
            for key in keys
            if key in scripts and (key, scripts[key]) not in self._read
        ]
        documents = await _stored(session, [place for place in wanted if place[1] is not None])
        for place in wanted:
            key, version = place
            document = self._given.get(key) if version is None else documents.get(place)
            self._read[place] = _script(document, key)
            await asyncio.sleep(0)  # each takes a moment, and there may be desks


def _script(document: Document | None, key: str) -> Script | None:
    try:
        return script_from_dict(document, key)
    except ScriptError:  # not there, or of another version of Lineside by now
        return None


async def _stored(session: AsyncSession, places: Sequence[Place]) -> dict[Place, Document]:
    if not places:
        return {}
    version = StoredVersion
    which = tuple_(version.key, version.version).in_(places)
    rows = await session.execute(select(version.key, version.version, version.document).where(which))
    return {(key, number): document for key, number, document in rows}


async def read_pinned(session: AsyncSession, number: int) -> PinnedScripts:
    """The sets of the replay of this number; empty while they are not known yet."""
    statement = select(ReplayJob.versions, ReplayJob.given).where(ReplayJob.id == number)
    row: Any = (await session.execute(statement)).one()
    return PinnedScripts(number, row.versions or {}, row.given or {})
