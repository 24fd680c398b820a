"""What was picked at each offer is on record, with the facts as they were."""

import pytest
from sqlalchemy import select

from console.calls.models import Pick
from console.calls.picks import read_facts
from console.db.engine import Sessions
from console.scripts.actions import import_scripts
from telephony.events import Caller, Direction
from tests.conftest import NOW
from tests.fakes.story import CALL, Stage, leg_of, people, stage

SCRIPTS = """
- script: late-delivery
  title: Apologise for a late delivery
  when: {all: ["purchases.late_open >= 1"]}
  steps: [{id: greet, say: "Good day.", end: done}]
"""


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)
    async with sessions() as session, session.begin():
        await import_scripts(session, SCRIPTS, publish=True, at=NOW, author="test")


async def picks(on: Stage) -> list[Pick]:
    async with on.sessions() as session:
        return list(await session.scalars(select(Pick).order_by(Pick.id)))


async def test_every_pick_is_on_record_with_its_facts(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.offered(2, queue="second"))
        first, second = await picks(on)
    assert (first.id, first.call_id, first.at) == (leg_of(1), CALL, NOW)
    assert str(first.today) == "2026-11-21"
    assert (first.queue, first.line, first.script_key, first.script_version) == (
        "support",
        1,
        "late-delivery",
        1,
    )
    assert (second.queue, second.line) == ("second", 2)
    facts = read_facts(first.facts or "")
    assert (facts["purchases.late_open"], facts["call.queue"], facts["caller.known"]) == (1, "support", True)
    assert facts["purchases.categories"] == ()


async def test_for_a_call_of_colleagues_nothing_is_picked(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        on.caller = Caller("1002")
        await on.take(on.offered(1, queue=None, direction=Direction.INTERNAL))
        assert await picks(on) == []
