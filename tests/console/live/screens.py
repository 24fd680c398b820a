"""Screens that write down what they get, and buses that misbehave: what tests of the hub play with."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.bus import Bus, Change, Snapshot, Value
from console.live.frame import Fragment, Frame
from console.live.hub import Hub
from console.live.memory_bus import MemoryBus
from console.web.metrics import REGISTRY


def a_viewer(user_id: int = 1, locale: str = "en") -> Viewer:
    return Viewer(user_id, f"{user_id}@x.test", "Ann", Role.AGENT, 1, "1001", "csrf", locale)


class FakeWire:
    """A screen's way in: keeps what it takes, and takes `room` frames (None: all)."""

    def __init__(self, room: int | None = None) -> None:
        self.frames: list[dict[str, Any]] = []
        self.closed_with: tuple[int, str] | None = None
        self.room = room
        self.beats = 0
        self.answers = True

    @property
    def closed(self) -> bool:
        return self.closed_with is not None

    def write(self, frame: Frame) -> bool:
        if self.closed or (self.room is not None and len(self.frames) >= self.room):
            return False
        self.frames.append(json.loads(frame.text))
        return True

    def beat(self, frame: Frame) -> bool:
        self.beats += 1
        return self.answers

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
async def running(now: datetime, bus: Bus | None = None, at_once: int = sys.maxsize) -> AsyncIterator[World]:
    bus, renderer = bus or MemoryBus(), JsonRenderer()
    hub = Hub(bus, {"desk": renderer}, {}, clock=lambda: now, at_once=at_once)
    async with hub.running():
        yield World(bus, hub, renderer)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop run until the condition holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


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

    def number(self, topic: str) -> int:
        return self._topics[topic].number if topic in self._topics else 0

    def entries(self, topic: str) -> dict[str, Value]:
        return self._topics[topic].entries if topic in self._topics else {}

    async def snapshot(self, topic: str) -> Snapshot:
        self._answer()
        return await super().snapshot(topic)

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        self._answer()
        return await super().put(topic, key, value)

    def _answer(self) -> None:
        if self.away:
            self.away -= 1
            raise ConnectionError("the bus is away")


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0
