"""Saves customers and purchases, many at once. Saving the same again changes nothing.

Each action works in the session's transaction, takes no `ref` twice, and returns what became of each record
in order: a Problem when it was left out.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.merged import kept_refs, merged_problem, owner_ids
from console.customers.models import Company, Customer, PhoneNumber, Purchase, PurchaseItem, tail_of
from console.customers.numbers import phones_of
from console.customers.records import CustomerRecord, ItemRecord, PhoneRecord, PurchaseRecord
from console.customers.search_keys import Named, write_company_keys, write_customer_keys
from console.customers.spoken_numbers import as_agents_said
from console.db.batch import Batch, Result, Saved, Values, ids_by_ref, insert_all, missing, open_batch
from console.errors import Problem

EMPTY_CUSTOMER: Values = dict.fromkeys(
    ("email", "segment", "language", "birthday", "customer_since", "notes", "company_id")
)
EARLIEST_ZONE = timedelta(hours=14)
"""So far ahead of UTC a day begins where it begins first."""

EMPTY_PURCHASE: Values = dict.fromkeys(("promised_at", "delivered_at"))


async def save_customers(
    session: AsyncSession, records: Sequence[CustomerRecord], at: datetime
) -> list[Result]:
    """Save customers with their companies, numbers and attributes."""
    companies = await _Companies.save(session, records)
    batch = await open_batch(session, Customer, [record.ref for record in records])
    ids = [stored["id"] for record in records if (stored := batch.stored(record.ref))]
    merged = await kept_refs(session, [r.ref for r in records if batch.stored(r.ref) is None])
    new_phones = await _other_phones(session, records, batch)
    renamed: dict[str, Named] = {}
    for record in records:
        stored = batch.stored(record.ref)
        values = _customer_values(record, stored, companies)
        problem = _unborn(values, at) or (None if stored else _why_not_new(record.ref, values, merged))
        if problem:
            batch.reject(problem)
            continue
        if stored is None and record.phones:
            new_phones[record.ref] = record.phones
        named = _named({**(stored or {}), **values})
        if stored is None or named != _named(stored):
            renamed[record.ref] = named
        batch.put(
            record.ref,
            values,
            {**EMPTY_CUSTOMER, "created_at": at, "updated_at": at},
            parts_differ=record.ref in new_phones or companies.changed(record),
            stamp={"updated_at": at},
        )
    await batch.write(session)
    if touched := new_phones.keys() | renamed.keys():
        by_ref = await ids_by_ref(session, Customer, touched)
        known = set(ids)
        phones = {by_ref[ref]: phones for ref, phones in new_phones.items()}
        await replace_phones(session, phones, known)
        await write_customer_keys(session, {by_ref[ref]: each for ref, each in renamed.items()}, known)
    return batch.results


def _unborn(values: Values, at: datetime) -> Problem | None:
    """The problem of a birthday that has come nowhere on earth yet."""
    birthday = values.get("birthday")
    if birthday is None or birthday <= (at + EARLIEST_ZONE).date():
        return None
    return Problem("birthday", f"{birthday} is in the future; write the day of birth")


def _why_not_new(ref: str, values: Values, merged: Mapping[str, str]) -> Problem | None:
    return merged_problem(merged[ref]) if ref in merged else missing(values, ["name"], "customer")


async def save_purchases(session: AsyncSession, records: Sequence[PurchaseRecord]) -> list[Result]:
    """Save purchases with their items. The customer must be stored."""
    batch = await open_batch(session, Purchase, [record.ref for record in records])
    customers = await owner_ids(session, [r.customer_ref for r in records if r.customer_ref])
    ids = [stored["id"] for record in records if (stored := batch.stored(record.ref))]
    stored_items = await _items(session, ids)
    new_items: dict[str, tuple[ItemRecord, ...]] = {}
    for record in records:
        stored = batch.stored(record.ref)
        values = {**record.values, **owner(record.customer_ref, customers)}
        problem = owner_problem(record.customer_ref, customers, is_new=stored is None)
        if problem is None and stored is None:
            problem = missing(values, ["placed_at", "status", "total", "currency"], "purchase")
        if problem:
            batch.reject(problem)
            continue
        before = stored_items[stored["id"]] if stored else ()
        if record.items is not None and record.items != before:
            new_items[record.ref] = record.items
        batch.put(record.ref, values, EMPTY_PURCHASE, parts_differ=record.ref in new_items)
    await batch.write(session)
    await _replace_items(session, new_items, set(ids))
    return batch.results


def owner(customer_ref: str | None, customers: dict[str, int]) -> Values:
    """The column that ties a record to its customer, as far as the customer is named and stored."""
    return {"customer_id": customers[customer_ref]} if customer_ref in customers else {}


def owner_problem(customer_ref: str | None, customers: dict[str, int], *, is_new: bool) -> Problem | None:
    """Why a record cannot belong to the customer it names."""
    if customer_ref is None:
        return Problem("customer_ref", "is needed") if is_new else None
    if customer_ref not in customers:
        return Problem("customer_ref", f'there is no customer "{customer_ref}"; import the customers first')
    return None


class _Companies:
    """The stored companies of some records, and which of them this saving made or renamed."""

    def __init__(self, ids: dict[str, int], touched: frozenset[str]) -> None:
        self.ids = ids
        self._touched = touched

    @classmethod
    async def save(cls, session: AsyncSession, records: Sequence[CustomerRecord]) -> "_Companies":
        names: dict[str, str | None] = {}
        for record in records:
            if record.company:
                names[record.company.ref] = names.get(record.company.ref) or record.company.name
        batch = await open_batch(session, Company, names)
        saved = {
            ref: batch.put(ref, {"name": name} if name else {}, {"name": ref}) for ref, name in names.items()
        }
        await batch.write(session)
        touched = frozenset(ref for ref, each in saved.items() if each is not Saved.UNCHANGED)
        ids = await ids_by_ref(session, Company, names)
        known = {ids[ref] for ref in touched if batch.stored(ref)}
        await write_company_keys(session, {ids[ref]: names[ref] or ref for ref in touched}, known)
        return cls(ids, touched)

    def changed(self, record: CustomerRecord) -> bool:
        return record.company is not None and record.company.ref in self._touched


def _customer_values(record: CustomerRecord, stored: Values | None, companies: _Companies) -> Values:
    values = dict(record.values)
    if record.company_given:
        values["company_id"] = companies.ids[record.company.ref] if record.company else None
    before: dict[str, Any] = stored["attributes"] if stored else {}
    merged = {**before, **(record.attributes or {})}
    values["attributes"] = {name: value for name, value in merged.items() if value is not None}
    return values


def _named(values: Values) -> Named:
    return Named(values["name"], values.get("email"))


async def _other_phones(
    session: AsyncSession, records: Sequence[CustomerRecord], batch: Batch
) -> dict[str, tuple[PhoneRecord, ...]]:
    """The numbers that stored customers have from now on, where these are others, by the customer's key."""
    given: dict[int, tuple[CustomerRecord, tuple[PhoneRecord, ...]]] = {}
    for record in records:
        if record.phones is not None and (stored := batch.stored(record.ref)):
            given[stored["id"]] = record, record.phones
    before = await phones_of(session, given)
    others = {id_: each for id_, each in given.items() if each[1] != before[id_]}
    unseen = {id_: phones for id_, (record, phones) in others.items() if not record.in_view}
    settled = await as_agents_said(session, unseen) if unseen else {}
    seen = {record.ref: phones for record, phones in others.values() if record.in_view}
    return seen | {given[id_][0].ref: phones for id_, phones in settled.items()}


async def _items(session: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[ItemRecord, ...]]:
    table = PurchaseItem.__table__
    found: defaultdict[int, tuple[ItemRecord, ...]] = defaultdict(tuple)
    if not ids:
        return found
    order = (table.c.purchase_id, table.c.position)
    for row in await session.execute(select(table).where(table.c.purchase_id.in_(ids)).order_by(*order)):
        item = ItemRecord(row.sku, row.name, row.category, row.quantity, row.unit_price)
        found[row.purchase_id] += (item,)
    return found


async def replace_phones(
    session: AsyncSession, phones: Mapping[int, Sequence[PhoneRecord]], known: Collection[int]
) -> None:
    """Give customers, by their ids, these numbers and no others. Only `known` ones may have some already."""
    if outdated := [id_ for id_ in phones if id_ in known]:
        await session.execute(delete(PhoneNumber).where(PhoneNumber.customer_id.in_(outdated)))
    rows = [
        {"customer_id": owner_id, "tail": tail_of(phone.e164), **_row(phone)}
        for owner_id, each in phones.items()
        for phone in each
    ]
    await insert_all(session, PhoneNumber, rows)


async def _replace_items(
    session: AsyncSession, items: dict[str, tuple[ItemRecord, ...]], known: set[int]
) -> None:
    """Give purchases, by their keys, these lines. Only those with `known` ids may have some already."""
    if not items:
        return
    ids = await ids_by_ref(session, Purchase, items)
    if outdated := known & set(ids.values()):
        await session.execute(delete(PurchaseItem).where(PurchaseItem.purchase_id.in_(outdated)))
    rows = [
        {"purchase_id": ids[ref], "position": position, **_row(item)}
        for ref, each in items.items()
        for position, item in enumerate(each)
    ]
    await insert_all(session, PurchaseItem, rows)


def _row(record: PhoneRecord | ItemRecord) -> Values:
    return {name: getattr(record, name) for name in record.__slots__}
