"""What call records say of the work list, written in the transaction that writes them.

A call that nobody answered opens an entry for its number, or counts in the one that is open; a call on which
somebody talked with that number makes it done. Records are written again and again, late and in any order: a
call is counted once (`MissedCall`), and who was talked with since they tried is not to be called.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.calls.record import CallRecord
from console.identity.models import User
from console.promises.models import Callback, CallbackState
from console.queues.models import Queue
from console.worklist.entry import Done, How, missed, reached
from console.worklist.missing import missed_since
from console.worklist.models import MissedCall, MissedCaller
from console.worklist.stored import Kept, entry_of, keep
from telephony.events import Direction

HOW = {Direction.OUTBOUND: How.CALLED_BACK, Direction.INBOUND: How.CALLED_AGAIN}

LONGEST_CALL = timedelta(days=1)
"""A call that began longer ago than this before a missed one is not looked at for an answer."""


@dataclass(frozen=True, slots=True)
class Try:
    """A call that nobody answered; `number` is "" when it was withheld."""

    call: str
    number: str
    queue: str | None
    line: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody (`user_id`, where it is a user's phone) talked with a number from `at` on."""

    number: str
    how: How
    user_id: int | None
    at: datetime
    call: str


async def note_calls(session: AsyncSession, batch: Sequence[CallRecord]) -> bool:
    """Note what these records say; whether that changed anything. They are written already."""
    missed_at = {str(record.call.id): at for record in batch if (at := missed_since(record.call)) is not None}
    tries = await _uncounted(session, missed_at) if missed_at else []
    if tries:
        await _count(session, tries)
    contacts = [contact for record in batch if (contact := _contact(record))]
    settled = await _settle(session, contacts) if contacts else False
    return bool(tries) or settled


def _contact(record: CallRecord) -> Contact | None:
    call, how = record.call, HOW.get(record.call.direction)
    talked = min(
        (leg for leg in call.legs if leg.answered_at), key=lambda leg: str(leg.answered_at), default=None
    )
    if how is None or not record.number or call.answered_at is None:
        return None
    user_id = record.users.get(talked.id) if talked else None
    return Contact(record.number, how, user_id, call.answered_at, call.id)


async def _uncounted(session: AsyncSession, missed_at: Mapping[str, datetime]) -> list[Try]:
    """As they are on record: nothing of a caller who was erased meanwhile comes back from memory."""
    line = func.coalesce(Queue.line, Call.line, 1)
    statement = (
        select(Call.id, Call.number, Call.queue, line)
        .outerjoin(Queue, Queue.name == Call.queue)
        .outerjoin(MissedCall, MissedCall.call_id == Call.id)
        .where(Call.id.in_(missed_at), MissedCall.call_id.is_(None), Call.erased.is_(False))
        .order_by(Call.started_at, Call.id)
    )
    found = [Try(*row, missed_at[row.id]) for row in await session.execute(statement)]
    talked = await _last_talked(session, found)
    return [each for each in found if each.number not in talked or talked[each.number] < each.at]


async def _last_talked(session: AsyncSession, tries: Sequence[Try]) -> Mapping[str, datetime]:
    """When anybody last began to talk with the numbers of these calls."""
    numbers = {each.number for each in tries} - {""}
    if not numbers:
        return {}
    statement = (
        select(Call.number, func.max(Call.answered_at, type_=Call.answered_at.type))
        .where(Call.number.in_(numbers), Call.started_at >= min(each.at for each in tries) - LONGEST_CALL)
        .where(Call.answered_at.is_not(None), Call.direction.in_([way.value for way in HOW]))
        .group_by(Call.number)
    )
    return {number: at for number, at in await session.execute(statement) if at}


async def _count(session: AsyncSession, tries: Sequence[Try]) -> None:
    by_number: defaultdict[str, list[Try]] = defaultdict(list)
    for each in tries:
        by_number[each.number].append(each)
    withheld = by_number.pop("", [])
    await _open(session, [made[-1] for _, made in sorted(by_number.items())])
    callers = {caller.number: caller for caller in await _open_callers(session, by_number)}
    for number, made in by_number.items():
        _try_again(callers[number], made)
    ids: Mapping[str, int] = {number: caller.id for number, caller in callers.items()}
    for each in [*withheld, *(each for made in by_number.values() for each in made)]:
        session.add(MissedCall(call_id=each.call, caller_id=ids.get(each.number), line=each.line, at=each.at))
    await session.flush()


async def _open(session: AsyncSession, newest: Sequence[Try]) -> None:
    """Entries that have counted nothing yet, where none is open; another process may do the same."""
    rows = [
        {
            "number": each.number,
            "queue": each.queue,
            "line": each.line,
            "tries": 0,
            "first_at": each.at,
            "last_at": each.at,
            "newest_call_id": each.call,
        }
        for each in newest
    ]
    if rows:
        insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        still_open = MissedCaller.done_at.is_(None)
        statement = insert(MissedCaller).on_conflict_do_nothing(
            index_elements=["number"], index_where=still_open
        )
        await session.execute(statement, rows)


async def _open_callers(session: AsyncSession, numbers: Collection[str]) -> Sequence[MissedCaller]:
    statement = (
        select(MissedCaller)
        .where(MissedCaller.number.in_(numbers), MissedCaller.done_at.is_(None))
        .order_by(MissedCaller.id)
        .with_for_update()
    )
    return (await session.scalars(statement)).all()


def _try_again(caller: MissedCaller, made: Sequence[Try]) -> None:
    newest = made[-1]
    if newest.at >= caller.last_at:
        caller.queue, caller.line, caller.newest_call_id = newest.queue, newest.line, newest.call
    keep(caller, missed(entry_of(caller), made[0].at, newest.at, len(made)))


async def _settle(session: AsyncSession, contacts: Sequence[Contact]) -> bool:
    """Whoever was talked with is not to be called any more."""
    callers = await _open_callers(session, {each.number for each in contacts})
    callbacks = await _due_callbacks(session, contacts)
    if not callers and not callbacks:
        return False
    emails = await _emails(session, contacts)
    changed = False
    for contact in sorted(contacts, key=lambda each: each.at):
        done = Done(contact.how, emails.get(contact.user_id or 0), contact.at, contact.call)
        kept_by: list[Kept] = [*callers, *(callbacks if contact.how is How.CALLED_BACK else ())]
        for kept in kept_by:
            if kept.number == contact.number:
                before = entry_of(kept)
                if isinstance(kept, MissedCaller) and kept.first_at <= contact.at < kept.last_at:
                    await _forget_earlier(session, kept, contact.at)
                keep(kept, after := reached(entry_of(kept), done))
                changed = changed or after != before
    return changed


async def _forget_earlier(session: AsyncSession, caller: MissedCaller, talked: datetime) -> None:
    """News that came late: only what they tried after that still counts."""
    first_at = func.min(MissedCall.at, type_=MissedCall.at.type)
    later = select(func.count(), first_at).where(MissedCall.caller_id == caller.id, MissedCall.at > talked)
    tries, first = (await session.execute(later)).one()
    if first is not None:
        caller.tries, caller.first_at = tries, first


async def _due_callbacks(session: AsyncSession, contacts: Sequence[Contact]) -> Sequence[Callback]:
    """Only calls of ours keep a promise, and only once it is due."""
    made = [each for each in contacts if each.how is How.CALLED_BACK]
    if not made:
        return []
    statement = (
        select(Callback)
        .where(Callback.number.in_({each.number for each in made}))
        .where(Callback.state == CallbackState.OPEN.value, Callback.due_at <= max(each.at for each in made))
        .order_by(Callback.id)
        .with_for_update()
    )
    return (await session.scalars(statement)).all()


async def _emails(session: AsyncSession, contacts: Sequence[Contact]) -> Mapping[int, str]:
    ids = {each.user_id for each in contacts if each.user_id is not None}
    rows = await session.execute(select(User.id, User.email).where(User.id.in_(ids)))
    return {row.id: row.email for row in rows}
