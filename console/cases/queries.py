"""Cases as the forms show them, when cases are due, and which were worked on in a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.due_rules import USUAL, DueRules, read_rules
from console.cases.history import OPEN, EventKind, went_up
from console.cases.models import CallCase, Case, CaseEvent, StoredDueRules
from console.customers.models import Company, Customer
from console.errors import NotFoundError
from console.identity.models import User
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class SavedRules:
    """The rules as they were saved last: the `number`th time (0: never), by whom (an e-mail) and when."""

    number: int
    rules: DueRules
    author: str | None = None
    at: datetime | None = None


async def saved_rules(session: AsyncSession) -> SavedRules:
    """The rules that count, and who made them so."""
    newest = select(StoredDueRules).order_by(StoredDueRules.id.desc()).limit(1)
    found = await session.scalar(newest)
    if found is None:
        return SavedRules(0, USUAL)
    return SavedRules(found.id, read_rules(found.document), found.author, found.at)


async def due_rules(session: AsyncSession) -> DueRules:
    """When cases are due."""
    return (await saved_rules(session)).rules


@dataclass(frozen=True, slots=True)
class WorkedOn:
    """A case to which something was done in a call, first `at` this moment; the rest as it is by now."""

    ref: str
    subject: str
    status: str
    priority: str
    line: int
    owner: str | None
    due_at: datetime | None
    at: datetime


async def cases_of_call(session: AsyncSession, call: str) -> list[WorkedOn]:
    """The cases that were opened or worked on in a call, in that order."""
    names = ("ref", "subject", "status", "priority", "line", "owner", "due_at")
    statement = (
        select(*(getattr(Case, name) for name in names), CallCase.at)
        .join(CallCase, CallCase.case_id == Case.id)
        .where(CallCase.call_id == call)
        .order_by(CallCase.at, CallCase.id)
    )
    return [WorkedOn(**row) for row in (await session.execute(statement)).mappings()]


async def cases_of_calls(session: AsyncSession, calls: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """As JSON, of each of these calls: the cases that were opened or worked on in it, and when first."""
    statement = (
        select(CallCase.call_id, Case.ref, CallCase.at)
        .join(Case, CallCase.case_id == Case.id)
        .where(CallCase.call_id.in_(calls))
        .order_by(CallCase.at, CallCase.id)
    )
    found: dict[str, list[dict[str, str]]] = {call: [] for call in calls}
    for call, ref, at in await session.execute(statement):
        found[call].append({"ref": ref, "at": at.isoformat()})
    return found


async def customers_of_cases(session: AsyncSession, refs: Sequence[str]) -> Sequence[str]:
    """The keys of the customers whose cases these are, each once."""
    of = select(Customer.ref).join(Case, Case.customer_id == Customer.id).where(Case.ref.in_(refs))
    return (await session.scalars(of.distinct())).all()


async def case_with_key(session: AsyncSession, ref: str) -> dict[str, Any]:
    """A case by its columns, with the `customer` (a key) and the name of its owner.

    Raises:
        NotFoundError: there is no such case.
    """
    statement = (
        select(*Case.__table__.c, Customer.ref.label("customer"))
        .add_columns(func.coalesce(User.name, Case.owner).label("owner_name"))
        .join(Customer, Customer.id == Case.customer_id)
        .outerjoin(User, User.email == Case.owner)
        .where(Case.ref == ref)
    )
    found = (await session.execute(statement)).mappings().one_or_none()
    if found is None:
        raise NotFoundError(_("There is no case %(ref)s (any more).", ref=ref))
    return dict(found)


TOLD_SHOWN = 6
"""Events of a case that stand beside its form: the last ones."""


async def case_told(session: AsyncSession, case_id: int) -> list[dict[str, Any]]:
    """What happened to a case last, the latest first."""
    statement = (
        events().where(CaseEvent.case_id == case_id).order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
    )
    found = await session.execute(statement.limit(TOLD_SHOWN))
    return [told(row) for row in found.mappings()]


def events() -> Select[Any]:
    """Events of cases with the names of their authors."""
    columns = ("at", "kind", "field", "before", "after", "text")
    return (
        select(*(getattr(CaseEvent, name) for name in columns))
        .add_columns(func.coalesce(User.name, CaseEvent.author).label("author"))
        .outerjoin(User, User.email == CaseEvent.author)
    )


def told(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An event as it is told; of one that went up, `went_up` says how."""
    event = dict(row)
    event["went_up"] = went_up(event) if event["kind"] == EventKind.ESCALATED else None
    return event


async def overdue_of_nobody(session: AsyncSession, at: datetime, most: int) -> Sequence[Mapping[str, Any]]:
    """The open cases that are overdue and that nobody owns, those that are so the longest first."""
    names = ("id", "ref", "subject", "priority", "line", "due_at")
    statement = (
        select(*(getattr(Case, name) for name in names))
        .add_columns(Customer.ref.label("customer_ref"), Customer.name.label("customer"))
        .add_columns(Company.name.label("company"))
        .join(Customer, Customer.id == Case.customer_id)
        .outerjoin(Company, Company.id == Customer.company_id)
        .where(Case.status.in_(OPEN), Case.due_at < at, Case.owner.is_(None))
        .order_by(Case.due_at, Case.id)
        .limit(most)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


@dataclass(frozen=True, slots=True)
class Due:
    """A case of a user's that is due; they have `in_all` so many that are overdue, or that are not yet."""

    user_id: int
    ref: str
    subject: str
    due_at: datetime
    overdue: bool
    customer: str
    customer_ref: str
    in_all: int


async def due_cases(session: AsyncSession, at: datetime, soon: datetime, most: int) -> list[Due]:
    """The open cases of each user that are due up to `soon`: so many of those that are not overdue at `at`,
    the next one first, and of those that are, the latest first."""
    overdue = Case.due_at < at
    alike = (Case.owner, overdue)
    lateness = case((overdue, -extract("epoch", Case.due_at)), else_=extract("epoch", Case.due_at))
    ranked = (
        select(Case.ref, Case.subject, Case.due_at, overdue.label("overdue"), Case.owner, Case.customer_id)
        .add_columns(func.row_number().over(partition_by=alike, order_by=(lateness, Case.id)).label("place"))
        .add_columns(func.count().over(partition_by=alike).label("in_all"))
        .where(Case.status.in_(OPEN), Case.due_at <= soon, Case.owner.is_not(None))
        .subquery()
    )
    names = ("ref", "subject", "due_at", "overdue")
    statement = (
        select(User.id.label("user_id"), *(ranked.c[name] for name in names))
        .add_columns(Customer.name.label("customer"), Customer.ref.label("customer_ref"), ranked.c.in_all)
        .join(User, User.email == ranked.c.owner)
        .join(Customer, Customer.id == ranked.c.customer_id)
        .where(ranked.c.place <= most)
        .order_by(User.id, ranked.c.overdue, ranked.c.place)
    )
    return [Due(**row) for row in (await session.execute(statement)).mappings()]
