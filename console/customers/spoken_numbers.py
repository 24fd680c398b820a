"""What agents said on calls of a customer's numbers (`learning`) stands over what files and programs say, and
so do the numbers that came with somebody who was merged into the customer.

A number that was linked, or joined, stays, one that was taken off does not come back, and one marked as
shared stays so: as long as the step stands and the stored numbers still say the same. Whoever changes them by
hand decides.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.merged import joined_numbers
from console.customers.models import Customer, RecordChange
from console.customers.numbers import phones_of
from console.customers.records import PhoneRecord

Phones = tuple[PhoneRecord, ...]


@dataclass(slots=True)
class Word:
    """What was said last of a number: that it is this customer's, or is not; and that others have it, too."""

    theirs: bool | None = None
    shared: bool = False


Words = dict[str, Word]
"""By number: in E.164, or as written where it is none."""


async def as_agents_said(session: AsyncSession, given: Mapping[int, Phones]) -> dict[int, Phones]:
    """The numbers that customers, by id, have from now on when `given` are said to be all of theirs; without
    those who have them already. Until the end of the transaction agents wait with what they say of them."""
    locked = select(Customer.id).where(Customer.id.in_(given)).order_by(Customer.id)
    await session.execute(locked.with_for_update(key_share=True))
    stored, words = await phones_of(session, given), await _words(session, given)
    wanted = {id_: _as_said(phones, stored[id_], words[id_]) for id_, phones in given.items()}
    return {id_: phones for id_, phones in wanted.items() if phones != stored[id_]}


async def _words(session: AsyncSession, ids: Collection[int]) -> defaultdict[int, Words]:
    change = RecordChange
    rows = await session.execute(
        select(change.customer_id, change.before, change.after)
        .where(change.customer_id.in_(ids), change.undone_at.is_(None))
        .order_by(change.id)
    )
    words: defaultdict[int, Words] = defaultdict(lambda: defaultdict(Word))
    for kept, joined in (await joined_numbers(session, ids)).items():
        words[kept].update((number, Word(theirs=True)) for number in joined)
    for customer, before, after in rows:
        _hear(words[customer], _shared(before), _shared(after))
    return words


def _shared(values: dict[str, Any]) -> dict[str, bool]:
    """The numbers of one side of a step, and whether they are shared."""
    return {row["e164"]: row["shared"] for row in values.get("numbers", ())}


def _hear(words: Words, before: dict[str, bool], after: dict[str, bool]) -> None:
    for number in before.keys() - after.keys():
        words[number] = Word(theirs=False)
    for number in after.keys() - before.keys():
        words[number] = Word(theirs=True)
    for number in after.keys() & before.keys():
        words[number].shared |= after[number] and not before[number]


def _as_said(given: Phones, stored: Phones, words: Words) -> Phones:
    have = {phone.e164: phone for phone in stored}
    named = {phone.e164 or phone.raw for phone in given}
    taken = [
        replace(phone, shared=phone.shared or (word.shared and have[phone.e164].shared))
        for phone in given
        if (word := words.get(phone.e164 or "", Word())).theirs is not False or phone.e164 in have
    ]
    others = [own for own in stored if (own.e164 or own.raw) not in named]
    kept = [own for own in others if words.get(own.e164 or own.raw, Word()).theirs]
    return (*taken, *kept)
