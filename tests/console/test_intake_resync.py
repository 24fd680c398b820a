"""What a resync puts right, and who is paused: on a real database, without web and without phones."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from console.db.engine import Sessions
from console.desk.presence import PAUSES
from console.identity.models import UserQueue
from console.intake import TAKEN_AT_ONCE
from telephony.commands import Command, Outcome, Refused
from telephony.events import CallId, Event
from telephony.source import Capability
from tests.console.live.screens import metric
from tests.fakes.story import CALL, LINK, leg_of, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OTHER = CallId("main-2.1")
MANY = 200


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


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


class Told:
    """A source that tells what it is given, then nothing more."""

    name, lag_s = LINK, None
    capabilities: frozenset[Capability] = frozenset()

    def __init__(self, *events: Event) -> None:
        self._events = events
        self.counters: Counter[str] = Counter()

    async def events(self) -> AsyncIterator[Event]:
        for event in self._events:
            yield event

    async def send(self, _command: Command) -> Outcome:
        return Refused("It only tells.")

    async def close(self) -> None:
        """There is nothing to close."""


# What a resync puts right.


@pytest.mark.slow
async def test_a_resync_that_ends_many_calls_lets_others_have_a_turn(
    sessions: Sessions, database_url: str
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.resyncing(), on.resynced())
        calls = [replace(on, call=CallId(f"main-{number}")) for number in range(MANY)]
        await on.take(*(one.queued() for one in calls))
        turns: list[int] = []

        async def watch() -> None:
            while True:
                ended = sum(
                    on.intake._register.of_link(LINK)[n].call.ended_at is not None for n in range(MANY)
                )
                turns.append(ended)
                await asyncio.sleep(0)

        watching = asyncio.create_task(watch())
        begun = replace(on, call=CallId("main-new"))
        await on.intake._take_all(Told(on.resyncing(), on.resynced(), begun.queued()))
        watching.cancel()
        await on.intake.told()
        await on.recorder.flushed()
        assert max(after - before for before, after in pairwise([0, *turns])) <= TAKEN_AT_ONCE
        assert turns[-1] > MANY - TAKEN_AT_ONCE
        assert [(await on.detail(one.call))["end"] for one in (calls[0], calls[-1])] == ["lost", "lost"]
        assert (await on.detail(begun.call))["state"] == "queued"


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
        told = await on.detail(OTHER)
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
        told = await on.detail()
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
        assert [await on.presence(agent) for agent in (1, 2, 3)] == ["offline", "on_break", "offline"]
    assert since.differences() == {"pause_differs": 1}


async def test_whoever_is_in_none_of_their_queues_is_offline(sessions: Sessions, database_url: str) -> None:
    """They have not logged in yet. A phone system that does not name the queue says nothing of that, and of
    whoever is to be in none."""
    async with stage(sessions, database_url) as on:
        async with sessions.begin() as session:
            session.add_all(UserQueue(user_id=agent, queue="support") for agent in (1, 2))
            await session.flush()
            await on.directory.refresh(session)
        await on.take(on.up(), on.resyncing(), on.resynced(queues=("second",)))
        assert [await on.presence(agent) for agent in (1, 2, 3)] == ["available"] * 3
        await on.take(on.resyncing(), on.unpaused(2), on.resynced(queues=("support", "second")))
        assert [await on.presence(agent) for agent in (1, 2, 3)] == ["offline", "available", "available"]
        assert (await on.bus.snapshot(PAUSES)).entries["main:1"]["queues"] == {}
        await on.take(on.unpaused(1))
        assert await on.presence(1) == "available"


async def test_a_queue_that_was_left_says_nothing_of_an_agent(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.unpaused(1), on.paused(1, "second"), on.paused(2), on.paused(2, None))
        assert [await on.presence(agent) for agent in (1, 2)] == ["available", "on_break"]
        await on.take(on.left(1), on.left(2))
        assert [await on.presence(agent) for agent in (1, 2)] == ["on_break", "on_break"]
        await on.take(on.left(1, "second"), replace(on.left(2), queue=None))
        assert [await on.presence(agent) for agent in (1, 2)] == ["offline", "offline"], (
            "in no queue any more"
        )


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
        (leg,) = (await on.detail())["legs"]
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
