"""Everything that an agent can be doing, made up for the page of patterns."""

from datetime import datetime, timedelta

from console.live.bus import Value

BUSY = ("available", "ringing", "on_call", "offline")


def sample_presences(at: datetime) -> list[Value]:
    """Each state once."""
    until = (at + timedelta(seconds=45)).isoformat()
    said: list[dict[str, object]] = [
        *[dict[str, object](state=name) for name in BUSY],
        {"state": "on_break", "reason": "lunch"},
        {"state": "wrap_up", "until": until, "owes": True, "then": "training"},
    ]
    return [{"since": at.isoformat(), **each} for each in said]
