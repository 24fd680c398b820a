"""The keys of customers who were merged into others: they lead to the one that was kept.

Nothing is written under such a key, so that no import brings the duplicate back. Purchases and cases that
name it as their customer's belong to the one that was kept. The numbers that joined stay when another program
replaces those of the one that was kept: it does not know of them, and calls from them would find nobody.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.models import Customer, Merge
from console.db.batch import ids_by_ref
from console.errors import Problem


async def kept_refs(session: AsyncSession, refs: Collection[str]) -> dict[str, str]:
    """Of these keys those that were merged, each with the key of the customer that was kept."""
    if not refs:
        return {}
    statement = (
        select(Merge.ref, Customer.ref.label("kept"))
        .join(Customer, Customer.id == Merge.kept_id)
        .where(Merge.ref.in_(refs))
    )
    return {row.ref: row.kept for row in await session.execute(statement)}


async def owner_ids(session: AsyncSession, refs: Collection[str]) -> dict[str, int]:
    """The ids of the customers with these keys, or that these keys lead to, by key."""
    found = await ids_by_ref(session, Customer, refs)
    missing = {*refs} - found.keys()
    if missing:
        rows = await session.execute(select(Merge.ref, Merge.kept_id).where(Merge.ref.in_(missing)))
        found |= {row.ref: row.kept_id for row in rows}
    return found


async def joined_numbers(session: AsyncSession, ids: Collection[int]) -> dict[int, set[str]]:
    """Numbers (in E.164, or as written) that joined those of these customers, by id."""
    found: dict[int, set[str]] = {}
    if ids:
        statement = select(Merge.kept_id, Merge.snapshot["joined"]).where(Merge.kept_id.in_(ids))
        for kept_id, joined in await session.execute(statement):
            found.setdefault(kept_id, set()).update(e164 or raw for raw, e164, *_ in joined or ())
    return found


def merged_problem(kept: str) -> Problem:
    """Why nothing is written under a key."""
    return Problem("ref", f'was merged into "{kept}": change that one, or take them apart first')
