"""One call, with all that is on record of it, for the page that tells of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Note, StoredRun
from console.calls.outcomes import choice
from console.cases.queries import WorkedOn, cases_of_call
from console.customers.models import Customer
from console.customers.paths import customer_path
from console.desk.queries import NoteRow, stored_note
from console.errors import ForbiddenError, NotFoundError
from console.identity.models import User
from console.identity.permissions import Permission as May
from console.identity.viewer import Viewer
from console.queues.directory import Directory
from console.queues.models import Queue
from console.web.i18n import gettext as _
from telephony.events import Direction

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallPage:
    """What the page shows; `dials` is the number that can be called, "" where there is none; `words` are the
    outcomes that the viewer may choose from, empty when they may not, and `mine` is the note that they may
    write: it is not among the `notes`."""

    call: Call
    customer: str | None
    page: str | None
    queue: str | None
    dials: str
    legs: list[Row]
    notes: list[Row]
    mine: Row | None
    cases: list[WorkedOn]
    runs: list[StoredRun]
    words: list[str]


async def read_call(session: AsyncSession, directory: Directory, viewer: Viewer, call_id: str) -> CallPage:
    """The call, for this viewer.

    Raises NotFoundError when there is none, ForbiddenError when it is none of theirs: agents read calls that
    rang at their own phone, and those of customers, as their timelines tell of them, too.
    """
    call = await session.get(Call, call_id)
    if call is None:
        raise NotFoundError(_("There is no such call on record. A call is there a moment behind its end."))
    rang = await _is(session, Leg.call_id == call_id, Leg.user_id == viewer.user_id)
    if not (rang or viewer.may(May.CALLS_READ) or call.customer_id):
        raise ForbiddenError(_("This call never rang at your phone, and is no customer's."))
    leg = None if call.erased else await _own_leg(session, call_id, viewer)
    customer = await session.get(Customer, call.customer_id) if call.customer_id else None
    runs = await session.scalars(
        select(StoredRun).where(StoredRun.call_id == call_id).order_by(StoredRun.number)
    )
    walked = list(runs)
    queue = directory.queue(call.queue or "")
    ended_with = [run.outcome for run in walked]
    return CallPage(
        call=call,
        customer=customer.name if customer else None,
        page=customer_path(customer.ref) if customer else None,
        queue=queue.title if call.queue else None,
        dials=_dials(call),
        legs=await _legs(session, call_id),
        notes=await _notes(session, call_id, but=leg),
        mine=await _own_note(session, leg) if leg else None,
        cases=await cases_of_call(session, call_id),
        runs=walked,
        words=choice(queue.outcomes, *ended_with, call.outcome) if leg else [],
    )


def _dials(call: Call) -> str:
    outside = call.direction != Direction.INTERNAL and call.identified != "withheld" and not call.erased
    return (call.number or "") if outside else ""


async def _is(session: AsyncSession, *conditions: Any) -> bool:
    return bool(await session.scalar(select(exists().where(*conditions))))


async def _legs(session: AsyncSession, call_id: str) -> list[Row]:
    """Who was rung, in order."""
    columns = (Leg.offered_at, Leg.answered_at, Leg.ended_at, Leg.result)
    rows = await session.execute(
        select(*columns, func.coalesce(User.name, Leg.interface).label("name"))
        .add_columns(func.coalesce(Queue.title, Leg.queue).label("queue"))
        .outerjoin(User, User.id == Leg.user_id)
        .outerjoin(Queue, Queue.name == Leg.queue)
        .where(Leg.call_id == call_id)
        .order_by(Leg.offered_at, Leg.id)
    )
    return [dict(row) for row in rows.mappings()]


async def _own_leg(session: AsyncSession, call_id: str, viewer: Viewer) -> str | None:
    """The viewer's part in the call, the last one where they talked twice; None where they did not."""
    talked = (Leg.call_id == call_id, Leg.user_id == viewer.user_id, Leg.answered_at.is_not(None))
    return await session.scalar(select(Leg.id).where(*talked).order_by(Leg.answered_at.desc()).limit(1))


async def _own_note(session: AsyncSession, leg: str) -> Row:
    note = await stored_note(session, leg) or NoteRow("", 0)
    return {"leg": leg, "path": quote(leg, safe=""), "text": note.text, "version": note.version}


async def _notes(session: AsyncSession, call_id: str, but: str | None) -> list[Row]:
    rows = await session.execute(
        select(Note.text, Note.updated_at, User.name)
        .join(User, User.id == Note.user_id)
        .where(Note.call_id == call_id, Note.text != "", Note.leg_id != (but or ""))
        .order_by(Note.updated_at, Note.leg_id)
    )
    return [dict(row) for row in rows.mappings()]
