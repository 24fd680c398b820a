"""After a restart of whoever listens: what is alive is on the desks again, what is gone is over."""

from typing import Any

import pytest
from sqlalchemy import delete

from console.calls.models import Call, Note
from console.calls.queries import call_detail
from console.db.engine import Sessions
from console.live import gate
from tests.conftest import NOW
from tests.console.live.screens import BreakableBus, until
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


async def test_what_was_on_the_desk_is_there_before_the_phone_system_answers(
    sessions: Sessions, database_url: str
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
    async with stage(sessions, database_url) as on:  # the bus has forgotten everything
        await on.intake.begin(LINK)
        await on.intake.told()
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], pop["customer"]["name"]) == ("answered", "Jozef Mrkva")
        await on.take(on.up(), on.resynced())
        (pop,) = (await on.desk(1)).values()
        assert pop["state"] == "ended"


@pytest.mark.parametrize("alive", [False, True], ids=["over", "passed on"])
async def test_a_call_that_is_being_finished_is_there_again(
    sessions: Sessions, database_url: str, alive: bool
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1))
        on.intake._register.of_leg(leg_of(1)).pops[leg_of(1)].sent_at = NOW  # type: ignore[union-attr]
        await on.take(on.answered(1))
        await on.take(on.transferred(1), on.leg_ended(1), on.offered(2) if alive else on.ended())
        await on.wrap_ups.settled()
        before = (await on.desk(1))[leg_of(1)]
    async with sessions.begin() as session:
        session.add(
            Note(leg_id=leg_of(1), call_id=CALL, user_id=1, text="Wants a vou", version=3, updated_at=NOW)
        )
    async with stage(sessions, database_url) as on:
        await on.intake.begin(LINK)
        await on.intake.told()
        desk = await on.desk(1)
        assert desk[f"note:{leg_of(1)}"]["text"] == "Wants a vou"
        anew = {"stages": None, "call_facts": None}
        assert {**desk[leg_of(1)], **anew} == {**before, **anew}
        await on.take(on.up(), on.resynced(*([CALL] if alive else []), legs=(leg_of(2),)))
        assert (await on.desk(1))[leg_of(1)]["state"] == "ended"
        assert (await on.presence(1)) == "wrap_up"


async def test_a_bus_that_was_started_anew_has_again_what_is_being_finished(
    sessions: Sessions, database_url: str
) -> None:
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(LINK)
        await on.take(on.up(), on.queued(), on.offered(1))
        on.intake._register.of_leg(leg_of(1)).pops[leg_of(1)].sent_at = NOW  # type: ignore[union-attr]
        await on.take(on.answered(1))
        await on.take(on.leg_ended(1), on.ended())
        await on.wrap_ups.settled()
        bus.forget()
        bus.break_connection()
        await until(lambda: gate.TOPIC in bus._topics)
        assert (await on.desk(1))[leg_of(1)]["state"] == "ended"
        assert (await on.presence(1)) == "wrap_up"
