"""Facts as a dict, scripts as a list that is walked for each call."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from operator import contains, eq, ge, gt, ne
from typing import Any

from console.cases.models import Case
from console.customers.models import Customer, Purchase
from console.queues.models import Queue

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    "!=": ne,
    ">=": ge,
    ">": gt,
    "contains": contains,
}
Condition = tuple[str, str, Any]


def _script(key: str, title: str, priority: int, *conditions: Condition, text: str) -> dict[str, Any]:
    return {"key": key, "title": title, "priority": priority, "when": conditions, "text": text}


SCRIPTS = [
    _script(
        "late", "Late delivery", 80, ("late_open", ">=", 1), text="I see that an order of yours is late."
    ),
    _script("good", "Good customer", 60, ("spend_30d", ">=", 1000), text="Thank you for your orders."),
    _script(
        "complaint", "Complaint", 75, ("open_cases", ">=", 1), ("priority", "=", "high"), text="I am sorry."
    ),
    _script(
        "second", "Handed over", 70, ("line", "=", 2), ("open_line_2", ">=", 1), text="I have your case."
    ),
    _script("unknown", "Unknown caller", 40, ("known", "=", False), text="Who is calling, please?"),
    _script("withheld", "Withheld", 45, ("withheld", "=", True), text="Who is calling, please?"),
    _script("again", "Same caller", 65, ("calls_7d", ">=", 2), text="We spoke before."),
    _script("birthday", "Birthday", 55, ("birthday", "=", True), text="Happy birthday!"),
    _script("drifting", "Drifting away", 50, ("interval_ratio", ">=", 2.5), text="It has been a while."),
    _script("ink", "Needs ink", 52, ("categories", "contains", "printer"), text="Do you need ink?"),
    _script("company", "Company", 42, ("company", "!=", None), ("employees", ">=", 50), text="Good day."),
    _script("fallback", "Anybody", 0, text="Good day, how can I help you?"),
]


def facts_of(
    customer: Customer | None,
    purchases: list[Purchase],
    cases: list[Case],
    calls_7d: int,
    queue: Queue | None,
    *,
    at: datetime,
) -> dict[str, Any]:
    """What the scripts look at."""
    counted = [purchase for purchase in purchases if purchase.status not in {"cancelled", "returned"}]
    month = at - timedelta(days=30)
    late = [
        p for p in purchases if p.status in {"placed", "shipped"} and p.promised_at and p.promised_at < at
    ]
    is_open = [case for case in cases if case.status != "closed"]
    birthday = customer.birthday if customer else None
    return {
        "known": customer is not None,
        "withheld": False,
        "birthday": birthday is not None and (birthday.month, birthday.day) == (at.month, at.day),
        "company": customer.company.name if customer and customer.company else None,
        "employees": customer.attributes.get("employees", 0) if customer else 0,
        "late_open": len(late),
        "spend_30d": sum(purchase.total for purchase in counted if purchase.placed_at > month),
        "interval_ratio": interval_ratio(counted, at),
        "categories": {item.category for purchase in counted for item in purchase.items},
        "open_cases": len(is_open),
        "open_line_2": sum(case.line == 2 for case in is_open),
        "priority": max((case.priority for case in is_open), default=None),
        "calls_7d": calls_7d,
        "line": queue.line if queue else 1,
    }


def interval_ratio(purchases: list[Purchase], at: datetime) -> float:
    """Time since the last purchase over the middle gap between them; 0 when there are too few."""
    days = sorted(purchase.placed_at for purchase in purchases)
    gaps = sorted(later - earlier for earlier, later in pairwise(days))
    return (at - days[-1]) / gaps[len(gaps) // 2] if len(gaps) > 1 else 0.0


def pick(facts: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The script with the highest priority whose conditions all hold, and these as sentences."""
    matching = [
        script
        for script in SCRIPTS
        if all(OPERATORS[operator](facts[fact], value) for fact, operator, value in script["when"])
    ]
    best = max(matching, key=lambda script: (script["priority"], len(script["when"])))
    return best, [f"{fact} {operator} {value} (now {facts[fact]})" for fact, operator, value in best["when"]]
