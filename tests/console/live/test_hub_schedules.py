"""The hub under random schedules: whatever is put, lost or broken, each screen ends with the bus's state."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.live.bus import Change, Snapshot
from console.live.memory_bus import MemoryBus
from tests.conftest import NOW
from tests.console.live.screens import BreakableBus, FakeWire, a_viewer, running, until

pytestmark = pytest.mark.slow


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
@given(steps=STEPS, seed=st.integers(0, 1000), at_once=st.sampled_from([1, 2, sys.maxsize]))
def test_every_screen_ends_with_the_state_of_the_bus(
    steps: list[tuple[str, int]], seed: int, at_once: int
) -> None:
    asyncio.run(_play(steps, seed, at_once, NOW))


async def _play(steps: list[tuple[str, int]], seed: int, at_once: int, now: datetime) -> None:
    bus = DawdlingBus(seed)
    async with running(now, bus, at_once) as world:
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
