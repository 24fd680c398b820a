"""The facts of the bound customer's records, as the contract's table of facts defines them. Pure.

Every function returns facts by name; what is None is UNKNOWN and left out by `gather`. `at` is the moment of
the pick, `zone` decides which day it is.
"""

from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from console.clock import on_clock
from console.customers.identification import Identification, Outcome
from console.db.base import AMOUNT_SCALE
from console.facts.rows import CustomerRow, OrderRow, Rows
from scripts_engine.facts import ATTRIBUTE, PRIORITIES, FactValue

Found = dict[str, FactValue | None]

LEAST_PURCHASES_FOR_A_GAP = 3


def caller(identification: Identification, customer: CustomerRow | None, today: date) -> Found:
    """`caller.*`: known without a bound customer too, as far as they can be."""
    found: Found = {
        "caller.known": customer is not None,
        "caller.withheld": identification.outcome is Outcome.WITHHELD,
        "caller.match": identification.outcome.value,
        "caller.birthday_today": is_birthday(customer and customer.birthday, today),
    }
    if customer is None:
        return found
    since = customer.customer_since
    return found | {
        "caller.segment": customer.segment or None,
        "caller.language": customer.language or None,
        "caller.company": customer.company or None,
        "caller.tenure_days": (today - since).days if since and since <= today else None,
    }


def attributes(customer: CustomerRow) -> Found:
    """`attr.*`: the imported attributes that are numbers or text."""
    return {
        ATTRIBUTE + name: value
        for name, value in customer.attributes.items()
        if isinstance(value, int | float | str) and not isinstance(value, bool) and value != ""
    }


def purchases(rows: Rows, at: datetime, zone: ZoneInfo, currency: str) -> Found:
    """`purchases.*`: counts over all currencies, spend in `currency` only."""
    spent = [sums for sums in rows.sums if sums.currency == currency]
    late = [days for days in (late_days(promised, at, zone) for promised in rows.promised) if days]
    return {
        "purchases.count_30d": sum(sums.count_30d for sums in rows.sums),
        "purchases.count_365d": sum(sums.count_365d for sums in rows.sums),
        "purchases.returns_90d": sum(sums.returns_90d for sums in rows.sums),
        "purchases.spend_30d": sum(sums.spend_30d for sums in spent) / AMOUNT_SCALE,
        "purchases.spend_365d": sum(sums.spend_365d for sums in spent) / AMOUNT_SCALE,
        "purchases.late_open": len(late),
        "purchases.max_late_days": max(late, default=None),
        "purchases.last_days": (at - rows.placed[0]).days if rows.placed else None,
        "purchases.interval_ratio": interval_ratio(rows.placed, at),
        "purchases.last_category": last_category(rows.orders),
        "purchases.categories": rows.categories,
    }


def cases(rows: Rows, at: datetime) -> Found:
    """`cases.*`."""
    sums = rows.case_sums
    return {
        "cases.open": sums.open,
        "cases.open_line_1": sums.line_1,
        "cases.open_line_2": sums.line_2,
        "cases.overdue": sums.overdue,
        "cases.reopened": sums.reopened,
        "cases.highest_priority": None if sums.rank is None else PRIORITIES[sums.rank],
        "cases.oldest_days": _days_since(sums.oldest_at, at),
        "cases.last_closed_days": _days_since(sums.last_closed_at, at),
    }


def contacts(rows: Rows, at: datetime, zone: ZoneInfo) -> Found:
    """`contacts.*`: earlier calls of the customer, answered or not."""
    last_at = rows.calls.last_at
    return {
        "contacts.calls_7d": rows.calls.calls_7d,
        "contacts.calls_30d": rows.calls.calls_30d,
        "contacts.last_call_days": _days_since(last_at, at),
        "contacts.last_satisfaction": rows.calls.last_satisfaction,
        "contacts.repeat_today": last_at is not None and _day(last_at, zone) == _day(at, zone),
    }


def company(rows: Rows, currency: str) -> Found:
    """`company.*`: over all people of the company; nothing without one."""
    if rows.customer is None or rows.customer.company_ref is None:
        return {}
    spent = [sums.spend_365d for sums in rows.company_sums if sums.currency == currency]
    return {
        "company.count_30d": sum(sums.count_30d for sums in rows.company_sums),
        "company.spend_365d": sum(spent) / AMOUNT_SCALE,
        "company.open_cases": rows.company_cases,
        "company.people": rows.people,
    }


def late_days(promised: datetime | None, at: datetime, zone: ZoneInfo) -> int:
    """Days since the promised day; 0 while that day is not over."""
    return 0 if promised is None else max(0, (_day(at, zone) - _day(promised, zone)).days)


def last_category(orders: tuple[OrderRow, ...]) -> str | None:
    """The first category of the latest of these purchases that has one."""
    bought = (item.category for order in orders if order.status != "cancelled" for item in order.items)
    return next((category for category in bought if category), None)


def interval_ratio(placed: tuple[datetime, ...], at: datetime) -> float | None:
    """The time since the last purchase over the median gap between purchases (latest first)."""
    if len(placed) < LEAST_PURCHASES_FOR_A_GAP:
        return None
    usual_s = median((later - earlier).total_seconds() for later, earlier in pairwise(placed))
    return (at - placed[0]).total_seconds() / usual_s if usual_s else None


def is_birthday(birthday: date | None, today: date) -> bool:
    """Whether today is the birthday; one on 29 February is on 28 February in other years."""
    if birthday is None:
        return False
    if (birthday.month, birthday.day) == (2, 29) and (today + timedelta(days=1)).day == 1:
        return today.month == 2
    return (birthday.month, birthday.day) == (today.month, today.day)


def _days_since(moment: datetime | None, at: datetime) -> int | None:
    return None if moment is None else (at - moment).days


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return on_clock(moment, zone).date()
