"""The bus between processes, on Redis.

Keys, all under `lineside:`
    `state:TOPIC`   hash, key -> "FIRST|[key, value]": FIRST is the change in which the key first appeared
    `number:TOPIC`  how many changes the topic had
Channels
    `change:TOPIC`  "NUMBER+[key, value]" (the key is new) or "NUMBER=[key, value]"
    `message:NAME`  a message as JSON

A change is one script: state, number and announcement go together or not at all (Redis runs a script alone).
One connection per process listens, to all channels by pattern, and feeds the readers of this process.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from console.errors import LinesideError
from console.live.bus import Change, Snapshot, Value
from console.live.metrics import BUS_BREAKS
from console.live.readers import CHANGES_LIMIT, MESSAGES_LIMIT, Readers

logger = logging.getLogger(__name__)

PREFIX = "lineside:"
STATE_TTL_S = 24 * 3600
"""The state of a topic goes when nobody changed or read it for so long (an agent who left the company)."""

NUMBER_TTL_S = 30 * STATE_TTL_S
"""Numbers outlive the state: a number that starts again at 1 looks old to who saw a higher one."""

CONNECTIONS = 16
"""For commands, in each process; more than so many at once wait for one another."""

COMMAND_TIMEOUT_S = 2.0
PING_AFTER_S = 5.0
"""A listening connection silent for so long is asked whether it is alive; silent again, it is broken."""

RECONNECT_MIN_S = 0.05
RECONNECT_MAX_S = 2.0

_PUT = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[3] == 'remove' and not old then return false end
local number = redis.call('INCR', KEYS[2])
if ARGV[3] == 'remove' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  local first = old and string.match(old, '^%d+') or string.format('%d', number)
  redis.call('HSET', KEYS[1], ARGV[1], first .. '|' .. ARGV[2])
end
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('PUBLISH', ARGV[4], string.format('%d', number) .. (old and '=' or '+') .. ARGV[2])
return {number, old and 0 or 1}
"""

_SNAPSHOT = """
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return {redis.call('GET', KEYS[2]), redis.call('HVALS', KEYS[1])}
"""


class BusUnreachableError(LinesideError, ConnectionError):
    """Redis did not answer."""

    def __init__(self, reason: object) -> None:
        super().__init__(
            f"Redis cannot be reached ({reason}): check that it runs and what LINESIDE_REDIS_URL says."
        )


class RedisBus:
    """The `Bus` of several processes. Connects when first used; `close` it."""

    def __init__(
        self, url: str, changes_limit: int = CHANGES_LIMIT, messages_limit: int = MESSAGES_LIMIT
    ) -> None:
        self._url = url
        # A put that is tried twice sets the same value twice: one number more, no harm.
        self._redis = _connect(url, Retry(ExponentialWithJitterBackoff(cap=0.2, base=0.02), 2))
        self._put = self._redis.register_script(_PUT)
        self._snapshot = self._redis.register_script(_SNAPSHOT)
        self._readers = Readers(changes_limit, messages_limit)
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        """See `Bus.put`. Raises BusUnreachableError."""
        with _translated():
            reply = await self._put(
                keys=_keys(topic),
                args=[
                    key,
                    _json([key, value]),
                    "remove" if value is None else "set",
                    f"{PREFIX}change:{topic}",
                    STATE_TTL_S,
                    NUMBER_TTL_S,
                ],
            )
        return None if reply is None else Change(topic, reply[0], key, value, bool(reply[1]))

    async def snapshot(self, topic: str) -> Snapshot:
        """See `Bus.snapshot`. Raises BusUnreachableError."""
        with _translated():
            number, stored = await self._snapshot(keys=_keys(topic), args=[STATE_TTL_S, NUMBER_TTL_S])
        return Snapshot(topic, int(number or 0), _entries(stored))

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[Change | None]]:
        """See `Bus.changes`. Waits until the connection that listens is up."""
        with self._readers.changes() as backlog:
            await self._listen()
            yield backlog

    async def send(self, channel: str, message: Value) -> None:
        """See `Bus.send`. Raises BusUnreachableError."""
        with _translated():
            await self._redis.publish(f"{PREFIX}message:{channel}", _json(message))

    @asynccontextmanager
    async def messages(self, channel: str) -> AsyncIterator[AsyncIterator[Value]]:
        """See `Bus.messages`. Waits until the connection that listens is up."""
        with self._readers.messages(channel) as backlog:
            await self._listen()
            yield backlog

    async def ping(self) -> None:
        """Raise BusUnreachableError (an OSError) when Redis does not answer."""
        with _translated():
            await cast("Awaitable[Any]", self._redis.ping())

    async def close(self) -> None:
        """End all readers and connections."""
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
        self._readers.end()
        await self._redis.aclose()

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen_for_ever(), name="redis bus listener")
        await self._listening.wait()

    async def _listen_for_ever(self) -> None:
        wait_s = RECONNECT_MIN_S
        while True:
            redis = _connect(self._url, Retry(NoBackoff(), 0))
            try:
                async with redis, redis.pubsub() as subscription:
                    await self._subscribe(subscription)
                    wait_s = RECONNECT_MIN_S
                    await self._pass_on(subscription)
            except (RedisError, OSError) as error:
                self._broke(error)
            # Jitter: all processes lost Redis at the same moment and shall not come back at the same moment.
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, guards nothing
            wait_s = min(wait_s * 2, RECONNECT_MAX_S)

    def _broke(self, error: Exception) -> None:
        if self._listening.is_set():
            BUS_BREAKS.inc()
            logger.warning("The connection to Redis broke (%s); connecting again.", error)
            self._listening.clear()

    async def _subscribe(self, subscription: PubSub) -> None:
        patterns = [f"{PREFIX}change:*", f"{PREFIX}message:*"]
        await subscription.psubscribe(*patterns)
        for _ in patterns:
            if await subscription.get_message(timeout=COMMAND_TIMEOUT_S) is None:
                raise RedisTimeoutError("no answer to PSUBSCRIBE")
        # Whoever reads already may have missed something since the last connection.
        self._readers.tell(None)
        self._listening.set()

    async def _pass_on(self, subscription: PubSub) -> None:
        asked = False
        while True:
            message = await subscription.get_message(timeout=PING_AFTER_S)
            if message is not None:
                asked = False
                self._receive(message)
            elif asked:
                raise RedisTimeoutError(f"silent for {2 * PING_AFTER_S:g} s")
            else:
                asked = True
                await subscription.ping()

    def _receive(self, message: dict[str, Any]) -> None:
        if message["type"] != "pmessage":
            return
        kind, _, name = message["channel"].removeprefix(PREFIX).partition(":")
        if kind == "change":
            self._readers.tell(_change(name, message["data"]))
        else:
            self._readers.say(name, json.loads(message["data"]))


def _connect(url: str, retry: Retry) -> Redis:
    # A pool that waits for a free connection: redis-py's usual one raises as soon as all are in use.
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=COMMAND_TIMEOUT_S,
        decode_responses=True,
        retry=retry,
        socket_timeout=COMMAND_TIMEOUT_S,
        socket_connect_timeout=COMMAND_TIMEOUT_S,
        client_name="lineside",
    )
    return Redis.from_pool(pool)


def _keys(topic: str) -> list[str]:
    return [f"{PREFIX}state:{topic}", f"{PREFIX}number:{topic}"]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _entries(stored: list[str]) -> dict[str, Value]:
    """The entries of a topic's hash, in order of their first appearance."""
    ordered = sorted((int(first), pair) for first, _, pair in (item.partition("|") for item in stored))
    return dict(json.loads(pair) for _, pair in ordered)


def _change(topic: str, data: str) -> Change:
    split = data.index("[")
    key, value = json.loads(data[split:])
    return Change(topic, int(data[: split - 1]), key, value, new=data[split - 1] == "+")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise BusUnreachableError(error) from error
