"""Customers and purchases as documents: what the API's JSON says of them, and what their ETag is made of.

Dates are ISO text, amounts decimals, what is empty is None. Each reader gives the documents for which
`condition` holds, by the record's id and in that order.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.models import Company, Customer, PhoneNumber, Purchase, PurchaseItem

Document = dict[str, Any]


async def customer_documents(
    session: AsyncSession, condition: ColumnElement[bool], limit: int | None = None
) -> dict[int, Document]:
    """Customers, with company, numbers and attributes."""
    table = Customer.__table__.c
    names = ("email", "segment", "language", "birthday", "customer_since", "notes", "attributes")
    columns = (Company.ref.label("company_ref"), Company.name.label("company"))
    statement = (
        select(table.id, table.ref, table.name, *columns, *(table[name] for name in names))
        .outerjoin_from(Customer, Company, Company.id == Customer.company_id)
        .where(condition)
        .order_by(Customer.id)
        .limit(limit)
    )
    found = {row["id"]: plain(row) for row in (await session.execute(statement)).mappings()}
    phones = await _phones(session, found)
    return {id_: {**document, "phones": phones[id_]} for id_, document in found.items()}


async def _phones(session: AsyncSession, ids: Iterable[int]) -> dict[int, list[Document]]:
    table = PhoneNumber.__table__.c
    columns = (table.customer_id, table.raw, table.label, table.shared)
    found: defaultdict[int, list[Document]] = defaultdict(list)
    for row in await session.execute(select(*columns).where(table.customer_id.in_(ids)).order_by(table.id)):
        found[row.customer_id].append({"number": row.raw, "label": row.label, "shared": row.shared})
    return found


async def purchase_documents(
    session: AsyncSession, condition: ColumnElement[bool], limit: int | None = None
) -> dict[int, Document]:
    """Purchases, with their items."""
    table = Purchase.__table__.c
    names = ("placed_at", "status", "total", "currency", "promised_at", "delivered_at")
    columns = (table.id, table.ref, Customer.ref.label("customer_ref"), *(table[name] for name in names))
    statement = (
        select(*columns)
        .join_from(Purchase, Customer, Customer.id == Purchase.customer_id)
        .where(condition)
        .order_by(Purchase.id)
        .limit(limit)
    )
    found = {row["id"]: plain(row) for row in (await session.execute(statement)).mappings()}
    items = await _items(session, found)
    return {id_: {**document, "items": items[id_]} for id_, document in found.items()}


async def _items(session: AsyncSession, ids: Iterable[int]) -> dict[int, list[Document]]:
    table = PurchaseItem.__table__.c
    names = ("sku", "name", "category", "quantity", "unit_price")
    columns = (table.purchase_id, *(table[name] for name in names))
    found: defaultdict[int, list[Document]] = defaultdict(list)
    order = (table.purchase_id, table.position)
    for row in await session.execute(select(*columns).where(table.purchase_id.in_(ids)).order_by(*order)):
        item = dict(zip(names, row[1:], strict=True))
        found[row.purchase_id].append(item | {"sku": row.sku or None})
    return found


def plain(row: Any) -> Document:
    """A row's columns but its id, dates as ISO text."""
    return {name: _plain(value) for name, value in row.items() if name != "id"}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
