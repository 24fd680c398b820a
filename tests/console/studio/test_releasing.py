"""Of two who decide at the same moment what calls get, one is asked again; versions are read once."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.engine import Sessions
from console.db.writing import write
from console.scripts.actions import By, import_scripts
from console.scripts.queries import published_versions
from console.studio import shelf as shelves
from console.studio.releasing import MeanwhileError, foresee, release
from console.studio.shelf import Shelf, published_refs
from tests.console.studio.test_list_views import ALWAYS, LATE

EVA, JAN = "eva@example.org", "jan@example.org"


@pytest.fixture
async def drafts(sessions: Sessions, now: datetime) -> Sessions:
    """Two versions of a script that no call gets, and another script that calls get."""
    async with sessions.begin() as session:
        await import_scripts(session, LATE, publish=True, at=now)
        for text in (ALWAYS, ALWAYS.replace("Good day.", "Hello.")):
            await import_scripts(session, text, publish=False, at=now)
    return sessions


async def test_two_who_publish_at_the_same_moment(drafts: Sessions, now: datetime) -> None:
    async def publish(version: int, author: str) -> None:
        async def work(session: AsyncSession) -> None:
            await release(session, Shelf(), "always", version, seen=None, by=By(author, now))

        await write(drafts, work)

    done = await asyncio.gather(publish(1, EVA), publish(2, JAN), return_exceptions=True)
    assert sorted(map(type, done), key=str) == sorted([MeanwhileError, type(None)], key=str)
    async with drafts() as session:
        published = {version.key: version.number for version in await published_versions(session)}
    assert published == {"always": 1 + [each is None for each in done].index(True), "late": 1}


async def test_what_is_new_what_was_there_and_what_goes(drafts: Sessions) -> None:
    async with drafts() as session:
        shelf = Shelf()
        foreseen = await foresee(session, shelf, "always", 1)
        assert (foreseen.new, foreseen.before) == ((), ())
        assert len(foreseen.mended) == 2
        foreseen = await foresee(session, shelf, "late", None)
        assert (foreseen.new, foreseen.mended) == ((), ())
        assert len(foreseen.before) == 2


async def test_versions_are_read_once(drafts: Sessions) -> None:
    shelf, refs = Shelf(), [("always", 1), ("always", 2), ("late", 1), ("late", 9)]
    async with drafts() as session:
        read = await shelf.read(session, refs)
        assert list(read) == refs[:3]
        again = await shelf.read(session, refs[:3])
        assert all(again[ref] is read[ref] for ref in refs[:3])
        found = await shelf.check(session, await published_refs(session))
        assert await shelf.check(session, [("late", 1)]) is found


async def test_what_is_kept_is_bounded(drafts: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "MOST", 2)
    monkeypatch.setattr(shelves, "BATCH", 1)
    shelf = Shelf()
    async with drafts() as session:
        await shelf.read(session, [("always", 1), ("always", 2)])
        assert list(await shelf.read(session, [("always", 1), ("late", 1)])) == [("always", 1), ("late", 1)]
        assert len(shelf._read) == 2
        for refs in ([("late", 1)], [("always", 1)], [("always", 2)]):
            await shelf.check(session, refs)
        assert len(shelf._together) == 1
