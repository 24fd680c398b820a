"""Puts arrive in order, and again when the bus was away."""

import asyncio

import pytest

from console.live import puts as puts_module
from console.live.bus import Change, Value
from console.live.memory_bus import MemoryBus
from console.live.puts import Puts
from tests.console.live.screens import BreakableBus, metric


class OvertakingBus(MemoryBus):
    """Of puts under way at once the last one arrives first."""

    def __init__(self) -> None:
        super().__init__()
        self._waits = 10

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        self._waits -= 1
        for _ in range(self._waits):
            await asyncio.sleep(0)
        return await super().put(topic, key, value)


async def test_puts_of_a_topic_arrive_in_order() -> None:
    bus = OvertakingBus()
    puts = Puts(bus)
    await asyncio.gather(*(puts.put("desk:1", "presence", {"n": n}) for n in range(5)))
    assert (await bus.snapshot("desk:1")).entries == {"presence": {"n": 4}}


async def test_what_the_bus_did_not_take_is_put_later() -> None:
    bus = BreakableBus()
    puts = Puts(bus)
    bus.away = 3
    assert not await puts.put("desk:1", "a", {"n": 1})
    await puts.put("desk:1", "b", {"n": 2})
    with pytest.raises(ConnectionError):
        await puts.mend()
    assert await puts.put("desk:1", "a", {"n": 3})
    await puts.mend()
    assert (await bus.snapshot("desk:1")).entries == {"a": {"n": 3}, "b": {"n": 2}}
    number = (await bus.snapshot("desk:1")).number
    await puts.mend()
    assert (await bus.snapshot("desk:1")).number == number


async def test_a_removal_that_the_bus_did_not_take_is_made_later() -> None:
    bus = BreakableBus()
    puts = Puts(bus)
    await puts.put("desk:1", "a", {"n": 1})
    bus.away = 1
    await puts.put("desk:1", "a", None)
    await puts.mend()
    assert (await bus.snapshot("desk:1")).entries == {}


async def test_what_waits_for_the_bus_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(puts_module, "MOST_MISSING", 2)
    dropped = metric("lineside_puts_dropped_total")
    bus = BreakableBus()
    puts = Puts(bus)
    bus.away = 4
    for key in ("a", "b", "b", "c"):
        await puts.put("desk:1", key, {"key": key})
    await puts.mend()
    assert list((await bus.snapshot("desk:1")).entries) == ["b", "c"]
    assert metric("lineside_puts_dropped_total") - dropped == 1
