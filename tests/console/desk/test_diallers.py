"""Whoever calls a colleague is on a call, although nobody rang them: their presence says so, no pop does."""

from collections.abc import AsyncIterator

import pytest

from console.db.engine import Sessions
from console.desk.presence import DIALLED
from console.live.bus import Value
from telephony.events import CallId, CallOffered, Direction, LegResult
from tests.console.live.screens import BreakableBus, until
from tests.fakes.story import Stage, leg_of, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    """The phone system is up; Ana (1) and Boris (2) do nothing."""
    await people(sessions)
    async with stage(sessions, database_url, BreakableBus()) as on:
        await on.take(on.up(), on.unpaused(1), on.unpaused(2))
        yield on


def boris_dials(on: Stage, agent: int = 1) -> CallOffered:
    return on.offered(agent, None, dialled="1001", direction=Direction.INTERNAL, dialler="PJSIP/a2")


async def doing(on: Stage) -> tuple[str, str]:
    return await on.presence(1), await on.presence(2)


async def dialled(on: Stage) -> list[Value]:
    return list((await on.bus.snapshot(DIALLED)).entries.values())


async def test_are_on_a_call_from_when_they_dial_until_it_ends(on: Stage) -> None:
    await on.take(boris_dials(on))
    assert await doing(on) == ("ringing", "on_call")
    await on.take(on.answered(1))
    assert await doing(on) == ("on_call", "on_call")
    assert await on.desk(2) == {}
    await on.take(on.leg_ended(1), on.ended())
    assert await doing(on) == ("available", "available")
    assert await dialled(on) == []


async def test_who_gives_up_is_available_again(on: Stage) -> None:
    await on.take(boris_dials(on), on.offer_ended(1, LegResult.CANCELLED), on.ended())
    assert await doing(on) == ("available", "available")


async def test_who_leaves_the_call_to_others_is_available_again(on: Stage) -> None:
    await on.take(boris_dials(on), on.answered(1), on.dialler_left())
    assert await doing(on) == ("on_call", "available")
    assert (await on.desk(1))[leg_of(1)]["dialler_left"]


async def test_whoever_asks_a_colleague_during_a_call_stays_on_that_and_gets_no_second_pop(on: Stage) -> None:
    """A consultation that is a call of its own, as when the phone makes it."""
    await on.take(on.queued(), on.offered(2), on.answered(2), on.held(2))
    customer, on.call = on.call, CallId("main-2.1")
    await on.take(boris_dials(on), on.answered(1), on.leg_ended(1), on.ended())
    assert await doing(on) == ("available", "on_call")
    assert list(await on.desk(2)) == [leg_of(2, customer)]


async def test_a_call_that_vanished_is_over_for_them_too(on: Stage) -> None:
    await on.take(boris_dials(on), on.answered(1), on.lost(), on.up(), on.resyncing(), on.resynced())
    assert await doing(on) == ("available", "available")


async def test_are_nobody_where_the_phone_is_nobodys(on: Stage) -> None:
    await on.take(on.offered(1, None, direction=Direction.INTERNAL, dialler="PJSIP/lobby"))
    assert await doing(on) == ("ringing", "available")
    assert await dialled(on) == []


async def test_are_named_by_their_phone_whatever_number_it_sends(on: Stage) -> None:
    await on.take(boris_dials(on))
    assert (await on.desk(1))[leg_of(1)]["internal_name"] == "Boris"


async def test_a_bus_that_forgot_everything_is_told_again(on: Stage) -> None:
    await on.take(boris_dials(on))
    assert isinstance(on.bus, BreakableBus)
    on.bus.forget()
    on.bus.break_connection()
    await until(lambda: "presence" in on.bus.entries("desk:2"))  # type: ignore[attr-defined] # see above
    assert len(await dialled(on)) == 1
    assert await on.presence(2) == "on_call"


async def test_after_a_restart_the_phone_system_says_who_is_on(sessions: Sessions, database_url: str) -> None:
    await people(sessions)
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as before:
        await before.take(before.up(), boris_dials(before), before.answered(1))
        offer, answer, call = boris_dials(before), before.answered(1), before.call
    await bus.put(DIALLED, "main-gone", {"link": "main", "user_id": 3})
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(on.link)
        assert await dialled(on) == []
        await on.take(on.up(), on.resyncing(), offer, answer, on.resynced(call, legs=(leg_of(1),)))
        assert await doing(on) == ("on_call", "on_call")
        await on.take(on.ended())
        assert await doing(on) == ("available", "available")
