"""The numbers that are stored, and what they were read as. One that is given again as it was written keeps
that, also when it was read as a number of another country than ours."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.models import Customer, PhoneNumber, tail_of
from console.customers.records import PhoneRecord
from console.db.batch import insert_all

ReadAs = Mapping[tuple[str, str], str | None]
"""E.164, by the customer's key and the number as it is written."""


async def stored_numbers(session: AsyncSession, refs: Sequence[str]) -> ReadAs:
    """What the numbers of these customers were read as."""
    columns = (Customer.ref, PhoneNumber.raw, PhoneNumber.e164)
    statement = select(*columns).join(PhoneNumber.customer).where(Customer.ref.in_(refs))
    return {(ref, raw): e164 for ref, raw, e164 in await session.execute(statement)}


def as_before(ref: str, phone: PhoneRecord, read_as: ReadAs) -> PhoneRecord:
    """The number of a customer, read as it was before where it is written as it was."""
    return replace(phone, e164=read_as.get((ref, phone.raw), phone.e164))


async def phones_of(session: AsyncSession, ids: Collection[int]) -> defaultdict[int, tuple[PhoneRecord, ...]]:
    """The numbers of customers, by their id, in order."""
    table = PhoneNumber.__table__
    found: defaultdict[int, tuple[PhoneRecord, ...]] = defaultdict(tuple)
    if not ids:
        return found
    for row in await session.execute(select(table).where(table.c.customer_id.in_(ids)).order_by(table.c.id)):
        found[row.customer_id] += (PhoneRecord(row.raw, row.e164, row.label, row.shared),)
    return found


async def add_phones(session: AsyncSession, owner_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give a customer more numbers: the columns of each, without what is worked out of them."""
    whole = [{"customer_id": owner_id, "tail": tail_of(row["e164"]), **row} for row in rows]
    await insert_all(session, PhoneNumber, whole)
