"""A customer's records as people and templates see them: plain values, moments aware, amounts decimal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LONGEST_SUMMARY = 3
"""Items that an order's one-line summary names before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class NumberView:
    """One of the customer's numbers; `e164` is None when it cannot be dialled."""

    e164: str | None
    raw: str
    label: str | None
    shared: bool


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The person."""

    id: int
    ref: str
    name: str
    email: str | None
    segment: str | None
    language: str | None
    birthday: date | None
    customer_since: date | None
    notes: str | None
    attributes: Mapping[str, Any]
    birthday_today: bool
    numbers: tuple[NumberView, ...]


@dataclass(frozen=True, slots=True)
class CompanyView:
    """The person's company; `people` is how many of it we know."""

    ref: str
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """A line of an order."""

    sku: str
    name: str
    category: str | None
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class OrderView:
    """A purchase. `late_days` counts days since the promised day was over, 0 when it is not late."""

    ref: str
    placed_at: datetime
    status: str
    total: Decimal
    currency: str
    promised_at: datetime | None
    delivered_at: datetime | None
    late_days: int
    items: tuple[ItemView, ...]

    @property
    def late(self) -> bool:
        """Whether the promised day is over and the order is not there."""
        return self.late_days > 0

    @property
    def summary(self) -> str:
        """The first items in one line: `2 × Ink, Printer, +3`."""
        parts = [
            item.name if item.quantity == 1 else f"{item.quantity.normalize():f} × {item.name}"
            for item in self.items[:LONGEST_SUMMARY]
        ]
        more = len(self.items) - LONGEST_SUMMARY
        return ", ".join([*parts, f"+{more}"] if more > 0 else parts)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, with the name of its owner. `touched`: something was done to it in this call; `overdue`: it is
    open, and its due moment has passed."""

    ref: str
    subject: str
    status: str
    priority: str
    line: int
    opened_at: datetime
    due_at: datetime | None
    reopened: int
    owner: str | None
    closed_at: datetime | None
    owner_name: str | None
    touched: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class CallbackView:
    """A call-back that is owed; `by` promised it. `overdue`: its moment has passed."""

    due_at: datetime
    by: str
    note: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class OfferView:
    """Something that was offered, and what was answered: accepted, declined or later."""

    what: str
    answer: str
    at: datetime
