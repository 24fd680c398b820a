"""Call-backs are put off and settled, and follow whoever turns out to have called; all in the session's
transaction. (They are made at the desk, by the steps of scripts.)"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.learning import Kind, learnt_on
from console.customers.models import Customer
from console.errors import NotFoundError, OutdatedError
from console.identity.models import User
from console.promises.models import Callback, CallbackMove, CallbackState, Offer
from console.web.i18n import N_
from console.web.i18n import gettext as _

LARGEST_ID = 2**63 - 1
"""No database counts further."""

SETTLED = {
    CallbackState.DONE: N_("%(who)s noted already that this call-back is done. Nothing was changed."),
    CallbackState.WITHDRAWN: N_("%(who)s withdrew this call-back meanwhile. Nothing was changed."),
}


async def settle_callback(
    session: AsyncSession, id_: int, state: CallbackState, author: str, at: datetime
) -> str | None:
    """The call-back is done, or withdrawn; the key of its customer. Saying it twice changes nothing.

    Raises NotFoundError, and OutdatedError when it was settled otherwise.
    """
    callback = await _locked(session, id_)
    if callback.state != state:
        await _refuse_settled(session, callback)
        callback.state, callback.settled_by, callback.settled_at = state.value, author, at
    return await _customer_of(session, callback)


async def move_callback(
    session: AsyncSession, id_: int, due: datetime, author: str, at: datetime
) -> str | None:
    """The call-back is due at another time; the key of its customer. Raises what `settle_callback` does."""
    callback = await _locked(session, id_)
    await _refuse_settled(session, callback)
    if callback.due_at != due:
        moved = {"due_before": callback.due_at, "due_after": due}
        session.add(CallbackMove(callback_id=id_, at=at, author=author, **moved))
        callback.due_at = due
    return await _customer_of(session, callback)


async def _locked(session: AsyncSession, id_: int) -> Callback:
    found = None
    if id_ <= LARGEST_ID:
        found = await session.scalar(select(Callback).where(Callback.id == id_).with_for_update())
    if found is None:
        raise NotFoundError(_("There is no such call-back, or not any more."))
    return found


async def _refuse_settled(session: AsyncSession, callback: Callback) -> None:
    if callback.state == CallbackState.OPEN:
        return
    name = await session.scalar(select(User.name).where(User.email == callback.settled_by))
    raise OutdatedError(_(SETTLED[CallbackState(callback.state)], who=name or callback.settled_by))


async def _customer_of(session: AsyncSession, callback: Callback) -> str | None:
    ref: str | None = await session.scalar(select(Customer.ref).where(Customer.id == callback.customer_id))
    return ref


async def follow_caller(session: AsyncSession, call: str) -> None:
    """An agent said who makes a call: what was promised and offered on it was so to that customer; to nobody
    who is known, when it is only said who it is not."""
    said = (await learnt_on(session, [call])).get(call, ())
    if not said or (said[-1].claims is None and said[-1].kind is not Kind.UNLINKED):
        return
    of = select(Customer.id).where(Customer.ref == said[-1].customer_ref).scalar_subquery()
    for model in (Callback, Offer):
        of_call = update(model).where(model.call_id == call)
        if said[-1].claims is None:
            await session.execute(of_call.where(model.customer_id == of).values(customer_id=None))
        else:
            await session.execute(of_call.values(customer_id=of))
