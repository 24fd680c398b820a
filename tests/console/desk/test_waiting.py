"""Who waits is on the bus as long as they do, with what is known of them."""

from typing import Any

import pytest

from console.calls.models import Call
from console.db.engine import Sessions
from console.desk.waiting import WAITING
from telephony.events import Caller, CallId
from tests.fakes.story import CALL, JOZEF, Stage, people, stage


async def waiting(on: Stage) -> dict[str, Any]:
    await on.waiting.told()
    return dict((await on.bus.snapshot(WAITING)).entries)


async def test_a_caller_waits_until_an_agent_answers(sessions: Sessions, database_url: str) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), queued := on.queued())
        assert await waiting(on) == {
            CALL: {
                "call": CALL,
                "link": "main",
                "queue": "support",
                "since": queued.at.isoformat(),
                "number": "+421 905 123 456",
                "match": "one",
                "name": "Jozef Mrkva",
                "company": None,
                "segment": None,
                "ref": "C-1",
                "cases": 0,
                "case": None,
                "today": 0,
            }
        }
        await on.take(on.offered(1))
        assert CALL in await waiting(on), "whose phone rings waits"
        await on.take(on.answered(1))
        assert await waiting(on) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_leaves_waits_no_longer_and_comes_back_by_a_transfer(
    sessions: Sessions, database_url: str
) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.left_queue())
        assert await waiting(on) == {}
        await on.take(on.queued("second"), on.offered(1, "second"), on.answered(1))
        assert await waiting(on) == {}
        await on.take(on.transferred(1), on.leg_ended(1), on.queued("support"))
        assert (await waiting(on))[CALL]["queue"] == "support"
        await on.take(on.ended())
        assert await waiting(on) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nothing_is_said_of_who_withholds_their_number(sessions: Sessions, database_url: str) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        on.caller = Caller(JOZEF, "MRKVA J", withheld=True)
        await on.take(on.up(), on.queued())
        said = (await waiting(on))[CALL]
        assert (said["match"], said["number"], said["name"]) == ("withheld", "", None)
        assert "905" not in str({**said, "since": ""})


async def test_earlier_calls_of_the_day_are_counted(sessions: Sessions, database_url: str) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.ended())
        on.call = CallId("main-2.1")
        await on.take(on.queued())
        assert (await waiting(on))["main-2.1"]["today"] == 1
        async with sessions() as session:
            assert await session.get(Call, CALL) is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_an_earlier_process_left_goes_when_the_phone_system_has_said_who_is_there(
    sessions: Sessions, database_url: str
) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued())
        bus, kept, other = on.bus, on.call, CallId("main-9.9")
        await bus.put(WAITING, other, {**(await waiting(on))[CALL], "call": other})
        await bus.put(WAITING, "else-1", {**(await waiting(on))[CALL], "link": "else"})
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(on.link)
        assert {*await waiting(on)} == {kept, other, "else-1"}
        await on.take(on.up(), on.resyncing(), on.queued(), on.resynced(kept))
        assert {*await waiting(on)} == {kept, "else-1"}
        await on.take(on.resyncing(), on.resynced())
        assert {*await waiting(on)} == {"else-1"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_link_that_nobody_listens_to_any_more_leaves_nobody(
    sessions: Sessions, database_url: str
) -> None:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued())
        bus = on.bus
    async with stage(sessions, database_url, bus) as on:
        await on.intake.give_up(on.link)
        assert await waiting(on) == {}
