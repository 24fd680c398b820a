"""The bus between processes, on Redis.

Keys, all under `PREFIX`
    `state:TOPIC`   hash, key -> "FIRST|[key, value]": FIRST is the change in which the key first appeared
    `number:TOPIC`  how many changes the topic had
Channels, all under `PREFIX` and the number of the database, because Redis has one set of channels for all of
its databases (redis.io, Pub/Sub, "Database & Scoping"), and in each of them another installation may be
    `change:TOPIC`  "NUMBER+[key, value]" (the key is new) or "NUMBER=[key, value]"
    `message:NAME`  a message as JSON

A change is one script: state, number and announcement go together or not at all (Redis runs a script alone).
Each process has two connections (`redis_line`): one for commands, one that listens, to all channels by
pattern, and feeds the readers of this process.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha1
from typing import Any

from redis.exceptions import RedisError

from console.errors import LinesideError
from console.live.bus import Change, Snapshot, Value
from console.live.metrics import BUS_BREAKS, LAPSED
from console.live.readers import CHANGES_LIMIT, MESSAGES_LIMIT, Readers
from console.live.redis_line import RedisLine, Word, connect, database

logger = logging.getLogger(__name__)

PREFIX = "lineside:9:"
"""With the number of the shape of what is kept: raised whenever pops or links get another one, so that no
process is asked to draw what one of another version left. What the old number holds goes by itself."""
STATE_TTL_S = 24 * 3600
"""The state of a topic goes when nobody changed or read it for so long (an agent who left the company)."""

NUMBER_TTL_S = 30 * STATE_TTL_S
"""Numbers outlive the state: a number that starts again at 1 looks old to who saw a higher one."""

COMMAND_TIMEOUT_S = 2.0
RETRIED_AFTER_S = (0.02, 0.1)
"""A command whose connection broke is asked again so soon: a put that is carried out twice sets the same
value twice, which is one number more and no harm."""

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


KINDS = ("change:*", "message:*")


class _Script:
    """A script that Redis keeps, and is told anew where it has forgotten it."""

    def __init__(self, text: str, keys: int) -> None:
        self.text = text
        self.keys = keys
        self.name = sha1(text.encode(), usedforsecurity=False).hexdigest()


PUT = _Script(_PUT, keys=2)
SNAPSHOT = _Script(_SNAPSHOT, keys=2)


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
        self._channels = f"{PREFIX}{database(url)}:"
        self._line: RedisLine | None = None
        self._connecting = asyncio.Lock()
        self._readers = Readers(changes_limit, messages_limit)
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()
        self._confirmed = 0
        self._subscribed = asyncio.Event()

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        """See `Bus.put`. Raises BusUnreachableError."""
        reply = await self._run(
            PUT,
            *_keys(topic),
            key,
            _json([key, value]),
            "remove" if value is None else "set",
            f"{self._channels}change:{topic}",
            STATE_TTL_S,
            NUMBER_TTL_S,
        )
        return None if reply is None else Change(topic, reply[0], key, value, bool(reply[1]))

    async def snapshot(self, topic: str) -> Snapshot:
        """See `Bus.snapshot`. Raises BusUnreachableError."""
        number, stored = await self._run(SNAPSHOT, *_keys(topic), STATE_TTL_S, NUMBER_TTL_S)
        return Snapshot(topic, int(number or 0), _entries(stored))

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[Change | None]]:
        """See `Bus.changes`. Waits until the connection that listens is up."""
        with self._readers.changes() as backlog:
            await self._listen()
            yield backlog

    async def send(self, channel: str, message: Value) -> None:
        """See `Bus.send`. Raises BusUnreachableError."""
        await self._ask("PUBLISH", f"{self._channels}message:{channel}", _json(message))

    @asynccontextmanager
    async def messages(self, channel: str) -> AsyncIterator[AsyncIterator[Value]]:
        """See `Bus.messages`. Waits until the connection that listens is up."""
        with self._readers.messages(channel) as backlog:
            await self._listen()
            yield backlog

    async def ping(self) -> None:
        """Raise BusUnreachableError (an OSError) when Redis does not answer."""
        await self._ask("PING")

    async def close(self) -> None:
        """End all readers and connections."""
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
        self._readers.end()
        if self._line is not None:
            await self._line.aclose()

    async def _run(self, script: _Script, *words: Word) -> Any:
        try:
            return await self._ask("EVALSHA", script.name, script.keys, *words)
        except BusUnreachableError as error:
            if not str(error.__cause__).startswith("NOSCRIPT"):
                raise
            return await self._ask("EVAL", script.text, script.keys, *words)

    async def _ask(self, *words: Word) -> Any:
        """The answer to a command, asked again when the connection breaks. Raises BusUnreachableError."""
        with _translated():
            for wait_s in RETRIED_AFTER_S:
                with contextlib.suppress(ConnectionError):
                    return await (await self._connected()).ask(*words)
                await asyncio.sleep(_jittered(wait_s))
            return await (await self._connected()).ask(*words)

    async def _connected(self) -> RedisLine:
        if self._line is not None and not self._line.broken:
            return self._line
        async with self._connecting:
            if self._line is None or self._line.broken:
                self._line = await connect(self._url, COMMAND_TIMEOUT_S)
            return self._line

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen_for_ever(), name="redis bus listener")
        await self._listening.wait()

    async def _listen_for_ever(self) -> None:
        wait_s = RECONNECT_MIN_S
        while True:
            try:
                line = await connect(self._url, COMMAND_TIMEOUT_S, self._receive)
                async with contextlib.aclosing(line):
                    await self._subscribe(line)
                    wait_s = RECONNECT_MIN_S
                    await self._watch(line)
            except (RedisError, OSError) as error:
                self._broke(error)
            # Jitter: all processes lost Redis at the same moment and shall not come back at the same moment.
            await asyncio.sleep(_jittered(wait_s))
            wait_s = min(wait_s * 2, RECONNECT_MAX_S)

    def _broke(self, error: Exception) -> None:
        if self._listening.is_set():
            BUS_BREAKS.inc()
            logger.warning("The connection to Redis broke (%s); connecting again.", error)
            self._listening.clear()

    async def _subscribe(self, line: RedisLine) -> None:
        self._confirmed = 0
        self._subscribed.clear()
        line.say("PSUBSCRIBE", *(self._channels + kind for kind in KINDS))
        async with asyncio.timeout(COMMAND_TIMEOUT_S):
            await self._subscribed.wait()
        # Whoever reads already may have missed something since the last connection.
        self._readers.tell(None)
        self._listening.set()

    async def _watch(self, line: RedisLine) -> None:
        """Until the line breaks: one that stays silent although it was asked is broken, too."""
        asked = False
        while True:
            before = line.received
            await asyncio.wait({line.lost}, timeout=PING_AFTER_S)
            if line.lost.done():
                raise line.lost.result()
            if line.received != before:
                asked = False
            elif asked:
                raise TimeoutError(f"silent for {2 * PING_AFTER_S:g} s")
            else:
                asked = True
                line.say("PING")

    def _receive(self, reply: Any) -> None:
        """Take what the listening connection hears: `[kind, pattern, channel, data]` for a message."""
        if isinstance(reply, list) and reply[0] == "pmessage":
            self._pass_on(reply[2], reply[3])
        elif isinstance(reply, list) and reply[0] == "psubscribe":
            self._confirmed += 1
            if self._confirmed == len(KINDS):
                self._subscribed.set()

    def _pass_on(self, channel: str, data: str) -> None:
        kind, _, name = channel.removeprefix(self._channels).partition(":")
        try:
            if kind == "change":
                self._readers.tell(_change(name, data))
            else:
                self._readers.say(name, json.loads(data))
        except ValueError:
            LAPSED.labels("unreadable").inc()
            logger.warning("Something unreadable came over Redis in %s.", channel)


def _jittered(wait_s: float) -> float:
    return wait_s * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing


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
