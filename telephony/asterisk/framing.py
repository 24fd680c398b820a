"""Bytes in, frames out: cuts the stream of an Asterisk manager at its blank lines. Pure.

The manual says CRLF and a blank line; what occurs in the field is more: bare LF (PAMI#89), a blank line of
CRLF LF (asterisk#761), two blank lines after a list (QueueRule). All of them end a frame here, and the same
frames come out however the bytes were cut into pieces on their way.
"""

import re
from collections import Counter

from telephony.asterisk.errors import NotAmiError
from telephony.asterisk.troubles import Trouble

MAX_FRAME = 65_536
"""Bytes. The largest frames that matter (a Status row with channel variables) stay under 10 kB."""

MAX_GREETING = 256
"""Bytes of the first line, `Asterisk Call Manager/11.0.0`."""

GREETING = "Asterisk Call Manager/"
EVENT = b"Event: "

_FRAME_END = re.compile(rb"\n\r?\n")
_LINE_ENDS = b"\r\n"
_HEADER = re.compile(rb"(Event|Response|Action): ")


class Framer:
    """Collects bytes and gives frames: bytes without the blank line that ended them.

    `version` is what the greeting said; "" until it was read, or when the stream starts without one (as the
    middle of a recorded stream does). `counters` counts what was skipped. Holds no more than `MAX_FRAME` and
    what is fed at once.
    """

    def __init__(self) -> None:
        self.version = ""
        self.counters: Counter[Trouble] = Counter()
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
        greeting = bytes(line[:MAX_GREETING]).rstrip(_LINE_ENDS).decode("ascii", "replace")
        if newline and len(line) <= MAX_GREETING and greeting.startswith(GREETING) and greeting.isprintable():
            self.version = greeting.removeprefix(GREETING)
            self._buffer = rest
        elif not newline or not _HEADER.match(line):
            raise NotAmiError(greeting)
        self._greeted = True

    def _cut(self) -> list[bytes]:
        if _FRAME_END.search(self._buffer, self._searched) is None:
            # A blank line may be cut anywhere: its first two bytes are looked at again.
            self._searched = max(0, len(self._buffer) - 2)
            return []
        too_long = len(self._buffer) > MAX_FRAME
        *pieces, rest = _FRAME_END.split(self._buffer)
        self._buffer, self._searched = bytearray(rest), max(0, len(rest) - 2)
        if self._skipping:
            del pieces[0]
            self._skipping = False
        if too_long:
            pieces = self._short_enough(pieces)
        return [frame for piece in pieces if (frame := piece.strip(_LINE_ENDS))]

    def _short_enough(self, pieces: list[bytes]) -> list[bytes]:
        kept = [piece for piece in pieces if len(piece.strip(_LINE_ENDS)) <= MAX_FRAME]
        self.counters[Trouble.FRAME_TOO_LONG] += len(pieces) - len(kept)
        return kept

    def _limit(self) -> None:
        """Let go of a frame that does not end: what comes up to the next blank line is skipped."""
        if len(self._buffer) <= MAX_FRAME + len(b"\r\n\r\n"):
            return
        if not self._skipping:
            self.counters[Trouble.FRAME_TOO_LONG] += 1
        self._skipping = True
        del self._buffer[:-2]
        self._searched = 0


def event_name(frame: bytes) -> bytes:
    """The name of the event, without decoding anything else; b"" when the frame is no event."""
    if not frame.startswith(EVENT):
        return b""
    end = frame.find(b"\n")
    return frame[len(EVENT) : end].rstrip() if end > 0 else frame[len(EVENT) :]
