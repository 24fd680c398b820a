"""Who was merged into a customer, and taken apart again: what its page says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from console.calls.models import Call
from console.cases.models import Case
from console.customers.models import Customer, Merge, Purchase, Unmerge
from console.identity.models import User
from console.profile.merging import OWNED

MOST_TOLD = 50
"""Merges, and partings, that a page tells of: the latest."""

_LENGTH = {"sqlite": "json_array_length(merges.{what})", "postgresql": "jsonb_array_length(merges.{what})"}


@dataclass(frozen=True, slots=True)
class MergeTold:
    """A merge: who (`ref`, `name`) was merged, when, by whom; and how much went over."""

    id: int
    ref: str
    name: str
    at: datetime
    by: str | None
    purchases: int
    cases: int
    calls: int


@dataclass(frozen=True, slots=True)
class PartingTold:
    """`ref` had been merged into `kept_ref`, and was taken out again."""

    ref: str
    kept_ref: str
    merged_at: datetime
    merged_by: str | None
    at: datetime
    by: str | None


async def merges_of(session: AsyncSession, customer_id: int) -> list[MergeTold]:
    """Who is merged into a customer, the last one first."""
    return await _merges(session, Merge.kept_id == customer_id)


async def kept_merge(session: AsyncSession, merge_id: int) -> MergeTold:
    """A merge that is there."""
    [told] = await _merges(session, Merge.id == merge_id)
    return told


async def _merges(session: AsyncSession, which: ColumnElement[bool]) -> list[MergeTold]:
    length = _LENGTH[session.get_bind().dialect.name]
    lengths: list[ColumnElement[int]] = [literal_column(length.format(what=what)) for what in OWNED]
    name = Merge.snapshot[("customer", "values", "name")].as_string()
    author = func.coalesce(User.name, Merge.author)
    statement = (
        select(Merge.id, Merge.ref, name, Merge.at, author, *lengths)
        .outerjoin(User, User.email == Merge.author)
        .where(which)
        .order_by(Merge.id.desc())
        .limit(MOST_TOLD)
    )
    return [MergeTold(*row) for row in await session.execute(statement)]


async def partings_of(session: AsyncSession, customer_id: int) -> list[PartingTold]:
    """Whom a customer was merged with, and is not any more; the last one first."""
    other, kept = aliased(Customer), aliased(Customer)
    merger, parter = aliased(User), aliased(User)
    names = (
        func.coalesce(merger.name, Unmerge.merged_by),
        Unmerge.at,
        func.coalesce(parter.name, Unmerge.author),
    )
    statement = (
        select(other.ref, kept.ref, Unmerge.merged_at, *names)
        .join(other, other.id == Unmerge.customer_id)
        .join(kept, kept.id == Unmerge.kept_id)
        .outerjoin(merger, merger.email == Unmerge.merged_by)
        .outerjoin(parter, parter.email == Unmerge.author)
        .where(or_(Unmerge.customer_id == customer_id, Unmerge.kept_id == customer_id))
        .order_by(Unmerge.id.desc())
        .limit(MOST_TOLD)
    )
    return [PartingTold(*row) for row in await session.execute(statement)]


async def came_since(session: AsyncSession, customer_id: int, at: datetime) -> Mapping[str, int]:
    """How many purchases were placed, cases opened and calls made since a moment."""
    moments: dict[str, Any] = {
        "purchases": Purchase.placed_at,
        "cases": Case.opened_at,
        "calls": Call.started_at,
    }
    return {
        what: await session.scalar(
            select(func.count()).where(OWNED[what].customer_id == customer_id, moment >= at)
        )
        or 0
        for what, moment in moments.items()
    }
