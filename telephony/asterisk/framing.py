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

_EVENT = rb"Event: ([^\r\n]*)"
_FRAME_END = re.compile(rb"\n\r?\n[\r\n]*(?=%b|)" % _EVENT)
"""The blank lines behind a frame, and (one group) the name of the event that follows them."""

_EVENT_LINE = re.compile(_EVENT)

_LINE_ENDS = b"\r\n"
_HEADER = re.compile(rb"(Event|Response|Action): ")


Frame = tuple[bytes | None, bytes]
"""The name of an event (None when it is none), and the whole frame without the blank line that ended it."""


class Framer:
    """Collects bytes and gives frames.

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

    @property
    def unfinished(self) -> bool:
        """Whether something came of which the end did not."""
        return bool(self._buffer.strip(_LINE_ENDS))

    def feed(self, data: bytes) -> list[Frame]:
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

    def _cut(self) -> list[Frame]:
        if _FRAME_END.search(self._buffer, self._searched) is None:
            # A blank line may be cut anywhere: its first two bytes are looked at again.
            self._searched = max(0, len(self._buffer) - 2)
            return []
        # frame, name of the next, frame, …, name of the rest, rest
        first, *pieces, _, rest = _FRAME_END.split(self._buffer)
        self._buffer, self._searched = bytearray(rest), max(0, len(rest) - 2)
        frames: list[Frame] = list(zip(pieces[::2], pieces[1::2], strict=True))
        first = first.strip(_LINE_ENDS)
        if first and not self._skipping:
            frames.insert(0, (event_name(first), first))
        self._skipping = False
        too_long = len(first) > MAX_FRAME or max(map(len, pieces[1::2]), default=0) > MAX_FRAME
        return self._short_enough(frames) if too_long else frames

    def _short_enough(self, frames: list[Frame]) -> list[Frame]:
        kept = [(name, frame) for name, frame in frames if len(frame.strip(_LINE_ENDS)) <= MAX_FRAME]
        self.counters[Trouble.FRAME_TOO_LONG] += len(frames) - len(kept)
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


def event_name(frame: bytes) -> bytes | None:
    """The name of the event, without decoding anything else; None when the frame is no event."""
    line = _EVENT_LINE.match(frame)
    return line and line[1]
