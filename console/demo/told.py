"""Adds to the demo's records what people said and wrote: wishes, consent, notes, comments, outcomes.

All of it by a random source of its own, so that everything else stays as it was.
"""

from datetime import datetime, timedelta
from random import Random

from console.cases.history import EventKind
from console.demo.people import Row
from console.demo.team import agents_of_line

CONSENT = ("calls and e-mail", "calls and e-mail", "e-mail only", "none")
PREFERS = ("delivery after 16:00", "a call before delivery", "invoices by e-mail", "to be called Professor")
REMEMBER = (
    "Prefers to talk to the same person. The warehouse entrance is at the back, ring twice.",
    "Hard of hearing: speak slowly, repeat the order number.",
    "Orders for the whole office; ask for the internal order number, accounting returns invoices without it.",
)
ON_CALLS = (
    "Asked where the order is. Told the new day, is fine with it.",
    "Wants a voucher for the delay. 10 EUR sent by e-mail.",
    "Was angry about the damaged chair. Photo arrives by e-mail, then exchange.",
    "Asked for a quote for 20 chairs, delivery in two parts.",
    "Ink for the printer: recommended the large cartridge, will order online.",
)
OUTCOMES = ("solved", "solved", "solved", "call back agreed", "case opened", "passed on")
COMMENTS = (
    "Customer sent photos, see the mailbox of the case.",
    "Supplier asked; answer by tomorrow noon.",
    "Called back, nobody answered. Trying again in the afternoon.",
    "Exchange agreed, courier picks the old piece up.",
    "Needs a technician: firmware 2.1 is known for this.",
)


def add_wishes(random: Random, customers: list[Row]) -> None:
    """Give customers consent, and some of them wishes and something to remember."""
    for customer in customers:
        more: Row = {"consent": random.choice(CONSENT)}
        if random.random() < 0.4:
            more["prefers"] = random.choice(PREFERS)
        customer["attributes"] = {**customer["attributes"], **more}
        customer["notes"] = random.choice(REMEMBER) if random.random() < 0.25 else None


def note_rows(random: Random, calls: list[Row], legs: list[Row]) -> list[Row]:
    """Notes on half of the calls that were talked about; all of those get an outcome."""
    by_id = {call["id"]: call for call in calls}
    rows = []
    for leg in legs:
        by_id[leg["call_id"]]["outcome"] = random.choice(OUTCOMES)
        if random.random() < 0.5:
            rows.append(
                {"leg_id": leg["id"], "call_id": leg["call_id"], "user_id": leg["user_id"], "version": 1}
                | {"text": random.choice(ON_CALLS), "updated_at": leg["ended_at"]}
            )
    return rows


def case_event_rows(random: Random, cases: list[Row], now: datetime) -> list[Row]:
    """Comments on the open cases, and that those of the second line were handed over."""
    rows = []
    for case in cases:
        if case["status"] == "closed":
            continue
        first = random.choice(agents_of_line(1)).email
        spent: timedelta = now - case["opened_at"]
        if case["line"] == 2:
            handed = {"field": "line", "before": "1", "after": "2"}
            rows.append(_event(case, case["opened_at"] + 0.2 * spent, first, EventKind.CHANGED, **handed))
        for share in sorted(random.uniform(0.3, 0.95) for _ in range(random.choice((1, 1, 2, 3)))):
            at = case["opened_at"] + share * spent
            rows.append(_event(case, at, case["owner"], EventKind.COMMENT, text=random.choice(COMMENTS)))
    return rows


def _event(case: Row, at: datetime, author: str, kind: EventKind, **more: str) -> Row:
    empty = {"field": None, "before": None, "after": None, "text": ""}
    return {"case_id": case["id"], "at": at, "author": author, "kind": kind.value, **empty, **more}
