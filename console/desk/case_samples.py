"""Made-up cases of the customer on the pops of `samples`, and of the agent who sees them."""

from datetime import datetime, timedelta

from console.desk.due_cases import DueCase, DueCases
from console.desk.pop import PopCase


def sample_cases(at: datetime) -> list[PopCase]:
    """One that is overdue, one that waits, and one that was closed in the call."""
    vase, invoice = "Vase arrived broken, wants a new one", "Invoice with the wrong company number"
    card = _case(at, "K-1", "Card with the wrong name", priority="low", line=1)
    closed_at = (at - timedelta(minutes=9)).isoformat()
    return [
        {**_case(at, "K-5", vase, priority="high", line=1), "reopened": 1, "owner": "Boris Kováč"},
        {**_case(at, "K-3", invoice, priority="normal", line=2), "status": "waiting"},
        {**card, "status": "closed", "closed_at": closed_at, "touched": True},
    ]


def _case(at: datetime, ref: str, subject: str, *, priority: str, line: int) -> PopCase:
    overdue = priority == "high"
    return {
        "ref": ref,
        "subject": subject,
        "status": "open",
        "priority": priority,
        "line": line,
        "opened_at": (at - timedelta(days=9)).isoformat(),
        "due_at": (at + timedelta(days=-1 if overdue else 3)).isoformat(),
        "overdue": overdue,
        "reopened": 0,
        "closed_at": None,
        "owner": None,
        "touched": False,
    }


def sample_due(at: datetime) -> DueCases:
    """Two that are due soon, one that is overdue, and more of these."""
    return {
        "soon": [
            _due(at, "K-8", "Wants the roses a day earlier", 25),
            _due(at, "K-9", "Asks for an invoice of the whole year with all company numbers", 70),
        ],
        "soon_in_all": 2,
        "overdue": [_due(at, "K-5", "Vase arrived broken, wants a new one", -24 * 60)],
        "overdue_in_all": 3,
    }


def _due(at: datetime, ref: str, subject: str, minutes: int) -> DueCase:
    due_at = (at + timedelta(minutes=minutes)).isoformat()
    customer = "Najneobhospodarovávateľnejšia Kvetinárska Spoločnosť" if ref == "K-9" else "Jozef Mrkva"
    return {
        "ref": ref,
        "subject": subject,
        "due_at": due_at,
        "overdue": minutes < 0,
        "customer": customer,
        "customer_ref": "C-1001",
    }
