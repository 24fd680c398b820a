"""Call-backs and offers as they are stored."""

from datetime import datetime
from typing import Any

from console.promises.models import Callback, Offer

NUMBER = "+421905123456"


def callback(customer_id: int | None, due_at: datetime, **values: Any) -> Callback:
    """One that Ana promised when it fell due, unless `values` say otherwise."""
    usual = {
        "call_id": "main-1",
        "number": NUMBER,
        "owner": None,
        "line": 1,
        "note": "Whether it came",
        "author": "ana@shop.example",
        "made_at": due_at,
        "state": "open",
    }
    return Callback(customer_id=customer_id, due_at=due_at, **(usual | values))


def offer(customer_id: int | None, at: datetime, **values: Any) -> Offer:
    """One that Ana made and that was declined, unless `values` say otherwise."""
    usual = {
        "call_id": "main-1",
        "script_key": "loyalty",
        "script_version": 1,
        "step": "card",
        "what": "Loyalty card",
        "answer": "declined",
        "author": "ana@shop.example",
    }
    return Offer(customer_id=customer_id, at=at, **(usual | values))
