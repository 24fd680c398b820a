"""Reads what the records say of a call that is handed over: the cases that were worked on in it, what was
promised and offered, and how often the customer called about this."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.calls.record import CallRecord
from console.cases.models import CallCase, Case, CaseEvent
from console.desk.pop import PopCallback, PopOffer, PopTouched
from console.identity.models import User
from console.promises.models import Callback, CallbackState, Offer
from telephony.events import Direction

SLACK = timedelta(seconds=10)
"""So far the phone system's clock may be off ours, and what was done at a call's beginning still counts as
done in it."""

LATELY = timedelta(days=7)
"""Calls of so long ago count as being about this, where no case says since when."""

MOST = 5
"""Cases, call-backs and offers of one call that stand in its packet."""


@dataclass(frozen=True, slots=True)
class Records:
    """What was found, as `PopPacket` has it."""

    cases: list[PopTouched]
    callbacks: list[PopCallback]
    offers: list[PopOffer]
    calls: int | None
    about: str | None
    read: bool = True


NOTHING_READ = Records([], [], [], None, None, read=False)


async def read_records(session: AsyncSession, record: CallRecord, at: datetime) -> Records:
    """What the records say of a call at this moment."""
    cases = await _cases(session, record)
    begun = record.call.started_at - SLACK
    earlier = min((case for case in cases if case.opened_at < begun), key=_age, default=None)
    return Records(
        [_touched(case, begun) for case in cases],
        await _callbacks(session, record, at),
        await _offers(session, record),
        await _calls(session, record, at, earlier),
        earlier.ref if earlier else None,
    )


def _age(case: Case) -> datetime:
    return case.opened_at


async def _cases(session: AsyncSession, record: CallRecord) -> list[Case]:
    """The customer's cases that were opened or worked on in the call, or at which its agents did something
    since it began, the latest first."""
    agents = select(User.email).where(User.id.in_([user for user in record.users.values() if user]))
    done = exists().where(
        CaseEvent.case_id == Case.id,
        CaseEvent.at >= record.call.started_at - SLACK,
        CaseEvent.author.in_(agents),
    )
    in_call = exists().where(CallCase.case_id == Case.id, CallCase.call_id == record.call.id)
    of = select(Case).where(Case.customer_id == record.customer_id, or_(in_call, done))
    return list(await session.scalars(of.order_by(Case.opened_at.desc()).limit(MOST)))


def _touched(case: Case, begun: datetime) -> PopTouched:
    return {
        "ref": case.ref,
        "subject": case.subject,
        "status": case.status,
        "priority": case.priority,
        "line": case.line,
        "opened": case.opened_at >= begun,
    }


async def _callbacks(session: AsyncSession, record: CallRecord, at: datetime) -> list[PopCallback]:
    statement = (
        select(Callback.due_at, func.coalesce(User.name, Callback.author), Callback.note)
        .outerjoin(User, User.email == Callback.author)
        .where(Callback.call_id == record.call.id, Callback.state == CallbackState.OPEN)
        .order_by(Callback.due_at)
        .limit(MOST)
    )
    return [
        {"due_at": due.isoformat(), "by": by, "note": note, "overdue": due < at}
        for due, by, note in await session.execute(statement)
    ]


async def _offers(session: AsyncSession, record: CallRecord) -> list[PopOffer]:
    made = select(Offer).where(Offer.call_id == record.call.id).order_by(Offer.id.desc()).limit(MOST)
    return [
        {"what": each.what, "answer": each.answer, "at": each.at.isoformat()}
        for each in await session.scalars(made)
    ]


async def _calls(session: AsyncSession, record: CallRecord, at: datetime, case: Case | None) -> int | None:
    """How often the customer called about this, this call among them."""
    theirs = _theirs(record)
    if theirs is None:
        return None
    lately = Call.ended_at >= case.opened_at if case else Call.started_at >= at - LATELY
    others = select(func.count()).where(
        theirs, lately, Call.id != record.call.id, Call.direction == Direction.INBOUND.value
    )
    own = record.call.direction is Direction.INBOUND
    return (await session.scalar(others) or 0) + own


def _theirs(record: CallRecord) -> ColumnElement[bool] | None:
    """The calls of the customer; of whoever has the number where nobody knows who that is."""
    if record.customer_id is not None:
        return Call.customer_id == record.customer_id
    return Call.number == record.number if record.number else None
