"""What happened to a customer, newest first: purchases, deliveries, cases, promises, what became of them,
and calls.

Each sort of entries is read by its own bounded statement, by an index where there may be very many. A place
in the timeline is a moment, a sort and an id: many records of an import have the same moment.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Note, StoredRun
from console.cases.history import EventKind
from console.cases.models import CallCase, Case, CaseEvent
from console.cases.queries import events, told
from console.customers.models import Purchase, PurchaseItem
from console.handover.queries import handed_over_on
from console.handover.records import NOTHING_SAID
from console.identity.models import User
from console.promises.models import Callback, CallbackMove, Offer
from console.queues.models import Queue

ON_A_PAGE = 40
"""Entries that are shown at a time."""

ITEMS_SHOWN = 20
"""Lines of an order that are shown."""

LONGEST_ID = 18  # digits: what a column of ids can hold


class Happened(StrEnum):
    """The sorts of entries; of two with the same moment the later one here is told as the newer."""

    ORDERED = "ordered"
    DELIVERED = "delivered"
    OPENED = "opened"
    CASE_EVENT = "case_event"
    CLOSED = "closed"
    OFFERED = "offered"
    PROMISED = "promised"
    MOVED = "moved"
    SETTLED = "settled"
    CALLED = "called"


RANKS = {happened: rank for rank, happened in enumerate(Happened)}

SHOWS: Mapping[str, tuple[Happened, ...]] = {
    "all": tuple(Happened),
    "purchases": (Happened.ORDERED, Happened.DELIVERED),
    "cases": (Happened.OPENED, Happened.CASE_EVENT, Happened.CLOSED),
    "calls": (Happened.CALLED,),
    "promises": (Happened.OFFERED, Happened.PROMISED, Happened.MOVED, Happened.SETTLED),
}
"""What of it can be looked at."""

Row = dict[str, Any]


class Place(NamedTuple):
    """Where to go on: behind the entry of this moment, sort and id. As text in an address: `at~rank~id`."""

    at: datetime
    rank: int
    id: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.rank}~{self.id}"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened at a moment; `row` is the purchase, case, event or call, by column. A purchase
    has `items` besides, a call `agents` (who talked), `notes` (who wrote what) and what was said when it was
    `handed_over`."""

    at: datetime
    happened: Happened
    row: Row


@dataclass(frozen=True, slots=True)
class _Source:
    """Where entries of one sort come from: `statement` selects `at`, `id` and more, of one customer."""

    statement: Callable[[int], Select[Any]]
    at: Any
    id: Any


def read_place(text: str) -> Place | None:
    """The place in an address; None when there is none, or it is none of ours."""
    at, _, rest = text.partition("~")
    rank, _, id_ = rest.partition("~")
    try:
        place = Place(datetime.fromisoformat(at), int(rank), id_)
    except ValueError:
        return None
    known = place.at.tzinfo is not None and 0 <= place.rank < len(RANKS)
    is_call = place.rank == RANKS[Happened.CALLED]
    return place if known and (is_call or (id_.isdecimal() and len(id_) <= LONGEST_ID)) else None


async def timeline(
    session: AsyncSession, customer_id: int, show: str, behind: Place | None
) -> tuple[list[Entry], Place | None]:
    """What happened behind a place (None: from the newest on), and the place where it goes on (None: all is
    told). `show` is one of SHOWS."""
    found = [
        Entry(row.pop("at"), happened, row)
        for happened in SHOWS[show]
        for row in await _rows(session, happened, customer_id, behind)
    ]
    found.sort(key=lambda entry: (entry.at, RANKS[entry.happened]), reverse=True)  # equals stay as they came
    shown = found[:ON_A_PAGE]
    await _add_items(session, _of(shown, Happened.ORDERED))
    await _add_talks(session, _of(shown, Happened.CALLED))
    for event in _of(shown, Happened.CASE_EVENT).values():
        event.update(told(event))
    return shown, _place(shown[-1]) if len(found) > ON_A_PAGE else None


def _of(entries: Sequence[Entry], happened: Happened) -> dict[Any, Row]:
    return {entry.row["id"]: entry.row for entry in entries if entry.happened is happened}


def _place(entry: Entry) -> Place:
    return Place(entry.at, RANKS[entry.happened], str(entry.row["id"]))


async def _rows(
    session: AsyncSession, happened: Happened, customer_id: int, behind: Place | None
) -> list[Row]:
    """One more than a page holds, to know whether there are more."""
    source = SOURCES[happened]
    statement = source.statement(customer_id).order_by(source.at.desc(), source.id.desc())
    known = source.at.is_not(None) if behind is None else _older(source, RANKS[happened], behind)
    found = await session.execute(statement.where(known).limit(ON_A_PAGE + 1))
    return [dict(row) for row in found.mappings()]


def _older(source: _Source, rank: int, behind: Place) -> ColumnElement[bool]:
    at: ColumnElement[datetime] = source.at
    if rank != behind.rank:
        return at <= behind.at if rank < behind.rank else at < behind.at
    last = behind.id if source.id is Call.id else int(behind.id)
    return and_(at <= behind.at, or_(at < behind.at, source.id < last))


def _purchases(at: Any) -> _Source:
    columns = ("id", "ref", "status", "total", "currency", "placed_at", "promised_at", "delivered_at")
    of = select(at.label("at"), *(getattr(Purchase, name) for name in columns))
    return _Source(lambda customer_id: of.where(Purchase.customer_id == customer_id), at, Purchase.id)


def _cases(at: Any) -> _Source:
    columns = ("id", "ref", "subject", "status", "priority", "line", "owner", "due_at")
    of = select(at.label("at"), *(getattr(Case, name) for name in columns))
    return _Source(lambda customer_id: of.where(Case.customer_id == customer_id), at, Case.id)


def _case_events() -> _Source:
    """Without the closing: a case says itself when that was."""
    of = (
        events()
        .add_columns(CaseEvent.id, Case.ref, Case.subject)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.kind != EventKind.CLOSED)
    )
    return _Source(lambda customer_id: of.where(Case.customer_id == customer_id), CaseEvent.at, CaseEvent.id)


def _calls() -> _Source:
    columns = (
        "id",
        "direction",
        "state",
        "end",
        "answered_at",
        "ended_at",
        "line",
        "satisfaction",
        "outcome",
    )
    of = (
        select(Call.started_at.label("at"), *(getattr(Call, name) for name in columns))
        .add_columns(func.coalesce(Queue.title, Call.queue).label("queue"), Call.script_sentence)
        .outerjoin(Queue, Queue.name == Call.queue)
    )
    return _Source(lambda customer_id: of.where(Call.customer_id == customer_id), Call.started_at, Call.id)


def _offers() -> _Source:
    of = (
        select(Offer.at, Offer.id, Offer.what, Offer.answer)
        .add_columns(func.coalesce(User.name, Offer.author).label("author"))
        .outerjoin(User, User.email == Offer.author)
    )
    return _Source(lambda customer_id: of.where(Offer.customer_id == customer_id), Offer.at, Offer.id)


def _callbacks(at: Any, author: Any) -> _Source:
    of = (
        select(at.label("at"), Callback.id, Callback.due_at, Callback.note, Callback.state)
        .add_columns(func.coalesce(User.name, author).label("author"))
        .outerjoin(User, User.email == author)
    )
    return _Source(lambda customer_id: of.where(Callback.customer_id == customer_id), at, Callback.id)


def _callback_moves() -> _Source:
    move = CallbackMove
    of = (
        select(move.at, move.id, move.due_before, move.due_after, Callback.note)
        .add_columns(func.coalesce(User.name, move.author).label("author"))
        .join(Callback, Callback.id == move.callback_id)
        .outerjoin(User, User.email == move.author)
    )
    return _Source(lambda customer_id: of.where(Callback.customer_id == customer_id), move.at, move.id)


SOURCES: Mapping[Happened, _Source] = {
    Happened.ORDERED: _purchases(Purchase.placed_at),
    Happened.DELIVERED: _purchases(Purchase.delivered_at),
    Happened.OPENED: _cases(Case.opened_at),
    Happened.CASE_EVENT: _case_events(),
    Happened.CLOSED: _cases(Case.closed_at),
    Happened.OFFERED: _offers(),
    Happened.PROMISED: _callbacks(Callback.made_at, Callback.author),
    Happened.MOVED: _callback_moves(),
    Happened.SETTLED: _callbacks(Callback.settled_at, Callback.settled_by),
    Happened.CALLED: _calls(),
}


async def _add_items(session: AsyncSession, purchases: Mapping[int, Row]) -> None:
    columns = ("purchase_id", "sku", "name", "category", "quantity", "unit_price")
    items: defaultdict[int, list[Row]] = defaultdict(list)
    if purchases:
        statement = (
            select(*(getattr(PurchaseItem, name) for name in columns))
            .where(PurchaseItem.purchase_id.in_(purchases), PurchaseItem.position < ITEMS_SHOWN)
            .order_by(PurchaseItem.purchase_id, PurchaseItem.position)
        )
        for row in (await session.execute(statement)).mappings():
            items[row["purchase_id"]].append(dict(row))
    for id_, purchase in purchases.items():
        purchase["items"] = items[id_]


async def _add_talks(session: AsyncSession, calls: Mapping[str, Row]) -> None:
    for call in calls.values():
        call["agents"], call["notes"], call["done"], call["cases"] = [], [], [], []
    if not calls:
        return
    said = await handed_over_on(session, list(calls))
    for call_id, call in calls.items():
        call["handed_over"] = said.get(call_id, NOTHING_SAID)
    talked = (
        select(Leg.call_id, User.name)
        .join(User, User.id == Leg.user_id)
        .where(Leg.call_id.in_(calls), Leg.answered_at.is_not(None))
        .order_by(Leg.offered_at, Leg.id)
    )
    for call_id, name in await session.execute(talked):
        if name not in calls[call_id]["agents"]:
            calls[call_id]["agents"].append(name)
    written = (
        select(Note.call_id, User.name, Note.text)
        .join(User, User.id == Note.user_id)
        .where(Note.call_id.in_(calls), Note.text != "")
        .order_by(Note.updated_at, Note.leg_id)
    )
    for call_id, name, text in await session.execute(written):
        calls[call_id]["notes"].append({"author": name, "text": text})
    walked = (
        select(StoredRun.call_id, StoredRun.walk)
        .where(StoredRun.call_id.in_(calls))
        .order_by(StoredRun.call_id, StoredRun.number)
    )
    for call_id, walk in await session.execute(walked):
        calls[call_id]["done"] += walk["done"]
    worked_on = (
        select(CallCase.call_id, Case.ref)
        .join(Case, Case.id == CallCase.case_id)
        .where(CallCase.call_id.in_(calls))
        .order_by(CallCase.at, CallCase.id)
    )
    for call_id, ref in await session.execute(worked_on):
        calls[call_id]["cases"].append(ref)
