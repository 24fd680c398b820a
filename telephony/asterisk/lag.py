"""How late events come (asterisk#2145: up to minutes, while the connection seems fine). Pure.

An event says when Asterisk sent it (`timestampevents=yes`), by Asterisk's clock. That clock may be wrong, for
days and by minutes, and a wrong clock is no delay. So the clocks are compared whenever Asterisk answers a
Ping, which it does at once, with the time: what an event is late beyond their difference is its delay. The
difference is known to half of the time that the answer took.

The delay is that of the latest event. It is forgotten with the next Ping's answer, before which Asterisk
sends all that it has: a quiet phone system is not late.
"""

from datetime import datetime


class Lag:
    """`seconds`: how late the latest event was; None before the first that says when it was sent."""

    def __init__(self) -> None:
        self.seconds: float | None = None
        self._ahead_s = 0.0  # our clock before Asterisk's

    def event(self, sent_at: datetime, received_at: datetime) -> None:
        """An event of Asterisk's time `sent_at` came at our time `received_at`."""
        self.seconds = max(0.0, (received_at - sent_at).total_seconds() - self._ahead_s)

    def pong(self, answered_at: datetime, received_at: datetime, took_s: float) -> None:
        """A Ping was answered at Asterisk's time `answered_at`, and at ours, `took_s` after it was asked."""
        self._ahead_s = (received_at - answered_at).total_seconds() - took_s / 2
        if self.seconds is not None:
            self.seconds = took_s / 2
