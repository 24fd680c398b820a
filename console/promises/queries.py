"""The call-backs that are owed to a customer, as the customer's page shows them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from console.identity.models import User
from console.promises.models import Callback, CallbackState

MOST_SHOWN = 20
"""Call-backs of one customer that a page shows: the first that are due."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A call-back that is open. `by` promised it, `owner` is to call (None: anybody); both are names where
    they are known."""

    id: int
    number: str
    due_at: datetime
    by: str
    owner: str | None
    line: int | None
    note: str
    made_at: datetime


async def owed(session: AsyncSession, which: ColumnElement[bool]) -> list[Owed]:
    """Which of these call-backs are owed, the first that is due first."""
    author, owner = aliased(User), aliased(User)
    columns = ("id", "number", "due_at", "line", "note", "made_at")
    statement = (
        select(*(getattr(Callback, name) for name in columns))
        .add_columns(func.coalesce(author.name, Callback.author).label("by"))
        .add_columns(func.coalesce(owner.name, Callback.owner).label("owner"))
        .outerjoin(author, author.email == Callback.author)
        .outerjoin(owner, owner.email == Callback.owner)
        .where(which, Callback.state == CallbackState.OPEN)
        .order_by(Callback.due_at, Callback.id)
        .limit(MOST_SHOWN)
    )
    return [Owed(**row) for row in (await session.execute(statement)).mappings()]
