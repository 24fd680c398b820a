"""A console in which one caller waits, and its boards."""

from collections.abc import AsyncIterator

import pytest

from console.boards.opening import Boards, open_boards
from console.db.engine import Sessions
from tests.conftest import NOW
from tests.fakes.pages import templates_in
from tests.fakes.story import ZONE, Stage, people, stage


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.unpaused(1))
        yield on


@pytest.fixture
async def boards(on: Stage) -> AsyncIterator[Boards]:
    async with open_boards(on.bus, on.directory, templates_in(), ZONE, lambda: NOW) as boards:
        await boards.feed.look()
        yield boards
