"""Cases as documents: what the API's JSON says of them, and what their ETag is made of."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.models import Case
from console.customers.documents import Document, plain
from console.customers.models import Customer


async def case_documents(
    session: AsyncSession, condition: ColumnElement[bool], limit: int | None = None
) -> dict[int, Document]:
    """The cases for which `condition` holds, by id and in that order."""
    table = Case.__table__.c
    names = ("subject", "status", "priority", "line", "opened_at", "due_at", "closed_at", "reopened", "owner")
    columns = (table.id, table.ref, Customer.ref.label("customer_ref"), *(table[name] for name in names))
    statement = (
        select(*columns)
        .join_from(Case, Customer, Customer.id == Case.customer_id)
        .where(condition)
        .order_by(Case.id)
        .limit(limit)
    )
    return {row["id"]: plain(row) for row in (await session.execute(statement)).mappings()}
