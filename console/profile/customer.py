"""What the page of a customer shows beyond what a pop knows; and the people of a company.

Every statement is bounded in what it brings back and looked up by an index.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.models import Case, CaseEvent
from console.cases.queries import events, told
from console.customers.models import Company, Customer
from console.identity.models import User

PEOPLE_ON_A_PAGE = 100
COLLEAGUES_SHOWN = 12
CLOSED_SHOWN = 5

EVENTS_SHOWN = 200
"""Events of all the cases of a page together, the latest of them."""


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a company."""

    ref: str
    name: str


async def people(
    session: AsyncSession, company_ref: str, limit: int, after: tuple[str, str] = ("", "")
) -> tuple[list[Person], bool]:
    """People of a company by their names, behind this name and key; and whether there are more."""
    name, ref = after
    behind = (Customer.name > name) | ((Customer.name == name) & (Customer.ref > ref))
    statement = (
        select(Customer.ref, Customer.name)
        .join(Company, Company.id == Customer.company_id)
        .where(Company.ref == company_ref, behind)
        .order_by(Customer.name, Customer.ref)
        .limit(limit + 1)
    )
    found = [Person(ref, name) for ref, name in await session.execute(statement)]
    return found[:limit], len(found) > limit


async def closed_cases(session: AsyncSession, customer_id: int) -> list[Row]:
    """The cases that were closed last."""
    statement = (
        cases()
        .where(Case.customer_id == customer_id, Case.status == "closed")
        .order_by(Case.closed_at.desc().nulls_last(), Case.id.desc())
        .limit(CLOSED_SHOWN)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


def cases() -> Select[Any]:
    """Cases with what a list of them shows."""
    names = ("ref", "subject", "status", "priority", "line", "owner", "reopened")
    return (
        select(*(getattr(Case, name) for name in names), Case.opened_at, Case.due_at, Case.closed_at)
        .add_columns(func.coalesce(User.name, Case.owner).label("owner_name"))
        .select_from(Case)
        .outerjoin(User, User.email == Case.owner)
    )


async def case_events(session: AsyncSession, refs: Collection[str]) -> dict[str, list[Row]]:
    """What happened to these cases, by their keys, latest first."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    statement = (
        events()
        .add_columns(Case.ref)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.ref.in_(refs))
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(EVENTS_SHOWN)
    )
    if refs:
        for row in (await session.execute(statement)).mappings():
            found[row["ref"]].append(told(row))
    return dict(found)
