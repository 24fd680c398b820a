"""The line to Redis: what is said first, answers in the order of asking, and how it breaks."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.exceptions import ResponseError

from console.live.redis_line import connect

TLS = Path(__file__).parents[2] / "fakes" / "tls"

Reply = Callable[[list[bytes]], bytes]
Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]
Listen = Callable[[Connected], Awaitable[tuple[asyncio.Server, str]]]


async def on_a_port(connected: Connected) -> tuple[asyncio.Server, str]:
    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    return listening, f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"


async def behind_tls(connected: Connected) -> tuple[asyncio.Server, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem")
    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    return listening, f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def server(reply: Reply, listen: Listen = on_a_port) -> AsyncIterator[str]:
    """A Redis that answers each command as `reply` says; gives its address."""
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while header := await reader.readline():
            words = []
            for _ in range(int(header[1:])):
                length = int((await reader.readline())[1:])
                words.append((await reader.readexactly(length + 2))[:-2])
            writer.write(reply(words))
        writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.create_task(serve(reader, writer)))

    listening, address = await listen(connected)
    async with listening:
        yield address
    await asyncio.gather(*connections)


def ok(_words: list[bytes]) -> bytes:
    return b"+OK\r\n"


def echo(words: list[bytes]) -> bytes:
    return b"+" + words[-1] + b"\r\n" if words[0] == b"ECHO" else ok(words)


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


async def test_over_tls_to_a_server_that_proves_who_it_is() -> None:
    async with server(echo, behind_tls) as address:
        line = await connect(f"rediss://{address}?ssl_ca_certs={TLS / 'authority.pem'}", 5)
        assert await line.ask("ECHO", "hello") == "hello"
        await line.aclose()


async def test_not_to_a_server_that_proves_nothing() -> None:
    async with server(echo, behind_tls) as address:
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(f"rediss://{address}", 5)


async def test_over_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "redis.sock"

    async def listen(connected: Connected) -> tuple[asyncio.Server, str]:
        return await asyncio.start_unix_server(connected, path), f"unix://{path}?db=2"

    async with server(echo, listen) as url:
        line = await connect(url, 5)
        assert await line.ask("ECHO", "hello") == "hello"
        await line.aclose()


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
