"""Made-up purchases of a caller, for the page of patterns."""

from datetime import datetime, timedelta

from console.desk.pop import PopOrder


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


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
