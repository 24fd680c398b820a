"""The caller's number among the numbers of one customer: which rows they are, and how they are replaced."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.models import Customer, PhoneNumber
from console.customers.numbers import add_phones
from console.customers.records import PhoneRecord

COLUMNS = ("id", "raw", "e164", "label", "shared")

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CallerNumber:
    """What may be learnt of the caller's number: its E.164 form, and its other form where it has two. Nothing
    when it is withheld, internal, or no telephone number."""

    e164: str | None = None
    twin: str | None = None


async def numbers(session: AsyncSession, customer: int, number: CallerNumber) -> Rows:
    """The customer's rows of the number."""
    columns = [getattr(PhoneNumber, name) for name in COLUMNS]
    where = PhoneNumber.customer_id == customer, _is(number)
    rows = await session.execute(select(*columns).where(*where).order_by(PhoneNumber.id))
    return [dict(row) for row in rows.mappings()]


def said_of(rows: Rows) -> Rows:
    """The rows without their ids: an import that brings the same numbers again changes nothing."""
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


async def new_phones(session: AsyncSession, number: CallerNumber) -> tuple[PhoneRecord, ...]:
    """The number as a new one of a customer, shared where it is already; none when it may not be learnt."""
    if number.e164 is None:
        return ()
    shared = await session.scalar(select(exists().where(_is(number), PhoneNumber.shared)))
    return (PhoneRecord(number.e164, number.e164, None, shared=bool(shared)),)


async def add(session: AsyncSession, customer: int, phones: tuple[PhoneRecord, ...], at: datetime) -> None:
    """Give the customer more numbers."""
    await add_phones(session, customer, [asdict(each) for each in phones])
    await _touch(session, customer, at)


async def replace(session: AsyncSession, customer: int, now: Rows, wanted: Rows, at: datetime) -> None:
    """Put other rows of a number in the place of those that are there: with their old ids, so in their old
    order, where these are free."""
    await session.execute(delete(PhoneNumber).where(PhoneNumber.id.in_([row["id"] for row in now])))
    ids = [row["id"] for row in wanted]
    taken = (await session.scalars(select(PhoneNumber.id).where(PhoneNumber.id.in_(ids)))).first()
    await add_phones(session, customer, wanted if taken is None else said_of(wanted))
    await _touch(session, customer, at)


def _is(number: CallerNumber) -> ColumnElement[bool]:
    return PhoneNumber.e164.in_([each for each in (number.e164, number.twin) if each])


async def _touch(session: AsyncSession, customer: int, at: datetime) -> None:
    await session.execute(update(Customer).where(Customer.id == customer).values(updated_at=at))
