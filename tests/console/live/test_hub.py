"""The hub with a bus in memory and screens that write down what they get."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live import hub as hub_module
from console.live.bus import Bus, Change, Snapshot, Value
from console.live.frame import Fragment, Frame
from console.live.hub import Hub
from console.live.memory_bus import MemoryBus
from console.web.metrics import REGISTRY
from tests.conftest import NOW


def a_viewer(user_id: int = 1, locale: str = "en") -> Viewer:
    return Viewer(user_id, f"{user_id}@x.test", "Ann", Role.AGENT, 1, "1001", "csrf", locale)


class FakeWire:
    """A screen's way in: keeps what it takes, and takes `room` frames (None: all)."""

    def __init__(self, room: int | None = None) -> None:
        self.frames: list[dict[str, Any]] = []
        self.closed_with: tuple[int, str] | None = None
        self.room = room

    @property
    def closed(self) -> bool:
        return self.closed_with is not None

    def write(self, frame: Frame) -> bool:
        if self.closed or (self.room is not None and len(self.frames) >= self.room):
            return False
        self.frames.append(json.loads(frame.text))
        return True

    def close(self, code: int, reason: str) -> None:
        self.closed_with = (code, reason)

    def seqs(self, topic: str = "desk:1") -> list[tuple[str, int]]:
        return [
            ("snapshot" if frame["snapshot"] else "change", frame["seq"])
            for frame in self.frames
            if frame["topic"] == topic
        ]

    def state(self, topic: str = "desk:1") -> dict[str, Value]:
        """What the screen shows, checking on the way that the numbers have no gap."""
        state: dict[str, Value] = {}
        at: int | None = None
        for frame in (frame for frame in self.frames if frame["topic"] == topic):
            drawn = json.loads(frame["content"])
            if frame["snapshot"]:
                state = drawn
            else:
                assert at is not None
                assert frame["seq"] == at + 1
                [(key, value)] = drawn.items()
                state.pop(key, None) if value is None else state.update({key: value})
            at = frame["seq"]
        return state


class JsonRenderer:
    """Draws JSON instead of HTML; counts how often, and remembers what was delivered."""

    def __init__(self) -> None:
        self.drawn: list[tuple[str, int, str]] = []
        self.told: list[tuple[dict[str, Value], int, datetime]] = []
        self.fails = False

    def topics(self, viewer: Viewer) -> list[str]:
        return [f"desk:{viewer.user_id}", "links"]

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        self.drawn.append(("snapshot", snapshot.number, locale))
        return json.dumps(snapshot.entries)

    def change(self, change: Change, locale: str) -> Fragment | None:
        self.drawn.append(("change", change.number, locale))
        if self.fails:
            raise ValueError("cannot be drawn")
        return Fragment(json.dumps({change.key: change.value}), "#t", "beforeend")

    def delivered(self, entries: Mapping[str, Value], viewer: Viewer, at: datetime) -> None:
        self.told.append((dict(entries), viewer.user_id, at))


class World:
    """A running hub on a bus."""

    def __init__(self, bus: Bus, hub: Hub, renderer: JsonRenderer) -> None:
        self.bus = bus
        self.hub = hub
        self.renderer = renderer


@asynccontextmanager
async def running(now: datetime, bus: Bus | None = None) -> AsyncIterator[World]:
    bus, renderer = bus or MemoryBus(), JsonRenderer()
    hub = Hub(bus, {"desk": renderer}, {}, clock=lambda: now)
    async with hub.running():
        yield World(bus, hub, renderer)


@pytest.fixture
async def world(now: datetime) -> AsyncIterator[World]:
    async with running(now) as world:
        yield world


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop run until the condition holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


async def test_a_screen_gets_snapshots_then_changes(world: World) -> None:
    await world.bus.put("desk:1", "a", {"x": 1})
    wire = FakeWire()
    world.hub.join(a_viewer(), wire)
    await until(lambda: len(wire.frames) == 2)
    await world.bus.put("desk:1", "b", {"x": 2})
    await until(lambda: len(wire.frames) == 3)
    assert wire.seqs() == [("snapshot", 1), ("change", 2)]
    assert wire.seqs("links") == [("snapshot", 0)]
    assert wire.frames[0]["target"] == '[data-topic="desk:1"]'
    assert wire.frames[0]["swap"] == "innerMorph swapEmpty:true"
    assert wire.frames[2] == {
        "topic": "desk:1",
        "seq": 2,
        "snapshot": False,
        "content": '{"b": {"x": 2}}',
        "target": "#t",
        "swap": "beforeend swapEmpty:true",
    }


async def test_a_change_is_drawn_once_for_each_language(world: World) -> None:
    wires = [FakeWire() for _ in range(4)]
    for wire, locale in zip(wires, ("en", "sk", "en", "sk"), strict=True):
        world.hub.join(a_viewer(locale=locale), wire)
    await until(lambda: all(len(wire.frames) == 2 for wire in wires))
    world.renderer.drawn.clear()
    await world.bus.put("desk:1", "a", {"x": 1})
    await until(lambda: all(len(wire.frames) == 3 for wire in wires))
    assert sorted(world.renderer.drawn) == [("change", 1, "en"), ("change", 1, "sk")]


async def test_screens_that_come_together_share_a_snapshot(world: World) -> None:
    wires = [FakeWire() for _ in range(100)]
    for user_id, wire in enumerate(wires):
        world.hub.join(a_viewer(user_id), wire)
    await until(lambda: all(len(wire.frames) == 2 for wire in wires))
    assert len(world.renderer.drawn) == 100 + 1  # a desk each, and the links once


async def test_what_was_delivered_is_told_with_the_moment(world: World, now: datetime) -> None:
    await world.bus.put("desk:1", "a", {"x": 1})
    wire = FakeWire()
    world.hub.join(a_viewer(), wire)
    await until(lambda: len(wire.frames) == 2)
    await world.bus.put("desk:1", "b", {"x": 2})
    await world.bus.put("desk:1", "a", None)
    await until(lambda: len(wire.frames) == 4)
    assert world.renderer.told == [({"a": {"x": 1}}, 1, now), ({"b": {"x": 2}}, 1, now)]


async def test_a_slow_reader_is_dropped_and_holds_nobody_up(world: World) -> None:
    slow, quick = FakeWire(room=2), FakeWire()
    dropped = metric("lineside_live_dropped_total", reason="slow")
    for wire in (slow, quick):
        world.hub.join(a_viewer(), wire)
    await until(lambda: len(slow.frames) == len(quick.frames) == 2)
    await world.bus.put("desk:1", "a", {})
    await world.bus.put("desk:1", "b", {})
    await until(lambda: len(quick.frames) == 4)
    assert slow.closed_with == (1013, "too slow")
    assert len(slow.frames) == 2
    assert metric("lineside_live_dropped_total", reason="slow") == dropped + 1
    assert world.renderer.told[-1][0] == {"b": {}}
    assert len(world.renderer.told) == 2  # nothing is told of the slow one


async def test_a_resync_brings_new_snapshots(world: World) -> None:
    wire = FakeWire()
    connection = world.hub.join(a_viewer(), wire)
    await until(lambda: len(wire.frames) == 2)
    await world.bus.put("desk:1", "a", {"x": 1})
    await until(lambda: len(wire.frames) == 3)
    world.hub.resync(connection)
    await until(lambda: len(wire.frames) == 5)
    await world.bus.put("desk:1", "b", {"x": 2})
    await until(lambda: len(wire.frames) == 6)
    assert wire.seqs() == [("snapshot", 0), ("change", 1), ("snapshot", 1), ("change", 2)]


async def test_who_is_connected_is_counted(world: World) -> None:
    assert world.hub.connected(1) == 0
    one = world.hub.join(a_viewer(), FakeWire())
    two = world.hub.join(a_viewer(), FakeWire())
    assert world.hub.connected(1) == 2
    world.hub.leave(one)
    assert world.hub.connected(1) == 1
    world.hub.leave(two)
    assert world.hub.connected(1) == 0


async def test_who_left_gets_nothing_more(world: World) -> None:
    wire = FakeWire()
    connection = world.hub.join(a_viewer(), wire)
    other = FakeWire()
    world.hub.join(a_viewer(), other)
    await until(lambda: len(other.frames) == 2)
    world.hub.leave(connection)
    world.hub.resync(connection)
    await world.bus.put("desk:1", "a", {})
    await until(lambda: len(other.frames) == 3)
    assert len(wire.frames) == 2


async def test_what_cannot_be_drawn_keeps_the_numbers_and_the_screen(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    wire = FakeWire()
    world.hub.join(a_viewer(), wire)
    await until(lambda: len(wire.frames) == 2)
    world.renderer.fails = True
    await world.bus.put("desk:1", "a", {})
    await until(lambda: len(wire.frames) == 3)
    assert wire.frames[2] == {"topic": "desk:1", "seq": 1, "snapshot": False}
    assert "The renderer of desk:1 failed" in caplog.text
    world.renderer.fails = False
    await world.bus.put("desk:1", "b", {})
    await until(lambda: len(wire.frames) == 4)
    assert wire.seqs()[-1] == ("change", 2)


class BreakableBus(MemoryBus):
    """A bus in memory that can lose changes, lose its state, and be away."""

    def __init__(self) -> None:
        super().__init__()
        self.away = 0

    def break_connection(self) -> None:
        self._readers.tell(None)

    def lose(self, topic: str) -> None:
        """A change that no reader hears of."""
        self._topics[topic].number += 1

    def forget(self) -> None:
        self._topics.clear()

    async def snapshot(self, topic: str) -> Snapshot:
        if self.away:
            self.away -= 1
            raise ConnectionError("the bus is away")
        return await super().snapshot(topic)


async def test_after_a_break_all_get_new_snapshots(now: datetime) -> None:
    bus = BreakableBus()
    async with running(now, bus) as world:
        wires = [FakeWire(), FakeWire()]
        for user_id, wire in enumerate(wires):
            world.hub.join(a_viewer(user_id), wire)
        await until(lambda: all(len(wire.frames) == 2 for wire in wires))
        await bus.put("links", "a", {"x": 1})
        await until(lambda: all(len(wire.frames) == 3 for wire in wires))
        bus.forget()
        await bus.put("links", "b", {"x": 2})
        bus.break_connection()
        await until(lambda: all(len(wire.frames) == 5 for wire in wires))
        await bus.put("links", "c", {"x": 3})
        await until(lambda: all(len(wire.frames) == 6 for wire in wires))
        for wire in wires:
            assert wire.state("links") == {"b": {"x": 2}, "c": {"x": 3}}


async def test_a_lost_change_leads_to_a_snapshot(now: datetime) -> None:
    bus = BreakableBus()
    async with running(now, bus) as world:
        wire = FakeWire()
        world.hub.join(a_viewer(), wire)
        await bus.put("desk:1", "a", {"x": 1})
        await until(lambda: len(wire.frames) >= 2)
        bus.lose("desk:1")
        await bus.put("desk:1", "b", {"x": 2})
        await until(lambda: wire.seqs()[-1] == ("snapshot", 3))
        assert wire.state() == {"a": {"x": 1}, "b": {"x": 2}}


async def test_a_topic_reset_on_the_bus_leads_to_a_snapshot(now: datetime) -> None:
    bus = BreakableBus()
    async with running(now, bus) as world:
        wire = FakeWire()
        connection = world.hub.join(a_viewer(), wire)
        await until(lambda: len(wire.frames) == 2)
        for key in "abc":
            await bus.put("desk:1", key, {})
        await until(lambda: wire.seqs()[-1] == ("change", 3))
        bus.forget()
        await bus.put("desk:1", "d", {})
        await until(lambda: wire.seqs()[-1] == ("snapshot", 1))
        bus.forget()
        world.hub.resync(connection)
        await until(lambda: wire.seqs()[-1] == ("snapshot", 0))
        assert wire.state() == {}


async def test_a_bus_that_is_away_is_asked_again(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "SNAPSHOT_RETRY_S", 0)
    bus = BreakableBus()
    bus.away = 3
    async with running(now, bus) as world:
        wire = FakeWire()
        world.hub.join(a_viewer(), wire)
        await until(lambda: len(wire.frames) == 2)


class DawdlingBus(BreakableBus):
    """A bus whose answers and announcements come late, as those of a bus over a network do."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = random.Random(seed)  # noqa: S311 - a schedule

    async def snapshot(self, topic: str) -> Snapshot:
        await self._dawdle()
        snapshot = await super().snapshot(topic)
        await self._dawdle()
        return snapshot

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[Change | None]]:
        async with super().changes() as changes:
            yield self._late(changes)

    async def _late(self, changes: AsyncIterator[Change | None]) -> AsyncIterator[Change | None]:
        async for change in changes:
            await self._dawdle()
            yield change

    async def _dawdle(self) -> None:
        for _ in range(self._chance.randrange(4)):
            await asyncio.sleep(0)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "remove", "join", "leave", "resync", "break", "lose", "wait"]),
        st.integers(0, 3),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(steps=STEPS, seed=st.integers(0, 1000))
def test_every_screen_ends_with_the_state_of_the_bus(steps: list[tuple[str, int]], seed: int) -> None:
    asyncio.run(_play(steps, seed, NOW))


async def _play(steps: list[tuple[str, int]], seed: int, now: datetime) -> None:
    bus = DawdlingBus(seed)
    async with running(now, bus) as world:
        screens = [(wire := FakeWire(), world.hub.join(a_viewer(), wire))]
        for count, (step, n) in enumerate(steps):
            if step in ("put", "remove"):
                await bus.put("desk:1", f"k{n}", {"n": count} if step == "put" else None)
            elif step == "join":
                screens.append((wire := FakeWire(), world.hub.join(a_viewer(), wire)))
            elif step == "leave" and len(screens) > 1:
                world.hub.leave(screens.pop()[1])
            elif step == "resync":
                world.hub.resync(screens[n % len(screens)][1])
            elif step == "break":
                bus.break_connection()
            elif step == "lose" and "desk:1" in bus._topics:
                bus.lose("desk:1")
            else:
                for _ in range(n):
                    await asyncio.sleep(0)
        # One change more, so that a loss at the very end is seen.
        await bus.put("desk:1", "end", {})
        last = (await MemoryBus.snapshot(bus, "desk:1")).number
        await until(lambda: all(seq(wire) == last for wire, _ in screens))
        expected = (await MemoryBus.snapshot(bus, "desk:1")).entries
        assert [wire.state() for wire, _ in screens] == [expected] * len(screens)


def seq(wire: FakeWire) -> int | None:
    seqs = wire.seqs()
    return seqs[-1][1] if seqs else None


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0
