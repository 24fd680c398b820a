"""Which pick is on record when an agent walks through a script: the last one before the first step."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from console.calls.models import Pick
from console.db.engine import Sessions
from console.desk.learning import linked
from console.desk.run_moves import answered
from tests.console.desk.learning_stage import NewsBus, says
from tests.console.desk.run_stage import SCRIPTS, STRANGER, does, publish, running, talks
from tests.fakes.story import Stage, leg_of, stage

pytestmark = pytest.mark.slow  # each plays a whole call


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with running(sessions, database_url) as on:
        yield on


async def picked(on: Stage) -> dict[str, str | None]:
    """The script on record by the offer it was picked for."""
    await on.recorder.flushed()
    async with on.sessions() as session:
        rows = await session.execute(select(Pick.id, Pick.script_key))
        return {row.id: row.script_key for row in rows}


async def test_what_is_picked_anew_during_a_run_is_only_offered(on: Stage) -> None:
    on.caller = STRANGER
    await talks(on)
    await does(on, answered("customer"))
    await says(on, linked("C-1"))
    assert await picked(on) == {leg_of(1): "stranger"}


async def test_the_second_line_has_its_own(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None), answered("wait"))
    await on.take(on.transferred(1), on.leg_ended(1), on.offered(2, "second"))
    assert await picked(on) == {leg_of(1): "late-delivery", leg_of(2): "second-line"}


async def test_a_restart_changes_nothing(on: Stage, sessions: Sessions, database_url: str) -> None:
    await talks(on)
    await does(on, answered(None))
    await publish(sessions, SCRIPTS.replace("priority: 10", "priority: 100"))
    async with stage(sessions, database_url, NewsBus()) as again:
        await again.intake.begin(again.link)
        await again.take(again.up(), again.resyncing(), again.resynced(on.call, legs=(leg_of(1),)))
        await again.take(again.held(1))
        assert await picked(again) == {leg_of(1): "late-delivery"}
