"""The link to Asterisk over a real socket: a scripted manager on the other side."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest

from telephony.asterisk import client, session
from telephony.asterisk.client import FIRST_DELAY_S, AsteriskSource, delays
from telephony.events import (
    CallEnded,
    CallOffered,
    CallQueued,
    Event,
    LinkLost,
    LinkName,
    LinkRefused,
    LinkResynced,
    LinkResyncing,
    LinkUp,
)
from telephony.source import COMMANDED, Capability
from tests.conftest import NOW
from tests.fakes.asterisk_frames import CALLER, joined, new
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
        assert [type(event) for event in first] == [LinkUp, LinkResyncing, LinkResynced]
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
        assert [type(event) for event in seen] == [LinkLost, LinkUp, LinkResyncing, LinkResynced]
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
    server: AsteriskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "AT_ONCE_APART_S", 0.01)
    async with connected(server, backlog=3) as (source, events):
        await until(events, LinkResynced)
        server.play(live("c07_q_ami_blindtransfer_to_agent3"))
        server.play(RELOAD)
        await server.asked("QueueStatus", 2)
        assert source.counters["backlog_dropped"] > 0
        assert not any(isinstance(event, CallOffered) for event in await until(events, LinkResynced))


async def test_a_reload_of_its_settings_is_followed_by_a_resync(
    server: AsteriskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "AT_ONCE_APART_S", 0.01)
    async with connected(server) as (_, events):
        await until(events, LinkResynced)
        server.play(RELOAD)
        assert [type(event) for event in await until(events, LinkResynced)] == [LinkResyncing, LinkResynced]


async def test_close_ends_the_events_at_once(server: AsteriskServer) -> None:
    async with connected(server) as (source, events):
        await until(events, LinkResynced)
        rest = asyncio.create_task(anext(events, None))
        await source.close()
        assert await rest is None
        assert [event async for event in source.events()] == []


TLS = Path(__file__).parents[2] / "fakes" / "tls"
"""Of 127.0.0.1, by an authority that nobody else knows. Both were made for these tests."""


@asynccontextmanager
async def encrypted(certificate: Path, host: str = "127.0.0.1") -> AsyncIterator[AsyncIterator[Event]]:
    """The events of a source at a server that speaks TLS; both closed behind the test."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with AsteriskServer(tls=context) as server:
        address = (host, server.port, server.user, server.secret)
        source = AsteriskSource(LinkName("main"), *address, clock=lambda: NOW, tls=True)
        async with aclosing(source.events()) as events:
            yield events
            await source.close()


async def test_talks_tls_with_whom_an_authority_vouches_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "authority.pem"))
    async with encrypted(TLS / "server.pem") as events:
        assert isinstance((await until(events, LinkResynced))[0], LinkUp)


@pytest.mark.parametrize(
    ("trusted", "host", "why"),
    [("server.pem", "127.0.0.1", "unable to get"), ("authority.pem", "localhost", "Hostname mismatch")],
    ids=["unknown authority", "another host"],
)
async def test_tells_nothing_to_whom_nobody_vouches_for(
    monkeypatch: pytest.MonkeyPatch, trusted: str, host: str, why: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / trusted))
    async with encrypted(TLS / "server.pem", host) as events:
        (lost,) = await until(events, LinkLost)
    assert isinstance(lost, LinkLost)
    assert f"its certificate is not to be trusted: {why}" in lost.reason


async def test_says_when_the_other_side_speaks_no_tls(server: AsteriskServer) -> None:
    address = (server.host, server.port, server.user, server.secret)
    source = AsteriskSource(LinkName("main"), *address, clock=lambda: NOW, tls=True)
    async with aclosing(source.events()) as events:
        (lost,) = await until(events, LinkLost)
        await source.close()
    assert isinstance(lost, LinkLost)
    assert "No connection to the phone system" in lost.reason


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example"])
async def test_a_host_that_does_not_exist_is_said_and_tried_again(host: str) -> None:
    source = AsteriskSource(
        LinkName("main"), host, 5038, "u", "s", clock=lambda: NOW, backoff=lambda: repeat(0.0)
    )
    async with aclosing(source.events()) as events:
        (*_, lost) = await until(events, LinkLost, 2)
        await source.close()
    assert isinstance(lost, LinkLost)
    assert f"No connection to the phone system at {host}:5038" in lost.reason


async def test_counts_what_it_drops_and_says_how_late_events_come(server: AsteriskServer) -> None:
    async with connected(server) as (source, events):
        await until(events, LinkResynced)
        assert (source.counters, source.lag_s) == ({}, None)
        stamp = f"\r\nTimestamp: {NOW.timestamp() - 2}\r\nPrivilege:".encode()
        server.play(
            b"Event: Hangup\r\nChannel: x\r\n\r\n" + b"Event: Hangup\r\n" + b"x: 1\r\n" * 600 + b"\r\n"
        )
        server.play(live("c01_q_answered_caller_hangup").replace(b"\r\nPrivilege:", stamp))
        await until(events, CallEnded)
        assert source.counters == {"incomplete": 1, "too_many_headers": 1}
        assert source.lag_s == 2.0
        server.cut()
        await until(events, LinkUp)
        assert source.counters == {"incomplete": 1, "too_many_headers": 1}


async def test_says_what_it_can_tell(server: AsteriskServer) -> None:
    async with connected(server) as (source, events):
        assert source.name == "main"
        assert source.capabilities == frozenset(Capability) - {Capability.PRESENTATION, Capability.LAG}
        await until(events, LinkResynced)
        flagged = replace(CALLER, variables=("CALLERID(num-pres)=prohib_passed_screen",))
        server.play(new(flagged) + joined(flagged))
        await until(events, CallQueued)
        assert Capability.PRESENTATION in source.capabilities


async def test_what_is_not_permitted_it_cannot_do(server: AsteriskServer) -> None:
    rows = b"\r\nListCommands: List. (Priv: <none>)\r\nHangup: Hang up. (Priv: system,call,all)\r\n\r\n"
    server.instead = {"ListCommands": lambda action_id: b"Response: Success\r\nActionID: " + action_id + rows}
    async with connected(server) as (source, events):
        await until(events, LinkResynced)
        assert source.capabilities & COMMANDED == {Capability.HANG_UP}
        server.cut()
        await until(events, LinkLost)
        assert source.capabilities & COMMANDED == {Capability.HANG_UP}  # as far as is known


def test_delays_grow_with_jitter_up_to_half_a_minute() -> None:
    waits = delays()
    first = [next(waits) for _ in range(25)]
    assert 0.25 <= first[0] <= 0.5
    assert all(15.0 <= wait <= 30.0 for wait in first[20:])


@pytest.mark.parametrize("gone_s", [0.1, 2.0, 5.0, 60.0])
def test_an_outage_lasts_no_more_than_half_as_long_again(gone_s: float) -> None:
    for _ in range(200):
        waits, now = delays(), 0.0
        while now < gone_s:
            now += next(waits)
        assert now <= gone_s * 1.5 + FIRST_DELAY_S
