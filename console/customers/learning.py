"""What agents say in mid-call of who calls. It counts for this call at once, and for the next one as far as
a number was learnt; each step is kept with its author and time, and can be undone (`learning_undo`).

Each action works in the session's transaction (`db.writing` locks and commits). Saying the same twice does
nothing the second time.
"""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.actions import save_customers
from console.customers.caller_numbers import CallerNumber, add, new_phones, numbers, replace
from console.customers.documents import customer_documents
from console.customers.folding import words_of
from console.customers.merged import kept_refs
from console.customers.models import Company, CompanySearchKey, Customer, RecordChange
from console.customers.records import CompanyRecord, CustomerRecord
from console.errors import NotFoundError
from console.identity.models import User
from console.web.i18n import gettext as _

REF_PREFIX = "NEW-"
REF_BYTES = 4
"""Customers made at the desk have such a key until the company's own system knows them."""

LONGEST_REF = 100

MOST_STEPS = 10
"""Steps that are told of one customer: the latest."""

CHUNK = 500
"""Calls asked about in one statement."""


class Kind(StrEnum):
    """What was said."""

    LINKED = "linked"  # this customer calls, and has the number from now on
    CHOSEN = "chosen"  # this customer calls; whose the number is stays as it is
    UNLINKED = "unlinked"  # it is not this customer
    SHARED = "shared"  # others call from this customer's number, too
    CREATED = "created"  # somebody calls who was in no record; from now on they are, with the number


CLAIMS = frozenset({Kind.LINKED, Kind.CHOSEN, Kind.CREATED})
"""After these the customer is the caller of this call; after the others nobody is by an agent's word."""


OF_NUMBERS = frozenset({Kind.LINKED, Kind.UNLINKED, Kind.SHARED})
"""These say something of a number of somebody who was a customer already."""

Standing = Select[RecordChange, str, str, str]

STANDING: Standing = (
    select(RecordChange, User.name, Customer.ref, Customer.name)
    .join(Customer, Customer.id == RecordChange.customer_id)
    .outerjoin(User, User.id == RecordChange.user_id)
    .where(RecordChange.undone_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Said:
    """Who says something, on which leg of which call, of which number, and when."""

    user_id: int
    call: str
    leg: str
    number: CallerNumber
    at: datetime


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What is known of somebody who calls for the first time."""

    name: str
    company: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """A step that stands, as it is shown."""

    id: int
    kind: Kind
    at: datetime
    user_id: int | None
    author: str
    customer_ref: str
    customer_name: str
    number: str | None

    @property
    def claims(self) -> str | None:
        """The customer who calls, given that this was said last."""
        return self.customer_ref if self.kind in CLAIMS else None


async def learnt_on(session: AsyncSession, calls: Sequence[str]) -> dict[str, tuple[Learnt, ...]]:
    """What was said on these calls and stands, oldest first; calls without anything are left out."""
    found: defaultdict[str, tuple[Learnt, ...]] = defaultdict(tuple)
    for start in range(0, len(calls), CHUNK):
        of_calls = RecordChange.call_id.in_(calls[start : start + CHUNK])
        for call, learnt in await _learnt(session, STANDING.where(of_calls).order_by(RecordChange.id)):
            found[call] += (learnt,)
    return dict(found)


async def learnt_of(session: AsyncSession, customer: int) -> list[Learnt]:
    """What was said of the customer's numbers on any call and stands, the latest first."""
    theirs = RecordChange.customer_id == customer, RecordChange.kind.in_(OF_NUMBERS)
    latest = STANDING.where(*theirs).order_by(RecordChange.id.desc()).limit(MOST_STEPS)
    return [learnt for _call, learnt in await _learnt(session, latest)]


async def _learnt(session: AsyncSession, standing: Standing) -> list[tuple[str, Learnt]]:
    return [
        (
            each.call_id,
            Learnt(each.id, Kind(each.kind), each.at, each.user_id, author or "", ref, name, each.number),
        )
        for each, author, ref, name in await session.execute(standing)
    ]


async def link(session: AsyncSession, said: Said, ref: str) -> None:
    """This customer calls. The number becomes theirs, unless they have it, or it may not be learnt.

    Raises NotFoundError.
    """
    customer, ref = await _customer(session, ref)
    last = await _last(session, said.call)
    if last is not None and last.claims == ref:
        return
    before = after = await numbers(session, customer, said.number)
    phones = () if before else await new_phones(session, said.number)
    if phones:
        await add(session, customer, phones, said.at)
        after = await numbers(session, customer, said.number)
    kind = Kind.LINKED if phones else Kind.CHOSEN
    _keep(session, said, kind, customer, ({"numbers": before}, {"numbers": after}))


async def unlink(session: AsyncSession, said: Said, ref: str) -> None:
    """It is not this customer: the number is not theirs any more. Whoever was only chosen for the call keeps
    the number.

    Raises NotFoundError.
    """
    customer, ref = await _customer(session, ref)
    last = await _last(session, said.call)
    chosen = last is not None and last.claims == ref and last.kind is Kind.CHOSEN
    before = await numbers(session, customer, said.number)
    if not before and not chosen:
        return
    if not chosen:
        await replace(session, customer, before, [], said.at)
    after = before if chosen else []
    _keep(session, said, Kind.UNLINKED, customer, ({"numbers": before}, {"numbers": after}))


async def share(session: AsyncSession, said: Said, ref: str) -> None:
    """Others call from this customer's number, too: from now on it binds nobody by itself.

    Raises NotFoundError.
    """
    customer, _ref = await _customer(session, ref)
    before = await numbers(session, customer, said.number)
    after = [{**row, "shared": True} for row in before]
    if after == before:
        return
    await replace(session, customer, before, after, said.at)
    _keep(session, said, Kind.SHARED, customer, ({"numbers": before}, {"numbers": after}))


async def create(session: AsyncSession, said: Said, new: NewCustomer) -> None:
    """Somebody calls who is in no record: make a customer of them, with the number."""
    last = await _last(session, said.call)
    if last is not None and last.kind is Kind.CREATED and last.customer_name == new.name:
        return
    ref = REF_PREFIX + secrets.token_hex(REF_BYTES).upper()
    company = await _company(session, new.company) if new.company else None
    values = {"name": new.name, "email": new.email}
    phones = await new_phones(session, said.number)
    await save_customers(
        session, [CustomerRecord(ref, values, company is not None, company, phones)], said.at
    )
    customer, _ref = await _customer(session, ref)
    document = (await customer_documents(session, Customer.id == customer))[customer]
    made = {
        "customer": document,
        "company": company.ref if company and company.name else None,
        "numbers": await numbers(session, customer, said.number),
    }
    _keep(session, said, Kind.CREATED, customer, ({}, made))


async def _customer(session: AsyncSession, ref: str) -> tuple[int, str]:
    """The customer's id and key, or those of the one into whom they were merged since; nobody else changes
    their numbers here until the end of the transaction."""
    kept = (await kept_refs(session, [ref])).get(ref, ref)
    wanted = select(Customer.id, Customer.ref).where(Customer.ref == kept)
    found = (await session.execute(wanted.with_for_update(key_share=True))).one_or_none()
    if found is None:
        raise NotFoundError(_("There is no customer %(ref)s any more. Nothing was changed.", ref=ref))
    return found.id, found.ref


async def _last(session: AsyncSession, call: str) -> Learnt | None:
    """What was said last on the call, of what stands."""
    said = (await learnt_on(session, [call])).get(call, ())
    return said[-1] if said else None


async def _company(session: AsyncSession, name: str) -> CompanyRecord:
    """The company that is called so; a new one, keyed by its name as imports do it, when there is none."""
    words = words_of(name)
    keyed = select(CompanySearchKey.company_id).where(CompanySearchKey.key == " ".join(words))
    stored = await session.execute(select(Company.ref, Company.name).where(Company.id.in_(keyed)))
    refs = sorted(ref for ref, called in stored if words_of(called) == words)
    return CompanyRecord(refs[0], None) if refs else CompanyRecord(name[:LONGEST_REF].rstrip(), name)


def _keep(
    session: AsyncSession,
    said: Said,
    kind: Kind,
    customer: int,
    values: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    before, after = values
    session.add(
        RecordChange(
            at=said.at,
            user_id=said.user_id,
            kind=kind.value,
            customer_id=customer,
            number=said.number.e164,
            call_id=said.call,
            leg_id=said.leg,
            before=before,
            after=after,
        )
    )
