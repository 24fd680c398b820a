"""What the page of a company shows: sums, open cases and purchases of its people.

Every statement is bounded in what it brings back and looked up by an index.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.cases.models import Case
from console.customers.models import Company, Customer, Purchase
from console.errors import NotFoundError
from console.facts.known import LATE_STATUSES
from console.facts.records import late_days
from console.profile.customer import Row, cases

CASES_SHOWN = 20
ORDERS_SHOWN = 10

YEAR = timedelta(days=365)
MONTH = timedelta(days=30)
OPEN = ("open", "waiting")
PRESSING = case({"urgent": 3, "high": 2, "normal": 1}, value=Case.priority, else_=0)


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
        cases()
        .add_columns(Customer.name.label("person"), Customer.ref.label("person_ref"))
        .join(Customer, Customer.id == Case.customer_id)
        .join(Company, Company.id == Customer.company_id)
        .where(Company.ref == company_ref, Case.status.in_(OPEN))
        .order_by(PRESSING.desc(), Case.opened_at)
        .limit(CASES_SHOWN)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def company_orders(session: AsyncSession, company_ref: str, at: datetime, zone: ZoneInfo) -> list[Row]:
    """Purchases of a company's people, late ones first (longest waiting first), then the latest; `late_days`,
    and whose they are (`person`, `person_ref`)."""
    late = Purchase.status.in_(LATE_STATUSES) & (Purchase.promised_at < at)
    statement = (
        select(*(getattr(Purchase, name) for name in ("ref", "status", "total", "currency")))
        .add_columns(Purchase.placed_at, case((late, Purchase.promised_at)).label("promised_at"))
        .add_columns(Customer.name.label("person"), Customer.ref.label("person_ref"))
        .join(Customer, Customer.id == Purchase.customer_id)
        .join(Company, Company.id == Customer.company_id)
        .where(Company.ref == company_ref, Purchase.placed_at <= at)
        .order_by(case((late, Purchase.promised_at)).nulls_last(), Purchase.placed_at.desc())
        .limit(ORDERS_SHOWN)
    )
    rows = (await session.execute(statement)).mappings()
    return [{**row, "late_days": late_days(row["promised_at"], at, zone)} for row in rows]
