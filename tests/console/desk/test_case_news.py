"""News of cases, by an import or by other software: the pops that show them follow, each once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from console.cases.actions import save_cases
from console.cases.news import announce, announce_any
from console.cases.records import CaseRecord
from console.db.engine import Sessions
from telephony.events import Caller
from tests.conftest import NOW
from tests.console.desk.learning_stage import heard, learning, pop_of, rings
from tests.fakes.story import JOZEF, Stage

CALLER = Caller(JOZEF, "MRKVA J")


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with learning(sessions, database_url) as on:
        yield on


async def came_in(on: Stage, priority: str) -> None:
    """A case of Jozef's comes in at another place."""
    values: dict[str, Any] = {"subject": "Broken", "opened_at": NOW - timedelta(days=1), "priority": priority}
    async with on.sessions.begin() as session:
        await save_cases(session, [CaseRecord("K-1", "C-1", values)], NOW)


async def shown(on: Stage) -> list[str]:
    return [each["priority"] for each in (await pop_of(on))["cases"]]


async def test_the_pop_follows(on: Stage) -> None:
    await rings(on, CALLER, 1)
    await came_in(on, "normal")
    await announce(on.bus, "C-2")
    await heard(on)
    assert await shown(on) == []
    await announce(on.bus, "C-7", "C-1")
    await heard(on)
    assert await shown(on) == ["normal"]
    await came_in(on, "urgent")
    await announce_any(on.bus)
    await heard(on)
    assert await shown(on) == ["urgent"]


async def test_many_news_at_once_are_read_once(on: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await rings(on, CALLER, 1, 2)
    read: list[Any] = []
    screen_pop = on.intake._screen_pop
    as_ever = screen_pop.read_anew

    async def counted(record: Any) -> None:
        read.append(record)
        await as_ever(record)

    monkeypatch.setattr(type(screen_pop), "read_anew", lambda _self, record: counted(record))
    for _ in range(200):
        await announce(on.bus, "C-1")
    await came_in(on, "high")
    await announce(on.bus, "C-1")
    await heard(on)
    assert len(read) < 10
    assert await shown(on) == ["high"]
