"""One connection to Redis for many askers: commands go out as they come, answers come in the order of asking.

The connection is redis-py's (address, TLS, log-in, protocol). Its client takes a connection for each command
until the answer is there; here a command is written at once, however many are under way (pipelining), and a
subscription is heard on the same kind of line. That halves what a change costs between processes.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from typing import Any

from redis.asyncio.connection import AbstractConnection, Connection, parse_url
from redis.exceptions import RedisError, ResponseError

Word = str | int

OPTIONS = {
    "client_name": "lineside",
    "decode_responses": True,
    "encoding_errors": "replace",
    "protocol": 2,  # what is published comes as a plain answer, not aside of them
    "driver_info": None,
    "socket_timeout": None,  # there is one timer for all questions
}
"""What a line needs of redis-py's connection, whatever the URL says of it."""


class RedisLine:
    """An open connection. Make one with `connect`.

    Each `ask` gets the next answer; what comes while nobody has asked (all that comes on a connection that
    subscribes) goes to `heard`. An answer that takes longer than `answer_within_s` breaks the connection.
    `lost` is done when it is closed, with the reason. `received` counts what arrived.
    """

    def __init__(
        self, connection: AbstractConnection, heard: Callable[[Any], None], answer_within_s: float
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[Exception] = self._loop.create_future()
        self.received = 0
        self._connection = connection
        self._heard = heard
        self._answer_within_s = answer_within_s
        self._asked: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._reason: Exception = ConnectionError("closed")
        self._reading = asyncio.create_task(self._read(), name="redis line")

    async def ask(self, *words: Word) -> Any:
        """The answer to a command. Raises ResponseError where it is one, ConnectionError when the connection
        breaks before: nobody knows then whether the command was carried out."""
        if self.broken:
            raise ConnectionError("the connection is closed")
        answer = self._loop.create_future()
        self._asked.append((answer, self._loop.time() + self._answer_within_s))
        if self._timer is None:
            self._timer = self._loop.call_later(self._answer_within_s, self._look)
        await self.say(*words)
        return await answer

    async def say(self, *words: Word) -> None:
        """Send a command whose answer, if any, goes to `heard`. Raises ConnectionError."""
        try:
            await self._connection.send_command(*words, check_health=False)
        except (RedisError, OSError) as error:
            self._break(error)
            raise ConnectionError(str(error)) from error

    @property
    def broken(self) -> bool:
        """Whether nothing more can be asked."""
        return self._reading.done() or self._reading.cancelling() > 0

    async def aclose(self) -> None:
        """Close the connection at once."""
        self._reading.cancel()
        await asyncio.wait({self.lost})

    async def _read(self) -> None:
        try:
            while True:
                self._take(await self._next())
        except (RedisError, OSError) as error:
            self._reason = error
        finally:
            await self._end()

    async def _next(self) -> Any:
        try:
            reply = await self._connection.read_response(timeout=math.inf, disconnect_on_error=False)
        except ResponseError as error:  # the answer to one command, and no trouble of the line
            reply = error
        self.received += 1
        return reply

    def _take(self, reply: Any) -> None:
        if not self._asked:
            self._heard(reply)
            return
        answer, _ = self._asked.popleft()
        if answer.done():  # who asked has given up
            return
        if isinstance(reply, Exception):
            answer.set_exception(reply)
        else:
            answer.set_result(reply)

    def _look(self) -> None:
        """One timer for all questions: it looks at the oldest."""
        self._timer = None
        if not self._asked:
            return
        due_at = self._asked[0][1]
        if due_at <= self._loop.time():
            self._break(TimeoutError(f"no answer within {self._answer_within_s:g} s"))
        else:
            self._timer = self._loop.call_at(due_at, self._look)

    def _break(self, reason: Exception) -> None:
        if not self.broken:
            self._reason = reason
            self._reading.cancel()

    async def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for answer, _ in self._asked:
            if not answer.done():
                answer.set_exception(ConnectionError(str(self._reason)))
        self.lost.set_result(self._reason)
        await self._connection.disconnect(nowait=True)


def _ignore(_reply: Any) -> None:
    """Nobody asked: a late word of the server."""


async def connect(url: str, within_s: float, heard: Callable[[Any], None] = _ignore) -> RedisLine:
    """A line to the Redis at `url` (`redis://`, `rediss://` or `unix://`, as redis-py reads it), logged in.

    Raises OSError or RedisError; TimeoutError when that takes longer than `within_s`.
    """
    options: dict[str, Any] = {**parse_url(url), **OPTIONS}
    connection = options.pop("connection_class", Connection)(**options)
    async with asyncio.timeout(within_s):
        try:
            await connection.connect()
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
    line = RedisLine(connection, heard, within_s)
    await asyncio.sleep(0)  # a task that is cancelled before it began would not close what it reads
    return line
