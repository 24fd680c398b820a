"""One process at a time talks to a phone system; when it is gone, the next one does."""

import asyncio
from contextlib import aclosing

import pytest
from redis.asyncio import Redis
from redis.asyncio.lock import Lock

from console.live import lease
from console.live.lease import LeaseLostError, RedisLeases, SoleLeases
from tests.rig.processes import free_port

pytestmark = pytest.mark.real("redis")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "HELD_S", 0.3)
    monkeypatch.setattr(lease, "RENEWED_S", 0.05)
    monkeypatch.setattr(lease, "ASKED_S", 0.02)


async def test_the_second_waits_for_the_first(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = RedisLeases(redis_url), RedisLeases(redis_url)
    done: list[str] = []

    async def second() -> None:
        async with two.hold("main"):
            done.append("second")

    renewals = asyncio.Semaphore(0)
    renew = lease._renewed

    async def counted(lock: Lock) -> bool:
        renewals.release()
        return await renew(lock)

    monkeypatch.setattr(lease, "_renewed", counted)
    async with asyncio.timeout(10), one.hold("main"):
        waiting = asyncio.create_task(second())
        for _ in range(10):  # longer than a lease lasts: it is renewed
            await renewals.acquire()
        done.append("first")
    async with asyncio.timeout(10):
        await waiting
    assert done == ["first", "second"]
    await one.close()
    await two.close()


async def test_different_phone_systems_do_not_wait(redis_url: str) -> None:
    leases = RedisLeases(redis_url)
    async with asyncio.timeout(10), leases.hold("a"), leases.hold("b"):
        pass
    await leases.close()


async def test_who_looks_for_a_holder_finds_one(redis_url: str) -> None:
    one, two = RedisLeases(redis_url), RedisLeases(redis_url)
    async with asyncio.timeout(10):
        assert not await two.held("main")
        async with one.hold("main"):
            assert await two.held("main")
            assert not await two.held("branch")
        assert not await two.held("main")
    await one.close()
    await two.close()


async def test_who_cannot_look_says_so() -> None:
    leases = RedisLeases(f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(ConnectionError, match="Redis cannot be asked"):
        await leases.held("main")
    await leases.close()


async def test_who_lost_it_stops(redis_url: str) -> None:
    leases = RedisLeases(redis_url)
    async with aclosing(Redis.from_url(redis_url)) as redis:

        async def lose() -> None:
            async with asyncio.timeout(10), leases.hold("main"):
                await redis.set("lineside:lease:main", "somebody else")
                await asyncio.Event().wait()

        with pytest.raises(LeaseLostError, match="Stopped talking to the phone system main"):
            await lose()
    await leases.close()


async def test_what_redis_forgot_is_taken_again(redis_url: str) -> None:
    leases = RedisLeases(redis_url)
    async with aclosing(Redis.from_url(redis_url)) as redis, asyncio.timeout(10), leases.hold("main"):
        await redis.delete("lineside:lease:main")
        while not await redis.exists("lineside:lease:main"):
            pass
    await leases.close()


async def test_a_sole_process_waits_for_nobody() -> None:
    async with asyncio.timeout(10), SoleLeases().hold("main"), SoleLeases().hold("main"):
        assert not await SoleLeases().held("main")
