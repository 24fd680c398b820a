"""The link over real sockets against floods, junk, silence and slow readers: what is kept stays bounded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import pairwise, repeat

import pytest

from telephony.asterisk.client import BACKLOG, READ_AT_ONCE, AsteriskSource
from telephony.asterisk.framing import MAX_FRAME
from telephony.asterisk.protocol import SILENCE_S
from telephony.asterisk.questions import ANSWER_WITHIN_S
from telephony.events import CallEnded, CallOffered, Event, LinkLost, LinkName, LinkResynced, LinkUp
from tests.conftest import NOW
from tests.fakes.asterisk_frames import CALLER, joined, membership, new
from tests.fakes.asterisk_server import AsteriskServer
from tests.fakes.asterisk_stream import busy

pytestmark = pytest.mark.slow

BLANK = b"\r\n\r\n"
CALL = "c01_q_answered_caller_hangup"
HARMLESS = {"Login", "ListCommands", "Ping", "Status", "CoreShowChannels", "QueueStatus"}
Events = AsyncIterator[Event]


class Stage:
    """Servers with a source at each, all gone behind the test."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def link(
        self, name: str = "main", backlog: int = BACKLOG
    ) -> tuple[AsteriskServer, AsteriskSource, Events]:
        server = await self._stack.enter_async_context(AsteriskServer())
        source = AsteriskSource(
            LinkName(name),
            *(server.host, server.port, server.user, server.secret),
            clock=lambda: NOW,
            backoff=lambda: repeat(0.0),
            backlog=backlog,
        )
        events = source.events()
        self._stack.push_async_callback(events.aclose)
        self._stack.push_async_callback(source.close)
        return server, source, events


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        yield Stage(stack)


async def until(events: Events, kind: type[Event], times: int = 1, within_s: float = 20.0) -> list[Event]:
    """The events up to the one that is the `times`-th of its kind."""
    seen: list[Event] = []
    async with asyncio.timeout(within_s):
        while sum(isinstance(one, kind) for one in seen) < times:
            seen.append(await anext(events))
    return seen


def kept(source: AsteriskSource) -> int:
    """Bytes that the link keeps of what it cannot read yet."""
    assert source._connection is not None
    return len(source._connection.session._protocol._framer._buffer)


async def flood(server: AsteriskServer, stream: bytes, events_a_second: float = 1e9) -> None:
    """Send the stream at this pace, or as fast as it is read, in pieces of whole frames."""
    loop = asyncio.get_running_loop()
    frames = [frame + BLANK for frame in stream.split(BLANK)[:-1]]
    next_at = loop.time()
    for start in range(0, len(frames), 100):
        server.play(b"".join(frames[start : start + 100]))
        await server.played()
        next_at += 100 / events_a_second
        await asyncio.sleep(max(0.0, next_at - loop.time()))


@pytest.mark.parametrize(
    ("calls", "pace"),
    [(50, 1e9), pytest.param(400, 20_000, marks=pytest.mark.slow)],
    ids=["burst", "steady"],
)
async def test_20_000_events_a_second_are_read_without_loss(stage: Stage, calls: int, pace: float) -> None:
    server, source, events = await stage.link()
    await until(events, LinkResynced)
    stream = b"".join(busy([CALL], calls))
    flooding = asyncio.create_task(flood(server, stream, pace))
    seen = await until(events, CallEnded, calls, within_s=60)
    await flooding
    assert sum(isinstance(event, CallOffered) for event in seen) == calls
    assert source.counters == {}
    assert kept(source) == 0


async def test_a_reader_that_does_not_read_costs_no_more_than_the_backlog(stage: Stage) -> None:
    server, source, events = await stage.link(backlog=100)
    await until(events, LinkResynced)
    await flood(server, b"".join(busy([CALL], 100)))
    server.play(new(CALLER) + joined())
    await server.asked("QueueStatus", 2)
    assert len(source._backlog) <= 100
    assert source.counters["backlog_dropped"] > 100
    seen = await until(events, LinkResynced)
    assert isinstance(seen[-1], LinkResynced)
    assert {action.last("Action") for action in server.actions} <= HARMLESS


async def test_a_flood_leaves_everybody_else_a_turn(stage: Stage) -> None:
    server, source, events = await stage.link()
    await until(events, LinkResynced)
    frames = [pause(number) for number in range(BACKLOG)]
    server.play(b"".join(frames))
    waiting = [0]
    async with asyncio.timeout(20):
        while waiting[-1] < BACKLOG:
            await asyncio.sleep(0)
            waiting.append(len(source._backlog))
    most = READ_AT_ONCE // len(frames[0]) + 1
    assert max(after - before for before, after in pairwise(waiting)) <= most


def pause(number: int) -> bytes:
    return membership("QueueMemberPause", Interface=f"PJSIP/{number:06}", Paused="1")


async def test_what_never_ends_costs_no_more_than_a_frame(stage: Stage) -> None:
    server, source, events = await stage.link()
    await until(events, LinkResynced)
    for _ in range(40):
        server.play(b"Event: Hangup\r\nChannel: " + b"x" * 200_000)
        await server.played()
        assert kept(source) <= MAX_FRAME + 4 + READ_AT_ONCE
    server.play(b"\r\n\r\n" + b"".join(busy([CALL], 1)))
    await until(events, CallEnded)
    assert set(source.counters) == {"frame_too_long"}


async def test_a_hostile_phone_system_does_not_touch_the_one_beside_it(stage: Stage) -> None:
    good, source, events = await stage.link("good")
    evil, evil_source, evil_events = await stage.link("evil")
    await until(events, LinkResynced)
    await until(evil_events, LinkResynced)
    stream = b"".join(busy([CALL], 20))
    # The same channels and calls, in another order and with junk in between.
    frames = [frame + b"\r\n\r\n" for frame in stream.split(b"\r\n\r\n") if frame]
    attack = b"junk: \0\xff\r\n\r\n".join(reversed(frames))
    flooding = asyncio.gather(flood(good, stream), flood(evil, attack))
    seen = await until(events, CallEnded, 20)
    await flooding
    assert {event.link for event in seen} == {"good"}
    assert sum(isinstance(event, CallOffered) for event in seen) == 20
    assert source.counters == {}
    evil.cut()
    late = await until(evil_events, LinkUp)
    assert {event.link for event in late} == {"evil"}
    assert evil_source.counters["nul"] == len(frames) - 1
    assert {action.last("Action") for action in [*good.actions, *evil.actions]} <= HARMLESS


async def test_a_peer_that_reads_nothing_is_sent_next_to_nothing(stage: Stage) -> None:
    server, source, events = await stage.link()
    await until(events, LinkResynced)
    server.stop_reading()
    await flood(server, b"Event: Hangup\r\nChannel: x\r\n\r\n" * 5_000)
    assert source._connection is not None
    assert source._connection._transport is not None
    assert source._connection._transport.get_write_buffer_size() < 1_024


@pytest.mark.slow
async def test_a_half_open_connection_is_noticed_within_15_s(stage: Stage) -> None:
    """Two that fall silent: one that never greets, one in mid-call."""
    mute, _, no_events = await stage.link("mute")
    mute.silent = True
    server, _, events = await stage.link()
    await until(events, LinkResynced)
    server.play(new(CALLER) + joined())
    server.silent = True
    now = asyncio.get_running_loop().time
    began = now()
    lost, never = await asyncio.gather(until(events, LinkLost), until(no_events, LinkLost))
    assert now() - began < 15
    assert f"said nothing for {SILENCE_S:.0f} seconds" in lost[-1].reason  # type: ignore[attr-defined]
    assert "did not greet" in never[-1].reason  # type: ignore[attr-defined]
    assert ANSWER_WITHIN_S < 15
