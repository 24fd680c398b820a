"""A session against whatever may come: nothing raises, nothing grows, nothing acts on the phone system.

`Manager` answers what the session asks, as Asterisk would; in between the test puts bytes of its own into the
stream. What a session may ever ask, whatever it was told, is in `HARMLESS`.
"""

import resource
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.asterisk.framing import MAX_FRAME
from telephony.asterisk.questions import MAX_LIST, MAX_WAITING
from telephony.asterisk.session import RESYNC_EVERY_S
from telephony.asterisk.troubles import Trouble
from telephony.events import CallQueued, Event, LinkLost, LinkRefused, LinkResynced
from tests.conftest import NOW
from tests.fakes.asterisk_frames import ANA, CALLER, called, hangup, joined, new, on
from tests.fakes.asterisk_manager import GREETING, Manager
from tests.fakes.asterisk_transcripts import NAMES, recorded

HARMLESS = {"Login", "ListCommands", "Ping", "Status", "CoreShowChannels", "QueueStatus"}

FRESH = replace(CALLER, name="PJSIP/fresh-0000ffff", uniqueid="999.1", linkedid="999.1")
"""A caller of whom no recording knows."""

BLANK = b"\r\n\r\n"
FRAMES = [frame + BLANK for name in NAMES for frame in recorded(name).split(BLANK)[1:-1]]
"""Every frame that was ever recorded."""

ODD_BYTES = st.sampled_from(
    [
        *(b"\0", b"\r", b"\n", b"\r\n", b"\n\n", b"\n\r\n", b"\r\n\n", BLANK, b": ", b":", b"\xff\xfe"),
        *("\u2028".encode(), "\u202e".encode(), b"<unknown>", b"-1", b"9" * 400, b"x" * 9_000),
        *(b"Event: Hangup\r\n", b"Event: Reload\r\n\r\n", b"Event: \r\n\r\n", b"Event:\r\n\r\n"),
        *(b"Response: Follows\r\n\r\n", b"Response: Success\r\nEventList: start\r\n\r\n"),
        *(b"Response: Error\r\nMessage: Asterisk is shutting down\r\n\r\n", b"Event: Shutdown\r\n\r\n"),
        *(b"Event: StatusComplete\r\nEventList: Complete\r\nActionID: t-9\r\n\r\n", b"Timestamp: 1e400\r\n"),
        b"Event: Newchannel\r\n" + b"Uniqueid: 1\r\n" * 600 + b"\r\n",
    ]
)
JUNK = st.lists(st.one_of(ODD_BYTES, st.binary(max_size=40), st.sampled_from(FRAMES)), max_size=12).map(
    b"".join
)


@st.composite
def broken_frames(draw: st.DrawFn) -> bytes:
    """Frames as Asterisk sends them, some of them cut, doubled, swapped, or with something put in."""
    frames = draw(st.lists(st.sampled_from(FRAMES), min_size=1, max_size=25))
    for _ in range(draw(st.integers(1, 5))):
        which = draw(st.integers(0, len(frames) - 1))
        frame = frames[which]
        start = draw(st.integers(0, len(frame)))
        end = draw(st.integers(start, min(len(frame), start + 60)))
        frames[which] = (
            frame[:start] + draw(st.one_of(ODD_BYTES, st.just(frame[start:end] * 2))) + frame[end:]
        )
    return b"".join(draw(st.permutations(frames)))


def feed(manager: Manager, data: bytes, sizes: Iterable[int]) -> list[Event]:
    """Say the bytes in pieces of these sizes, again and again; the bounds hold behind every one."""
    events: list[Event] = []
    waiting = list(sizes) or [65_536]
    start = 0
    while start < len(data):
        size = waiting[start % len(waiting)]
        events += manager.say(data[start : start + size])
        check_bounds(manager, size)
        start += size
    return events


def check_bounds(manager: Manager, fed: int) -> None:
    """What a session keeps of what it was told."""
    protocol = manager.session._protocol
    assert len(protocol._framer._buffer) <= MAX_FRAME + 4 + fed
    assert len(protocol._questions._waiting) <= MAX_WAITING
    asked = protocol._questions.open
    assert asked is None or len(asked.rows or ()) <= MAX_LIST
    assert manager.session.counters.keys() | manager.translator.counters.keys() <= set(Trouble)
    assert set(manager.asked) <= HARMLESS


def survives(data: bytes, sizes: list[int], *, logged_in: bool) -> None:
    """After the junk, either the stream is understood again, or the session says that it is over."""
    manager = Manager()
    events = manager.say(GREETING) if logged_in else []
    events += feed(manager, data, sizes)
    events += manager.wait(15)
    events += manager.say(BLANK)
    if not manager.session.closed:
        heard = manager.say(new(FRESH) + joined(FRESH, queue="fresh"))
        assert [type(event) for event in heard if getattr(event, "queue", "") == "fresh"] == [CallQueued]
        assert any(isinstance(event, LinkResynced) for event in manager.wait(RESYNC_EVERY_S))
    else:
        # Half a frame before the answer to the log-in may make a refusal of it.
        assert isinstance(events[-1], LinkLost | LinkRefused)
        assert events[-1].reason.endswith(".")
        assert manager.session.receive_data(new(FRESH), manager.now, NOW) == []
    assert set(manager.asked) <= HARMLESS


SIZES = st.lists(st.sampled_from([1, 2, 7, 100, 4_096, 65_536]), max_size=5)


@settings(max_examples=30)
@given(JUNK, SIZES, st.booleans())
def test_survives_junk(data: bytes, sizes: list[int], logged_in: bool) -> None:
    survives(data, sizes, logged_in=logged_in)


@settings(max_examples=30)
@given(broken_frames(), SIZES)
def test_survives_broken_recordings(data: bytes, sizes: list[int]) -> None:
    survives(data, sizes, logged_in=True)


@pytest.mark.slow
@settings(max_examples=1_000)
@given(st.one_of(JUNK, broken_frames()), SIZES, st.booleans())
def test_survives_at_length(data: bytes, sizes: list[int], logged_in: bool) -> None:
    survives(data, sizes, logged_in=logged_in)


def many(make: Callable[[str], bytes]) -> list[bytes]:
    """Frames that differ by a number, in pieces of a megabyte."""
    return [b"".join(make(f"{number}.{piece}") for number in range(1_000)) for piece in range(20)]


def caller(number: str) -> bytes:
    channel = replace(FRESH, name=f"PJSIP/x-{number}", uniqueid=number, linkedid=number)
    return new(channel) + joined(channel)


def ring(number: str) -> bytes:
    phone = replace(ANA, name=f"PJSIP/1001-{number}", uniqueid=number, linkedid=FRESH.linkedid)
    return new(phone) + called(phone, FRESH) + hangup(phone)


FLOODS: dict[str, Callable[[str], bytes]] = {
    "channels": caller,
    "long channels": lambda number: new(replace(FRESH, name=f"x{number}" * 500, uniqueid=f"y{number}" * 500)),
    "rings of one call": ring,
    "renames": lambda number: on("Rename", FRESH, Newname=f"PJSIP/{number}"),
    "unknown channels": lambda number: hangup(replace(FRESH, uniqueid=number)),
    "names of events": lambda number: f"Event: {number}\r\n\r\n".encode(),
    "words that are no events": lambda number: f"{number}: x\r\n\r\n".encode(),
    "answers": lambda number: f"Response: {number}\r\nActionID: {number}\r\n\r\n".encode(),
    "headers": lambda number: f"Event: Hangup\r\nX{number}: 1\r\nX{number}: 1\r\n\r\n".encode(),
    "pauses": lambda number: on(
        "QueueMemberPause", Queue=number, Interface=number, MemberName="x", Paused="1"
    ),
    "reloads": lambda _number: b"Event: Reload\r\n\r\n",
}


def memory() -> int:
    """Bytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.slow
@pytest.mark.parametrize("kind", FLOODS)
def test_no_flood_makes_a_session_grow(kind: str) -> None:
    """20,000 of each kind at once: nothing that is kept grows beyond its bound."""
    manager = Manager()
    manager.say(GREETING)
    manager.say(new(FRESH) + joined(FRESH))
    pieces = many(FLOODS[kind])
    before = memory()
    for piece in pieces:
        manager.say(piece)
        manager.wait(0.05)
    assert memory() - before < 100_000_000
    assert manager.session.counters.keys() | manager.translator.counters.keys() <= set(Trouble)
    assert set(manager.asked) <= HARMLESS
