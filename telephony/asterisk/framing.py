"""Bytes in, frames out: cuts the stream of an Asterisk manager at its blank lines. Pure.

The manual says CRLF and a blank line; what occurs in the field is more: bare LF (PAMI#89), a blank line of
CRLF LF (asterisk#761), two blank lines after a list (QueueRule). All of them end a frame here, and the same
frames come out however the bytes were cut into pieces on their way.
"""

import re
from collections import Counter

from telephony.asterisk.errors import FrameTooLongError, NotAmiError

MAX_FRAME = 65_536
"""Bytes. The largest frames that matter (a Status row with channel variables) stay under 10 kB."""

MAX_GREETING = 256
"""Bytes of the first line, `Asterisk Call Manager/11.0.0`."""

GREETING = b"Asterisk Call Manager/"
EVENT = b"Event: "

_FRAME_END = re.compile(rb"\n\r?\n")
_LINE_ENDS = b"\r\n"


class Framer:
    """Collects bytes and gives frames: bytes without the blank line that ended them.

    `version` is what the greeting said; "" until it was read, or when the stream starts without one (as the
    middle of a recorded stream does). `counters` counts what was skipped, by the name of the error.
    """

    def __init__(self) -> None:
        self.version = ""
        self.counters: Counter[str] = Counter()
        self._buffer = bytearray()
        self._searched = 0
        self._greeted = False
        self._skipping = False

    @property
    def greeted(self) -> bool:
        """Whether the first line was read."""
        return self._greeted

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes of the stream; the frames that they complete, in order.

        Raises NotAmiError when the first line is neither a greeting nor a header.
        """
        self._buffer += data
        if not self._greeted:
            self._read_greeting()
        frames = self._cut() if self._greeted else []
        self._limit()
        return frames

    def _read_greeting(self) -> None:
        line, newline, rest = self._buffer.partition(b"\n")
        if not newline and len(line) <= MAX_GREETING:
            return
        greeting = bytes(line).rstrip(_LINE_ENDS)
        if greeting.startswith(GREETING):
            self.version = greeting.removeprefix(GREETING).decode("ascii", "replace")
            self._buffer = rest
        elif not newline or b": " not in greeting:
            raise NotAmiError(greeting[:MAX_GREETING].decode("ascii", "replace"))
        self._greeted = True

    def _cut(self) -> list[bytes]:
        frames = []
        start = 0
        for end in _FRAME_END.finditer(self._buffer, self._searched):
            frame = bytes(self._buffer[start : end.start()]).strip(_LINE_ENDS)
            start = end.end()
            if self._skipping:
                self._skipping = False
            elif len(frame) > MAX_FRAME:
                self.counters[FrameTooLongError.__name__] += 1
            elif frame:
                frames.append(frame)
        del self._buffer[:start]
        # A blank line may be cut anywhere: its first two bytes are looked at again.
        self._searched = max(0, len(self._buffer) - 2)
        return frames

    def _limit(self) -> None:
        """Let go of a frame that does not end: what comes up to the next blank line is skipped."""
        if len(self._buffer) <= MAX_FRAME + len(b"\r\n\r\n"):
            return
        if not self._skipping:
            self.counters[FrameTooLongError.__name__] += 1
        self._skipping = True
        del self._buffer[:-2]
        self._searched = 0


def event_name(frame: bytes) -> bytes:
    """The name of the event, without decoding anything else; b"" when the frame is no event."""
    if not frame.startswith(EVENT):
        return b""
    end = frame.find(b"\n")
    return frame[len(EVENT) : end].rstrip() if end > 0 else frame[len(EVENT) :]
