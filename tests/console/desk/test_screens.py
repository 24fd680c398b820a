"""What is on the desks, whatever the bus does."""

import asyncio
from typing import Any

import pytest

from console.db.engine import Sessions
from console.desk.screens import Screens
from console.live.bus import Change, Value
from console.live.memory_bus import MemoryBus
from telephony.events import CallId, LegResult
from tests.console.live.screens import BreakableBus, until
from tests.fakes.story import LINK, leg_of, people, stage


class DawdlingBus(MemoryBus):
    """Lets others go first, as a bus on a wire does."""

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        await asyncio.sleep(0)
        return await super().put(topic, key, value)


def pop(leg: str, state: str = "ringing") -> Any:
    return {"leg": leg, "user_id": 1, "link": "main", "state": state}


async def test_two_offers_at_once_tidy_a_desk_once() -> None:
    bus = DawdlingBus()
    screens = Screens(bus)
    await screens.show(pop("1"))
    await screens.show(pop("2"))
    await screens.change(leg_of(0), state="withdrawn")  # on no desk: nothing happens
    for leg in ("1", "2"):
        await screens.change(leg, state="withdrawn")  # type: ignore[arg-type] # a leg id
    await asyncio.gather(screens.show(pop("3")), screens.show(pop("4")))
    assert set((await bus.snapshot("desk:1")).entries) == {"3", "4"}


async def test_a_desk_is_adopted_once_for_all_links() -> None:
    bus = MemoryBus()
    await Screens(bus).show(pop("1", "withdrawn"))
    screens = Screens(bus)
    screens.presences.own.add("main")
    await screens.adopt(1)
    await screens.adopt(1)
    await screens.show(pop("2"))
    assert set((await bus.snapshot("desk:1")).entries) == {"2"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_pop_that_the_bus_did_not_take_comes_when_it_is_back(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.intake.MENDED_S", 0)
    await people(sessions)
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.take(on.up(), on.queued())
        bus.away = 3
        await on.take(on.offered(1))
        await until(lambda: not bus.away)
        await until(lambda: leg_of(1) in bus.entries("desk:1"))
        assert await on.presence(1) == "ringing"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_bus_that_forgot_everything_is_told_again(sessions: Sessions, database_url: str) -> None:
    await people(sessions)
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER), on.ended())
        on.call = CallId("main-2.1")
        await on.take(on.queued(), on.offered(2), on.answered(2))
        bus.forget()
        bus.break_connection()
        await until(lambda: "presence" in bus.entries("desk:2"))
        assert list(await on.desk(2)) == [leg_of(2, on.call)]
        assert (await on.presence(1), await on.presence(2)) == ("available", "on_call")
        assert bus.entries("links")[LINK]["state"] == "up"
