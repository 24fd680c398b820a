"""Reads customers who are to be merged, and writes what became of them; and how a merge is kept as JSON."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.documents import plain
from console.customers.models import Company, Customer, Merge
from console.customers.numbers import phones_of
from console.customers.records import PhoneRecord
from console.customers.search_keys import Named, write_company_keys, write_customer_keys
from console.db.batch import ids_by_ref
from console.profile.csv_file import ATTRIBUTE
from console.profile.merge_plan import FIELDS, Change, Plan, Side, Values

DAYS = ("birthday", "customer_since")
COMPANY = "company"
FOUND_BY = {"name", "email"}


async def sides(session: AsyncSession, refs: Collection[str]) -> dict[str, Side]:
    """The customers with these keys, by key."""
    table = Customer.__table__
    statement = (
        select(table, Company.ref.label("company"), Company.name.label("company_name"))
        .select_from(table.outerjoin(Company.__table__))
        .where(table.c.ref.in_(refs))
    )
    rows = (await session.execute(statement)).mappings().all()
    phones = await phones_of(session, [row["id"] for row in rows])
    return {row["ref"]: _side(row, phones[row["id"]]) for row in rows}


def _side(row: Mapping[Any, Any], phones: Sequence[PhoneRecord]) -> Side:
    said = plain(row)
    values = {name: said[name] for name in FIELDS}
    values |= {f"{ATTRIBUTE}{name}": value for name, value in row["attributes"].items()}
    return Side(
        row["id"], row["ref"], values, phones, said["company_name"], said["created_at"], said["updated_at"]
    )


async def companies_of_merged(session: AsyncSession, kept_id: int) -> set[str]:
    """The keys of companies to which whoever was merged into a customer belonged."""
    snapshots = await session.scalars(select(Merge.snapshot).where(Merge.kept_id == kept_id))
    return {ref for snapshot in snapshots for ref in snapshot.get("companies", ())}


def write_snapshot(plan: Plan, kept: Side, other: Side) -> dict[str, Any]:
    """What it takes to put them apart again, as JSON."""
    names = {side.values[COMPANY]: side.company_name for side in (kept, other) if side.values[COMPANY]}
    return {
        "customer": {
            "ref": other.ref,
            "values": dict(other.values),
            "phones": [_listed(phone) for phone in other.phones],
            "created_at": other.created_at,
            "updated_at": other.updated_at,
        },
        "companies": names,
        "fields": [_changed(change) for change in plan.fields],
        "joined": [_listed(phone) for phone in plan.joined],
        "phones": [_changed(change) for change in plan.phones],
    }


def read_snapshot(snapshot: Mapping[str, Any]) -> tuple[Plan, list[PhoneRecord]]:
    """What a merge changed, and the numbers of the customer who was merged."""
    plan = Plan(
        [Change(*each) for each in snapshot["fields"]],
        [PhoneRecord(*each) for each in snapshot["joined"]],
        [Change(*each) for each in snapshot["phones"]],
    )
    return plan, [PhoneRecord(*each) for each in snapshot["customer"]["phones"]]


def _listed(phone: PhoneRecord) -> list[Any]:
    return [phone.raw, phone.e164, phone.label, phone.shared]


def _changed(change: Change) -> list[Any]:
    return [change.name, change.before, change.after]


async def change_side(
    session: AsyncSession, side: Side, values: Values, companies: Mapping[str, str], at: datetime
) -> None:
    """Give a customer other values, and the keys to be found by."""
    now = {**side.values, **values}
    columns = await _columns(session, now, companies)
    table = Customer.__table__
    await session.execute(update(Customer).where(table.c.id == side.id).values(**columns, updated_at=at))
    if FOUND_BY & values.keys():
        await write_customer_keys(session, {side.id: Named(now["name"], now["email"])})


async def add_side(
    session: AsyncSession, customer: Mapping[str, Any], companies: Mapping[str, str], id_: int | None
) -> int:
    """Put a customer back on record, with the id that they had unless it is None; their id."""
    values = customer["values"]
    columns = await _columns(session, values, companies)
    moments = {name: datetime.fromisoformat(customer[name]) for name in ("created_at", "updated_at")}
    row = {"ref": customer["ref"], **columns, **moments} | ({} if id_ is None else {"id": id_})
    added: int = (await session.scalars(insert(Customer).values(row).returning(Customer.id))).one()
    await write_customer_keys(session, {added: Named(values["name"], values["email"])}, known=())
    return added


async def _columns(session: AsyncSession, values: Values, companies: Mapping[str, str]) -> dict[str, Any]:
    columns = {name: values[name] for name in FIELDS if name != COMPANY}
    for name in DAYS:
        columns[name] = date.fromisoformat(columns[name]) if columns[name] else None
    attributes = {
        name.removeprefix(ATTRIBUTE): value
        for name, value in values.items()
        if name.startswith(ATTRIBUTE) and value is not None
    }
    company_id = await _company_id(session, values[COMPANY], companies)
    return {**columns, "attributes": attributes, "company_id": company_id}


async def _company_id(session: AsyncSession, ref: str | None, companies: Mapping[str, str]) -> int | None:
    """The company with this key; made anew when it is gone meanwhile."""
    if ref is None:
        return None
    found = await ids_by_ref(session, Company, [ref])
    if ref in found:
        return found[ref]
    company = Company(ref=ref, name=companies[ref])
    session.add(company)
    await session.flush()
    await write_company_keys(session, {company.id: company.name})
    return company.id
