"""One connection to Redis with nothing in the way: commands out, answers in, on asyncio's transport.

redis-py takes most of a millisecond of a processor that was asleep for a command, and as much again to hear
a message: more than everything else between the phone's ring and the screen. Here a command is packed and
written at once, however many are under way, and Redis answers in the order of asking (RESP2, pipelining).
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, cast

import hiredis
from redis.asyncio.connection import parse_url
from redis.exceptions import InvalidResponse, ResponseError

CLIENT_NAME = "lineside"
DEFAULT_PORT = 6379

Word = str | int


class RedisLine(asyncio.Protocol):
    """An open connection. Make one with `connect`.

    Each `ask` gets the next answer; what comes while nobody has asked (all that comes on a connection that
    subscribes) goes to `heard`. An answer that takes longer than `answer_within_s` breaks the connection.
    `lost` is done when it is closed, with the reason. `received` grows with everything that arrives.
    """

    def __init__(self, heard: Callable[[Any], None], answer_within_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[Exception] = self._loop.create_future()
        self.received = 0
        self._heard = heard
        self._answer_within_s = answer_within_s
        self._reader = hiredis.Reader(
            protocolError=InvalidResponse, replyError=ResponseError, encoding="utf-8", errors="replace"
        )
        self._asked: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._reason: Exception | None = None

    async def ask(self, *words: Word) -> Any:
        """The answer to a command. Raises ResponseError where it is one, ConnectionError when the connection
        breaks before: nobody knows then whether the command was carried out."""
        if self.broken:
            raise ConnectionError("the connection is closed")
        answer = self._loop.create_future()
        self._asked.append((answer, self._loop.time() + self._answer_within_s))
        if self._timer is None:
            self._timer = self._loop.call_later(self._answer_within_s, self._look)
        self.say(*words)
        return await answer

    def say(self, *words: Word) -> None:
        """Send a command whose answer, if any, goes to `heard`."""
        self._transport.write(hiredis.pack_command(words))  # type: ignore[arg-type] # its stub wants one word

    @property
    def broken(self) -> bool:
        """Whether nothing more can be asked."""
        return self._transport.is_closing()

    async def aclose(self) -> None:
        """Close the connection at once."""
        self._break(ConnectionError("closed"))
        await asyncio.wait({self.lost})

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.received += 1
        self._reader.feed(data)
        try:
            while (reply := self._reader.gets()) is not False:
                self._take(reply)
        except InvalidResponse as error:
            self._break(error)

    def connection_lost(self, error: Exception | None) -> None:
        reason = self._reason or error or ConnectionError("Redis closed the connection")
        self.lost.set_result(reason)
        if self._timer is not None:
            self._timer.cancel()
        for answer, _ in self._asked:
            if not answer.done():
                answer.set_exception(ConnectionError(str(reason)))

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
        self._reason = self._reason or reason
        self._transport.abort()


def database(url: str) -> int:
    """The number of the database that `url` names."""
    return int(parse_url(url).get("db") or 0)


def _ignore(_reply: Any) -> None:
    """Nobody asked: a late word of the server."""


async def connect(url: str, within_s: float, heard: Callable[[Any], None] = _ignore) -> RedisLine:
    """A line to the Redis at `url` (`redis://`, `rediss://` or `unix://`, as redis-py reads it), logged in.

    Raises OSError or RedisError; TimeoutError when that takes longer than `within_s`.
    """
    options: Mapping[str, Any] = parse_url(url)
    async with asyncio.timeout(within_s):
        line = await _open(options, lambda: RedisLine(heard, within_s))
        try:
            for words in _greetings(options):
                await line.ask(*words)
        except BaseException:
            await line.aclose()
            raise
    return line


async def _open(options: Mapping[str, Any], factory: Callable[[], RedisLine]) -> RedisLine:
    loop = asyncio.get_running_loop()
    if "path" in options:
        _, line = await loop.create_unix_connection(factory, options["path"])
        return line
    host, port = options.get("host", "localhost"), options.get("port", DEFAULT_PORT)
    tls = _tls(options) if "SSL" in getattr(options.get("connection_class"), "__name__", "") else None
    _, line = await loop.create_connection(factory, host, port, ssl=tls)
    return line


def _greetings(options: Mapping[str, Any]) -> list[tuple[Word, ...]]:
    """What is said first: who we are, which database."""
    said: list[tuple[Word, ...]] = [("CLIENT", "SETNAME", CLIENT_NAME)]
    if options.get("db"):
        said.insert(0, ("SELECT", options["db"]))
    if options.get("password"):
        user = (options["username"],) if options.get("username") else ()
        said.insert(0, ("AUTH", *user, options["password"]))
    return said


def _tls(options: Mapping[str, Any]) -> ssl.SSLContext:
    """By redis-py's names for the options of a URL."""
    context = ssl.create_default_context(cafile=options.get("ssl_ca_certs"))
    if str(options.get("ssl_cert_reqs", "required")).lower() in {"none", "optional"}:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.get("ssl_certfile"):
        context.load_cert_chain(options["ssl_certfile"], options.get("ssl_keyfile"))
    return context
