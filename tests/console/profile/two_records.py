"""Customers who are merged in tests, and all that is stored of them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from console.calls.models import Call
from console.cases.models import Case
from console.customers.actions import save_customers
from console.customers.models import (
    Company,
    Customer,
    CustomerSearchKey,
    DifferentPeople,
    Merge,
    PhoneNumber,
    Purchase,
)
from console.customers.records import CompanyRecord, CustomerRecord, PhoneRecord
from console.db.engine import Sessions
from console.profile.merge_plan import FIELDS, Take
from console.profile.merging import By, Pair, last_merge, merge, unmerge, versions
from console.promises.models import Callback, Offer
from tests.console.promises.made import callback, offer

ANA = "ana@shop.example"


@dataclass(frozen=True)
class Person:
    """A customer, and how much belongs to them."""

    values: dict[str, Any] = field(default_factory=lambda: {"name": "Jana"})
    company: str | None = None
    phones: tuple[PhoneRecord, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    owned: int = 0


def number(e164: str, label: str | None = "mobile", *, shared: bool = False) -> PhoneRecord:
    return PhoneRecord(e164, e164, label, shared)


_words = st.sampled_from(["Jana", "Đorđe Nový", "a", "x@shop.example", "X@SHOP.example", "sk"])
_days = st.sampled_from([None, date(1980, 2, 29), date(1990, 1, 1)])
_texts = st.none() | _words
_phones = st.builds(
    PhoneRecord,
    st.sampled_from(["1", "0905", "x"]),
    st.sampled_from([None, "+421905111111", "+421905222222"]),
    st.sampled_from([None, "home", "work"]),
    st.booleans(),
)
persons = st.builds(
    Person,
    st.fixed_dictionaries(
        {"name": _words, "email": _texts, "segment": _texts, "language": _texts, "notes": _texts}
        | {"birthday": _days, "customer_since": _days}
    ),
    st.sampled_from([None, "co-1", "co-2"]),
    st.lists(_phones, max_size=4).map(tuple),
    st.dictionaries(st.sampled_from(["vip", "profit", "dog"]), st.sampled_from([1, 2.5, "yes"])),
    st.integers(0, 3),
)
takes = st.dictionaries(
    st.sampled_from([*FIELDS, "attr.vip", "attr.profit", "attr.dog"]), st.sampled_from(Take)
)


async def store(sessions: Sessions, at: datetime, **people: Person) -> None:
    """Store people by their keys."""
    async with sessions.begin() as session:
        for ref, person in people.items():
            company = CompanyRecord(person.company, f"Name of {person.company}") if person.company else None
            record = CustomerRecord(ref, person.values, True, company, person.phones, person.attributes)
            await save_customers(session, [record], at)
            id_ = (await session.scalars(select(Customer.id).where(Customer.ref == ref))).one()
            for place in range(person.owned):
                session.add_all(_owned(f"{ref}-{place}", id_, at))


def _owned(ref: str, customer_id: int, at: datetime) -> list[Any]:
    call = {"link": "main", "direction": "inbound", "state": "ended", "number": "", "caller_name": ""}
    order = {"status": "shipped", "total": Decimal(9), "currency": "EUR", "placed_at": at}
    case = {"subject": ref, "status": "open", "priority": "low", "opened_at": at}
    return [
        Purchase(ref=f"O-{ref}", customer_id=customer_id, **order),
        Case(ref=f"K-{ref}", customer_id=customer_id, **case),
        Call(id=f"call-{ref}", customer_id=customer_id, started_at=at - timedelta(hours=1), **call),
        callback(customer_id, at, call_id=f"call-{ref}"),
        offer(customer_id, at, call_id=f"call-{ref}"),
    ]


async def put_together(
    sessions: Sessions, at: datetime, kept: str, other: str, choices: dict[str, Take] | None = None
) -> None:
    async with sessions() as session:
        seen = await versions(session, kept, other)
    await merge(sessions, Pair(kept, other), choices or {}, seen, By(ANA, at))


async def take_apart(sessions: Sessions, at: datetime, kept: str) -> None:
    async with sessions() as session:
        seen = (await versions(session, kept))[kept]
        last = await last_merge(session, kept)
        assert last is not None
    await unmerge(sessions, Pair(kept, last.ref), seen, By(ANA, at))


OF_CUSTOMERS = [*(name for name in FIELDS if name != "company"), "attributes", "created_at"]
TOLD = {
    Company: ("ref", "name"),
    Customer: ("id", "ref", "company_id", *OF_CUSTOMERS),
    PhoneNumber: ("customer_id", "raw", "e164", "label", "shared"),
    CustomerSearchKey: ("customer_id", "key"),
    Purchase: ("ref", "customer_id"),
    Case: ("ref", "customer_id"),
    Call: ("id", "customer_id"),
    Callback: ("call_id", "customer_id"),
    Offer: ("call_id", "customer_id"),
    Merge: ("ref", "kept_id", "snapshot"),
    DifferentPeople: ("one_id", "other_id", "at", "author"),
}


async def everything(sessions: Sessions) -> dict[str, list[Any]]:
    """All that is stored, but who wrote a row last and which number it has; numbers in their order."""
    told = {}
    async with sessions() as session:
        for model, names in TOLD.items():
            table = model.__table__
            order = "id" if model is PhoneNumber else names[0]
            statement = select(*(table.c[name] for name in names)).order_by(table.c[order], table.c[names[1]])
            told[model.__tablename__] = [tuple(row) for row in await session.execute(statement)]
    told["phone_numbers"].sort(key=lambda row: row[0])
    return told
