"""Made-up call-backs and offers of the customer on the pops of `samples`."""

from datetime import datetime, timedelta

from console.desk.pop import PopCallback, PopOffer


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
