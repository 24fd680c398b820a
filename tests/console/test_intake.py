"""Truth after trouble: taking over from an earlier process, resyncs, links that nobody listens to."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from console.calls.queries import StoredCalls, call_detail
from console.db.engine import Sessions
from console.desk.news import CHANNEL
from console.desk.presence import PAUSES, say_unreachable
from console.desk.screens import desk_topic
from console.live.bus import Change
from telephony.events import CallId, LegResult, LinkName
from tests.console.live.screens import BreakableBus, metric, until
from tests.fakes.story import CALL, LINK, Stage, leg_of, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BRANCH = LinkName("branch")
OTHER = CallId("main-2.1")


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


async def detail(on: Stage, call: str = CALL) -> dict[str, Any]:
    async with on.sessions() as session:
        return await call_detail(session, call)


def differences(link: str = LINK) -> dict[str, float]:
    kinds = ("call_found", "call_lost", "leg_found", "leg_gone", "answer_unheard", "pause_differs")
    name = "lineside_resync_differences_total"
    return {kind: metric(name, link=link, kind=kind) for kind in kinds}


class Since:
    """What was counted since the beginning of a test."""

    def __init__(self) -> None:
        self._before = differences()
        self._started = metric("lineside_calls_at_start_total", link=LINK)

    def differences(self) -> dict[str, float]:
        return {
            kind: number - self._before[kind]
            for kind, number in differences().items()
            if number > self._before[kind]
        }

    def found_at_start(self) -> float:
        return metric("lineside_calls_at_start_total", link=LINK) - self._started


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


# What a resync puts right.


async def test_what_a_resync_puts_right_is_counted_and_logged_once(
    sessions: Sessions, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.resyncing(), on.resynced())
        await on.take(on.queued(), on.offered(1), on.paused(1), on.unpaused(2))
        gone = replace(on, call=OTHER)
        await on.take(gone.queued())
        since = Since()
        found = replace(on, call=CallId("main-3.1"))
        burst = [on.queued(), on.answered(1), on.offered(2), found.queued(), on.unpaused(1), on.paused(2)]
        legs = (leg_of(1), leg_of(2))
        await on.take(on.resyncing(), *burst, on.resynced(CALL, found.call, legs=legs))
        told = await detail(on, OTHER)
        desks = [(await on.desk(agent)) for agent in (1, 2)]
    assert since.differences() == {
        "answer_unheard": 1,
        "call_found": 1,
        "call_lost": 1,
        "leg_found": 1,
        "pause_differs": 2,
    }
    assert (told["state"], told["end"], told["ended_at"]) == ("ended", "lost", on.at.isoformat())
    assert [[pop["state"] for pop in desk.values()] for desk in desks] == [["answered"], ["ringing"]]
    [line] = [record.getMessage() for record in caplog.records if "resync" in record.getMessage()]
    assert line == (
        "link main: a resync put right what was believed: "
        "1 answer_unheard, 1 call_found, 1 call_lost, 1 leg_found, 2 pause_differs"
    )
    assert on.caller.number not in caplog.text


async def test_a_resync_that_finds_all_as_believed_says_nothing(
    sessions: Sessions, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(sessions, database_url) as on:
        events = [on.queued(), on.offered(1), on.answered(1), on.paused(1)]
        await on.take(on.up(), on.resyncing(), on.resynced(), *events)
        since = Since()
        await on.take(on.resyncing(), *events, on.resynced(CALL, legs=(leg_of(1),)))
    assert since.differences() == {}
    assert "resync" not in caplog.text


async def test_what_goes_on_at_the_first_connect_alarms_nobody(
    sessions: Sessions, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(sessions, database_url) as on:
        since = Since()
        burst = [on.queued(), on.offered(1), on.answered(1), on.paused(2)]
        await on.take(on.up(), on.resyncing(), *burst, on.resynced(CALL, legs=(leg_of(1),)))
        (pop,) = (await on.desk(1)).values()
        assert (since.differences(), since.found_at_start(), pop["state"]) == ({}, 1, "answered")
        assert "resync" not in caplog.text
        later = replace(on, call=OTHER)
        await on.take(on.resyncing(), *burst, later.queued(), on.resynced(CALL, OTHER, legs=(leg_of(1),)))
    assert (since.differences(), since.found_at_start()) == ({"call_found": 1}, 1)


@pytest.mark.slow
async def test_what_happens_after_a_resync_that_broke_off_is_no_difference(
    sessions: Sessions, database_url: str
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.resyncing(), on.resynced(), on.resyncing(), on.lost(), on.up())
        since = Since()
        await on.take(on.queued(), on.resyncing(), on.resynced(CALL))
    assert since.differences() == {}


@pytest.mark.slow
async def test_after_a_restart_a_vanished_call_is_a_difference(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1))
    since = Since()
    async with stage(sessions, database_url) as on:
        await on.intake.begin(LINK)
        await on.take(on.up(), on.resyncing(), on.resynced())
        told = await detail(on)
    assert since.differences() == {"call_lost": 1}
    assert [(leg["result"], pop["state"]) for leg, pop in zip(told["legs"], told["pops"], strict=True)] == [
        ("cancelled", "not_shown")
    ]


@pytest.mark.slow
async def test_a_pop_whose_end_could_not_be_told_is_ended_by_the_next_resync(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1))

        async def broken(*_: object, **__: object) -> None:
            raise RuntimeError("a bug")

        with monkeypatch.context() as patch:
            patch.setattr(on.intake._screens, "change", broken)
            await on.take(on.ended())
        (pop,) = (await on.desk(1)).values()
        assert pop["state"] == "ringing"
        await on.take(on.resynced())
        (pop,) = (await on.desk(1)).values()
    assert pop["state"] == "ended"


# Pauses.


async def test_an_agent_is_on_a_break_when_no_queue_rings(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.unpaused(1), on.unpaused(1, "second"))
        assert await on.presence(1) == "available"
        await on.take(on.paused(1))
        assert await on.presence(1) == "available"  # the other queue rings
        await on.take(on.paused(1, "second"))
        assert await on.presence(1) == "on_break"
        await on.take(on.unpaused(1))
        assert await on.presence(1) == "available"
        await on.take(on.paused(1, None, "meeting"))
        assert await on.presence(1) == "on_break"
        await on.take(on.unpaused(1, None))
        assert await on.presence(1) == "available"


async def test_whoever_left_a_queue_is_not_paused_there(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.resyncing(), on.resynced())
        await on.take(on.paused(1), on.paused(2), on.unpaused(3))
        since = Since()
        await on.take(on.resyncing(), on.resynced())  # names nobody: says nothing of pauses
        assert [await on.presence(agent) for agent in (1, 2, 3)] == ["on_break", "on_break", "available"]
        await on.take(on.resyncing(), on.paused(2), on.resynced())
        assert [await on.presence(agent) for agent in (1, 2, 3)] == ["available", "on_break", "available"]
    assert since.differences() == {"pause_differs": 1}


async def test_a_queue_that_was_left_says_nothing_of_an_agent(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.unpaused(1), on.paused(1, "second"), on.paused(2), on.paused(2, None))
        assert [await on.presence(agent) for agent in (1, 2)] == ["available", "on_break"]
        await on.take(on.left(1), on.left(2))
        assert [await on.presence(agent) for agent in (1, 2)] == ["on_break", "on_break"]
        await on.take(on.left(1, "second"), replace(on.left(2), queue=None))
        assert [await on.presence(agent) for agent in (1, 2)] == ["available", "available"]


@pytest.mark.slow
async def test_what_is_retold_of_pauses_is_not_said_again(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        told = [on.paused(1), on.unpaused(1, "second"), on.unpaused(2)]
        await on.take(on.up(), *told)
        number = (await on.bus.snapshot(PAUSES)).number
        await on.take(on.resyncing(), *told, on.resynced())
        assert (await on.bus.snapshot(PAUSES)).number == number


async def test_a_member_is_known_by_the_device_behind_it(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        local: dict[str, Any] = {"interface": "Local/1001@agents/n", "device": "pjsip/A1"}
        await on.take(on.up(), replace(on.paused(1), **local))
        assert await on.presence(1) == "on_break"
        await on.take(on.queued(), replace(on.offered(1), **local))
        (pop,) = (await on.desk(1)).values()
        (leg,) = (await detail(on))["legs"]
    assert (pop["user_id"], leg["agent"]) == (1, "a1@x.example")


@pytest.mark.slow
async def test_a_break_outlasts_a_restart(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.paused(1))
        bus = on.bus
    async with stage(sessions, database_url, bus) as on:
        await on.intake.begin(LINK)
        await on.take(on.up())
        assert await on.presence(1) == "on_break"
        await on.take(on.resyncing(), on.unpaused(1), on.resynced())
        assert await on.presence(1) == "available"


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
        told = await detail(on)
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
            while (await detail(on))["pops"][0]["state"] != "sent":
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
