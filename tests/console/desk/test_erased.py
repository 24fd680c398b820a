"""Whoever was erased is on no desk any more, and does not come back on record from a process' memory."""

import json

import pytest

from console.calls.models import Call, Note
from console.customers.models import Customer, PhoneNumber
from console.db.engine import Sessions
from console.db.revision import ERASURES, refresh_moved
from console.desk.erased import forget_erased
from console.desk.forgetting import NOBODY
from console.desk.pop import CallerPart
from console.desk.screens import Screens
from console.live.memory_bus import MemoryBus
from console.profile.erasing import erase_customer
from telephony.events import CallId, LinkName
from tests.conftest import NOW
from tests.console.profile.everywhere import found_in
from tests.fakes.story import JOZEF, Stage, leg_of, people, stage

pytestmark = pytest.mark.slow  # each plays a whole call

TELLING = ("Mrkva", "MRKVA", "905123456", "905 123 456", "C-1", "O-77", "rang me")


async def hear(on: Stage) -> None:
    """What each process does within a second after an erasure."""
    async with on.sessions() as session:
        await forget_erased(on.screens)(session)


async def told_of(bus: MemoryBus) -> set[str]:
    said = json.dumps((await bus.snapshot("desk:1")).entries, default=dict)
    return {word for word in TELLING if word in said}


async def test_finished_calls_go_from_the_desk_with_their_notes(
    sessions: Sessions, database_url: str
) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1), on.ended())
        note = Note(leg_id=leg_of(1), call_id=on.call, user_id=1, text="rang me", version=1, updated_at=NOW)
        async with sessions.begin() as session:
            session.add(note)
        value = {"leg": leg_of(1), "call": on.call, "text": "rang me", "version": 1}
        await on.bus.put("desk:1", f"note:{leg_of(1)}", value)
        assert {"Mrkva", "rang me"} <= await told_of(on.bus)
        await erase_customer(sessions, "C-1", None, NOW)
        await hear(on)
        assert await told_of(on.bus) == set()
        assert await on.desk(1) == {}
        [record] = on.intake._register.of_link("main")
        on.recorder.save(record)  # as late news of a pop would
        await on.recorder.flushed()
        assert await found_in(sessions, "Mrkva", JOZEF) == set()
        async with sessions() as session:
            call = await session.get(Call, on.call)
            assert call is not None
            assert (call.state, call.customer_id, call.erased) == ("ended", None, True)


async def test_others_who_have_the_number_do_not_see_them_as_candidates(
    sessions: Sessions, database_url: str
) -> None:
    await people(sessions)
    async with sessions.begin() as session:
        eva = Customer(id=2, ref="C-2", name="Eva", created_at=NOW, updated_at=NOW)
        eva.phones = [PhoneNumber(e164=JOZEF, raw=JOZEF)]
        session.add(eva)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1))
        pop = (await on.desk(1))[leg_of(1)]
        assert {each["ref"] for each in pop["candidates"]} == {"C-1", "C-2"}
        await erase_customer(sessions, "C-1", None, NOW)
        await hear(on)
        pop = (await on.desk(1))[leg_of(1)]
        assert [each["ref"] for each in pop["candidates"]] == ["C-2"]
        assert pop["candidates_in_all"] == 1
        assert {"Mrkva", "C-1"}.isdisjoint(await told_of(on.bus))


def test_nothing_that_a_pop_says_of_a_caller_is_left_out() -> None:
    assert CallerPart.__annotations__.keys() <= NOBODY.keys()


async def test_a_call_that_goes_on_is_nobodys(sessions: Sessions, database_url: str) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
        async with sessions.begin() as session:  # it was not on record yet when they were erased
            await session.delete(await session.get(Call, on.call))
        await erase_customer(sessions, "C-1", None, NOW)
        await hear(on)
        assert await told_of(on.bus) == set()
        await on.take(on.ended())
        assert await found_in(sessions, "Mrkva", JOZEF) == set()


async def test_a_caller_who_was_erased_before_the_call_was_on_record(
    sessions: Sessions, database_url: str
) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        on.call = CallId("main-9.1")
        await on.take(on.up(), on.queued(), on.offered(1))
        async with sessions.begin() as session:
            call = await session.get(Call, on.call)
            await session.delete(call)
        await erase_customer(sessions, "C-1", None, NOW)
        [record] = on.intake._register.of_link("main")
        on.recorder.save(record)
        await on.recorder.flushed()
        assert await found_in(sessions, "Mrkva", JOZEF) == set()
        assert (await on.detail(on.call))["state"] == "ringing"


async def test_whoever_was_erased_while_nobody_listened_goes_when_somebody_does(
    sessions: Sessions, database_url: str
) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1), on.ended())
        await erase_customer(sessions, "C-1", None, NOW)
        seen = {ERASURES: 1}
        later = Screens(on.bus, adopted=lambda: seen.pop(ERASURES, None))
        later.presences.own.add(LinkName("main"))
        refreshers = {ERASURES: forget_erased(later)}
        await refresh_moved(sessions, refreshers, seen)
        assert "Mrkva" in await told_of(on.bus)
        await later.adopt(1)
        await refresh_moved(sessions, refreshers, seen)
        assert await told_of(on.bus) == set()
