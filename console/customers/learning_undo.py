"""Takes back what was said of who calls. Nothing that somebody did since is lost: then it says why not."""

from collections.abc import Awaitable, Callable

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.caller_numbers import numbers, replace, said_of
from console.customers.documents import customer_documents
from console.customers.learning import Kind, Said
from console.customers.models import Company, Customer, Purchase, RecordChange
from console.errors import NotFoundError, OutdatedError
from console.web.i18n import gettext as _

InUse = Callable[[AsyncSession, int, str], Awaitable[bool]]
"""Whether a customer, by id, has cases, promises, or other calls than the one given."""


async def undo(session: AsyncSession, said: Said, change_id: int, in_use: InUse) -> None:
    """Take a step of the call back; it stays on record as taken back. Doing it twice does nothing more.

    Raises NotFoundError, and OutdatedError when something newer would be lost.
    """
    named = RecordChange.id == change_id, RecordChange.call_id == said.call
    change = await session.scalar(select(RecordChange).where(*named).with_for_update())
    if change is None:
        raise NotFoundError(_("There is no such step on this call."))
    if change.undone_at is not None or change.customer_id is None:
        return
    await session.execute(select(Customer.id).where(Customer.id == change.customer_id).with_for_update())
    change.undone_at, change.undone_by = said.at, said.user_id
    if change.kind == Kind.CREATED:
        await _unmake(session, change, change.customer_id, in_use)
    else:
        await _restore(session, change, change.customer_id, said)


async def _restore(session: AsyncSession, change: RecordChange, customer: int, said: Said) -> None:
    """The customer's rows of the number, as they were before. Who was only chosen for the call has them as
    they are."""
    before, after = change.before["numbers"], change.after["numbers"]
    if before == after:
        return
    now = await numbers(session, customer, said.number)
    if said_of(now) != said_of(after):
        raise OutdatedError(
            _("This cannot be undone any more: the customer's numbers were changed since. Change them on the "
              "customer's page instead.")
        )  # fmt: skip
    await replace(session, customer, now, before, said.at)


async def _unmake(session: AsyncSession, change: RecordChange, customer: int, in_use: InUse) -> None:
    """The customer is gone again, and nothing of them is kept."""
    newer = RecordChange.customer_id == customer, RecordChange.id > change.id
    if await session.scalar(select(exists().where(*newer, RecordChange.undone_at.is_(None)))):
        raise OutdatedError(_("First undo what was said of this customer since."))
    document = (await customer_documents(session, Customer.id == customer))[customer]
    bought = await session.scalar(select(exists().where(Purchase.customer_id == customer)))
    if document != change.after["customer"] or bought or await in_use(session, customer, change.call_id):
        raise OutdatedError(
            _("This cannot be undone any more: the customer was changed since, or has orders, cases, "
              "call-backs, offers or other calls by now.")
        )  # fmt: skip
    company = change.after["company"]
    change.customer_id, change.number, change.after = None, None, {}
    await session.flush()  # or the change would go with the customer
    await session.execute(delete(Customer).where(Customer.id == customer))
    if company is not None:
        empty = ~exists().where(Customer.company_id == Company.id)
        await session.execute(delete(Company).where(Company.ref == company, empty))
