"""Saves cases, many at once, keeping what changed (saving the same again changes nothing); and comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.history import EventKind, changes
from console.cases.models import Case, CaseEvent
from console.cases.records import CaseRecord
from console.customers.actions import owner, owner_problem
from console.customers.merged import owner_ids
from console.customers.models import Customer
from console.db.batch import Result, Values, insert_all, missing, open_batch
from console.errors import NotFoundError

NEW_CASE: Values = {
    "status": "open",
    "priority": "normal",
    "line": 1,
    "due_at": None,
    "closed_at": None,
    "reopened": 0,
    "owner": None,
}


async def save_cases(
    session: AsyncSession, records: Sequence[CaseRecord], at: datetime, author: str | None = None
) -> list[Result]:
    """Save cases in the session's transaction, no `ref` twice; returns what became of each, in order."""
    events: list[Values] = []
    batch = await open_batch(session, Case, [record.ref for record in records])
    customers = await owner_ids(session, [r.customer_ref for r in records if r.customer_ref])
    for record in records:
        stored = batch.stored(record.ref)
        is_new = stored is None
        values = {**record.values, **owner(record.customer_ref, customers)}
        problem = owner_problem(record.customer_ref, customers, is_new=is_new)
        if problem is None and is_new:
            problem = missing(values, ["subject", "opened_at"], "case")
        if problem:
            batch.reject(problem)
            continue
        if stored is not None:
            of = {"case_id": stored["id"], "at": at, "author": author}
            events += [{**of, **change} for change in changes(stored, values)]
        batch.put(record.ref, values, NEW_CASE)
    await batch.write(session)
    await insert_all(session, CaseEvent, events)
    return batch.results


async def comment(session: AsyncSession, ref: str, text: str, author: str, at: datetime) -> str:
    """Add a comment to the case with this key, in the session's transaction; returns its customer's key.

    Raises:
        NotFoundError: there is no such case.
    """
    of = select(Case.id, Customer.ref).join(Customer, Customer.id == Case.customer_id).where(Case.ref == ref)
    found = (await session.execute(of)).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no case {ref}.")
    case_id, customer_ref = found
    session.add(CaseEvent(case_id=case_id, at=at, author=author, kind=EventKind.COMMENT, text=text))
    return customer_ref


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a call about a case: `kind` of event, in whose words, by whom, when."""

    kind: EventKind
    text: str
    author: str
    at: datetime


async def tell(session: AsyncSession, refs: Sequence[str], told: Told) -> None:
    """Add it to the history of these cases, in the session's transaction."""
    ids = await session.scalars(select(Case.id).where(Case.ref.in_(refs)).order_by(Case.id))
    of = {"kind": told.kind, "text": told.text, "author": told.author, "at": told.at}
    session.add_all([CaseEvent(case_id=id_, **of) for id_ in ids])
