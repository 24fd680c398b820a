"""After a restart of whoever listens: what is alive is on the desks again, what is gone is over."""

from typing import Any

import pytest
from sqlalchemy import delete

from console.calls.models import Call, Note
from console.calls.queries import call_detail
from console.db.engine import Sessions
from tests.conftest import NOW
from tests.fakes.story import CALL, LINK, Stage, leg_of, people, stage


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


async def detail(on: Stage, call: str = CALL) -> dict[str, Any]:
    async with on.sessions() as session:
        return await call_detail(session, call)


async def test_after_a_restart_a_living_call_is_shown_again(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
        bus = on.bus
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(LINK)
        await on.take(on.up(), on.resynced(CALL, legs=(leg_of(1),)))
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], pop["customer"]["name"]) == ("answered", "Jozef Mrkva")
        await on.take(on.ended())
        (pop,) = (await on.desk(1)).values()
    assert pop["state"] == "ended"


async def test_after_a_restart_the_note_is_there_again(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
    async with sessions.begin() as session:
        session.add(
            Note(leg_id=leg_of(1), call_id=CALL, user_id=1, text="Wants a voucher", version=3, updated_at=NOW)
        )
    async with stage(sessions, database_url) as on:  # the bus has forgotten everything
        await on.intake.begin(LINK)
        await on.take(on.up(), on.resynced(CALL, legs=(leg_of(1),)))
        note = (await on.desk(1))[f"note:{leg_of(1)}"]
    assert note == {"leg": leg_of(1), "call": CALL, "text": "Wants a voucher", "version": 3}


async def test_after_a_restart_what_is_gone_is_lost(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1))
        bus = on.bus
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(LINK)
        await on.take(on.up(), on.resynced())
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], (await detail(on))["end"]) == ("withdrawn", "lost")


async def test_after_a_restart_a_pop_without_a_record_is_over(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
        bus = on.bus
    async with sessions() as session, session.begin():
        await session.execute(delete(Call))
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(LINK)
        await on.take(on.up(), on.resynced())
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], await on.presence(1)) == ("ended", "available")
