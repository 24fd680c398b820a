"""One frame as headers, and actions as bytes. Pure.

Headers keep their order and may repeat (`ChanVariable`, `Output`, Debian's `TestEvent` has `State` twice), so
they are a multi-dict. `first` and `last` are both there for a reason: a hostile caller's number may hold line
breaks and thus look like more headers. What Asterisk writes before anything a caller can choose (`Event`,
`Channel`) is right where it stands first; what it writes behind all that (`Queue`, `Reason`) where it stands
last.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from telephony.asterisk.errors import (
    ActionTooLongError,
    LineTooLongError,
    TooManyHeadersError,
    UnsafeValueError,
)

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

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Message:
    """One frame: its headers in order. `kind` is the first header ("Event", "Response"), `name` its value."""

    __slots__ = ("_first", "headers", "kind", "name")

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self.headers = tuple(headers)
        self._first: dict[str, str] = dict(reversed(self.headers))
        self.kind, self.name = self.headers[0] if self.headers else ("", "")

    def __contains__(self, header: str) -> bool:
        return header in self._first

    def has_all(self, headers: frozenset[str]) -> bool:
        """Whether none of these headers is missing."""
        return headers <= self._first.keys()

    def first(self, header: str) -> str:
        """The value where it stands first, as sent; "" when the header is missing."""
        return self._first.get(header, "")

    def last(self, header: str) -> str:
        """The value where it stands last, as sent; "" when the header is missing."""
        return next((value for name, value in reversed(self.headers) if name == header), "")

    def all(self, header: str) -> list[str]:
        """The values of a header that may repeat, in order."""
        return [value for name, value in self.headers if name == header]

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
        """When Asterisk sent it (`timestampevents=yes`), aware UTC; None when it does not say."""
        if "Timestamp" not in self._first:
            return None
        try:
            return datetime.fromtimestamp(float(self._first["Timestamp"]), UTC)
        except (ValueError, OverflowError, OSError):
            return None


def parse(frame: bytes) -> Message:
    """The headers of a frame. Bytes that are not UTF-8 become U+FFFD; lines without a colon are left out.

    Raises LineTooLongError or TooManyHeadersError.
    """
    lines = frame.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    if len(lines) > MAX_HEADERS:
        raise TooManyHeadersError(len(lines), MAX_HEADERS)
    if len(frame) > MAX_LINE:
        _check_lines(lines)
    headers = []
    for line in lines:
        header, colon, value = line.partition(": ")
        if not colon:  # `AccountCode:` without a value, with or without its space, is a header all the same
            header, colon, value = line.partition(":")
        if colon:
            headers.append((header, value))
    return Message(headers)


def _check_lines(lines: list[str]) -> None:
    longest = max(len(line) for line in lines)
    if longest > MAX_LINE:
        raise LineTooLongError(longest, MAX_LINE)


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
