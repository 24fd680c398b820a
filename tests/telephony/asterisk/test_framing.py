"""Cutting the stream: whole, byte by byte, and whatever ends the lines."""

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.errors import NotAmiError
from telephony.asterisk.framing import MAX_FRAME, MAX_GREETING, Framer, event_name
from telephony.asterisk.troubles import Trouble
from tests.fakes.asterisk_transcripts import NAMES, recorded

GREETING = b"Asterisk Call Manager/11.0.0\r\n"


def feed(framer: Framer, data: bytes) -> list[bytes]:
    """The frames, when each is named as it is."""
    frames = framer.feed(data)
    if not frames:
        return []
    assert [name for name, _ in frames] == [event_name(frame) for _, frame in frames]
    return [frame.strip(b"\r\n") for _, frame in frames]


def whole(data: bytes) -> list[bytes]:
    return feed(Framer(), data)


def pieces(data: bytes, size: int = 1) -> list[bytes]:
    framer, frames = Framer(), list[bytes]()
    for start in range(0, len(data), size):
        frames += feed(framer, data[start : start + size])
    return frames


def test_the_greeting_is_read_as_soon_as_its_line_is_there() -> None:
    framer = Framer()
    assert feed(framer, GREETING[:-1]) == []
    assert not framer.greeted
    assert feed(framer, GREETING[-1:]) == []
    assert (framer.greeted, framer.version) == (True, "11.0.0")


def test_a_stream_may_begin_in_the_middle() -> None:
    framer = Framer()
    assert feed(framer, b"Event: A\r\n\r\n") == [b"Event: A"]
    assert framer.version == ""


@pytest.mark.parametrize(
    "line",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"220 mail: ESMTP\r\n",
        b"x" * (MAX_GREETING + 1),
        GREETING.rstrip() + b"x" * MAX_GREETING + b"\r\n",
        b"Asterisk Call Manager/11\0\r\n",
        b"Asterisk Call Manager/\x1b[2J\r\n",
        "Asterisk Call Manager/\u202e11\r\n".encode("utf-16-le"),
    ],
    ids=["SSH", "SMTP", "endless", "long", "NUL", "terminal", "UTF-16"],
)
def test_something_else_answers(line: bytes) -> None:
    with pytest.raises(NotAmiError):
        whole(line)


@pytest.mark.parametrize(
    "blank",
    [b"\r\n\r\n", b"\n\n", b"\r\n\n", b"\n\r\n", b"\r\n\r\n\r\n"],
    ids=["CRLF", "LF", "asterisk#761", "LF CRLF", "QueueRule"],
)
def test_whatever_ends_a_frame(blank: bytes) -> None:
    stream = GREETING + blank.join([b"Event: A\r\nX: 1", b"Event: B", b""])
    expected = [b"Event: A\r\nX: 1", b"Event: B"]
    assert whole(stream) == expected
    assert pieces(stream) == expected


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.slow), 7])
@pytest.mark.parametrize("name", NAMES)
def test_recorded_streams_in_pieces_and_with_junk_behind(name: str, size: int) -> None:
    stream = recorded(name)
    frames = whole(stream)
    once = re.sub(rb"(\r\n){3,}", b"\r\n\r\n", stream)  # some answers end with two blank lines
    assert b"\r\n\r\n".join(frames) + b"\r\n\r\n" == once.partition(b"\r\n")[2]
    assert pieces(stream, size) == frames
    assert whole(stream + b"Event: Hangup\r\nChannel: PJS") == frames


def test_a_frame_that_is_too_long_is_skipped_and_counted() -> None:
    longest = b"X: " + b"y" * (MAX_FRAME - 3)
    for size in (1 << 20, 1_000):
        framer = Framer()
        stream = GREETING + b"".join(frame + b"\r\n\r\n" for frame in (longest, longest + b"y", b"A: 1"))
        frames = [
            frame
            for start in range(0, len(stream), size)
            for frame in feed(framer, stream[start : start + size])
        ]
        assert frames == [longest, b"A: 1"]
        assert framer.counters == {Trouble.FRAME_TOO_LONG: 1}


def test_a_frame_that_never_ends_takes_no_memory() -> None:
    framer = Framer()
    feed(framer, GREETING)
    for _ in range(5):
        feed(framer, b"x" * MAX_FRAME)
    assert len(framer._buffer) < 2 * MAX_FRAME
    assert sys.getsizeof(framer._buffer) < 2 * MAX_FRAME
    assert feed(framer, b"\n\r") + feed(framer, b"\nA: 1\r\n\r\n") == [b"A: 1"]
    assert framer.counters == {Trouble.FRAME_TOO_LONG: 1}


@given(st.binary(max_size=300), st.integers(1, 7))
def test_however_the_bytes_are_cut_the_frames_are_the_same(data: bytes, size: int) -> None:
    assert pieces(GREETING + data, size) == whole(GREETING + data)


LINES = st.lists(
    st.sampled_from(["\r", "\n", "\r\n", ":", "a", " ", "Event: ", "Event: x"]), max_size=60
).map(lambda words: "".join(words).encode())


@given(LINES, st.integers(1, 5))
def test_however_lines_end_the_frames_are_the_same(data: bytes, size: int) -> None:
    frames = whole(GREETING + data)
    assert pieces(GREETING + data, size) == frames
    assert all(frame and frame == frame.strip(b"\r\n") for frame in frames)
