"""What every bus does: MemoryBus and RedisBus pass the same tests."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from console.live.bus import Bus, Change
from console.live.memory_bus import MemoryBus
from console.live.redis_bus import RedisBus


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.real("redis"))])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    bus: Bus = MemoryBus() if request.param == "memory" else RedisBus(request.getfixturevalue("redis_url"))
    yield bus
    await bus.close()


async def take(changes: AsyncIterator[Change | None]) -> Change | None:
    async with asyncio.timeout(5):
        return await anext(changes)


async def test_a_topic_nobody_changed_is_empty_and_at_zero(bus: Bus) -> None:
    snapshot = await bus.snapshot("desk:1")
    assert (snapshot.topic, snapshot.number, snapshot.entries) == ("desk:1", 0, {})


async def test_changes_are_numbered_per_topic_from_one(bus: Bus) -> None:
    first = await bus.put("desk:1", "a", {"x": 1})
    second = await bus.put("desk:1", "a", {"x": 2})
    other = await bus.put("desk:2", "a", {"x": 3})
    assert first == Change("desk:1", 1, "a", {"x": 1}, new=True)
    assert second == Change("desk:1", 2, "a", {"x": 2}, new=False)
    assert other == Change("desk:2", 1, "a", {"x": 3}, new=True)


async def test_a_snapshot_keeps_the_order_of_first_appearance(bus: Bus) -> None:
    for key in ("b", "c", "a", "b"):
        await bus.put("t", key, {"k": key})
    snapshot = await bus.snapshot("t")
    assert list(snapshot.entries) == ["b", "c", "a"]
    assert snapshot.number == 4


async def test_an_entry_that_came_back_is_last(bus: Bus) -> None:
    for key in ("a", "b"):
        await bus.put("t", key, {})
    await bus.put("t", "a", None)
    again = await bus.put("t", "a", {})
    assert again == Change("t", 4, "a", {}, new=True)
    assert list((await bus.snapshot("t")).entries) == ["b", "a"]


async def test_removing_announces_and_removing_what_is_not_there_does_not(bus: Bus) -> None:
    async with bus.changes() as changes:
        assert await bus.put("t", "a", None) is None
        await bus.put("t", "a", {"x": 1})
        assert await bus.put("t", "a", None) == Change("t", 2, "a", None, new=False)
        assert await bus.put("t", "a", None) is None
        await bus.put("t", "end", {})
        numbers = [change.number async for change in _until_end(changes)]
    assert numbers == [1, 2, 3]
    assert list((await bus.snapshot("t")).entries) == ["end"]


async def _until_end(changes: AsyncIterator[Change | None]) -> AsyncIterator[Change]:
    while True:
        change = await take(changes)
        if change is None:
            continue
        yield change
        if change.key == "end":
            return


async def test_a_reader_gets_what_put_returned_in_order(bus: Bus) -> None:
    async with bus.changes() as changes:
        put = [await bus.put("t", key, {"k": key, "text": 'ž "q" | + = [\n'}) for key in ("a", "b", "end")]
        assert [change async for change in _until_end(changes)] == put


async def test_all_readers_get_all_changes_of_all_topics(bus: Bus) -> None:
    async with bus.changes() as one, bus.changes() as two:
        await bus.put("t", "a", {})
        await bus.put("u", "end", {})
        got_one = [change.topic async for change in _until_end(one)]
        got_two = [change.topic async for change in _until_end(two)]
    assert got_one == got_two == ["t", "u"]


async def test_concurrent_puts_have_all_numbers_once(bus: Bus) -> None:
    async with bus.changes() as changes:
        await asyncio.gather(*(bus.put("t", f"k{n % 7}", {"n": n}) for n in range(500)))
        await bus.put("t", "end", {})
        got = [change async for change in _until_end(changes)]
    assert [change.number for change in got] == list(range(1, 502))
    state: dict[str, object] = {}
    for change in got:
        state[change.key] = change.value
    snapshot = await bus.snapshot("t")
    assert snapshot.entries == state
    assert snapshot.number == 501


async def test_values_come_back_as_they_were_put(bus: Bus) -> None:
    value = {"text": "Žofia 🐑", "n": 1.5, "none": None, "list": [1, {"deep": True}], "big": 2**53}
    await bus.put("desk:1", "leg:7 |x", value)
    assert (await bus.snapshot("desk:1")).entries == {"leg:7 |x": value}


async def test_messages_reach_who_listens_to_their_channel_only(bus: Bus) -> None:
    async with bus.messages("pops") as pops, bus.messages("other") as other:
        await bus.send("pops", {"leg": "1"})
        await bus.send("other", {"leg": "2"})
        async with asyncio.timeout(5):
            assert await anext(pops) == {"leg": "1"}
            assert await anext(other) == {"leg": "2"}


async def test_a_message_to_nobody_is_forgotten(bus: Bus) -> None:
    await bus.send("pops", {"leg": "1"})
    async with bus.messages("pops") as pops:
        await bus.send("pops", {"leg": "2"})
        async with asyncio.timeout(5):
            assert await anext(pops) == {"leg": "2"}


async def test_readers_end_when_the_bus_closes(bus: Bus) -> None:
    async with bus.changes() as changes, bus.messages("pops") as pops:
        await bus.close()
        async with asyncio.timeout(5):
            assert [change async for change in changes if change is not None] == []
            assert [message async for message in pops] == []


async def test_ping_of_a_bus_that_is_there(bus: Bus) -> None:
    await bus.ping()
