"""Everything about one person as one document, for whoever asks what is stored of them.

docs/privacy.md describes it.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from console.calls.models import Call, Pick
from console.calls.picks import read_facts
from console.calls.queries import call_details
from console.cases.documents import case_documents
from console.cases.models import CallCase, Case, CaseEvent
from console.customers.documents import Document, customer_documents, plain, purchase_documents
from console.customers.models import (
    Customer,
    DifferentPeople,
    Merge,
    PhoneNumber,
    Purchase,
    RecordChange,
    Unmerge,
)
from console.db.base import Base
from console.handover.queries import handed_over_on
from console.handover.records import NOTHING_SAID, HandedOver
from console.profile.person import callbacks_of, calls_of, find_person, missed_of, numbers_of, offers_of
from console.promises.models import Callback, CallbackMove, Offer
from console.risk.models import RiskEntry
from console.worklist.models import MissedCaller

CALLBACK = (
    *("call_id", "number", "due_at", "owner", "line", "note", "author", "made_at"),
    *("state", "settled_at", "settled_by", "settled_how", "claimed_by", "claimed_at"),
)
MOVE = ("at", "author", "due_before", "due_after")
OFFER = ("call_id", "script_key", "script_version", "step", "what", "answer", "author", "at")
MISSED = (
    *(
        "number",
        "queue",
        "line",
        "tries",
        "first_at",
        "last_at",
        "newest_call_id",
        "claimed_by",
        "claimed_at",
    ),
    *("done_how", "done_by", "done_at", "done_call_id"),
)
UNMERGE = ("merged_at", "merged_by", "at", "author")


async def export_customer(session: AsyncSession, ref: str, at: datetime) -> Document:
    """All that is stored of a customer at this moment.

    Raises:
        NotFoundError: there is no such customer; or they were merged into another one.
    """
    id_ = (await find_person(session, ref)).id
    numbers = await numbers_of(session, id_)
    [customer] = (await customer_documents(session, Customer.id == id_)).values()
    events = await _case_events(session, id_)
    calls = await _calls_of_cases(session, id_)
    cases = await case_documents(session, Case.customer_id == id_)
    return {
        "exported_at": at.isoformat(),
        "customer": customer | await _stored_at(session, id_),
        "numbers": await _rows(
            session, PhoneNumber, ("raw", "e164", "label", "shared"), PhoneNumber.customer_id == id_
        ),
        "said_of_numbers": await _rows(
            session, RecordChange, ("at", "kind", "number", "call_id"), RecordChange.customer_id == id_
        ),
        "purchases": list((await purchase_documents(session, Purchase.customer_id == id_)).values()),
        "cases": [
            {**case, "events": events[case_id], "calls": calls[case_id]} for case_id, case in cases.items()
        ],
        "callbacks": await _callbacks(session, callbacks_of(id_, numbers)),
        "offers": await _rows(session, Offer, OFFER, offers_of(id_, numbers)),
        "missed": await _rows(session, MissedCaller, MISSED, missed_of(id_, numbers)),
        "calls": await _calls(session, calls_of(id_, numbers)),
        "merges": await _rows(session, Merge, ("ref", "at", "author", "snapshot"), Merge.kept_id == id_),
        "taken_apart": await _rows(
            session, Unmerge, UNMERGE, _either(id_, Unmerge.customer_id, Unmerge.kept_id)
        ),
        "different_from": await _different(session, id_),
        "at_risk": await _at_risk(session, id_),
    }


def _either(id_: int, *columns: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return or_(*(column == id_ for column in columns))


async def _different(session: AsyncSession, id_: int) -> list[Document]:
    """Of whom it was said that they are somebody else: keys, moments, authors."""
    pair = DifferentPeople
    other = or_(Customer.id == pair.one_id, Customer.id == pair.other_id) & (Customer.id != id_)
    statement = (
        select(Customer.ref, pair.at, pair.author)
        .join(Customer, other)
        .where(_either(id_, pair.one_id, pair.other_id))
        .order_by(Customer.ref)
    )
    return [plain(row) for row in (await session.execute(statement)).mappings()]


async def _at_risk(session: AsyncSession, id_: int) -> list[Document]:
    """By which rules they are on the list of customers at risk."""
    names = (RiskEntry.rule, RiskEntry.since, RiskEntry.why)
    statement = select(*names).where(RiskEntry.customer_id == id_).order_by(RiskEntry.place)
    return [plain(row) for row in (await session.execute(statement)).mappings()]


def write_export(document: Document) -> str:
    """The document as the text of a file; amounts are text, exact to the last decimal."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


async def _stored_at(session: AsyncSession, customer_id: int) -> Document:
    [found] = await _rows(session, Customer, ("created_at", "updated_at"), Customer.id == customer_id)
    return found


async def _case_events(session: AsyncSession, customer_id: int) -> dict[int, list[Document]]:
    names = ("case_id", "at", "author", "kind", "field", "before", "after", "text")
    cases = select(Case.id).where(Case.customer_id == customer_id)
    found: defaultdict[int, list[Document]] = defaultdict(list)
    for event in await _rows(session, CaseEvent, names, CaseEvent.case_id.in_(cases)):
        found[event.pop("case_id")].append(event)
    return found


async def _calls_of_cases(session: AsyncSession, customer_id: int) -> dict[int, list[str]]:
    """In which calls each case was worked on."""
    cases = select(Case.id).where(Case.customer_id == customer_id)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in await _rows(session, CallCase, ("case_id", "call_id"), CallCase.case_id.in_(cases)):
        found[row["case_id"]].append(row["call_id"])
    return found


async def _callbacks(session: AsyncSession, which: ColumnElement[bool]) -> list[Document]:
    """With the times to which they were moved."""
    callbacks = await _rows(session, Callback, ("id", *CALLBACK), which, keep_id=True)
    moves = CallbackMove.callback_id.in_([each["id"] for each in callbacks])
    moved: defaultdict[int, list[Document]] = defaultdict(list)
    for move in await _rows(session, CallbackMove, ("callback_id", *MOVE), moves):
        moved[move.pop("callback_id")].append(move)
    return [{**each, "moves": moved[each.pop("id")]} for each in callbacks]


async def _calls(session: AsyncSession, which: ColumnElement[bool]) -> list[Document]:
    more = await _rows(session, Call, ("id", "caller_name", "satisfaction"), which, keep_id=True)
    by_id = {row.pop("id"): row for row in more}
    calls, picks = await call_details(session, which), await _picks(session, which)
    handed_over = await handed_over_on(session, list(by_id))
    return [
        call
        | by_id[call["id"]]
        | {"picks": picks[call["id"]], "handed_over": _said(handed_over.get(call["id"], NOTHING_SAID))}
        for call in calls
        if call["id"] in by_id  # else it came in between
    ]


def _said(handed_over: HandedOver) -> Document:
    """Why a call was handed over, and what was said to that."""
    answers = [
        {"at": each.at.isoformat(), "by": each.by, "kind": each.kind.value, "text": each.text}
        for each in handed_over.answers
    ]
    return {"reasons": list(handed_over.reasons.values()), "answers": answers}


async def _picks(session: AsyncSession, which: ColumnElement[bool]) -> dict[str, list[Document]]:
    """By call: which scripts were picked by which facts."""
    names = ("call_id", "at", "script_key", "script_version", "facts")
    found: defaultdict[str, list[Document]] = defaultdict(list)
    for pick in await _rows(session, Pick, names, Pick.call_id.in_(select(Call.id).where(which))):
        facts = pick["facts"]
        found[pick.pop("call_id")].append(pick | {"facts": facts and read_facts(facts)})
    return found


async def _rows(
    session: AsyncSession,
    model: type[Base],
    names: Sequence[str],
    which: ColumnElement[bool],
    *,
    keep_id: bool = False,
) -> list[Document]:
    table: Any = model.__table__
    statement = select(*(table.c[name] for name in names)).where(which).order_by(table.c.id)
    rows = (await session.execute(statement)).mappings()
    return [(({"id": row["id"]} if keep_id else {}) | plain(row)) for row in rows]
