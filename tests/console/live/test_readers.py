"""Bounded backlogs: who does not read costs the others nothing."""

from console.live.bus import Change
from console.live.memory_bus import MemoryBus
from console.web.metrics import REGISTRY


def lapsed(kind: str) -> float:
    return REGISTRY.get_sample_value("lineside_bus_lapsed_total", {"kind": kind}) or 0.0


async def test_who_lags_behind_is_told_to_take_snapshots_and_goes_on() -> None:
    bus = MemoryBus(changes_limit=3)
    before = lapsed("change")
    async with bus.changes() as changes:
        for n in range(5):
            await bus.put("t", "a", {"n": n})
        assert await anext(changes) is None
        assert await anext(changes) == Change("t", 5, "a", {"n": 4}, new=False)
    assert lapsed("change") == before + 1


async def test_who_keeps_up_misses_nothing_while_another_lags() -> None:
    bus = MemoryBus(changes_limit=2)
    async with bus.changes() as quick, bus.changes():
        for n in range(10):
            change = await bus.put("t", "a", {"n": n})
            assert await anext(quick) == change


async def test_the_oldest_message_gives_way() -> None:
    bus = MemoryBus(messages_limit=2)
    before = lapsed("message")
    async with bus.messages("pops") as pops:
        for n in range(3):
            await bus.send("pops", {"n": n})
        assert [(await anext(pops))["n"], (await anext(pops))["n"]] == [1, 2]
    assert lapsed("message") == before + 1


async def test_who_stopped_reading_is_forgotten() -> None:
    bus = MemoryBus(changes_limit=1)
    before = lapsed("change")
    async with bus.changes(), bus.messages("pops"):
        pass
    for n in range(3):
        await bus.put("t", "a", {"n": n})
        await bus.send("pops", {"n": n})
    assert lapsed("change") == before
