"""Truth after trouble: taking over from an earlier process, several listeners, links without any."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from console.calls.queries import StoredCalls
from console.db.engine import Sessions
from console.desk.news import CHANNEL
from console.desk.presence import say_unreachable
from console.desk.screens import desk_topic
from console.live import gate
from console.live.bus import Change
from telephony.events import CallId, LegResult, LinkName
from tests.console.live.screens import BreakableBus, metric, until
from tests.fakes.story import LINK, Stage, leg_of, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BRANCH = LinkName("branch")
OTHER = CallId("main-2.1")


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


# Taking over.


async def test_a_bus_that_is_away_delays_taking_over(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.intake.BEGUN_S", 0)
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.take(on.up(), on.queued(), on.offered(1))
    async with stage(sessions, database_url, bus) as on:
        bus.away = 2  # what is said of the link, then what is said of the links
        await on.intake._begin_when_possible(LINK)
        await on.take(on.up(), on.resynced())
        (pop,) = (await on.desk(1)).values()
    assert (pop["leg"], pop["state"]) == (leg_of(1), "withdrawn")


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


# Several listeners.


@pytest.mark.slow
async def test_two_listeners_say_the_same_of_an_agent(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.presence.SETTLED_S", 0)
    async with stage(sessions, database_url) as main, stage(sessions, database_url, main.bus) as branch:
        branch.link, branch.call = BRANCH, CallId("branch-1.1")
        for on in (main, branch):
            await on.intake.begin(on.link)
        await main.take(main.up())
        await branch.take(branch.lost())
        assert await main.presence(1) == "available"  # one link is enough
        await branch.take(branch.up(), branch.queued(), branch.offered(1), branch.answered(1))
        await main.take(main.queued(), main.offered(1), main.ended())
        await presence_settles(main, "on_call")
        await branch.take(branch.ended(), branch.paused(1))
        await presence_settles(main, "on_break")
        await main.take(main.unpaused(1))
        await presence_settles(main, "available")
        await main.take(main.lost())
        await presence_settles(main, "available")
        await branch.take(branch.lost())
        await presence_settles(main, "offline")


async def presence_settles(on: Stage, state: str) -> None:
    async with asyncio.timeout(5):
        while await on.presence(1) != state:  # noqa: ASYNC110 - the bus has no event for it
            await asyncio.sleep(0)
    for _ in range(50):  # and stays so
        await asyncio.sleep(0)
        assert await on.presence(1) == state


@pytest.mark.slow
async def test_who_only_stands_by_says_nothing(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on, stage(sessions, database_url, on.bus) as standby:
        await on.intake.begin(LINK)
        await on.take(on.up())
        await standby.intake.say_presence()
        assert await on.presence(1) == "available"


@pytest.mark.slow
async def test_a_listener_takes_over_the_pops_of_its_own_links_only(
    sessions: Sessions, database_url: str
) -> None:
    async with stage(sessions, database_url) as branch:
        branch.link, branch.call = BRANCH, CallId("branch-1.1")
        await branch.take(branch.up(), branch.queued(), branch.offered(1))
        async with stage(sessions, database_url, branch.bus) as main:
            await main.intake.begin(LINK)
            await main.take(main.up(), main.resynced())
            assert await main.presence(1) == "ringing"
            (pop,) = (await branch.desk(1)).values()
            assert pop["state"] == "ringing"
        await branch.take(branch.offer_ended(1, LegResult.NO_ANSWER))
        assert await branch.presence(1) == "available"


@pytest.mark.slow
async def test_without_any_listener_agents_are_offline_until_one_is_back(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.presence.SETTLED_S", 0)
    async with stage(sessions, database_url) as on:
        await on.intake.begin(LINK)
        await on.take(on.up())
        bus = on.bus
    await say_unreachable(bus, [1, 2, 3, 4], desk_topic, on.at.isoformat())
    assert await on.presence(1) == "offline"
    number = (await bus.snapshot("desk:1")).number
    await say_unreachable(bus, [1], desk_topic, on.at.isoformat())
    assert (await bus.snapshot("desk:1")).number == number
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(LINK)
        await on.take(on.up())
        assert await on.presence(1) == "available"
        await say_unreachable(bus, [1], desk_topic, on.at.isoformat())  # who missed our beats is wrong
        await presence_settles(on, "available")


# Links that nobody listens to.


@pytest.mark.slow
async def test_calls_of_a_link_that_is_given_up_are_lost(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
        bus = on.bus
    async with stage(sessions, database_url, bus) as on:
        on.link = BRANCH
        await on.take(on.up())
        await on.intake.give_up(LINK)
        await on.recorder.flushed()
        told = await on.detail()
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], await on.presence(1)) == ("ended", "available")
    assert (told["state"], told["end"], told["legs"][0]["result"]) == ("ended", "lost", "answered")
    assert await StoredCalls(sessions).open_links() == set()


# What others say on the bus.


async def test_news_that_make_no_sense_are_counted(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1))
        before = metric("lineside_failures_total", what="pop news")
        for news in ({}, {"leg": leg_of(1), "user_id": 1}, {"leg": leg_of(1), "user_id": 1, "at": "noon"}):
            await on.bus.send(CHANNEL, news)
        await until(lambda: metric("lineside_failures_total", what="pop news") == before + 3)
        sent = {"leg": leg_of(1), "user_id": 1, "stage": "sent", "at": on.at.timestamp()}
        await on.bus.send(CHANNEL, sent)
        async with asyncio.timeout(10):
            while (await on.detail())["pops"][0]["state"] != "sent":
                await on.recorder.flushed()


async def test_a_pop_that_was_put_away_does_not_come_back(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1), on.leg_ended(1))
        await on.bus.put("desk:1", leg_of(1), None)
        await until(lambda: leg_of(1) not in on.intake._screens._pops)
        await on.take(on.transferred(1), on.ended())
        assert await on.desk(1) == {}


@pytest.mark.slow
async def test_a_bus_that_comes_back_shows_no_more_than_is_there(
    sessions: Sessions, database_url: str
) -> None:
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER), on.ended())
        old = dict(bus.entries("desk:1")[leg_of(1)])
        on.call = OTHER
        await on.take(on.queued(), on.offered(1))
        await bus.put("desk:1", "main-0.0", {**old, "leg": "main-0.0", "state": "ringing"})
        bus.break_connection()
        await until(lambda: "main-0.0" not in bus.entries("desk:1"))
        assert list(await on.desk(1)) == [leg_of(1, OTHER)]


# A bus that was started anew.


async def test_a_bus_that_forgot_has_all_again_that_agents_are_at(
    sessions: Sessions, database_url: str
) -> None:
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(LINK)
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
        before = await on.desk(1)
        bus.forget()
        bus.break_connection()
        await until(lambda: gate.TOPIC in bus._topics)
        after = await on.desk(1)
    assert {key: value["state"] for key, value in after.items() if "link" in value} == {leg_of(1): "answered"}
    assert after.keys() == before.keys()


async def test_what_cannot_be_said_yet_is_said_later(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.retelling.RETRY_S", 0)
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(LINK)
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
        bus.forget()
        bus.away = 5
        bus.break_connection()
        await until(lambda: gate.TOPIC in bus._topics)
        assert leg_of(1) in await on.desk(1)
