"""Customer records on their way in: from a CSV file, or from another program.

`values` holds the columns that were given, by name; a column that is missing stays as it is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """A number: as written, and in E.164 (None when it cannot be dialled)."""

    raw: str
    e164: str | None
    label: str | None
    shared: bool


@dataclass(frozen=True, slots=True)
class CompanyRecord:
    """A company by its key; `name` None leaves a stored name as it is."""

    ref: str
    name: str | None


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer. `values`: name, email, segment, language, birthday, customer_since, notes.

    `company` is what the customer belongs to from now on, when `company_given`. `phones` replaces all numbers
    (None: leaves them), but for those of which agents said something on calls: over that only goes what is
    `in_view` of whoever says it. Of `attributes`, None removes one; those not named stay.
    """

    ref: str
    values: Mapping[str, Any]
    company_given: bool = False
    company: CompanyRecord | None = None
    phones: tuple[PhoneRecord, ...] | None = None
    attributes: Mapping[str, int | float | str | None] | None = None
    in_view: bool = False


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """A line of an order."""

    sku: str
    name: str
    category: str | None
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class PurchaseRecord:
    """An order. `values`: placed_at, status, total, currency, promised_at, delivered_at. `items` replaces all
    lines (None: leaves them)."""

    ref: str
    customer_ref: str | None
    values: Mapping[str, Any]
    items: tuple[ItemRecord, ...] | None = None
