"""Who a person is in the records: their row, their numbers, and the calls that are theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.customers.models import Customer, Merge, PhoneNumber
from console.errors import NotFoundError
from console.promises.models import Callback, Offer
from console.web.i18n import gettext as _
from console.worklist.models import MissedCaller
from telephony.events import Direction


@dataclass(frozen=True, slots=True)
class Numbers:
    """A person's numbers, however they are on record: those that nobody else has (`own`), and the others."""

    own: Sequence[str]
    others: Sequence[str]


async def find_person(session: AsyncSession, ref: str, *, lock: bool = False) -> Customer:
    """The customer; with `lock`, others who would change them wait.

    Raises:
        NotFoundError: there is no such customer; or they were merged into another one, whom it names.
    """
    statement = select(Customer).where(Customer.ref == ref)
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is not None:
        return found
    into = select(Customer.ref).join(Merge, Merge.kept_id == Customer.id).where(Merge.ref == ref)
    kept = await session.scalar(into)
    if kept is None:
        raise NotFoundError(_("There is no customer %(ref)s (any more).", ref=ref))
    sentence = _("Customer %(ref)s was merged into %(kept)s: ask for that one, or take them apart first.")
    raise NotFoundError(sentence % {"ref": ref, "kept": kept})


async def numbers_of(session: AsyncSession, customer_id: int) -> Numbers:
    """The numbers of a customer."""
    theirs = select(PhoneNumber.e164, PhoneNumber.raw).where(PhoneNumber.customer_id == customer_id)
    rows = (await session.execute(theirs)).all()
    with_others = select(PhoneNumber.e164).where(
        PhoneNumber.e164.in_([row.e164 for row in rows if row.e164]), PhoneNumber.customer_id != customer_id
    )
    shared = set(await session.scalars(with_others))
    own = [text for row in rows if row.e164 not in shared for text in (row.e164, row.raw) if text]
    return Numbers(own, [text for row in rows if row.e164 in shared for text in (row.e164, row.raw)])


def calls_of(customer_id: int, numbers: Numbers) -> ColumnElement[bool]:
    """The calls of a customer, and those of nobody's that came from a number which nobody else has."""
    return or_(Call.customer_id == customer_id, of_nobody(numbers.own))


def callbacks_of(customer_id: int, numbers: Numbers) -> ColumnElement[bool]:
    """What was promised to a customer; and to nobody who was known, on their calls or at a number which
    nobody else has."""
    nobodys = Callback.customer_id.is_(None)
    to_number = select(Callback.id).where(nobodys, Callback.number.in_(numbers.own))
    return Callback.id.in_(union_all(*_made_to(Callback, customer_id, numbers), to_number))


def offers_of(customer_id: int, numbers: Numbers) -> ColumnElement[bool]:
    """What was offered to a customer; and to nobody who was known, on their calls."""
    return Offer.id.in_(union_all(*_made_to(Offer, customer_id, numbers)))


def missed_of(customer_id: int, numbers: Numbers) -> ColumnElement[bool]:
    """When nobody answered a customer: at a number that nobody else has, or the newest call was theirs."""
    calls = select(Call.id).where(calls_of(customer_id, numbers))
    return or_(MissedCaller.number.in_(numbers.own), MissedCaller.newest_call_id.in_(calls))


def _made_to(
    model: type[Callback] | type[Offer], customer_id: int, numbers: Numbers
) -> tuple[Select[int], Select[int]]:
    calls = select(Call.id).where(calls_of(customer_id, numbers))
    on_calls = select(model.id).where(model.customer_id.is_(None), model.call_id.in_(calls))
    return select(model.id).where(model.customer_id == customer_id), on_calls


def of_nobody(numbers: Sequence[str]) -> ColumnElement[bool]:
    """The calls of these numbers that are no customer's."""
    outside = Call.direction != Direction.INTERNAL.value  # a stored number may look like an extension
    return Call.customer_id.is_(None) & Call.number.in_(numbers) & outside
