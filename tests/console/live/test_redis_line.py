"""The line to Redis: what is said first, answers in the order of asking, and how it breaks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from redis.exceptions import ResponseError

from console.live.redis_line import connect

Reply = Callable[[list[bytes]], bytes]


@asynccontextmanager
async def server(reply: Reply) -> AsyncIterator[str]:
    """A Redis that answers each command as `reply` says; gives its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while header := await reader.readline():
            words = []
            for _ in range(int(header[1:])):
                length = int((await reader.readline())[1:])
                words.append((await reader.readexactly(length + 2))[:-2])
            writer.write(reply(words))
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"


def ok(_words: list[bytes]) -> bytes:
    return b"+OK\r\n"


def echo(words: list[bytes]) -> bytes:
    return b"+" + words[-1] + b"\r\n"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "", [b"CLIENT SETNAME lineside"]),
        ("", "/0", [b"CLIENT SETNAME lineside"]),
        (":s%40fe@", "/3", [b"AUTH s@fe", b"SELECT 3", b"CLIENT SETNAME lineside"]),
        ("me:secret@", "", [b"AUTH me secret", b"CLIENT SETNAME lineside"]),
    ],
)
async def test_what_is_said_first(before: str, after: str, said: list[bytes]) -> None:
    heard: list[bytes] = []

    def listen(words: list[bytes]) -> bytes:
        heard.append(b" ".join(words))
        return b"+OK\r\n"

    async with server(listen) as address:
        line = await connect(f"redis://{before}{address}{after}", 5)
        await line.aclose()
    assert heard == said


async def test_answers_come_in_the_order_of_asking() -> None:
    async with server(echo) as address:
        line = await connect(f"redis://{address}", 5)
        assert await asyncio.gather(*(line.ask("ECHO", n) for n in range(100))) == list(map(str, range(100)))
        await line.aclose()


async def test_who_gives_up_does_not_confuse_the_others() -> None:
    async with server(echo) as address:
        line = await connect(f"redis://{address}", 5)
        first, second = (asyncio.create_task(line.ask("ECHO", n)) for n in (1, 2))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == "2"
        await line.aclose()


async def test_an_error_is_for_who_asked_only() -> None:
    async with server(lambda words: b"-ERR no\r\n" if words[0] == b"BAD" else b"+OK\r\n") as address:
        line = await connect(f"redis://{address}", 5)
        with pytest.raises(ResponseError, match="no"):
            await line.ask("BAD")
        assert await line.ask("GOOD") == "OK"
        await line.aclose()


async def test_a_refused_log_in_is_no_line() -> None:
    async with server(lambda _: b"-WRONGPASS invalid\r\n") as address:
        with pytest.raises(ResponseError, match="WRONGPASS"):
            await connect(f"redis://:x@{address}", 5)


@pytest.mark.parametrize("trouble", [b"", b"?nonsense\r\n"])
async def test_silence_and_nonsense_break_it_for_all(trouble: bytes) -> None:
    async with server(lambda words: trouble if words[0] == b"GET" else b"+OK\r\n") as address:
        line = await connect(f"redis://{address}", 0.1)
        asked: list[Awaitable[object]] = [line.ask("GET", name) for name in ("a", "b")]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(answer) for answer in answers] == [ConnectionError, ConnectionError]
        assert line.lost.done()
        with pytest.raises(ConnectionError):
            await line.ask("PING")


async def test_what_nobody_asked_for_is_heard() -> None:
    heard = asyncio.Queue[object]()
    messages = b"*1\r\n$5\r\nhello\r\n:7\r\n"
    async with server(lambda words: messages if words[0] == b"SUBSCRIBE" else b"+OK\r\n") as address:
        line = await connect(f"redis://{address}", 5, heard.put_nowait)
        line.say("SUBSCRIBE", "x")
        assert [await heard.get(), await heard.get()] == [["hello"], 7]
        await line.aclose()
