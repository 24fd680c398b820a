"""Lists come in pages: `?limit=&cursor=`, answered as `{"items": [], "next": cursor or null}`."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from console.errors import InvalidError, Problem

MOST = 500
USUAL = 100
MOST_DIGITS = 9
MOST_IDS = 2**63

YEARS = range(1970, 2201)
"""The moments that we are asked about; counting back a year from year 1 is more than Python can."""

Position = tuple[datetime, str]


def read_limit(query: Mapping[str, str]) -> int:
    """How many items are wanted: 1 to 500, 100 when not said.

    Raises:
        InvalidError: it is no such number.
    """
    text = query.get("limit", str(USUAL))
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    if not is_number or not 1 <= int(text) <= MOST:
        raise InvalidError([Problem("limit", f"must be a whole number from 1 to {MOST}")])
    return int(text)


def write_cursor(position: Position | None) -> str | None:
    """A position as an opaque text for URLs; None stays None."""
    if position is None:
        return None
    return _opaque([position[0].isoformat(), position[1]])


def write_place(id_: int) -> str:
    """The place behind a record in a list, as an opaque text for URLs."""
    return _opaque(id_)


def _opaque(value: list[str] | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def read_cursor(query: Mapping[str, str]) -> Position | None:
    """The position that `write_cursor` wrote; None at the start.

    Raises:
        InvalidError: the text is not a cursor of ours.
    """
    text = query.get("cursor")
    if not text:
        return None
    try:
        at, key = _transparent(text)
        return _utc(at), str(key)
    except (ValueError, TypeError, RecursionError):
        raise _no_cursor() from None


def read_place(query: Mapping[str, str]) -> int:
    """The place that `write_place` wrote; 0 at the start.

    Raises:
        InvalidError: the text is not a cursor of ours.
    """
    text = query.get("cursor")
    if not text:
        return 0
    try:
        id_ = _transparent(text)
    except (ValueError, RecursionError):
        raise _no_cursor() from None
    if type(id_) is not int or not 0 < id_ < MOST_IDS:
        raise _no_cursor()
    return id_


def _transparent(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _no_cursor() -> InvalidError:
    return InvalidError([Problem("cursor", "must be the `next` of an earlier answer of this list")])


def read_moment(query: Mapping[str, str], name: str) -> datetime | None:
    """A moment in ISO 8601 with its zone, or None when not given.

    Raises:
        InvalidError: it is no moment, or has no zone.
    """
    text = query.get(name)
    if not text:
        return None
    try:
        return _utc(text.replace(" ", "+"))  # a + in a query that nobody escaped
    except ValueError:
        why = f"must be a moment of {YEARS[0]} to {YEARS[-1]} with its zone, such as 2026-11-21T14:30:00Z"
        raise InvalidError([Problem(name, why)]) from None


def _utc(text: str) -> datetime:
    """A moment in ISO 8601. Raises ValueError when it has no zone or is of no such year."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or at.year not in YEARS:
        raise ValueError(text)
    return at.astimezone(UTC)
