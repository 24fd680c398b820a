"""Takes callers off the desks when somebody was erased, wherever that was done."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.customers.models import Customer, Merge
from console.db.revision import Refresh
from console.desk.screens import Screens


def forget_erased(screens: Screens) -> Refresh:
    """For the counter of erasures: whom pops name and nobody is on record as goes from them."""

    async def refresh(session: AsyncSession) -> None:
        calls, refs = screens.named()
        erased = await session.scalars(select(Call.id).where(Call.id.in_(calls), Call.erased))
        await screens.forget_callers({*erased}, refs - await _on_record(session, refs))

    return refresh


async def _on_record(session: AsyncSession, refs: Collection[str]) -> set[str]:
    """Those that are a customer's key, or lead to a customer since they were merged."""
    found = {*await session.scalars(select(Customer.ref).where(Customer.ref.in_(refs)))}
    return found | {*await session.scalars(select(Merge.ref).where(Merge.ref.in_(refs)))}
