"""The published scripts in memory: read little by little, their texts ready before calls get them."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select, update

from console.app import open_parts
from console.db.engine import Sessions
from console.scripts.actions import import_scripts
from console.scripts.failures import failures_of
from console.scripts.library import AT_ONCE, Library
from console.scripts.models import StoredVersion
from console.scripts.rendering import Renderer
from console.settings import Settings

NUMBER = 2 * AT_ONCE + 5
SCRIPT = """\
script: s{number}
title: Number {number}
priority: {number}
steps:
- {{id: greet, say: "Good day {{{{ customer.name }}}} {number} {more}", fallback: Good day., end: done}}
---
"""


async def publish(sessions: Sessions, now: datetime, more: str = "") -> None:
    async with sessions.begin() as session:
        text = "".join(SCRIPT.format(number=n, more=more if n == 7 else "") for n in range(NUMBER))
        await import_scripts(session, text, publish=True, at=now)


async def test_only_what_is_new_is_read_and_others_get_their_turn(sessions: Sessions, now: datetime) -> None:
    await publish(sessions, now)
    renderer = Renderer("en", ZoneInfo("UTC"), "EUR")
    library, turns = Library(renderer.warm), 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    async with sessions() as session:
        await library.refresh(session)
    assert turns > 2 * NUMBER  # one for each script that was read, one for each text
    assert len(library.scripts) == NUMBER
    assert set(renderer._compiled) == {step.text for script in library.scripts for step in script.steps}
    first = {script.key: script for script in library.scripts}

    await publish(sessions, now, "again")
    async with sessions() as session:
        statements: list[str] = []
        connection = await session.connection()
        event.listen(
            connection.sync_connection, "before_cursor_execute", lambda *given: statements.append(given[2])
        )
        await library.refresh(session)
    assert len(statements) == 2  # which versions, and the one that is new
    changed = [script.key for script in library.scripts if script is not first[script.key]]
    assert (changed, library.version("s7"), library.version("s8")) == (["s7"], 2, 1)
    beside.cancel()


async def test_calls_get_no_script_before_its_texts_are_ready(sessions: Sessions, now: datetime) -> None:
    await publish(sessions, now)
    seen: list[int] = []

    async def prepare(scripts: object) -> None:
        seen.append(len(library.scripts))

    library = Library(prepare)
    async with sessions() as session:
        await library.refresh(session)
    assert seen == [0]
    assert len(library.scripts) == NUMBER


@pytest.mark.slow
async def test_whoever_wrote_a_script_that_cannot_be_read_is_told_at_the_start(
    database_url: str, now: datetime
) -> None:
    settings = Settings(database_url=database_url)
    async with open_parts(settings, listens=False) as parts:
        await publish(parts.sessions, now)
        async with parts.sessions.begin() as session:
            document = (await session.scalars(select(StoredVersion.document).limit(1))).one()
            broken = update(StoredVersion).where(StoredVersion.key == "s3")
            await session.execute(broken.values(document=document | {"when": "gone.fact = 1"}))
    async with open_parts(settings, listens=True) as parts:
        assert len(parts.library.scripts) == NUMBER - 1
    async with open_parts(settings, listens=False) as parts, parts.sessions() as session:
        [told] = await failures_of(session)
    assert (told.failure.key, told.failure.step) == ("s3", "")
    assert "it can no longer be read" in told.failure.why
