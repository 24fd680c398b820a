"""Saves cases, many at once. Saving the same again changes nothing."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.models import Case
from console.cases.records import CaseRecord
from console.customers.actions import owner, owner_problem
from console.customers.models import Customer
from console.db.batch import Result, Values, ids_by_ref, missing, open_batch

NEW_CASE: Values = {
    "status": "open",
    "priority": "normal",
    "line": 1,
    "due_at": None,
    "closed_at": None,
    "reopened": 0,
    "owner": None,
}


async def save_cases(session: AsyncSession, records: Sequence[CaseRecord]) -> list[Result]:
    """Save cases in the session's transaction, no `ref` twice; returns what became of each, in order."""
    batch = await open_batch(session, Case, [record.ref for record in records])
    customers = await ids_by_ref(session, Customer, [r.customer_ref for r in records if r.customer_ref])
    for record in records:
        is_new = batch.stored(record.ref) is None
        values = {**record.values, **owner(record.customer_ref, customers)}
        problem = owner_problem(record.customer_ref, customers, is_new=is_new)
        if problem is None and is_new:
            problem = missing(values, ["subject", "opened_at"], "case")
        if problem:
            batch.reject(problem)
        else:
            batch.put(record.ref, values, NEW_CASE)
    await batch.write(session)
    return batch.results
