"""Stored versions as scripts, each read and checked once in a process, because versions never change; and
the check over all that calls get, or would get."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from console.knowledge.surroundings import surroundings
from console.scripts.checking import check_texts
from console.scripts.models import StoredScript, StoredVersion
from scripts_engine.check import check_named, check_script, check_together
from scripts_engine.codec import read_script
from scripts_engine.errors import Finding
from scripts_engine.script import Script

MOST = 20_000
"""Versions that are kept."""

BATCH = 25
"""So many versions are read at a time, between which others have their turn."""

Ref = tuple[str, int]
"""A version: the key of its script, and its number."""


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """A version as a script (None: it can no longer be read), and what is found in it by itself."""

    script: Script | None
    findings: tuple[Finding, ...]


class Shelf:
    """Keeps versions that were read, and the last few checks over several of them."""

    def __init__(self) -> None:
        self._read: dict[Ref, ReadVersion] = {}
        self._together: dict[frozenset[Ref], tuple[Finding, ...]] = {}

    async def read(self, session: AsyncSession, refs: Collection[Ref]) -> dict[Ref, ReadVersion]:
        """These versions; those that there are not are left out."""
        missing = [ref for ref in refs if ref not in self._read]
        if len(self._read) + len(missing) > MOST:
            self._read.clear()
            missing = [*refs]
        for at in range(0, len(missing), BATCH):
            await self._add(session, missing[at : at + BATCH])
        return {ref: self._read[ref] for ref in refs if ref in self._read}

    async def scripts(self, session: AsyncSession, refs: Collection[Ref]) -> dict[str, Script]:
        """These versions as scripts, by their keys, as far as they can be read."""
        read = await self.read(session, refs)
        return {key: each.script for (key, _), each in read.items() if each.script is not None}

    async def check(self, session: AsyncSession, refs: Collection[Ref]) -> tuple[Finding, ...]:
        """What is found in these versions, each by itself and side by side."""
        wanted = frozenset(refs)
        if wanted not in self._together:
            read = await self.read(session, refs)
            found = await asyncio.to_thread(_check, list(read.values()))
            if len(self._together) >= BATCH:
                self._together.clear()
            self._together[wanted] = found
        return self._together[wanted]

    async def check_named(self, session: AsyncSession, refs: Collection[Ref]) -> tuple[Finding, ...]:
        """Articles and queues that these versions name and that there are not, by now."""
        there, scripts = await surroundings(session), await self.scripts(session, refs)
        return tuple(finding for script in scripts.values() for finding in check_named(script, there))

    async def _add(self, session: AsyncSession, refs: Sequence[Ref]) -> None:
        wanted = tuple_(StoredVersion.key, StoredVersion.version).in_(refs)
        rows = await session.execute(
            select(StoredVersion.key, StoredVersion.version, StoredVersion.document).where(wanted)
        )
        documents = {(key, number): document for key, number, document in rows}
        self._read |= await asyncio.to_thread(_examine_all, documents)


def _examine_all(documents: Mapping[Ref, object]) -> dict[Ref, ReadVersion]:
    return {ref: examine(document, ref[0]) for ref, document in documents.items()}


def examine(document: object, key: str) -> ReadVersion:
    """A stored document as a script, and what is found in it."""
    script, wrong = read_script(document, key)
    if wrong:
        return ReadVersion(None, tuple(wrong))
    return ReadVersion(script, (*check_script(script), *check_texts(script)))


def _check(versions: Iterable[ReadVersion]) -> tuple[Finding, ...]:
    versions = list(versions)
    scripts = [version.script for version in versions if version.script is not None]
    own = [finding for version in versions for finding in version.findings]
    return (*own, *check_together(scripts))


async def published_refs(session: AsyncSession) -> set[Ref]:
    """What calls get."""
    rows = await session.execute(
        select(StoredScript.key, StoredScript.published_version).where(
            StoredScript.published_version.is_not(None)
        )
    )
    return {(key, number) for key, number in rows if number is not None}
