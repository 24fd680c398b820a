"""What becomes of a case: which of its changes are kept, and under which name. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from console.db.batch import Values
from scripts_engine.facts import PRIORITIES

TRACKED = ("subject", "status", "priority", "line", "due_at", "owner")
"""Columns of which each change is kept. When a case was opened and closed stands on the case itself."""

CLOSED = "closed"
OPEN = ("open", "waiting")
SECOND_LINE = 2


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
    ESCALATED = "escalated"


def changes(before: Mapping[str, Any], values: Mapping[str, Any]) -> list[Values]:
    """The events that writing `values` over the stored columns makes, without case, moment and author."""
    return [
        {"kind": _kind(name, before[name], values[name]), "field": name}
        | {"before": _text(before[name]), "after": _text(values[name]), "text": ""}
        for name in TRACKED
        if name in values and values[name] != before[name]
    ]


def standing(line: int, priority: str) -> str:
    """Line and priority in one word, as an event keeps them of a case that went up."""
    return f"{line} {priority}"


def escalation(line: int, priority: str, due_at: datetime) -> Values:
    """The event that a case goes up because it was due, without case, moment and author."""
    return {
        "kind": EventKind.ESCALATED,
        "field": None,
        "before": standing(line, priority),
        "after": standing(SECOND_LINE, next_priority(priority)),
        "text": due_at.isoformat(),
    }


def next_priority(priority: str) -> str:
    """One up; the highest stays."""
    return PRIORITIES[min(PRIORITIES.index(priority) + 1, len(PRIORITIES) - 1)]


@dataclass(frozen=True, slots=True)
class WentUp:
    """What an escalation changed: to which `priority` (None: it stayed), and whether to the second line;
    because it was due at `due_at`."""

    priority: str | None
    second_line: bool
    due_at: datetime


def went_up(event: Mapping[str, Any]) -> WentUp:
    """What the event of an escalation says."""
    (line, priority), (line_after, after) = (str(event[name]).split() for name in ("before", "after"))
    due_at = datetime.fromisoformat(event["text"])
    return WentUp(after if after != priority else None, line_after != line, due_at)


def _kind(field: str, before: object, after: object) -> EventKind:
    if field == "status" and CLOSED in {before, after}:
        return EventKind.CLOSED if after == CLOSED else EventKind.REOPENED
    return EventKind.CHANGED


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)
