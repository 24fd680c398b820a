"""Reads past calls with their picks and facts, some at a time, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Pick
from console.calls.picks import read_facts
from scripts_engine.replay import PastPick
from telephony.events import Direction


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call with its picks, in order, as far as there are facts. `rang`: it was offered to an agent."""

    id: str
    started_at: datetime
    erased: bool
    rang: bool
    picks: Sequence[PastPick]


@dataclass(frozen=True, slots=True)
class Period:
    """The calls that began from one moment to before another."""

    starts_at: datetime
    ends_at: datetime


def _within(period: Period) -> ColumnElement[bool]:
    outside = Call.direction != Direction.INTERNAL.value  # for calls of colleagues no script is picked
    return and_(Call.started_at >= period.starts_at, Call.started_at < period.ends_at, outside)


async def count_calls(session: AsyncSession, period: Period) -> int:
    """How many calls there are in the period."""
    return await session.scalar(select(func.count()).select_from(Call).where(_within(period))) or 0


async def read_calls(
    session: AsyncSession, period: Period, after: PastCall | None, limit: int
) -> list[PastCall]:
    """The first calls of the period, or those behind the call `after`, at most so many."""
    rows = await session.execute(_statement(period, after, limit))
    return [_call(list(group)) for _id, group in groupby(rows, key=lambda row: row.call_id)]


def _statement(period: Period, after: PastCall | None, limit: int) -> Select[Any]:
    calls = select(Call.id.label("call_id"), Call.started_at, Call.erased).where(_within(period))
    if after is not None:
        behind = and_(Call.started_at == after.started_at, Call.id > after.id)
        calls = calls.where(or_(Call.started_at > after.started_at, behind))
    page = calls.order_by(Call.started_at, Call.id).limit(limit).subquery()
    rang = exists().where(Leg.call_id == page.c.call_id, Leg.user_id.is_not(None)).label("rang")
    return (
        select(page, rang, Pick.id, Pick.today, Pick.script_key, Pick.facts)
        .outerjoin(Pick, Pick.call_id == page.c.call_id)
        .order_by(page.c.started_at, page.c.call_id, Pick.at, Pick.id)
    )


def _call(rows: Sequence[Row[Any]]) -> PastCall:
    first = rows[0]
    picks = [past_pick(row.id, row.today, row.facts, row.script_key) for row in rows if row.facts is not None]
    return PastCall(first.call_id, first.started_at, first.erased, first.rang, picks)


def past_pick(id_: str, today: date, facts: str, picked: str | None) -> PastPick:
    """A stored pick, its facts as they were."""
    return PastPick(id_, today, read_facts(facts), picked)
