"""The link to Asterisk over a real socket: a scripted manager on the other side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from itertools import repeat

import pytest

from telephony.asterisk.client import AsteriskSource, delays
from telephony.events import (
    CallEnded,
    CallOffered,
    Event,
    LinkLost,
    LinkName,
    LinkRefused,
    LinkResynced,
    LinkUp,
)
from tests.conftest import NOW
from tests.fakes.asterisk_server import AsteriskServer
from tests.fakes.asterisk_transcripts import live

RELOAD = b"Event: Reload\r\nPrivilege: system,all\r\nModule: All\r\nStatus: 0\r\n\r\n"


@pytest.fixture
async def server() -> AsyncIterator[AsteriskServer]:
    async with AsteriskServer() as server:
        yield server


@asynccontextmanager
async def connected(
    server: AsteriskServer, *, secret: str | None = None, backlog: int = 10_000
) -> AsyncIterator[tuple[AsteriskSource, AsyncIterator[Event]]]:
    """A source at the server, and its events; closed behind the test."""
    source = AsteriskSource(
        LinkName("main"),
        server.host,
        server.port,
        server.user,
        secret or server.secret,
        clock=lambda: NOW,
        backoff=lambda: repeat(0.0),
        backlog=backlog,
    )
    async with aclosing(source.events()) as events:
        yield source, events
        await source.close()


async def until(events: AsyncIterator[Event], kind: type[Event], times: int = 1) -> list[Event]:
    """The events up to the one that is the `times`-th of its kind."""
    seen: list[Event] = []
    async with asyncio.timeout(10):
        async for event in events:
            seen.append(event)
            if sum(isinstance(one, kind) for one in seen) == times:
                return seen
    raise AssertionError(f"the source ended without {kind.__name__}: {seen}")


async def test_says_up_then_what_is_alive_then_what_happens(server: AsteriskServer) -> None:
    async with connected(server) as (_, events):
        first = await until(events, LinkResynced)
        assert [type(event) for event in first] == [LinkUp, LinkResynced]
        server.play(live("c01_q_answered_caller_hangup"))
        story = await until(events, CallEnded)
        assert any(isinstance(event, CallOffered) for event in story)


async def test_a_refused_log_in_is_said_once_and_never_tried_again(server: AsteriskServer) -> None:
    async with connected(server, secret="wrong") as (source, events):
        (refused,) = await until(events, LinkRefused)
        assert isinstance(refused, LinkRefused)
        assert "refused the log-in of 'console' (Authentication failed)" in refused.reason
        assert "wrong" not in refused.reason
        assert source._task is not None
        await source._task  # it gave up
        assert server.connections == 1


async def test_comes_back_after_a_cut_and_asks_what_is_alive(server: AsteriskServer) -> None:
    async with connected(server) as (_, events):
        await until(events, LinkResynced)
        server.cut()
        seen = await until(events, LinkResynced)
        assert [type(event) for event in seen] == [LinkLost, LinkUp, LinkResynced]
        assert server.connections == 2


async def test_says_why_there_is_no_connection(server: AsteriskServer) -> None:
    await server.stop()
    async with connected(server) as (_, events):
        (lost,) = await until(events, LinkLost)
        assert isinstance(lost, LinkLost)
        assert f"No connection to the phone system at 127.0.0.1:{server.port}" in lost.reason
        await server.listen()
        await until(events, LinkUp)


async def test_a_reader_that_is_too_slow_gets_what_is_alive_instead_of_what_happened(
    server: AsteriskServer,
) -> None:
    async with connected(server, backlog=3) as (source, events):
        await until(events, LinkResynced)
        server.play(live("c07_q_ami_blindtransfer_to_agent3"))
        server.play(RELOAD)
        await server.asked("QueueStatus", 2)
        assert source.counters["backlog dropped"] > 0
        assert not any(isinstance(event, CallOffered) for event in await until(events, LinkResynced))


async def test_a_reload_of_its_settings_is_followed_by_a_resync(server: AsteriskServer) -> None:
    async with connected(server) as (_, events):
        await until(events, LinkResynced)
        server.play(RELOAD)
        assert [type(event) for event in await until(events, LinkResynced)] == [LinkResynced]


async def test_close_ends_the_events_at_once(server: AsteriskServer) -> None:
    async with connected(server) as (source, events):
        await until(events, LinkResynced)
        rest = asyncio.create_task(anext(events, None))
        await source.close()
        assert await rest is None
        assert [event async for event in source.events()] == []


def test_delays_double_with_jitter_up_to_half_a_minute() -> None:
    waits = delays()
    first = [next(waits) for _ in range(12)]
    assert 0.25 <= first[0] <= 0.5
    assert all(15.0 <= wait <= 30.0 for wait in first[7:])
