"""Taking over from an earlier process."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from console.db.engine import Sessions
from console.live.bus import Change
from tests.console.live.screens import BreakableBus
from tests.fakes.story import LINK, leg_of, people, stage


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_bus_that_is_away_delays_taking_over(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.intake.BEGUN_S", 0)
    await people(sessions)
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.take(on.up(), on.queued(), on.offered(1))
    async with stage(sessions, database_url, bus) as on:
        bus.away = 2  # what is said of the link, then the first desk
        await on.intake._begin_when_possible(LINK)
        await on.take(on.up(), on.resynced())
        (pop,) = (await on.desk(1)).values()
    assert (pop["leg"], pop["state"]) == (leg_of(1), "withdrawn")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_link_that_is_listened_to_does_not_stay_stale(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up())
        links = (await on.bus.snapshot("links")).entries
        async with on.bus.changes() as changes:
            await on.bus.put("links", LINK, {**links[LINK], "state": "stale"})
            async with asyncio.timeout(10):
                states = [
                    change.value["state"] async for change in take(changes, 2) if change and change.value
                ]
    assert states == ["stale", "up"]


async def take(changes: AsyncIterator[Change | None], number: int) -> AsyncIterator[Change | None]:
    for _ in range(number):
        yield await anext(changes)
