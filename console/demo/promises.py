"""Makes what was promised and offered on the demo's calls: of the call-backs some are overdue."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from console.demo.people import Row
from console.demo.team import AGENTS
from console.promises.models import CallbackState, OfferAnswer

OPEN_CALLBACKS = 12
SETTLED_CALLBACKS = 8
OFFERS = 40

NOTES = (
    "When the printer is back in stock",
    "Whether the courier has picked up the chair",
    "The price of 20 chairs",
    "Whether the coffee machine works again",
    "Progress of the complaint",
)
OFFERED = (
    ("good-customer", "switch-on", "free-delivery-3"),
    ("birthday", "present", "birthday-bouquet"),
    ("printer-without-ink", "offer", "ink-set"),
)
ANSWERS = (OfferAnswer.ACCEPTED, OfferAnswer.DECLINED, OfferAnswer.DECLINED, OfferAnswer.LATER)


def callback_rows(random: Random, calls: Sequence[Row], legs: Sequence[Row], now: datetime) -> list[Row]:
    """Call-backs that were promised on the last calls that were talked about; earlier ones were settled."""
    last = _talks(calls, legs)[-OPEN_CALLBACKS - SETTLED_CALLBACKS :]
    return [
        _callback(random, call, author, now, owed=place >= SETTLED_CALLBACKS)
        for place, (call, author) in enumerate(last)
    ]


def _callback(random: Random, call: Row, author: str, now: datetime, *, owed: bool) -> Row:
    hours = random.choice((-20, -3, 4, 26, 50)) if owed else -30
    due = (now + timedelta(hours=hours)).replace(minute=random.choice((0, 30)), second=0, microsecond=0)
    settled = {"settled_at": max(due, call["ended_at"]), "settled_by": author}
    return {
        "customer_id": call["customer_id"],
        "call_id": call["id"],
        "number": call["number"],
        "due_at": due,
        "owner": author if random.random() < 0.5 else None,
        "line": call["line"],
        "note": random.choice(NOTES),
        "author": author,
        "made_at": call["ended_at"],
        "state": (CallbackState.OPEN if owed else CallbackState.DONE).value,
        **({"settled_at": None, "settled_by": None} if owed else settled),
    }


def offer_rows(random: Random, calls: Sequence[Row], legs: Sequence[Row]) -> list[Row]:
    """Offers on calls that were talked about, with what was answered."""
    talks = random.sample(_talks(calls, legs), OFFERS)
    return [_offer(random, call, author) for call, author in talks]


def _offer(random: Random, call: Row, author: str) -> Row:
    key, step, what = random.choice(OFFERED)
    return {
        "customer_id": call["customer_id"],
        "call_id": call["id"],
        "script_key": key,
        "script_version": 1,
        "step": step,
        "what": what,
        "answer": random.choice(ANSWERS).value,
        "author": author,
        "at": call["ended_at"],
    }


def _talks(calls: Sequence[Row], legs: Sequence[Row]) -> list[tuple[Row, str]]:
    """Calls with the e-mail of who talked, oldest first."""
    emails = {agent.id: agent.email for agent in AGENTS}
    authors = {leg["call_id"]: emails[leg["user_id"]] for leg in legs}
    return [(call, authors[call["id"]]) for call in calls if call["id"] in authors]
