"""One frame as headers, and actions as bytes. Pure.

Headers keep their order and may repeat (`ChanVariable`, `Output`, Debian's `TestEvent` has `State` twice), so
they are a multi-dict. `first` and `last` are both there for a reason: a hostile caller's number may hold line
breaks and thus look like more headers. What Asterisk writes before anything a caller can choose (`Event`,
`Channel`) is right where it stands first; what it writes behind all that (`Queue`, `Reason`) where it stands
last.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from telephony.asterisk.errors import (
    ActionTooLongError,
    LineTooLongError,
    NulError,
    TooManyHeadersError,
    UnsafeValueError,
)
from telephony.asterisk.troubles import Trouble

Header = Sequence[str]
"""A pair: name and value, as sent."""

MAX_HEADERS = 512
"""Headers of one frame. A full snapshot of three channels has 50; the rest is room for channel variables."""

MAX_LINE = 8_192
"""Characters of one header. Asterisk's own values stay under 1 kB, channel variables may be longer."""

MAX_ACTION_LINE = 1_024
"""Bytes of one line that Asterisk reads, its line break included (`main/manager.c`, `inbuf`)."""

MAX_ACTION_HEADERS = 128
"""Headers of one action that Asterisk takes ("Too many lines in message")."""

MISSING = frozenset({"<unknown>", "<null>"})
"""What Asterisk writes for a value that it does not have (`S_COR(..., "<unknown>")`)."""

_ESCAPED = ("CallerIDName", "ConnectedLineName", "ChanVariable")
"""Headers whose value Asterisk writes C-escaped (`ast_escape_c_alloc`); all others are raw."""

_REPEATED = re.compile(r"ChanVariable(\(.*\))?$|^Output$")
"""Headers that Asterisk itself writes several times."""

STAMPED_BEFORE = 4
"""`Timestamp` stands among so many headers, before all that a caller can choose (`manager.c`)."""

YEARS = range(2000, 2100)
"""The moments that are believed: of an Asterisk whose clock is wrong, too, and in old recordings."""

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Message:
    """One frame: its headers in order. `kind` is the first header ("Event", "Response"), `name` its value.

    `troubles` says what is odd about it although it can be read. `fingerprint`: the same for the same bytes.
    """

    __slots__ = ("_first", "_last", "fingerprint", "headers", "kind", "name", "troubles")

    def __init__(
        self, headers: Sequence[Header], troubles: tuple[Trouble, ...] = (), fingerprint: int = 0
    ) -> None:
        """Raises ValueError when a header is no pair."""
        self.headers = headers
        self.kind, self.name = headers[0] if headers else ("", "")
        self.troubles = troubles
        self.fingerprint = fingerprint
        self._first = self._last = dict(cast("Sequence[tuple[str, str]]", headers))
        if len(self._last) != len(headers):
            self._first = dict(reversed(cast("Sequence[tuple[str, str]]", headers)))
            if not self._only_repeats():
                self.troubles = (*troubles, Trouble.DUPLICATE_HEADER)

    def __contains__(self, header: str) -> bool:
        return header in self._last

    def has_all(self, headers: frozenset[str]) -> bool:
        """Whether none of these headers is missing."""
        return headers <= self._last.keys()

    def first(self, header: str) -> str:
        """The value where it stands first, as sent; "" when the header is missing."""
        return self._first.get(header, "")

    def last(self, header: str) -> str:
        """The value where it stands last, as sent; "" when the header is missing."""
        return self._last.get(header, "")

    def all(self, header: str) -> list[str]:
        """The values of a header that may repeat, in order."""
        if self._first is self._last:  # none does
            return [self._last[header]] if header in self._last else []
        return [value for name, value in self.headers if name == header]

    def _only_repeats(self) -> bool:
        """Whether only those headers stand twice of which Asterisk itself writes several."""
        singles = [name for name, _ in self.headers if not _REPEATED.search(name)]
        return len(singles) == len(set(singles))

    def text(self, header: str) -> str:
        """The first value, unescaped where Asterisk escapes it, "" where it says that it has none."""
        value = self.first(header)
        if value in MISSING:
            return ""
        return unescape(value) if header.endswith(_ESCAPED) else value

    def variables(self) -> Iterator[tuple[str, str]]:
        """The channel variables (`channelvars`): `ChanVariable: x=y`, formerly `ChanVariable(chan): x=y`."""
        for header, value in self.headers:
            if header.startswith("ChanVariable"):
                name, _, text = unescape(value).partition("=")
                yield name, text

    def happened_at(self) -> datetime | None:
        """When Asterisk sent it (`timestampevents=yes`), aware UTC; None when it does not say, or says what
        cannot be."""
        stamp = self._stamp()
        return None if stamp is None else _moment(stamp)

    def has_wrong_time(self) -> bool:
        """Whether it says that it was sent at a time that cannot be."""
        stamp = self._stamp()
        return stamp is not None and _moment(stamp) is None

    def _stamp(self) -> str | None:
        for name, value in self.headers[:STAMPED_BEFORE]:
            if name == "Timestamp":
                return value
        return None


def _moment(stamp: str) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year in YEARS else None


def parse(frame: bytes) -> Message:
    """The headers of a frame. Bytes that are not UTF-8 become U+FFFD; lines without a colon are left out.

    Raises LineTooLongError, TooManyHeadersError or NulError.
    """
    frame = frame.strip(b"\r\n")
    text, troubles = _decoded(frame)
    lines = text.split("\r\n")
    if text.count("\r") != len(lines) - 1:
        troubles = (*troubles, Trouble.BARE_CARRIAGE_RETURN)
    if text.count("\n") != len(lines) - 1:
        troubles = (*troubles, Trouble.BARE_LINE_FEED)
        lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MAX_HEADERS:
        raise TooManyHeadersError(len(lines), MAX_HEADERS)
    if len(frame) > MAX_LINE:
        _check_lines(lines)
    try:
        return Message([line.split(": ", 1) for line in lines], troubles, hash(frame))
    except ValueError:  # one of the lines is not `Header: value`
        return Message([*_headers(lines)], troubles, hash(frame))


def _headers(lines: list[str]) -> Iterator[Header]:
    """The slow way, for odd frames: `AccountCode:` is a header, too, and what has no colon is none.

    Except for the first line: what begins with something else is neither an event nor an answer.
    """
    for number, line in enumerate(lines):
        header, colon, value = line.partition(": ")
        if not colon:
            header, colon, value = line.partition(":")
        if colon or number == 0:
            yield header, value


def _check_lines(lines: list[str]) -> None:
    longest = max(map(len, lines))
    if longest > MAX_LINE:
        raise LineTooLongError(longest, MAX_LINE)


def _decoded(frame: bytes) -> tuple[str, tuple[Trouble, ...]]:
    if b"\0" in frame:
        raise NulError
    try:
        return frame.decode(), ()
    except UnicodeDecodeError:
        return frame.decode(errors="replace"), (Trouble.BAD_UTF8,)


def unescape(value: str) -> str:
    r"""Undo Asterisk's C escapes (`O\'Brien`, `\n`, `\\`). An unknown escape stands for its character."""
    if "\\" not in value:
        return value
    out = []
    characters = iter(value)
    for character in characters:
        if character == "\\":
            escaped = next(characters, "\\")
            out.append(_ESCAPES.get(escaped, escaped))
        else:
            out.append(character)
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Action:
    """What we ask of Asterisk: its name and its headers, in order."""

    name: str
    headers: Mapping[str, str]


def encode(action: Action, action_id: str) -> bytes:
    """The action as bytes. Raises UnsafeValueError or ActionTooLongError rather than be misread."""
    headers = [("Action", action.name), ("ActionID", action_id), *action.headers.items()]
    if len(headers) > MAX_ACTION_HEADERS:
        raise ActionTooLongError("the number of its headers", len(headers), MAX_ACTION_HEADERS)
    return b"".join(_line(header, value) for header, value in headers) + b"\r\n"


def _line(header: str, value: str) -> bytes:
    text = f"{header}: {value}"
    if any(character in text for character in "\r\n\0") or ":" in header:
        raise UnsafeValueError(header)
    line = f"{text}\r\n".encode("utf-8", "replace")
    if len(line) > MAX_ACTION_LINE:
        raise ActionTooLongError(f"the line {header!r}", len(line), MAX_ACTION_LINE)
    return line
