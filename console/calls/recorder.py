"""Writes calls behind the pops: whoever changes a record says `save`, one task writes what is newest.

A record that changes ten times while the database is busy is written once, as it is then. As long as the
database writes at all, whoever brings very much waits for `room`, and nothing is lost. A database that is
down delays nobody, and loses nothing until `MOST_WAITING` calls wait.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Executable, String, Table, bindparam, case, null, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.erasing import FORGOTTEN
from console.calls.models import Call, Leg, Pop
from console.calls.picks import unwritten, write_picks
from console.calls.record import CallRecord, PopRecord
from console.calls.visits import write_visits
from console.customers.models import Customer, Merge
from console.db.engine import Sessions
from console.identity.models import User
from console.web.metrics import CALLS_TO_RECORD, CALLS_UNRECORDED
from telephony.events import CallId
from telephony.lifecycle import Leg as LiveLeg

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Calls kept in memory while the database is away; beyond that the oldest are lost, counted and logged. But
none that is on record as going on: those are no more than were going on when the database went away."""

ENOUGH_WAITING = 2_000
"""Calls behind which others wait for `room`: ten writes of a database that works."""

AWAY_AFTER_S = 5.0
"""A database that has written nothing for so long is away."""

GATHER_S = 0.05
"""Changes of a call come in bursts, the first of them a pop: it goes first, then all are written once."""

APART_S = 0.1
MOST_APART_S = 0.5
"""Between two writes, for each call written. On a busy day the changes of many calls are written at once:
a write of twenty costs less than two of one, and every write keeps pops waiting for a moment."""

BATCH = 200
RETRY_S = 1.0

LAST_WORDS_S = 3.0
"""What still waits at shutdown may take this long to be written."""

Row = dict[str, Any]


class Beside(Protocol):
    """What follows from call records, and is written with them."""

    async def note(self, session: AsyncSession, batch: Sequence[CallRecord]) -> bool:
        """In the transaction that has just written these: note what they say; whether anything changed."""
        ...

    def changed(self) -> None:
        """What was noted is committed. Must not wait."""
        ...


class Recorder:
    """The one writer of calls, legs, visits, pops and picks in its process; `beside` notes what follows."""

    def __init__(self, sessions: Sessions, beside: Beside | None = None) -> None:
        self._sessions = sessions
        self._beside = beside
        self._waiting: dict[CallId, CallRecord] = {}
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._written_at = float("-inf")
        self._given_up = 0

    def save(self, record: CallRecord) -> None:
        """Have the record written soon, as it will be then."""
        self._waiting.setdefault(record.call.id, record)
        if len(self._waiting) > MOST_WAITING:
            self._give_up_oldest()
        self._count()
        self._idle.clear()
        self._work.set()

    def _give_up_oldest(self) -> None:
        oldest = next((call for call, record in self._waiting.items() if not record.open_on_record), None)
        if oldest is None:
            return
        del self._waiting[oldest]
        CALLS_UNRECORDED.inc()
        self._given_up += 1
        if self._given_up == 1:
            log.error(
                "the database has been away too long: %d calls wait to be recorded, and for each one more "
                "the oldest will not be on record, from %s on",
                MOST_WAITING,
                oldest,
            )

    async def room(self) -> None:
        """Wait while very much is to be written and is being written: not for a database that is away."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._written_at + AWAY_AFTER_S):
                await self._has_room.wait()

    def _count(self) -> None:
        number = len(self._waiting)
        CALLS_TO_RECORD.set(number)
        (self._has_room.clear if number >= ENOUGH_WAITING else self._has_room.set)()

    async def flushed(self) -> None:
        """Wait until everything saved so far is written."""
        await self._idle.wait()

    async def run(self) -> None:
        """Write for ever."""
        while True:
            await self._work.wait()
            await asyncio.sleep(GATHER_S)
            number = len(self._waiting)
            if await self._write_some():
                self._written_at = asyncio.get_running_loop().time()
            else:
                await asyncio.sleep(RETRY_S)
            if not self._waiting:
                self._be_idle()
            if len(self._waiting) < BATCH:  # else there is no time to lose
                await asyncio.sleep(min(number * APART_S, MOST_APART_S))

    def _be_idle(self) -> None:
        """All is written that will be."""
        self._work.clear()
        self._idle.set()
        if self._given_up:
            log.error("%d calls are not on record: the database was away too long", self._given_up)
            self._given_up = 0

    async def close(self) -> None:
        """After `run` was cancelled: write what still waits, in the time that a shutdown has."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                while self._waiting and await self._write_some():
                    pass
        if self._waiting:
            log.error("%d calls could not be recorded before the end", len(self._waiting))

    async def _write_some(self) -> bool:
        """Write the oldest of what waits; what could not be written waits on."""
        batch = list(self._waiting.values())[:BATCH]
        for record in batch:
            del self._waiting[record.call.id]
        written = False
        try:
            written = await self._written(batch)
        finally:  # also when cancelled: the same rows can be written twice
            if not written:
                self._waiting = {record.call.id: record for record in batch} | self._waiting
            self._count()
        return written

    async def _written(self, batch: Sequence[CallRecord]) -> bool:
        """Write the batch; False when it has to be tried again."""
        states = [record.call.state for record in batch]
        picks = [dict(record.picks) for record in batch]
        for record in batch:  # whether a commit arrived is not always known
            record.recorded = record.recorded or record.call.state
            record.visits_recorded = max(record.visits_recorded, len(record.call.visits))
        try:
            await write(self._sessions, batch, self._beside)
        except (OSError, SQLAlchemyError) as error:
            if not _impossible(error):
                log.warning(
                    "cannot record %d calls yet, will try again (%d were given up so far): %s",
                    len(batch),
                    self._given_up,
                    error,
                )
                return False
            return await self._write_what_can_be(batch, error)
        except Exception as error:  # a bug that one call hits must not keep the others from being written
            log.exception("cannot record %d calls as they are", len(batch))
            return await self._write_what_can_be(batch, error)
        for record, state, written in zip(batch, states, picks, strict=True):
            record.recorded, record.picks = state, unwritten(record.picks, written)
        return True

    async def _write_what_can_be(self, batch: Sequence[CallRecord], error: Exception) -> bool:
        return await (self._write_singly(batch) if len(batch) > 1 else self._write_reduced(batch[0], error))

    async def _write_singly(self, batch: Sequence[CallRecord]) -> bool:
        """One impossible record must not keep the others from being written."""
        for record in batch:
            if not await self._written([record]):
                self._waiting.setdefault(record.call.id, record)
        return True

    async def _write_reduced(self, record: CallRecord, error: Exception) -> bool:
        """Write a record that is impossible as it is without those who were deleted meanwhile."""
        try:
            reduced = await _forget_deleted(self._sessions, record)
        except (OSError, SQLAlchemyError):
            return False
        if reduced:
            return await self._written([record])
        CALLS_UNRECORDED.inc()
        log.error("call %s cannot be recorded: %s", record.call.id, error)
        return True


def _impossible(error: Exception) -> bool:
    """Whether trying again is of no use, whatever becomes of the database."""
    # With asyncpg only the SQLSTATE tells: 22 is a value that cannot be stored, 23 a broken constraint.
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    return isinstance(error, IntegrityError | DataError) or state.startswith(("22", "23"))


async def _forget_deleted(sessions: Sessions, record: CallRecord) -> bool:
    """Whether the record named a customer or agents who were deleted meanwhile; it names them no more. One
    who was merged is the one that was kept."""
    users = {user for user in record.users.values() if user is not None}
    async with sessions() as session:
        customers = set(await session.scalars(select(Customer.id).where(Customer.id == record.customer_id)))
        gone = users - set(await session.scalars(select(User.id).where(User.id.in_(users))))
        kept = await session.scalar(select(Merge.kept_id).where(Merge.merged_id == record.customer_id))
    customer_gone = record.customer_id is not None and not customers
    if customer_gone and kept is not None:
        record.customer_id = kept
    elif customer_gone:
        _forget_customer(record)
    record.users = {leg: None if user in gone else user for leg, user in record.users.items()}
    for pop in record.pops.values():
        pop.user_id = None if pop.user_id in gone else pop.user_id
    return customer_gone or bool(gone)


def _forget_customer(record: CallRecord) -> None:
    """The caller was deleted or erased before the call was on record: nothing of them goes there."""
    record.customer_id, record.number, record.script_sentence = None, "", None
    legs = tuple(replace(leg, passed_on=None) for leg in record.call.legs)
    caller = replace(record.call.caller, number="", name="")
    record.call = replace(record.call, caller=caller, legs=legs)
    record.picks = {leg: replace(pick, facts=None) for leg, pick in record.picks.items()}


async def write(sessions: Sessions, batch: Sequence[CallRecord], beside: Beside | None = None) -> None:
    """Write the calls with their legs, visits, pops and picks, new or not, and what follows from them, in one
    transaction."""
    async with sessions() as session, session.begin():
        await _upsert(session, Call, [_call_row(record) for record in batch])
        await _upsert(session, Leg, _leg_rows(batch))
        await _upsert(session, Pop, [_pop_row(r, leg, pop) for r in batch for leg, pop in r.pops.items()])
        await write_visits(session, batch)
        await write_picks(session, batch)
        noted = beside is not None and await _note_beside(session, batch, beside)
    if beside is not None and noted:
        beside.changed()


async def _note_beside(session: AsyncSession, batch: Sequence[CallRecord], beside: Beside) -> bool:
    """What follows from records must not keep them from being written: what fails for good is left out."""
    try:
        async with session.begin_nested():
            return await beside.note(session, batch)
    except Exception as error:
        if isinstance(error, OSError | SQLAlchemyError) and not _impossible(error):
            raise
        log.exception("cannot note what follows from %d calls", len(batch))
    return False


async def _upsert(session: AsyncSession, model: type[Call | Leg | Pop], rows: list[Row]) -> None:
    if rows:
        await session.execute(_statement(model, session.get_bind().dialect.name, tuple(rows[0])), rows)


_ERASED = select(Call.erased).where(Call.id == bindparam("of_call", type_=String)).scalar_subquery()
_PASSED_TO = case((_ERASED, null()), else_=bindparam("passed_to", type_=String))
"""An agent may have passed the call on to a number of the caller's: whoever was erased does not come back."""


@cache
def _statement(model: type[Call | Leg | Pop], dialect: str, columns: tuple[str, ...]) -> Executable:
    """Made once: putting it together takes longer than running it."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker: a mapped class has a table
    statement = (postgresql_insert if dialect == "postgresql" else sqlite_insert)(table)
    if model is Leg:
        statement = statement.values(transferred_to=_PASSED_TO)
    names = [column.name for column in table.c if column.name in columns or column.name == "transferred_to"]
    changed: dict[str, Any] = {name: statement.excluded[name] for name in names if name != "id"}
    if model is Call:  # whoever was erased meanwhile does not come back from our memory
        stays = {name: case((table.c.erased, table.c[name]), else_=changed[name]) for name in FORGOTTEN}
        changed |= stays
    return statement.on_conflict_do_update(index_elements=["id"], set_=changed)


def _call_row(record: CallRecord) -> Row:
    call = record.call
    return {
        "id": call.id,
        "link": call.link,
        "direction": call.direction.value,
        "state": call.state.value,
        "end": call.end and call.end.value,
        "queue": call.queue,
        "line": record.line,
        "number": record.number[:100],
        "caller_name": "" if call.caller.withheld else call.caller.name[:500],
        "identified": record.identified,
        "customer_id": record.customer_id,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "script_key": record.script_key,
        "script_version": record.script_version,
        "script_sentence": record.script_sentence,
    }


def _leg_rows(batch: Sequence[CallRecord]) -> list[Row]:
    """What was told of a leg whose offer was never heard is not on record: nobody is known to have rung."""
    return [_leg_row(record, leg) for record in batch for leg in record.call.legs if leg.interface]


def _leg_row(record: CallRecord, leg: LiveLeg) -> Row:
    return {
        "id": leg.id,
        "call_id": record.call.id,
        "interface": leg.interface,
        "user_id": record.users.get(leg.id),
        "queue": leg.queue,
        "offered_at": leg.offered_at,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
        "result": leg.result and leg.result.value,
        "held_s": leg.held_s,
        "of_call": record.call.id,
        "passed_to": leg.transferred_to and leg.transferred_to[:200],
    }


def _pop_row(record: CallRecord, leg: str, pop: PopRecord) -> Row:
    return {
        "id": leg,
        "call_id": record.call.id,
        "user_id": pop.user_id,
        "state": pop.state,
        "reason": pop.reason,
        "offered_at": pop.offered_at,
        "sent_at": pop.sent_at,
        "shown_at": pop.shown_at,
        "visible": pop.visible,
        "packet": pop.packet,
    }
