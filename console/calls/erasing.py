"""Takes callers out of calls: when they were, who talked and how they ended stays."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Note, Pick
from console.calls.runs import erase_answers
from console.handover.actions import forget_handovers

FORGOTTEN: Mapping[str, Any] = {
    "number": "",
    "caller_name": "",
    "customer_id": None,
    "script_sentence": None,
}
"""What an erased call says instead of who called. Whoever records a call that was erased meanwhile leaves
these columns as they are: see `recorder`."""


async def erase_callers(session: AsyncSession, which: ColumnElement[bool]) -> int:
    """Erase the callers of these calls, with what was noted, answered and picked by on them, in the session's
    transaction; returns how many calls that are."""
    rows = (await session.execute(select(Call.id).where(which).with_for_update())).all()
    ids = select(Call.id).where(which)
    # Behind the lock: a note is either here by now, or its writer waits and is then told (`is_erased`). So it
    # is with what was answered.
    await session.execute(delete(Note).where(Note.call_id.in_(ids)))
    await forget_handovers(session, ids)
    await session.execute(update(Pick).where(Pick.call_id.in_(ids)).values(facts=None))
    await session.execute(update(Leg).where(Leg.call_id.in_(ids)).values(transferred_to=None))
    await erase_answers(session, ids.scalar_subquery())
    await session.execute(update(Call).where(which).values(**FORGOTTEN, erased=True))
    return len(rows)


async def is_erased(session: AsyncSession, call_id: str) -> bool:
    """Whether the caller was erased, until the end of the session's transaction."""
    statement = select(Call.erased).where(Call.id == call_id).with_for_update(read=True)
    return bool(await session.scalar(statement))
