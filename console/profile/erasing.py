"""Erases a person: nothing that is stored tells of them any more. Counts and times stay, without them.

Calls stay as calls of nobody; of purchases and cases what is counted goes to tables of their own. All the
rest goes with the customer's row (ON DELETE CASCADE). A test walks all tables: every column is emptied here,
goes with the customer, or is declared to hold nothing of a customer.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import Insert, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.erasing import erase_callers
from console.calls.models import Call
from console.cases.models import Case, ErasedCase
from console.customers.models import Company, Customer, ErasedPurchase, Erasure, Purchase, RecordChange
from console.db.base import Base
from console.db.engine import Sessions
from console.db.revision import ERASURES, bump
from console.db.wiping import wipe
from console.db.writing import write
from console.errors import LinesideError
from console.profile.merge_sides import companies_of_merged
from console.profile.person import (
    Numbers,
    callbacks_of,
    calls_of,
    find_person,
    missed_of,
    numbers_of,
    of_nobody,
    offers_of,
)
from console.promises.models import Callback, Offer
from console.web.i18n import gettext as _
from console.worklist.models import MissedCaller
from telephony.lifecycle import CallState


class OnCallError(LinesideError):
    """Who is to be erased is on a call."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Erased:
    """What is on record of an erasure. `wiped`: whoever was erased is out of the database's files, too."""

    erasure: Erasure
    wiped: bool


async def erase_customer(sessions: Sessions, ref: str, author: str | None, at: datetime) -> Erased:
    """Erase a customer on behalf of `author` (an e-mail, None: at the command line).

    Raises:
        NotFoundError: there is no such customer; or they were merged into another one.
        OnCallError: they are on a call.
    """

    async def work(session: AsyncSession) -> Erasure:
        customer = await find_person(session, ref, lock=True)
        numbers = await numbers_of(session, customer.id)
        if await is_on_call(session, customer.id, numbers):
            raise OnCallError(
                _("This customer is on a call at this moment: nothing was erased. Try again when it is over.")
            )
        erasure = Erasure(at=at, author=author, **await _erase(session, customer, numbers))
        session.add(erasure)
        await bump(session, ERASURES)
        return erasure

    erasure = await write(sessions, work)
    return Erased(erasure, wiped=await wipe(sessions))


async def is_on_call(session: AsyncSession, customer_id: int, numbers: Numbers) -> bool:
    """Whether a call of theirs is going on: its agent goes on writing about them."""
    going_on = calls_of(customer_id, numbers) & (Call.state != CallState.ENDED.value)
    return bool(await session.scalar(select(exists().where(going_on))))


async def _erase(session: AsyncSession, customer: Customer, numbers: Numbers) -> dict[str, int]:
    """How many of each stay, without the person."""
    await session.execute(delete(Callback).where(callbacks_of(customer.id, numbers)))
    await session.execute(delete(Offer).where(offers_of(customer.id, numbers)))
    await session.execute(delete(MissedCaller).where(missed_of(customer.id, numbers)))
    stays = {
        "purchases": await _keep_counts(session, Purchase, ErasedPurchase, customer.id),
        "cases": await _keep_counts(session, Case, ErasedCase, customer.id),
        "calls": await _erase_calls(session, customer.id, numbers),
    }
    own = RecordChange.number.in_(numbers.own)  # also what was said of others who had the number
    await session.execute(delete(RecordChange).where(own))
    of_merged = await companies_of_merged(session, customer.id)
    await session.execute(delete(Customer).where(Customer.id == customer.id))
    nobody_left = ~exists().where(Customer.company_id == Company.id)
    theirs = or_(Company.id == customer.company_id, Company.ref.in_(of_merged))
    await session.execute(delete(Company).where(theirs, nobody_left))
    return stays


async def _keep_counts(
    session: AsyncSession, of: type[Purchase | Case], kept: type[Base], customer_id: int
) -> int:
    """Copy what is counted to the table of what stays; how many records that are."""
    await session.execute(_copy(of, kept, customer_id))
    return await session.scalar(select(func.count()).where(of.customer_id == customer_id)) or 0


def _copy(of: type[Purchase | Case], kept: type[Base], customer_id: int) -> Insert:
    names = [column.name for column in kept.__table__.c if column.name != "id"]
    columns: list[Any] = [getattr(of, name) for name in names]
    return insert(kept).from_select(names, select(*columns).where(of.customer_id == customer_id))


async def _erase_calls(session: AsyncSession, customer_id: int, numbers: Numbers) -> int:
    """Where others have the number, too, only the name that was shown goes."""
    number = await erase_callers(session, calls_of(customer_id, numbers))
    await session.execute(update(Call).where(of_nobody(numbers.others)).values(caller_name=""))
    return number
