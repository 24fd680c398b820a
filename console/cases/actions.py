"""Saves cases, many at once, keeping what changed (saving the same again changes nothing); and does to one
case what an agent does."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.history import EventKind, changes
from console.cases.models import CallCase, Case, CaseEvent
from console.cases.overtaking import who_and_what
from console.cases.queries import due_rules
from console.cases.records import CaseRecord
from console.cases.steps import By, NewCase, Step, due_by_rule, overtaken, wanted, with_due
from console.customers.actions import owner, owner_problem
from console.customers.merged import owner_ids
from console.customers.models import Customer
from console.db.batch import Result, Values, insert_all, missing, open_batch
from console.errors import InvalidError, NotFoundError, OutdatedError, Problem
from console.web.i18n import gettext as _

NEW_CASE: Values = {
    "status": "open",
    "priority": "normal",
    "line": 1,
    "due_at": None,
    "closed_at": None,
    "reopened": 0,
    "owner": None,
    "due_by_rule": False,
    "escalated_for": None,
}

REF_PREFIX = "NEW-"
REF_BYTES = 4


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
        values = {**_due_said(stored, record.values, at), **owner(record.customer_ref, customers)}
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


def _due_said(stored: Values | None, values: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """A due time that somebody says is theirs, no rule's. Where it is over already, the case was overdue
    where it comes from: it does not go up here."""
    due_at = values.get("due_at")
    if "due_at" not in values or due_at == (stored or NEW_CASE)["due_at"]:
        return values
    over = due_at if due_at is not None and due_at < at else None
    return {"due_by_rule": False, "escalated_for": over, **values}


async def comment(session: AsyncSession, ref: str, text: str, by: By) -> str:
    """Add a comment to the case with this key, in the session's transaction; returns its customer's key.

    Raises:
        NotFoundError: there is no such case.
    """
    case, customer_ref = await _locked(session, ref)
    await _tell(session, case, text, by)
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


async def take_step(session: AsyncSession, ref: str, step: Step, by: By) -> str:
    """Do to the case with this key what an agent does, in the session's transaction; returns its customer's
    key.

    Raises:
        NotFoundError: there is no such case.
        InvalidError: the step says nothing, or not enough.
        OutdatedError: what it goes by is not so (any more); says who made it different.
    """
    case, customer_ref = await _locked(session, ref)
    before = {column.name: getattr(case, column.name) for column in Case.__table__.c}
    values = wanted(step, before, by)
    if others := overtaken(step, values, before):
        raise OutdatedError(await who_and_what(session, case, others, by))
    values = with_due(values, before, await due_rules(session), by)
    await _tell(session, case, step.text, by)
    of = {"case_id": case.id, "at": by.at, "author": by.author}
    session.add_all([CaseEvent(**of, **change) for change in changes(before, values)])
    if values:
        await session.execute(update(Case).where(Case.id == case.id).values(**values))
    return customer_ref


async def open_case(session: AsyncSession, customer_ref: str, new: NewCase, by: By) -> str:
    """Open a case for a customer, in the session's transaction; returns its key.

    Raises:
        InvalidError: it has no subject, or there is no such customer.
    """
    values: Values = {"subject": new.subject, "opened_at": by.at, "line": new.line, "priority": new.priority}
    values |= due_by_rule(await due_rules(session), values, by)
    ref = REF_PREFIX + secrets.token_hex(REF_BYTES).upper()
    [result] = await save_cases(session, [CaseRecord(ref, customer_ref, values)], by.at, by.author)
    if isinstance(result, Problem):
        raise InvalidError([result])
    await comment(session, ref, new.text, by)
    return ref


async def _locked(session: AsyncSession, ref: str) -> tuple[Case, str]:
    of = select(Case, Customer.ref).join(Customer, Customer.id == Case.customer_id).where(Case.ref == ref)
    found = (await session.execute(of.with_for_update(of=Case))).one_or_none()
    if found is None:
        raise NotFoundError(_("There is no case %(ref)s (any more).", ref=ref))
    return found[0], found[1]


async def _tell(session: AsyncSession, case: Case, text: str, by: By) -> None:
    """What the agent wrote is a comment; and in the call something was done to the case."""
    if text:
        session.add(CaseEvent(case_id=case.id, at=by.at, author=by.author, kind=EventKind.COMMENT, text=text))
    if by.call is None:
        return
    known = exists().where(CallCase.case_id == case.id, CallCase.call_id == by.call)
    if not await session.scalar(select(known)):
        session.add(CallCase(call_id=by.call, case_id=case.id, at=by.at))
