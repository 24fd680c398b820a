"""Saves what somebody changed of a customer in the form, unless others changed it meanwhile."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.actions import save_customers
from console.customers.documents import Document, customer_documents
from console.customers.etag import etag
from console.customers.models import Customer
from console.customers.numbers import ReadAs, as_before, stored_numbers
from console.customers.records import CompanyRecord, CustomerRecord, PhoneRecord
from console.db.engine import Sessions
from console.db.writing import write
from console.errors import NotFoundError, Problem
from console.profile.change_form import (
    COMPANY,
    LONGEST_ATTRIBUTE,
    PHONES,
    FormDrawing,
    PhoneTyped,
    Said,
    Typed,
    draw_again,
    draw_outdated,
    meanwhile,
    said_by,
    settled,
)
from console.profile.csv_file import ATTRIBUTE
from console.profile.fields import FieldError, Forms
from console.profile.kinds import Cells, Reading
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Change:
    """A form of the customer `ref`, posted at `at`; `forms` reads what is typed, money is in `currency`."""

    ref: str
    typed: Typed
    at: datetime
    forms: Forms
    currency: str


async def stored_customer(session: AsyncSession, ref: str) -> Document | None:
    """What is stored of a customer."""
    found = await customer_documents(session, Customer.ref == ref)
    return next(iter(found.values()), None)


async def change_customer(sessions: Sessions, change: Change) -> FormDrawing | None:
    """Save what is different in the form. None when that is done; else nothing was saved, and the form says
    why: others changed the same customer meanwhile, or something cannot be used.

    Raises:
        NotFoundError: there is no such customer (any more).
    """
    typed = change.typed

    async def work(session: AsyncSession) -> FormDrawing | None:
        # As the API does: whoever comes second waits here, and then sees what the first one wrote.
        row = select(Customer.id).where(Customer.ref == change.ref)
        await session.execute(row.with_for_update(key_share=True))
        document = await stored_customer(session, change.ref)
        if document is None:
            raise NotFoundError(f"There is no customer {change.ref}.")
        if typed.version != etag(document) and meanwhile(typed, document):
            return draw_outdated(typed, document)
        said = settled(typed, document)
        record, problems = read_record(change, said, await stored_numbers(session, [change.ref]))
        if problems:
            return draw_again(typed, problems)
        different = _different(record, said, said_by(document))
        [result] = await save_customers(session, [different], change.at)
        return draw_again(typed, {result.where: result.why}) if isinstance(result, Problem) else None

    return await write(sessions, work)


def read_record(change: Change, said: Said, read_as: ReadAs) -> tuple[CustomerRecord, dict[str, str]]:
    """The record that the form says, and what of it cannot be used, by field."""
    cells = Cells({"ref": change.ref, **said.texts})
    record = Reading(change.forms, change.currency).customer(cells)
    problems = {each.where: each.why for each in cells.problems if each.where in said.texts}
    problems |= {name: _too_long() for name in said.texts if len(name) > len(ATTRIBUTE) + LONGEST_ATTRIBUTE}
    try:
        phones = None if said.phones is None else _phones(change, said.phones, read_as)
    except FieldError as error:
        phones, problems[PHONES] = None, str(error)
    return replace(record, phones=phones), problems


def _too_long() -> str:
    return _("The name has more than %(most)s characters.", most=LONGEST_ATTRIBUTE)


def _phones(change: Change, rows: tuple[PhoneTyped, ...], read_as: ReadAs) -> tuple[PhoneRecord, ...]:
    """The numbers, each once."""
    phones: dict[str, PhoneRecord] = {}
    for row in rows:
        typed = change.forms.phone(row.number, row.label, shared=row.shared)
        phone = as_before(change.ref, typed, read_as)
        phones.setdefault(phone.e164 or phone.raw, phone)
    return tuple(phones.values())


def _different(record: CustomerRecord, said: Said, stored: Said) -> CustomerRecord:
    """The record without what stays as it is stored; all numbers stand in the form."""
    other = {name for name, text in said.texts.items() if text != stored[name]}
    return replace(
        record,
        values={name: value for name, value in record.values.items() if name in other},
        company_given=not other.isdisjoint(COMPANY),
        company=_company(record, other),
        phones=None if said.phones == stored.phones else record.phones,
        attributes={
            name: value for name, value in (record.attributes or {}).items() if f"{ATTRIBUTE}{name}" in other
        },
        in_view=True,
    )


def _company(record: CustomerRecord, other: AbstractSet[str]) -> CompanyRecord | None:
    """The company, if another was typed. Who goes over to a company that is stored does not rename it to what
    still stands in the form of the one before."""
    if record.company is None or other.isdisjoint(COMPANY):
        return None
    return record.company if "company" in other else replace(record.company, name=None)
