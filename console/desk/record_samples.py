"""Made-up purchases and cases of a caller, for the page of patterns."""

from datetime import datetime, timedelta

from console.desk.pop import PopCase, PopOrder


def sample_orders(at: datetime) -> list[PopOrder]:
    """Four purchases, one of them late."""
    roses, soil = "12 × red roses, glass vase, card", "potting soil 20 l, watering can"
    wedding = "wedding arrangement for 40 tables"
    return [
        _order(at, "O-77", 12, "shipped", total="184.50", summary=roses, promised=6, late=6),
        _order(at, "O-71", 43, "delivered", total="39.90", summary=soil),
        _order(at, "O-64", 130, "returned", total="12.00", summary="orchid feed"),
        _order(at, "O-52", 420, "delivered", total="1250.00", summary=wedding),
    ]


def _order(
    at: datetime,
    ref: str,
    days: int,
    status: str,
    *,
    total: str,
    summary: str,
    promised: int = 0,
    late: int = 0,
) -> PopOrder:
    return {
        "ref": ref,
        "placed_at": _iso(at - timedelta(days=days)),
        "status": status,
        "total": total,
        "currency": "EUR",
        "promised_at": _iso(at - timedelta(days=promised)) if promised else None,
        "delivered_at": None,
        "late_days": late,
        "summary": summary,
    }


def sample_cases(at: datetime) -> list[PopCase]:
    """Two open cases, one of them overdue."""
    vase, invoice = "Vase arrived broken, wants a new one", "Invoice with the wrong company number"
    return [
        _case(at, "K-5", vase, priority="high", line=1, reopened=1),
        _case(at, "K-3", invoice, priority="normal", line=2, reopened=0),
    ]


def _case(at: datetime, ref: str, subject: str, *, priority: str, line: int, reopened: int) -> PopCase:
    overdue = priority == "high"
    return {
        "ref": ref,
        "subject": subject,
        "status": "open" if overdue else "waiting",
        "priority": priority,
        "line": line,
        "opened_at": _iso(at - timedelta(days=9)),
        "due_at": _iso(at - timedelta(days=1)) if overdue else _iso(at + timedelta(days=3)),
        "overdue": overdue,
        "reopened": reopened,
    }


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
