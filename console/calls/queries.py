"""Reads calls: for the API, and the open ones at start."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Note, Pop, Visit, WrapUp
from console.calls.record import CallRecord, NoteRecord, PopRecord
from console.calls.runs import newest_runs, record_of, runs_of
from console.calls.visits import live as live_visit
from console.calls.visits import visits_of
from console.customers.learning import Learnt, learnt_on
from console.customers.models import Customer
from console.db.engine import Sessions
from console.errors import NotFoundError
from console.handover.queries import handed_over_on
from console.handover.records import NOTHING_SAID, HandedOver
from console.identity.models import User
from telephony.call import Hold
from telephony.events import Caller, CallId, Direction, End, LegId, LegResult, LinkName
from telephony.lifecycle import Call as LiveCall
from telephony.lifecycle import CallState
from telephony.lifecycle import Leg as LiveLeg
from telephony.visits import said

Plain = dict[str, Any]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _with_customer() -> Select[Call, str]:
    """Calls with their customer's key (None without one: an outer join)."""
    return select(Call, Customer.ref).outerjoin(Customer, Customer.id == Call.customer_id)


def _summary(call: Call, customer_ref: str | None) -> Plain:
    """A call as the API lists it."""
    return {
        "id": call.id,
        "link": call.link,
        "direction": call.direction,
        "state": call.state,
        "end": call.end,
        "queue": call.queue,
        "line": call.line,
        "number": call.number,
        "identified": call.identified,
        "customer_ref": customer_ref,
        "started_at": _moment(call.started_at),
        "answered_at": _moment(call.answered_at),
        "ended_at": _moment(call.ended_at),
        "script": call.script_key
        and {"key": call.script_key, "version": call.script_version, "sentence": call.script_sentence},
        "outcome": call.outcome,
    }


async def call_detail(session: AsyncSession, call_id: str) -> Plain:
    """One call with its visits, legs, pops, run and notes, as the API gives it.

    Raises:
        NotFoundError: there is no such call.
    """
    found = await call_details(session, Call.id == call_id)
    if not found:
        raise NotFoundError(f"There is no call {call_id}.")
    return found[0]


async def call_details(session: AsyncSession, which: ColumnElement[bool]) -> list[Plain]:
    """Calls with their visits, legs, pops, runs and notes, oldest first."""
    ids = select(Call.id).where(which).scalar_subquery()
    legs, pops = await _legs(session, ids), await _pops(session, ids)
    notes, runs = await _notes(session, ids), await runs_of(session, ids)
    visits = await visits_of(session, ids)
    statement = _with_customer().where(which).order_by(Call.started_at, Call.id)
    return [
        _summary(call, customer_ref)
        | {
            "visits": [_visit(visit) for visit in visits.get(call.id, ())],
            "legs": legs[call.id],
            "pops": pops[call.id],
            "run": _run(runs.get(call.id)),
            "notes": notes[call.id],
        }
        for call, customer_ref in (await session.execute(statement)).all()
    ]


def _run(runs: Sequence[Plain] | None) -> Plain | None:
    """The run that the call is in, or ended in; with those of other scripts before it."""
    return {**runs[-1], "earlier": list(runs[:-1])} if runs else None


def _visit(visit: Visit) -> Plain:
    return {
        "queue": visit.queue,
        "queued_at": _moment(visit.queued_at),
        "left_at": _moment(visit.left_at),
        "end": visit.end,
    }


ByCall = defaultdict[str, list[Plain]]


async def _legs(session: AsyncSession, ids: ScalarSelect[str]) -> ByCall:
    rows = await session.execute(
        select(Leg, User.email)
        .outerjoin(User, User.id == Leg.user_id)
        .where(Leg.call_id.in_(ids))
        .order_by(Leg.offered_at, Leg.id)
    )
    found: ByCall = defaultdict(list)
    for leg, email in rows:
        told = {
            "agent": email,
            "queue": leg.queue,
            "offered_at": _moment(leg.offered_at),
            "answered_at": _moment(leg.answered_at),
            "ended_at": _moment(leg.ended_at),
            "result": leg.result,
        }
        found[leg.call_id].append(told)
    return found


async def _pops(session: AsyncSession, ids: ScalarSelect[str]) -> ByCall:
    rows = await session.execute(
        select(Pop, User.email)
        .outerjoin(User, User.id == Pop.user_id)
        .where(Pop.call_id.in_(ids))
        .order_by(Pop.offered_at, Pop.id)
    )
    found: ByCall = defaultdict(list)
    for pop, email in rows:
        told = {
            "agent": email,
            "state": pop.state,
            "reason": pop.reason,
            "offered_at": _moment(pop.offered_at),
            "sent_at": _moment(pop.sent_at),
            "shown_at": _moment(pop.shown_at),
        }
        found[pop.call_id].append(told)
    return found


async def _notes(session: AsyncSession, ids: ScalarSelect[str]) -> ByCall:
    rows = await session.execute(
        select(Note.call_id, Note.text, User.email)
        .outerjoin(User, User.id == Note.user_id)
        .where(Note.call_id.in_(ids), Note.text != "")
        .order_by(Note.leg_id)
    )
    found: ByCall = defaultdict(list)
    for call_id, text, email in rows:
        found[call_id].append({"agent": email, "text": text})
    return found


async def list_calls(
    session: AsyncSession, since: datetime | None, after: tuple[datetime, str] | None, limit: int
) -> tuple[list[Plain], tuple[datetime, str] | None]:
    """Calls that started at or after `since`, oldest first, behind the position `after`; and the position
    to go on from (None at the end)."""
    statement = _with_customer().order_by(Call.started_at, Call.id).limit(limit + 1)
    if since is not None:
        statement = statement.where(Call.started_at >= since)
    if after is not None:
        at, call_id = after
        behind = or_(Call.started_at > at, and_(Call.started_at == at, Call.id > call_id))
        statement = statement.where(behind)
    rows = (await session.execute(statement)).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    items = [_summary(call, customer_ref) for call, customer_ref in rows[:limit]]
    return items, (last.started_at, last.id) if last else None


class StoredCalls:
    """The calls that were not over when earlier processes stopped."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def open_calls(self, link: str) -> list[CallRecord]:
        """Those of a link, as records to go on with."""
        async with self._sessions() as session:
            return await open_calls(session, link)

    async def calls_being_finished(self, link: str) -> list[CallRecord]:
        """Those of a link that are over, and that an agent finishes."""
        finishing = select(WrapUp.call_id).where(WrapUp.link == link, WrapUp.ended_at.is_(None))
        over = and_(Call.id.in_(finishing), Call.state == CallState.ENDED.value)
        async with self._sessions() as session:
            return await _records(session, over)

    async def learnt(self, calls: Sequence[CallId]) -> dict[str, tuple[Learnt, ...]]:
        """What agents said of who makes these calls, and stands."""
        async with self._sessions() as session:
            return await learnt_on(session, calls)

    async def handed_over(self, calls: Sequence[CallId]) -> dict[str, HandedOver]:
        """What was said when these calls were handed over; those of which nothing was are left out."""
        async with self._sessions() as session:
            return await handed_over_on(session, calls)

    async def judged(self, call: CallId) -> tuple[int | None, str | None]:
        """How satisfied the caller was, and how the call ended, as agents noted it."""
        noted = select(Call.satisfaction, Call.outcome).where(Call.id == call)
        async with self._sessions() as session:
            found = (await session.execute(noted)).one_or_none()
        return (found[0], found[1]) if found else (None, None)

    async def open_links(self) -> set[LinkName]:
        """The links that have any, or have calls that are being finished."""
        open_ones = select(Call.link).where(Call.state != CallState.ENDED.value)
        finishing = select(WrapUp.link).where(WrapUp.ended_at.is_(None))
        async with self._sessions() as session:
            return {LinkName(link) for link in await session.scalars(open_ones.union(finishing))}


async def open_calls(session: AsyncSession, link: str) -> list[CallRecord]:
    """The calls of a link that were not over when the last process stopped, as records to go on with."""
    return await _records(session, and_(Call.link == link, Call.state != CallState.ENDED.value))


async def _records(session: AsyncSession, which: ColumnElement[bool]) -> list[CallRecord]:
    calls = (await session.scalars(select(Call).where(which))).all()
    ids = [call.id for call in calls]
    legs: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in await session.scalars(select(Leg).where(Leg.call_id.in_(ids)).order_by(Leg.offered_at)):
        legs[leg.call_id].append(leg)
    pops: defaultdict[str, dict[LegId, PopRecord]] = defaultdict(dict)
    for pop in await session.scalars(select(Pop).where(Pop.call_id.in_(ids))):
        pops[pop.call_id][LegId(pop.id)] = _pop_record(pop)
    notes: defaultdict[str, dict[LegId, NoteRecord]] = defaultdict(dict)
    for note in await session.scalars(select(Note).where(Note.call_id.in_(ids))):
        notes[note.call_id][LegId(note.leg_id)] = NoteRecord(note.text, note.version)
    learnt, runs = await learnt_on(session, ids), await newest_runs(session, ids)
    handed_over, visits = await handed_over_on(session, ids), await visits_of(session, ids)
    judged = {call.id: (call.satisfaction, call.outcome) for call in calls}
    records = [_record(call, legs[call.id], pops[call.id], visits.get(call.id, ())) for call in calls]
    for record in records:
        record.notes = notes[record.call.id]
        record.learnt = learnt.get(record.call.id, ())
        record.satisfaction, record.outcome = judged[record.call.id]
        record.handed_over = handed_over.get(record.call.id, NOTHING_SAID)
        run = runs.get(record.call.id)
        record.run = record_of(run) if run else None
    return records


def _pop_record(pop: Pop) -> PopRecord:
    told = (pop.user_id, pop.offered_at, pop.state, pop.reason, pop.sent_at, pop.shown_at, pop.visible)
    return PopRecord(*told, put=True, packet=pop.packet)


def _record(
    call: Call, legs: Sequence[Leg], pops: dict[LegId, PopRecord], visits: Sequence[Visit]
) -> CallRecord:
    waits = tuple(live_visit(visit) for visit in visits)
    joins, leavings = said(waits)
    live = LiveCall(
        id=CallId(call.id),
        link=LinkName(call.link),
        direction=Direction(call.direction),
        state=CallState(call.state),
        end=End(call.end) if call.end else None,
        caller=Caller(call.number, call.caller_name, withheld=call.identified == "withheld"),
        dialled="",
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        legs=tuple(_live_leg(leg) for leg in legs),
        visits=waits,
        joins=joins,
        leavings=leavings,
    )
    return CallRecord(
        call=live,
        line=call.line,
        number=call.number,
        identified=call.identified,
        customer_id=call.customer_id,
        script_key=call.script_key,
        script_version=call.script_version,
        script_sentence=call.script_sentence,
        users={LegId(leg.id): leg.user_id for leg in legs},
        pops=pops,
        lines={visit.queue: visit.line for visit in visits if visit.line is not None},
        recorded=live.state,
        visits_recorded=len(visits),
    )


def _live_leg(leg: Leg) -> LiveLeg:
    ended_at = leg.ended_at or leg.answered_at
    return LiveLeg(
        id=LegId(leg.id),
        interface=leg.interface,
        queue=leg.queue,
        offered_at=leg.offered_at,
        answered_at=leg.answered_at,
        ended_at=leg.ended_at,
        result=LegResult(leg.result) if leg.result else None,
        held_s=leg.held_s or 0.0,
        holds=_holds(leg),
        passed_on=(ended_at, leg.transferred_to) if ended_at and leg.transferred_to else None,
    )


def _holds(leg: Leg) -> tuple[Hold, ...]:
    """As if the caller had been on hold right behind the answer for as long as they were: when is not on
    record."""
    if leg.answered_at is None or not leg.held_s:
        return ()
    return (leg.answered_at, True), (leg.answered_at + timedelta(seconds=leg.held_s), False)
