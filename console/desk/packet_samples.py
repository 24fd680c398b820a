"""Made-up packets of calls that are handed over, and what is said to them, for the page of patterns."""

from datetime import datetime, timedelta

from console.desk.pop import PopAnswer, PopPacket

REASON = "Wants the roses refunded and the wedding moved by a week: I may not promise either."


def sample_packet(at: datetime, leg: str) -> PopPacket:
    """All that can come with a call, from the agent of `leg`."""
    tomorrow, minute = at + timedelta(days=1), at - timedelta(minutes=1)
    return {
        "since": (at - timedelta(minutes=7)).isoformat(),
        "reasons": [{"leg": leg, "by": "Ana Nováková", "text": REASON}],
        "sentence": "Chosen because 1 order is late and the segment is not vip.",
        "script": {
            "title": "Apologise for a late delivery",
            "stopped_at": "Which e-mail shall the voucher go to?",
            "outcome": None,
            "answered": [
                {"step": "wish", "text": "Would you rather wait or cancel?", "kind": "", "answer": "wait"},
                {"step": "paid", "text": "How much was paid?", "kind": "money", "answer": "150.00 EUR"},
            ],
        },
        "cases": [
            {
                "ref": "NEW-1A2B3C4D",
                "subject": "Refund of 12 red roses, order O-77",
                "status": "open",
                "priority": "high",
                "line": 2,
                "opened": True,
            },
            {
                "ref": "K-5",
                "subject": "Vase arrived broken, wants a new one",
                "status": "waiting",
                "priority": "normal",
                "line": 1,
                "opened": False,
            },
        ],
        "callbacks": [
            {
                "due_at": tomorrow.isoformat(),
                "by": "Ana Nováková",
                "note": "Whether the florist agrees",
                "overdue": False,
            }
        ],
        "offers": [{"what": "Voucher for 10 EUR", "answer": "accepted", "at": minute.isoformat()}],
        "calls": 4,
        "about": "K-5",
        "read": True,
    }


def bare_packet(at: datetime) -> PopPacket:
    """Nobody has said or done anything yet, and the records are away."""
    return {
        "since": (at - timedelta(minutes=2)).isoformat(),
        "reasons": [],
        "sentence": "Chosen because 1 order is late and the segment is not vip.",
        "script": None,
        "cases": [],
        "callbacks": [],
        "offers": [],
        "calls": None,
        "about": None,
        "read": False,
    }


def sample_answers(at: datetime, leg: str) -> list[PopAnswer]:
    """What the agent of `leg` said to a call."""
    of = {"leg": leg, "by": "Eva Malá", "at": at.isoformat()}
    why = "Refunds below 200 EUR are the first line's since Monday"
    said = (("taken", ""), ("asked", "Was the vase replaced already?"), ("sent_back", why))
    return [{**of, "kind": kind, "text": text} for kind, text in said]  # type: ignore[typeddict-item]
