"""An agent's own day: what they answered, and what is left to finish of it. Read with one statement, when a
call is over: never on a pop's way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from console.calls.models import Call, Leg, Note, StoredRun, WrapUp
from console.customers.models import Customer
from console.identity.viewer import Viewer
from console.promises.models import Callback, CallbackState
from console.queues.models import Queue
from telephony.events import Direction, LegResult

MOST_CALLS = 500
"""The latest of the day: nobody takes more."""


class Left(StrEnum):
    """What may be left to finish of a call."""

    OUTCOME = "outcome"  # its queue asks for one
    RUN = "run"  # the script was left in the middle
    CALLBACK = "callback"  # it was promised for today, or before
    NOTHING_NOTED = "nothing_noted"  # neither a note nor an outcome


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call that the agent answered today; `leg` is their part, `left` what is left to finish."""

    id: str
    leg: str
    at: datetime
    over: bool
    name: str
    number: str
    outbound: bool
    outcome: str | None
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class OwnDay:
    """The day so far: `talked` is the average of those that are over, None when there is none; `finishing`
    counts wrap-ups that are open."""

    answered: int
    missed: int
    talked: timedelta | None
    finishing: int
    calls: Sequence[OwnCall]

    @property
    def to_finish(self) -> list[OwnCall]:
        """The calls of which something is left, the latest first."""
        return [call for call in self.calls if call.left]


async def own_day(session: AsyncSession, viewer: Viewer, now: datetime, zone: ZoneInfo) -> OwnDay:
    """The viewer's day, by the clock of `zone`."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    statement = _statement(viewer, today, today + timedelta(days=1))
    rows = [dict(row) for row in (await session.execute(statement)).mappings()]
    answered = [row for row in rows if row["answered_at"] is not None]
    talks = [row["ended_at"] - row["answered_at"] for row in answered if row["ended_at"] is not None]
    return OwnDay(
        answered=len(answered),
        missed=sum(_missed(row) for row in rows),
        talked=sum(talks, timedelta()) / len(talks) if talks else None,
        finishing=sum(row["finishing"] for row in rows),
        calls=[_own_call(row) for row in answered],
    )


def _statement(viewer: Viewer, today: datetime, tomorrow: datetime) -> Executable:
    """The agent's legs of the day, with all that is asked of each."""
    columns: dict[str, Any] = {
        "leg": Leg.id,
        "offered_at": Leg.offered_at,
        "answered_at": Leg.answered_at,
        "ended_at": Leg.ended_at,
        "result": Leg.result,
        "id": Call.id,
        "direction": Call.direction,
        "number": Call.number,
        "outcome": Call.outcome,
        "name": Customer.name,
        "outcome_required": Queue.outcome_required,
        "finishing": exists().where(WrapUp.leg_id == Leg.id, WrapUp.ended_at.is_(None)),
        "noted": exists().where(Note.leg_id == Leg.id, Note.text != ""),
        "walking": _walking(viewer),
        "owed": exists().where(
            Callback.call_id == Leg.call_id,
            Callback.author == viewer.email,
            Callback.state == CallbackState.OPEN.value,
            Callback.due_at < tomorrow,
        ),
    }
    wanted = select(*(column.label(name) for name, column in columns.items()))
    return (
        wanted.join_from(Leg, Call, Call.id == Leg.call_id)
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .outerjoin(Queue, Queue.name == Call.queue)
        .where(Leg.user_id == viewer.user_id, Leg.offered_at >= today)
        .order_by(Leg.offered_at.desc())
        .limit(MOST_CALLS)
    )


def _walking(viewer: Viewer) -> ColumnElement[bool]:
    """The agent took the last step in the newest run of the call, and it was not the last of the script."""
    newer = aliased(StoredRun)
    return exists().where(
        StoredRun.call_id == Leg.call_id,
        StoredRun.user_id == viewer.user_id,
        StoredRun.step.is_not(None),
        ~exists().where(newer.call_id == StoredRun.call_id, newer.number > StoredRun.number),
    )


def _missed(row: dict[str, Any]) -> bool:
    """Rang here in vain; whom the agent calls does not count."""
    return (row["result"], row["direction"] == Direction.OUTBOUND.value) == (LegResult.NO_ANSWER.value, False)


def _own_call(row: dict[str, Any]) -> OwnCall:
    return OwnCall(
        id=row["id"],
        leg=row["leg"],
        at=row["answered_at"],
        over=row["ended_at"] is not None,
        name=row["name"] or "",
        number=row["number"],
        outbound=row["direction"] == Direction.OUTBOUND.value,
        outcome=row["outcome"],
        left=tuple(_left(row)) if row["ended_at"] is not None else (),
    )


def _left(row: dict[str, Any]) -> Sequence[Left]:
    passed_on = row["result"] == LegResult.TRANSFERRED.value
    internal = row["direction"] == Direction.INTERNAL.value
    no_outcome = row["outcome"] is None and not passed_on
    asked = no_outcome and bool(row["outcome_required"])
    found = {
        Left.OUTCOME: asked,
        Left.RUN: row["walking"] and not passed_on,
        Left.CALLBACK: row["owed"],
        Left.NOTHING_NOTED: no_outcome and not asked and not row["noted"] and not internal,
    }
    return [left for left, is_so in found.items() if is_so]
