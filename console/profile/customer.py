"""What the pages of customers and companies show beyond what a pop knows.

Every statement is bounded in what it brings back and looked up by an index.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.cases.models import Case, CaseEvent
from console.customers.models import Company, Customer, Purchase
from console.errors import NotFoundError
from console.identity.models import User

PEOPLE_ON_A_PAGE = 100
COLLEAGUES_SHOWN = 12
CLOSED_SHOWN = 5
CASES_OF_A_COMPANY = 20

EVENTS_SHOWN = 200
"""Events of all the cases of a page together, the latest of them."""

YEAR = timedelta(days=365)
MONTH = timedelta(days=30)
OPEN = ("open", "waiting")
PRESSING = case({"urgent": 3, "high": 2, "normal": 1}, value=Case.priority, else_=0)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a company."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """Counts over all people of a company; how, is said beside each figure."""

    purchases_365d: int
    calls_30d: int


async def company_named(session: AsyncSession, ref: str) -> str:
    """The name of a company. Raises NotFoundError."""
    name = await session.scalar(select(Company.name).where(Company.ref == ref))
    if name is None:
        raise NotFoundError(f"There is no company {ref}.")
    return name


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


async def company_figures(session: AsyncSession, company_ref: str, at: datetime) -> CompanyFigures:
    """Counted for each person: asked for all at once, PostgreSQL's planner walks through all purchases."""
    bought = (
        select(func.count())
        .where(Purchase.customer_id == Customer.id, Purchase.status != "cancelled")
        .where(Purchase.placed_at >= at - YEAR, Purchase.placed_at <= at)
    )
    called = (
        select(func.count())
        .where(Call.customer_id == Customer.id, Call.direction == "inbound")
        .where(Call.started_at >= at - MONTH, Call.started_at < at)
    )
    each = (
        select(bought.scalar_subquery().label("bought"), called.scalar_subquery().label("called"))
        .select_from(Customer)
        .join(Company, Company.id == Customer.company_id)
        .where(Company.ref == company_ref)
        .subquery()
    )
    sums = select(func.coalesce(func.sum(each.c.bought), 0), func.coalesce(func.sum(each.c.called), 0))
    purchases, calls = (await session.execute(sums)).one()
    return CompanyFigures(int(purchases), int(calls))


async def company_cases(session: AsyncSession, company_ref: str) -> list[Row]:
    """Open cases of a company's people, most pressing first, and whose they are (`person`, `person_ref`)."""
    statement = (
        _cases()
        .add_columns(Customer.name.label("person"), Customer.ref.label("person_ref"))
        .join(Customer, Customer.id == Case.customer_id)
        .join(Company, Company.id == Customer.company_id)
        .where(Company.ref == company_ref, Case.status.in_(OPEN))
        .order_by(PRESSING.desc(), Case.opened_at)
        .limit(CASES_OF_A_COMPANY)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def closed_cases(session: AsyncSession, customer_id: int) -> list[Row]:
    """The cases that were closed last."""
    statement = (
        _cases()
        .where(Case.customer_id == customer_id, Case.status == "closed")
        .order_by(Case.closed_at.desc().nulls_last(), Case.id.desc())
        .limit(CLOSED_SHOWN)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


def _cases() -> Select[Any]:
    names = ("ref", "subject", "status", "priority", "line", "owner", "reopened")
    return select(*(getattr(Case, name) for name in names), Case.opened_at, Case.due_at, Case.closed_at)


async def case_events(session: AsyncSession, refs: Collection[str]) -> dict[str, list[Row]]:
    """What happened to these cases, by their keys, latest first."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    columns = ("at", "kind", "field", "before", "after", "text")
    statement = (
        select(Case.ref, *(getattr(CaseEvent, name) for name in columns))
        .add_columns(func.coalesce(User.name, CaseEvent.author).label("author"))
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .outerjoin(User, User.email == CaseEvent.author)
        .where(Case.ref.in_(refs))
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(EVENTS_SHOWN)
    )
    if refs:
        for row in (await session.execute(statement)).mappings():
            found[row["ref"]].append(dict(row))
    return dict(found)
