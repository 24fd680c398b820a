"""What the customer page shows beyond what a pop knows: colleagues, and one timeline of everything.

Every statement is bounded and looked up by an index; what is older comes page by page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Note
from console.cases.models import Case
from console.customers.models import Company, Customer, Purchase
from console.db.base import Base
from console.identity.models import User

ON_A_PAGE = 40
"""Entries of the timeline that are shown at a time."""

MOST_COLLEAGUES = 50


class Happened(StrEnum):
    """What a timeline tells of."""

    ORDERED = "ordered"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLOSED = "closed"
    CALLED = "called"


MOMENTS: Mapping[Happened, tuple[type[Base], str]] = {
    Happened.ORDERED: (Purchase, "placed_at"),
    Happened.DELIVERED: (Purchase, "delivered_at"),
    Happened.OPENED: (Case, "opened_at"),
    Happened.CLOSED: (Case, "closed_at"),
    Happened.CALLED: (Call, "started_at"),
}
"""Where the moment of each stands."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened at a moment; `row` is the purchase, case or call, as plain values by name."""

    at: datetime
    happened: Happened
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the same company."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a timeline an entry stands: many things may happen at one moment."""

    at: datetime
    happened: Happened
    id: str


def newest(at: datetime) -> Place:
    """The beginning of a timeline, at a moment in which nothing has happened yet."""
    return Place(at, Happened.CALLED, "")


async def colleagues(session: AsyncSession, company_ref: str, but: str) -> list[Colleague]:
    """People of a company in the order of their names, up to MOST_COLLEAGUES, without the one whose ref is
    `but`."""
    statement = (
        select(Customer.ref, Customer.name)
        .join(Company, Company.id == Customer.company_id)
        .where(Company.ref == company_ref, Customer.ref != but)
        .order_by(Customer.name, Customer.id)
        .limit(MOST_COLLEAGUES)
    )
    return [Colleague(ref, name) for ref, name in await session.execute(statement)]


async def timeline(
    session: AsyncSession, customer_id: int, behind: Place
) -> tuple[list[Entry], Place | None]:
    """What stands behind a place, newest first, and the place of the last where there is more."""
    entries = [
        Entry(row[MOMENTS[happened][1]], happened, row)
        for happened in Happened
        for row in await _rows(session, happened, customer_id, behind)
    ]
    entries.sort(key=lambda entry: (entry.at, _backwards(entry.happened)), reverse=True)
    shown = entries[:ON_A_PAGE]
    await _add_agents(session, [entry.row for entry in shown if entry.happened is Happened.CALLED])
    return shown, _place(shown[-1]) if len(entries) > ON_A_PAGE else None


def _place(entry: Entry) -> Place:
    return Place(entry.at, entry.happened, str(entry.row["id"]))


def _backwards(happened: Happened) -> int:
    """At the same moment the kinds stand in their own order, though all is sorted backwards."""
    return -list(Happened).index(happened)


async def _rows(
    session: AsyncSession, happened: Happened, customer_id: int, behind: Place
) -> list[dict[str, Any]]:
    """One more than a page holds, to know whether there are more."""
    model, column = MOMENTS[happened]
    table = model.__table__
    moment, id_ = table.c[column], table.c.id
    statement = (
        select(table)
        .where(table.c.customer_id == customer_id, _further(moment, id_, happened, behind))
        .order_by(moment.desc(), id_.desc())
        .limit(ON_A_PAGE + 1)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


def _further(
    moment: ColumnElement[Any], id_: ColumnElement[Any], happened: Happened, behind: Place
) -> ColumnElement[bool]:
    """What stands behind a place: of what happened at the same moment, later kinds and lower ids."""
    if happened is behind.happened:
        place = behind.id if happened is Happened.CALLED else int(behind.id)
        return or_(moment < behind.at, and_(moment == behind.at, id_ < place))
    later = _backwards(happened) < _backwards(behind.happened)
    return moment <= behind.at if later else moment < behind.at


async def _add_agents(session: AsyncSession, calls: Sequence[dict[str, Any]]) -> None:
    """Give each call `agents`, who talked in it, and `notes`, what they wrote."""
    ids = [call["id"] for call in calls]
    talked = await session.execute(
        select(Leg.call_id, User.name)
        .join(User, User.id == Leg.user_id)
        .where(Leg.call_id.in_(ids), Leg.answered_at.is_not(None))
        .order_by(Leg.offered_at)
    )
    agents: dict[str, list[str]] = {}
    for call_id, name in talked:
        agents.setdefault(call_id, []).append(name)
    written = await session.execute(
        select(Note.call_id, Note.text)
        .where(Note.call_id.in_(ids), Note.text != "")
        .order_by(Note.updated_at)
    )
    notes: dict[str, list[str]] = {}
    for call_id, text in written:
        notes.setdefault(call_id, []).append(text)
    for call in calls:
        call["agents"] = list(dict.fromkeys(agents.get(call["id"], ())))
        call["notes"] = notes.get(call["id"], [])
