"""How a link is, as its listener says it."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.live import link_health
from console.live.bus import Change
from console.live.link_health import LinkHealth
from console.live.link_watch import BEATS
from telephony.events import LinkLost, LinkName, LinkRefused, LinkUp
from telephony.source import Capability
from tests.console.live.screens import BreakableBus, metric, until

MAIN = LinkName("main")


class QuietSource:
    """A phone system of which only the figures are looked at."""

    name = MAIN
    capabilities = frozenset({Capability.QUEUES, Capability.DIAL})

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self.lag_s: float | None = None


class World:
    """The health of one link on a bus in memory."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.bus = BreakableBus()
        self.health = LinkHealth(self.bus, lambda: now)
        self.source: Any = QuietSource()
        self.health.begin(MAIN)

    async def say(self, event: Any = None) -> dict[str, Any]:
        if event is not None:
            self.health.take(event)
        await self.health.publish(MAIN)
        return dict(self.bus.entries("links")["main"])

    def lag_said(self, lag_s: float | None, at_s: float = 0.0) -> int | None:
        """The lag to be said now, None when nothing is to be said."""
        self.source.lag_s = lag_s
        worth_saying = self.health._measure(self.source, at_s)
        return int(self.health._links[MAIN]["lag_s"]) if worth_saying else None


@pytest.fixture
def world(now: datetime) -> World:
    return World(now)


async def test_it_connects_is_up_and_is_lost(world: World) -> None:
    later = [world.now + timedelta(minutes=n) for n in range(4)]
    assert (await world.say())["state"] == "down"
    up = await world.say(LinkUp(link=MAIN, at=later[1], version="Asterisk 22"))
    assert (up["state"], up["reason"], up["since"]) == ("up", "Asterisk 22", later[1].isoformat())
    assert metric("lineside_link_up", link="main") == 1
    assert world.health.up(MAIN)
    lost = await world.say(LinkLost(link=MAIN, at=later[2], reason="Closed."))
    assert (lost["state"], lost["reason"], lost["refused"]) == ("down", "Closed.", False)
    assert metric("lineside_link_up", link="main") == 0
    assert not world.health.up(MAIN)
    still = await world.say(LinkLost(link=MAIN, at=later[3], reason="No answer."))
    assert (still["reason"], still["since"]) == ("No answer.", later[2].isoformat())


async def test_a_refusal_is_said(world: World) -> None:
    said = await world.say(LinkRefused(link=MAIN, at=world.now, reason="Wrong password."))
    assert (said["state"], said["refused"]) == ("down", True)


async def test_the_same_reason_is_logged_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        world.health.take(LinkLost(link=MAIN, at=world.now, reason="No answer."))
    assert caplog.text.count("No answer.") == 1


def test_only_a_notable_lag_is_said(world: World) -> None:
    world.health.take(LinkUp(link=MAIN, at=world.now))
    assert world.lag_said(None) is None
    assert world.lag_said(1.9) is None
    assert world.lag_said(2.4) == 2
    assert world.lag_said(2.9) is None
    assert world.lag_said(3.4) == 3
    assert world.lag_said(12.3) == 12
    assert metric("lineside_event_lag_seconds", link="main") == 12.3
    assert world.lag_said(0.1) == 0
    assert world.lag_said(-3.0) is None  # its clock is ahead


def test_an_old_lag_says_nothing_of_the_present(world: World) -> None:
    world.health.take(LinkUp(link=MAIN, at=world.now))
    assert world.lag_said(12.0, 100.0) == 12
    assert world.lag_said(12.0, 100.0 + link_health.OUTDATED_S) is None
    assert world.lag_said(12.0, 101.0 + link_health.OUTDATED_S) == 0


def test_a_link_that_is_down_has_no_lag(world: World) -> None:
    world.health.take(LinkUp(link=MAIN, at=world.now))
    assert world.lag_said(12.0) == 12
    world.health.take(LinkLost(link=MAIN, at=world.now, reason="Closed."))
    assert world.health._links[MAIN]["lag_s"] == 0
    assert world.lag_said(13.0) is None


async def test_it_beats_counts_and_measures(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_health, "BEAT_S", 0)
    world.health.take(LinkUp(link=MAIN, at=world.now))
    world.source.counters["line too long"] = 3
    world.source.lag_s = 7.0
    before = metric("lineside_source_dropped_total", link="main", reason="line too long")
    async with world.bus.messages(BEATS) as beats, asyncio.timeout(10):
        watching = asyncio.create_task(world.health.watch(world.source))
        assert [await anext(beats) for _ in range(2)] == [{"link": "main"}] * 2
        world.source.counters["line too long"] = 5
        await until(
            lambda: metric("lineside_source_dropped_total", link="main", reason="line too long") - before == 5
        )
    assert world.bus.entries("links")["main"]["lag_s"] == 7
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_it_objects_to_being_called_stale(world: World) -> None:
    said = await world.say(LinkUp(link=MAIN, at=world.now))
    for name, value in (("main", {**said, "state": "stale"}), ("other", {**said, "state": "stale"})):
        await world.bus.put("links", name, value)
        await world.health.hear(Change("links", 1, name, value, new=False))
    states = {name: link["state"] for name, link in world.bus.entries("links").items()}
    assert states == {"main": "up", "other": "stale"}


async def test_what_the_bus_forgot_or_did_not_take_is_said_again(world: World) -> None:
    world.bus.away = 1
    await world.health.publish(MAIN)
    assert world.bus.entries("links") == {}
    await world.health.mend()
    assert world.bus.entries("links")["main"]["state"] == "down"
    world.bus.forget()
    await world.health.publish_all()
    assert list(world.bus.entries("links")) == ["main"]


async def test_it_says_what_the_phone_system_can_do(world: World) -> None:
    assert (await world.say())["can"] == []
    assert world.health.able(MAIN, {Capability.QUEUES, Capability.DIAL})
    assert (await world.say(LinkUp(link=MAIN, at=world.now, version="1")))["can"] == ["dial", "queues"]
    assert not world.health.able(MAIN, {Capability.DIAL, Capability.QUEUES})
    assert world.health.able(MAIN, {Capability.DIAL})  # it is told of it, or not allowed to, only later
    assert (await world.say())["can"] == ["dial"]
