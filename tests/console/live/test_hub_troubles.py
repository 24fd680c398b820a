"""Whatever fails around the hub: it is survived, counted, and the screens come right again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from console.live.bus import Change, Snapshot
from console.live.frame import Frame
from console.live.hub import SNAPSHOTS_AT_ONCE
from console.live.memory_bus import MemoryBus
from tests.console.live.screens import BreakableBus, FakeWire, a_viewer, metric, running, until


def failures(where: str) -> float:
    return metric("lineside_live_failures_total", where=where)


def dropped(reason: str) -> float:
    return metric("lineside_live_dropped_total", reason=reason)


class BrokenWire(FakeWire):
    """A wire that raises what nobody expects of it."""

    def write(self, frame: Frame) -> bool:
        raise RuntimeError("the transport is in pieces")

    def close(self, code: int, reason: str) -> None:
        raise RuntimeError("so is its end")


class GarbledBus(BreakableBus):
    """A bus whose changes, or snapshots, cannot be read so many times."""

    def __init__(self) -> None:
        super().__init__()
        self.garbled_snapshots = 0
        self.followed = 0
        self.stop_reading = asyncio.Event()

    async def snapshot(self, topic: str) -> Snapshot:
        if self.garbled_snapshots:
            self.garbled_snapshots -= 1
            raise ValueError("no JSON")
        return await super().snapshot(topic)

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[Change | None]]:
        self.followed += 1
        async with super().changes() as changes:
            yield self._read(changes) if self.followed == 1 else changes

    async def _read(self, changes: AsyncIterator[Change | None]) -> AsyncIterator[Change | None]:
        async for change in changes:
            if self.stop_reading.is_set():
                raise ValueError("no JSON")
            yield change


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    for name in ("SNAPSHOT_RETRY_S", "FOLLOW_RETRY_S", "BEAT_S"):
        monkeypatch.setattr(f"console.live.hub.{name}", 0)


async def test_a_screen_that_cannot_be_written_to_is_dropped_and_the_others_get_all(now: datetime) -> None:
    before = failures("write"), failures("close")
    async with running(now) as world:
        wires = [BrokenWire(), FakeWire()]
        for wire in wires:
            world.hub.join(a_viewer(), wire)
        await until(lambda: len(wires[1].frames) == 2)
        await world.bus.put("desk:1", "a", {"x": 1})
        await until(lambda: wires[1].seqs() == [("snapshot", 0), ("change", 1)])
    assert (failures("write"), failures("close")) == (before[0] + 1, before[1] + 1)


@pytest.mark.usefixtures("at_once")
async def test_changes_that_cannot_be_read_are_asked_for_anew(now: datetime) -> None:
    bus, wire, before = GarbledBus(), FakeWire(), failures("bus")
    async with running(now, bus) as world:
        world.hub.join(a_viewer(), wire)
        await until(lambda: len(wire.frames) == 2)
        bus.stop_reading.set()
        await bus.put("desk:1", "a", {"x": 1})
        await until(lambda: wire.state() == {"a": {"x": 1}})
        await bus.put("desk:1", "a", {"x": 2})
        await until(lambda: wire.seqs()[-1] == ("change", 2))
    assert failures("bus") == before + 1


@pytest.mark.usefixtures("at_once")
async def test_a_snapshot_that_cannot_be_read_is_taken_again(now: datetime) -> None:
    bus, wire, before = GarbledBus(), FakeWire(), failures("snapshot")
    bus.garbled_snapshots = 3
    async with running(now, bus) as world:
        world.hub.join(a_viewer(), wire)
        await until(lambda: len(wire.frames) == 2)
    assert failures("snapshot") == before + 3


async def test_a_change_that_makes_no_sense_costs_a_snapshot(now: datetime) -> None:
    bus, wire, before = BreakableBus(), FakeWire(), failures("change")
    nonsense: Any = "7"
    async with running(now, bus) as world:
        world.hub.join(a_viewer(), wire)
        await until(lambda: len(wire.frames) == 2)
        bus._readers.tell(Change("desk:1", nonsense, "a", {}, new=True))
        await until(lambda: len(wire.seqs()) == 2)
        await bus.put("desk:1", "a", {"x": 1})
        await until(lambda: wire.state() == {"a": {"x": 1}})
    assert failures("change") == before + 1


@pytest.mark.usefixtures("at_once")
async def test_every_screen_hears_the_beat_and_who_is_silent_is_dropped(now: datetime) -> None:
    before = dropped("silent")
    async with running(now) as world:
        wires = [FakeWire() for _ in range(45)]
        connections = [world.hub.join(a_viewer(number), wire) for number, wire in enumerate(wires)]
        await until(lambda: all(wire.beats > 1 for wire in wires))
        wires[7].answers = False
        await until(lambda: wires[7].closed)
        world.hub.leave(connections[7])
        beats = [wire.beats for wire in wires]
        await until(lambda: wires[44].beats > beats[44] + 2)
        assert wires[7].closed_with == (1013, "too silent")
        assert not any(wire.closed for wire in wires if wire is not wires[7])
    assert dropped("silent") == before + 1


async def test_only_so_many_snapshots_are_taken_at_a_time(now: datetime) -> None:
    class CountingBus(MemoryBus):
        taking = most = 0

        async def snapshot(self, topic: str) -> Snapshot:
            self.taking += 1
            self.most = max(self.most, self.taking)
            await asyncio.sleep(0)
            self.taking -= 1
            return await super().snapshot(topic)

    bus = CountingBus()
    async with running(now, bus) as world:
        wires = [FakeWire() for _ in range(10 * SNAPSHOTS_AT_ONCE)]
        for number, wire in enumerate(wires):
            world.hub.join(a_viewer(number), wire)
        await until(lambda: all(len(wire.frames) == 2 for wire in wires))
    assert bus.most == SNAPSHOTS_AT_ONCE
