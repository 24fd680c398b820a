"""Made-up call-backs and offers of the customer on the pops of `samples`."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from console.desk.pop import PopCallback, PopOffer

NO_CONTACTS: Mapping[str, object] = {
    "callbacks": [],
    "offers": [],
    "calls_7d": None,
    "repeat_today": False,
    "last_call_at": None,
}
"""What is known of earlier calls of nobody."""


def sample_callbacks(at: datetime) -> list[PopCallback]:
    """One that is overdue, and one that is not due yet."""
    late, later = ((at + timedelta(days)).isoformat() for days in (-1, 3))
    return [
        {"due_at": late, "by": "Ana Nováková", "note": "Whether the roses came", "overdue": True},
        {"due_at": later, "by": "Boris Kováč", "note": "Price of 40 tables", "overdue": False},
    ]


def sample_offers(at: datetime) -> list[PopOffer]:
    """One that was declined lately."""
    return [{"what": "Loyalty card", "answer": "declined", "at": (at - timedelta(days=9)).isoformat()}]
