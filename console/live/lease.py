"""Who talks to a phone system: one process at a time, the others stand by.

A lease in Redis is held as long as it is renewed. Whoever cannot renew it any more must stop, because another
may have begun.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Protocol

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

from console.errors import LinesideError

log = logging.getLogger(__name__)

HELD_S = 15.0
"""A process that died is replaced after this long at the latest."""

RENEWED_S = 4.0
ASKED_S = 1.0


class LeaseLostError(LinesideError):
    """Another process may talk to the phone system by now."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Stopped talking to the phone system {name}: for {HELD_S:.0f} s Redis could not confirm that "
            "this process is the one to do so. Start it again when Redis answers."
        )


class Leases(Protocol):
    """Gives leases by name. A holder that starts anew is back within `grace_s`."""

    @property
    def grace_s(self) -> float: ...

    def hold(self, name: str) -> AbstractAsyncContextManager[None]:
        """Wait until the lease is ours; hold it until the context is left."""
        ...

    async def held(self, name: str) -> bool:
        """Whether anybody holds the lease. Raises OSError when that cannot be said."""
        ...


class SoleLeases:
    """For a process that is the only one."""

    grace_s = 0.0

    def hold(self, _name: str) -> AbstractAsyncContextManager[None]:
        """Ours at once."""
        return nullcontext()

    async def held(self, _name: str) -> bool:
        """Nobody else is there to hold one that is not asked for."""
        return False


class RedisLeases:
    """Leases among all processes on one Redis."""

    grace_s = 300.0

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0)

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """See `Leases.hold`.

        Raises:
            LeaseLostError: it could not be renewed in time; what ran in the context was cancelled.
        """
        lock = Lock(self._redis, _key(name), timeout=HELD_S, sleep=ASKED_S)
        await _acquire(lock)
        try:
            async with asyncio.TaskGroup() as tasks:
                over = asyncio.Event()
                tasks.create_task(_renew(lock, name, over))
                yield
                over.set()  # not cancelled: a command on its way to Redis would leave its connection open
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed
        finally:
            with suppress(RedisError, OSError):
                await lock.release()

    async def held(self, name: str) -> bool:
        """See `Leases.held`."""
        try:
            return bool(await self._redis.exists(_key(name)))
        except RedisError as error:
            raise ConnectionError(f"Redis cannot be asked who talks to {name}: {error}") from error

    async def close(self) -> None:
        """Close the connection."""
        await self._redis.aclose()


def _key(name: str) -> str:
    return f"lineside:lease:{name}"


async def _acquire(lock: Lock) -> None:
    while True:
        try:
            if await lock.acquire():
                return
        except (RedisError, OSError) as error:
            log.warning("cannot ask Redis who talks to the phone system, will try again: %s", error)
            await asyncio.sleep(ASKED_S)


async def _renew(lock: Lock, name: str, over: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    good_until = loop.time() + HELD_S
    while loop.time() < good_until:
        with suppress(TimeoutError):
            return await asyncio.wait_for(_happened(over), RENEWED_S)
        if await _renewed(lock):
            good_until = loop.time() + HELD_S
    raise LeaseLostError(name)


async def _happened(event: asyncio.Event) -> None:
    await event.wait()


async def _renewed(lock: Lock) -> bool:
    """Renew, or take it again where Redis lost it (it was started anew)."""
    try:
        return await lock.reacquire()
    except LockError:
        with suppress(RedisError, OSError):
            return bool(await lock.acquire(blocking=False))
    except (RedisError, OSError) as error:
        log.warning("cannot renew the lease yet: %s", error)
    return False
