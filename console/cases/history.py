"""What becomes of a case: which of its changes are kept, and under which name. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from console.db.batch import Values

TRACKED = ("subject", "status", "priority", "line", "due_at", "owner")
"""Columns of which each change is kept. When a case was opened and closed stands on the case itself."""

CLOSED = "closed"


class EventKind(StrEnum):
    """What happened."""

    CHANGED = "changed"
    COMMENT = "comment"
    CLOSED = "closed"
    REOPENED = "reopened"
    HANDED_OVER = "handed_over"  # a call in which it was worked on, for the reason that is its text
    TAKEN = "taken"
    SENT_BACK = "sent_back"
    ASKED = "asked"


def changes(before: Mapping[str, Any], values: Mapping[str, Any]) -> list[Values]:
    """The events that writing `values` over the stored columns makes, without case, moment and author."""
    return [
        {"kind": _kind(name, before[name], values[name]), "field": name}
        | {"before": _text(before[name]), "after": _text(values[name]), "text": ""}
        for name in TRACKED
        if name in values and values[name] != before[name]
    ]


def _kind(field: str, before: object, after: object) -> EventKind:
    if field == "status" and CLOSED in {before, after}:
        return EventKind.CLOSED if after == CLOSED else EventKind.REOPENED
    return EventKind.CHANGED


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)
