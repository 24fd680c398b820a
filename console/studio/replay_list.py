"""What a replay found: the changes with their counts, and the list of calls with the reason of each.

Reasons are told anew from the stored facts and the versions that were compared, so nothing of a caller is
kept in a replay, and nothing is told of who was erased since.
"""

import csv
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Pick
from console.customers.models import Customer
from console.db.engine import Sessions
from console.identity.models import User
from console.studio.replay_models import ReplayDifference
from console.studio.replay_pinned import PinnedScripts
from console.studio.replay_reading import past_pick
from console.web.formulas import disarm
from scripts_engine.replay import Compared, reason

PAGE = 50
"""Calls at a time: some milliseconds."""

COLUMNS = (
    *("call", "started_at", "customer_ref", "customer", "queue", "agent", "then", "from", "to", "reason"),
)


@dataclass(frozen=True, slots=True)
class Move:
    """From which script to which, by key; None for none."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A call that would get another script, and the agent whose phone rang. `then` is what it got when it
    came; `why` is empty when the facts are not there any more."""

    id: int
    call_id: str
    started_at: datetime
    customer_ref: str | None
    customer: str | None
    number: str
    erased: bool
    queue: str | None
    agent: str | None
    agent_email: str | None
    then: str | None
    move: Move
    why: str


async def moves_of(session: AsyncSession, number: int) -> list[tuple[Move, int]]:
    """The changes that a replay found, with how many calls each, the most first."""
    found = ReplayDifference
    calls = func.count().label("calls")
    statement = select(found.script_from, found.script_to, calls).where(found.replay_id == number)
    grouped = statement.group_by(found.script_from, found.script_to)
    rows = await session.execute(grouped.order_by(calls.desc(), found.script_from, found.script_to))
    return [(Move(before, after), number_of) for before, after, number_of in rows]


async def list_calls(
    session: AsyncSession, pinned: PinnedScripts, *, before: int | None = None, move: Move | None = None
) -> list[Listed]:
    """A page of the calls that differ, the latest first: those in front of the one listed as `before`, or
    those of one change."""
    found = ReplayDifference
    statement = _listed().where(found.replay_id == pinned.number).order_by(found.id.desc()).limit(PAGE)
    if before is not None:
        statement = statement.where(found.id < before)
    if move is not None:
        statement = statement.where(
            found.script_from.is_not_distinct_from(move.before),
            found.script_to.is_not_distinct_from(move.after),
        )
    rows = (await session.execute(statement)).all()
    keys = {key for row in rows for key in (row.script_from, row.script_to, row.script_key) if key}
    await pinned.read(session, keys)
    return [_row(row, pinned) for row in rows]


def _listed() -> Select[*tuple[Any, ...]]:
    found = ReplayDifference
    return (
        select(
            found.id,
            found.pick_id,
            found.script_from,
            found.script_to,
            Pick.call_id,
            Pick.today,
            Pick.queue,
            Pick.script_key,
            Pick.facts,
            Call.started_at,
            Call.number,
            Call.erased,
            Customer.ref,
            Customer.name,
            User.name.label("agent"),
            User.email,
        )
        .join(Pick, Pick.id == found.pick_id)
        .join(Call, Call.id == Pick.call_id)
        .outerjoin(Leg, Leg.id == Pick.id)
        .outerjoin(User, User.id == Leg.user_id)
        .outerjoin(Customer, Customer.id == Call.customer_id)
    )


def _row(row: Row[Any], pinned: PinnedScripts) -> Listed:
    return Listed(
        id=row.id,
        call_id=row.call_id,
        started_at=row.started_at,
        customer_ref=row.ref,
        customer=row.name,
        number=row.number,
        erased=row.erased,
        queue=row.queue,
        agent=row.agent,
        agent_email=row.email,
        then=row.script_key,
        move=Move(row.script_from, row.script_to),
        why="" if row.facts is None else _why(row, pinned),
    )


def _why(row: Row[Any], pinned: PinnedScripts) -> str:
    past = past_pick(row.pick_id, row.today, row.facts, row.script_key)
    before, after = pinned.before(row.script_from), pinned.after(row.script_to)
    return reason(Compared(past, before, after, renewed=False), pinned.after(row.script_from))


async def write_csv(sessions: Sessions, pinned: PinnedScripts, move: Move | None) -> AsyncIterator[str]:
    """The whole list as a file, page by page."""
    yield "\ufeff" + _lines([COLUMNS])
    last: int | None = None
    while True:
        async with sessions() as session:
            page = await list_calls(session, pinned, before=last, move=move)
        if not page:
            return
        yield _lines([_cells(each) for each in page])
        last = page[-1].id


def _cells(listed: Listed) -> Sequence[str]:
    cells = (
        listed.call_id,
        listed.started_at.isoformat(),
        listed.customer_ref,
        listed.customer,
        listed.queue,
        listed.agent,
        listed.then,
        listed.move.before,
        listed.move.after,
        listed.why,
    )
    return [disarm(cell or "") for cell in cells]


def _lines(rows: Sequence[Sequence[str]]) -> str:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
