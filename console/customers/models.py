"""Customer records: companies, people, their numbers, what they bought."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from console.db.base import Base, BigId, code

TAIL_DIGITS = 6
"""How many last digits find weak suggestions. Fewer would suggest strangers."""

SEARCH_KEY_LENGTH = 120
"""What stands further back in a name is not searched for."""


def tail_of(e164: str | None) -> str | None:
    """The last digits of a number."""
    return (e164 or "")[-TAIL_DIGITS:] or None


def _tail(context: DefaultExecutionContext) -> str | None:
    parameters = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return tail_of(parameters.get("e164"))


class Company(Base):
    """An account that people belong to; `ref` is the key in the company's own systems."""

    __tablename__ = "companies"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(code(100), unique=True)
    name: Mapped[str] = mapped_column(String(300))


class Customer(Base):
    """A person who calls. `attributes` holds the imported `attr.NAME` columns (numbers or text)."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(code(100), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(320))
    segment: Mapped[str | None] = mapped_column(String(100))
    language: Mapped[str | None] = mapped_column(String(20))
    birthday: Mapped[date | None]
    customer_since: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    company: Mapped[Company | None] = relationship(lazy="raise")
    phones: Mapped[list["PhoneNumber"]] = relationship(
        back_populates="customer", cascade="all, delete-orphan", lazy="raise", order_by="PhoneNumber.id"
    )


class PhoneNumber(Base):
    """A number of a customer. `e164` is what incoming calls are matched by; `raw` is what was imported.
    `tail` (its last digits, filled in by itself) finds weak suggestions."""

    __tablename__ = "phone_numbers"
    __table_args__ = (Index("ix_phone_numbers_e164_customer", "e164", "customer_id", "shared"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    e164: Mapped[str | None] = mapped_column(code(40))
    tail: Mapped[str | None] = mapped_column(String(TAIL_DIGITS), default=_tail, index=True)
    raw: Mapped[str] = mapped_column(String(100))
    label: Mapped[str | None] = mapped_column(String(100))
    shared: Mapped[bool] = mapped_column(default=False)

    customer: Mapped[Customer] = relationship(back_populates="phones", lazy="raise")


class Purchase(Base):
    """An order. `total` is in `currency` (ISO 4217). The first index holds all that the sums need."""

    __tablename__ = "purchases"
    __table_args__ = (
        Index("ix_purchases_customer_placed", "customer_id", "placed_at", "status", "currency", "total"),
        Index("ix_purchases_customer_delivered", "customer_id", "delivered_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(code(100), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    placed_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20))  # placed, shipped, delivered, cancelled, returned
    total: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    promised_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    items: Mapped[list["PurchaseItem"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="PurchaseItem.position"
    )


class PurchaseItem(Base):
    """One line of an order."""

    __tablename__ = "purchase_items"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(300))
    category: Mapped[str | None] = mapped_column(String(100))
    quantity: Mapped[Decimal]
    unit_price: Mapped[Decimal]


class CustomerSearchKey(Base):
    """What a customer is found by: see `search_keys`."""

    __tablename__ = "customer_search_keys"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - the primary key is all there is

    key: Mapped[str] = mapped_column(code(SEARCH_KEY_LENGTH), primary_key=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class CompanySearchKey(Base):
    """What a company is found by: see `search_keys`."""

    __tablename__ = "company_search_keys"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - the primary key is all there is

    key: Mapped[str] = mapped_column(code(SEARCH_KEY_LENGTH), primary_key=True)
    company_id: Mapped[int] = mapped_column(
        ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Merge(Base):
    """A customer who was merged into another one (`kept_id`), and what it takes to put them apart again: see
    `profile/merging.py`. Until then `ref` leads to the one that was kept, and `merged_id` (the id that the
    customer had) does for whoever still has it in mind. `purchases`, `cases` and `calls` are the ids of what
    went over: written and read by the database alone, as there may be very many."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(code(100), unique=True)
    merged_id: Mapped[int] = mapped_column(BigId, index=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(320))
    snapshot: Mapped[dict[str, Any]]
    purchases: Mapped[list[int]] = mapped_column(default=list)
    cases: Mapped[list[int]] = mapped_column(default=list)
    calls: Mapped[list[str]] = mapped_column(default=list)


class Unmerge(Base):
    """That `customer_id` had been merged into `kept_id` and was taken out again; when, and by whom."""

    __tablename__ = "unmerges"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    merged_at: Mapped[datetime]
    merged_by: Mapped[str | None] = mapped_column(String(320))
    at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(320))


class DifferentPeople(Base):
    """Somebody looked at two customers who have something in common and said that they are two people.
    `one_id` is the lesser of the two ids."""

    __tablename__ = "different_people"

    one_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(320))


class ErasedPurchase(Base):
    """What stays of an order whose buyer was erased: when, and how much."""

    __tablename__ = "erased_purchases"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    placed_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(20))
    total: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    promised_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class Erasure(Base):
    """That somebody was erased, by whom (an e-mail; None: at the command line) and when. Of whom, nobody
    knows any more."""

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(320))
    purchases: Mapped[int]
    cases: Mapped[int]
    calls: Mapped[int]


Index("ix_customers_email_lower", func.lower(Customer.email))


class RecordChange(Base):
    """What an agent said in mid-call of who calls: see `learning`. `before` and `after` hold the numbers that
    it changed, or the customer whom it made, so that it can be undone exactly. It goes with its customer."""

    __tablename__ = "record_changes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[str | None] = mapped_column(code(40))
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    leg_id: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
