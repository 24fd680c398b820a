"""What only the bus on Redis has: a connection that can break, keys that expire, other processes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from console.live import redis_bus
from console.live.bus import Change
from console.live.redis_bus import PREFIX, BusUnreachableError, RedisBus
from console.web.metrics import REGISTRY
from tests.rig.processes import free_port

pytestmark = pytest.mark.real("redis")


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[RedisBus]:
    bus = RedisBus(redis_url)
    yield bus
    await bus.close()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """Somebody else's connection."""
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        yield redis


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time-outs that a test can wait for."""
    monkeypatch.setattr(redis_bus, "PING_AFTER_S", 0.05)
    monkeypatch.setattr(redis_bus, "RECONNECT_MIN_S", 0.01)
    monkeypatch.setattr(redis_bus, "COMMAND_TIMEOUT_S", 0.2)


async def take(changes: AsyncIterator[Change | None]) -> Change | None:
    async with asyncio.timeout(5):
        return await anext(changes)


async def test_two_processes_see_each_others_changes_and_messages(bus: RedisBus, redis_url: str) -> None:
    other = RedisBus(redis_url)
    async with bus.changes() as changes, bus.messages("pops") as pops:
        put = await other.put("t", "a", {"x": 1})
        await other.send("pops", {"leg": "1"})
        assert put == await _first_change(changes)
        async with asyncio.timeout(5):
            assert await anext(pops) == {"leg": "1"}
    await other.close()


async def test_another_database_of_the_same_redis_is_another_house(bus: RedisBus, redis_url: str) -> None:
    other = RedisBus(redis_url.removesuffix("/0") + "/1")
    async with bus.changes() as changes, bus.messages("pops") as pops:
        await other.put("t", "a", {"x": 1})
        await other.send("pops", {"leg": "1"})
        put = await bus.put("t", "a", {"x": 2})
        await bus.send("pops", {"leg": "2"})
        assert put == await _first_change(changes)
        async with asyncio.timeout(5):
            assert await anext(pops) == {"leg": "2"}
    await other.close()


async def test_what_makes_no_sense_does_not_end_the_listening(bus: RedisBus, redis: Redis) -> None:
    async with bus.changes() as changes, bus.messages("pops") as pops:
        await redis.publish(f"{PREFIX}0:change:t", "no change")
        await redis.publish(f"{PREFIX}0:change:t", "x=[1]")
        await redis.publish(f"{PREFIX}0:message:pops", "{")
        await bus.send("pops", {"leg": "1"})
        put = await bus.put("t", "a", {"x": 1})
        assert put == await _first_change(changes)
        async with asyncio.timeout(5):
            assert await anext(pops) == {"leg": "1"}


async def _first_change(changes: AsyncIterator[Change | None]) -> Change:
    while (change := await take(changes)) is None:
        pass
    return change


async def test_readers_are_told_of_a_broken_connection_and_go_on(
    bus: RedisBus, redis: Redis, impatient: None
) -> None:
    breaks = REGISTRY.get_sample_value("lineside_bus_breaks_total") or 0.0
    async with bus.changes() as changes:
        await bus.put("t", "a", {})
        assert (await _first_change(changes)).number == 1
        await redis.client_kill_filter(_type="pubsub", skipme=True)
        assert await take(changes) is None
        await bus.put("t", "b", {})
        assert (await _first_change(changes)).number == 2
    assert REGISTRY.get_sample_value("lineside_bus_breaks_total") == breaks + 1


async def test_silence_is_no_break(bus: RedisBus, impatient: None) -> None:
    breaks = REGISTRY.get_sample_value("lineside_bus_breaks_total")
    async with bus.changes() as changes:
        await asyncio.sleep(0.3)  # several pings: silence is what is tested
        await bus.put("t", "a", {})
        assert (await _first_change(changes)).number == 1
    assert REGISTRY.get_sample_value("lineside_bus_breaks_total") == breaks


async def test_a_server_that_went_silent_is_a_break(impatient: None) -> None:
    """It accepts, confirms the subscriptions, and never says anything again."""
    subscriptions = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal subscriptions
        while line := await reader.readline():
            if line.strip().upper() == b"PSUBSCRIBE":
                subscriptions += 1
                for n, name in enumerate((f"{PREFIX}change:*".encode(), f"{PREFIX}message:*".encode()), 1):
                    writer.write(b"*3\r\n$10\r\npsubscribe\r\n$%d\r\n%b\r\n:%d\r\n" % (len(name), name, n))
            elif line.strip().upper() in {b"HELLO", b"CLIENT"}:
                writer.write(b"-ERR unknown command\r\n" if line[:1] in b"Hh" else b"+OK\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    bus = RedisBus(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0?protocol=2")
    async with asyncio.timeout(5), bus.changes() as changes:
        while subscriptions < 3:
            assert await anext(changes) is None
    await bus.close()
    server.close()


async def test_a_bus_that_is_away_says_so_in_time(tmp_path: Path) -> None:
    bus = RedisBus(f"redis://127.0.0.1:{free_port()}/0")
    calls: list[Callable[[], object]] = [
        bus.ping,
        lambda: bus.put("t", "a", {}),
        lambda: bus.snapshot("t"),
        lambda: bus.send("pops", {}),
    ]
    async with asyncio.timeout(5):
        for call in calls:
            with pytest.raises(OSError, match="check that it runs and what LINESIDE_REDIS_URL says") as error:
                await call()  # type: ignore[misc]
            assert isinstance(error.value, BusUnreachableError)
    await bus.close()


async def test_what_nobody_touched_for_a_day_goes_and_its_number_later(bus: RedisBus, redis: Redis) -> None:
    await bus.put("t", "a", {})
    assert 86_000 < await redis.ttl(f"{PREFIX}state:t") <= 86_400
    assert await redis.ttl(f"{PREFIX}number:t") > 29 * 86_400
    await redis.expire(f"{PREFIX}state:t", 10)
    await bus.snapshot("t")
    assert await redis.ttl(f"{PREFIX}state:t") > 86_000


async def test_a_redis_that_was_started_anew_is_told_the_scripts_again(bus: RedisBus, redis: Redis) -> None:
    await bus.put("t", "a", {})
    await redis.script_flush()
    assert await bus.put("t", "b", {}) == Change("t", 2, "b", {}, new=True)


async def test_a_broken_connection_is_made_anew(bus: RedisBus, redis: Redis) -> None:
    await bus.put("t", "a", {})
    await redis.client_kill_filter(_type="normal", skipme=True)
    assert await bus.put("t", "b", {}) == Change("t", 2, "b", {}, new=True)


async def test_numbers_go_on_after_the_state_went(bus: RedisBus, redis: Redis) -> None:
    await bus.put("t", "a", {})
    await redis.delete(f"{PREFIX}state:t")
    change = await bus.put("t", "b", {})
    assert change is not None
    assert change.number == 2
    assert list((await bus.snapshot("t")).entries) == ["b"]


async def test_everything_is_under_our_prefix(bus: RedisBus, redis: Redis) -> None:
    await bus.put("desk:1", "a", {})
    assert {key async for key in redis.scan_iter()} == {f"{PREFIX}state:desk:1", f"{PREFIX}number:desk:1"}
