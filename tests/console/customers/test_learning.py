"""What agents say of who calls: kept with author and time, and taken back exactly unless something newer is
there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.caller_numbers import CallerNumber
from console.customers.learning import (
    Kind,
    Learnt,
    NewCustomer,
    Said,
    create,
    learnt_on,
    link,
    share,
    unlink,
)
from console.customers.learning_undo import undo
from console.customers.models import Company, Customer, CustomerSearchKey, PhoneNumber, RecordChange
from console.db.engine import Sessions
from console.db.writing import write
from console.errors import NotFoundError, OutdatedError
from tests.conftest import NOW
from tests.console.profile.two_records import put_together
from tests.fakes.story import CALL, JOZEF, leg_of, people

NEW = "+421900000001"
SAID = Said(1, CALL, leg_of(1), CallerNumber(NEW), NOW)
OF_JOZEF = replace(SAID, number=CallerNumber(JOZEF))
WITHHELD = replace(SAID, number=CallerNumber())

Numbers = list[tuple[Any, ...]]


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)
    async with sessions.begin() as session:
        eva = Customer(id=2, ref="C-2", name="Eva Malá", created_at=NOW, updated_at=NOW)
        eva.phones = [PhoneNumber(e164="+421911111111", raw="0911 111 111")]
        session.add(eva)


async def says(sessions: Sessions, work: Callable[[AsyncSession], Awaitable[None]]) -> tuple[Learnt, ...]:
    """Do it; what stands on the call then."""
    await write(sessions, work)
    async with sessions() as session:
        return (await learnt_on(session, [CALL])).get(CALL, ())


async def takes_back(sessions: Sessions, change: int, *, in_use: bool = False, by: int = 2) -> None:
    async def used(*_: Any) -> bool:
        return in_use

    said = replace(OF_JOZEF, user_id=by, at=NOW + timedelta(minutes=1))
    async with sessions() as session:
        number = await session.scalar(select(RecordChange.number).where(RecordChange.id == change))
    said = replace(said, number=CallerNumber(number))
    await write(sessions, lambda session: undo(session, said, change, used))


async def numbers_of(sessions: Sessions, ref: str) -> Numbers:
    async with sessions() as session:
        phone = PhoneNumber
        rows = await session.execute(
            select(phone.id, phone.raw, phone.e164, phone.label, phone.shared)
            .join(Customer, Customer.id == phone.customer_id)
            .where(Customer.ref == ref)
            .order_by(phone.id)
        )
        return [tuple(row) for row in rows]


async def test_an_unknown_number_is_linked(sessions: Sessions) -> None:
    before = await numbers_of(sessions, "C-2")
    [learnt] = await says(sessions, lambda session: link(session, SAID, "C-2"))
    assert (learnt.kind, learnt.customer_ref, learnt.customer_name) == (Kind.LINKED, "C-2", "Eva Malá")
    assert (learnt.user_id, learnt.author, learnt.at, learnt.claims) == (1, "Ana", NOW, "C-2")
    assert [row[1:] for row in await numbers_of(sessions, "C-2")][-1] == (NEW, NEW, None, False)
    await takes_back(sessions, learnt.id)
    assert await numbers_of(sessions, "C-2") == before
    async with sessions() as session:
        change = (await session.scalars(select(RecordChange))).one()
    assert (change.leg_id, change.undone_by, change.undone_at) == (leg_of(1), 2, NOW + timedelta(minutes=1))


async def test_linking_twice_is_linking_once(sessions: Sessions) -> None:
    await says(sessions, lambda session: link(session, SAID, "C-2"))
    assert len(await says(sessions, lambda session: link(session, SAID, "C-2"))) == 1


async def test_whoever_has_the_number_is_only_chosen(sessions: Sessions) -> None:
    before = await numbers_of(sessions, "C-1")
    [chosen] = await says(sessions, lambda session: link(session, OF_JOZEF, "C-1"))
    assert (chosen.kind, await numbers_of(sessions, "C-1")) == (Kind.CHOSEN, before)
    _, released = await says(sessions, lambda session: unlink(session, OF_JOZEF, "C-1"))
    assert (released.kind, released.claims) == (Kind.UNLINKED, None)
    assert await numbers_of(sessions, "C-1") == before
    await takes_back(sessions, released.id)
    await takes_back(sessions, chosen.id)
    assert await numbers_of(sessions, "C-1") == before


async def test_the_other_form_of_a_number_is_the_same_number(sessions: Sessions) -> None:
    said = replace(SAID, number=CallerNumber("+421905", JOZEF))
    [chosen] = await says(sessions, lambda session: link(session, said, "C-1"))
    assert chosen.kind is Kind.CHOSEN


async def test_no_number_is_learnt_of_who_withholds_it(sessions: Sessions) -> None:
    before = await numbers_of(sessions, "C-2")
    [chosen] = await says(sessions, lambda session: link(session, WITHHELD, "C-2"))
    assert (chosen.kind, await numbers_of(sessions, "C-2")) == (Kind.CHOSEN, before)
    await says(sessions, lambda session: unlink(session, WITHHELD, "C-2"))
    new = NewCustomer("Petra Nová", None, None)
    *_, created = await says(sessions, lambda session: create(session, WITHHELD, new))
    assert (created.kind, await numbers_of(sessions, created.customer_ref)) == (Kind.CREATED, [])


async def test_not_this_person_takes_the_number_off(sessions: Sessions) -> None:
    before = await numbers_of(sessions, "C-1")
    [learnt] = await says(sessions, lambda session: unlink(session, OF_JOZEF, "C-1"))
    assert (learnt.kind, await numbers_of(sessions, "C-1")) == (Kind.UNLINKED, [])
    await says(sessions, lambda session: unlink(session, OF_JOZEF, "C-1"))
    await takes_back(sessions, learnt.id)
    assert await numbers_of(sessions, "C-1") == before


async def test_a_number_that_was_just_linked_is_taken_off_again(sessions: Sessions) -> None:
    await says(sessions, lambda session: link(session, SAID, "C-2"))
    await says(sessions, lambda session: unlink(session, SAID, "C-2"))
    assert NEW not in {e164 for _, _, e164, *_ in await numbers_of(sessions, "C-2")}


async def test_a_shared_number_stays_shared_for_who_comes_to_it(sessions: Sessions) -> None:
    before = await numbers_of(sessions, "C-1")
    [shared] = await says(sessions, lambda session: share(session, OF_JOZEF, "C-1"))
    assert [row[4] for row in await numbers_of(sessions, "C-1")] == [True]
    await says(sessions, lambda session: share(session, OF_JOZEF, "C-1"))
    await says(sessions, lambda session: link(session, OF_JOZEF, "C-2"))
    assert [(row[2], row[4]) for row in await numbers_of(sessions, "C-2")][-1] == (JOZEF, True)
    await takes_back(sessions, shared.id)
    assert await numbers_of(sessions, "C-1") == before


async def test_a_customer_is_made(sessions: Sessions) -> None:
    new = NewCustomer("Petra Nová", "Kvety s.r.o.", "petra@x.example")
    [learnt] = await says(sessions, lambda session: create(session, SAID, new))
    await says(sessions, lambda session: create(session, SAID, new))
    assert (learnt.kind, learnt.customer_name) == (Kind.CREATED, "Petra Nová")
    assert [row[1:] for row in await numbers_of(sessions, learnt.customer_ref)] == [(NEW, NEW, None, False)]
    async with sessions() as session:
        made = (await session.scalars(select(Customer).where(Customer.ref == learnt.customer_ref))).one()
        company = await session.get(Company, made.company_id)
        keys = set(await session.scalars(select(CustomerSearchKey.key)))
    assert company is not None
    assert (company.name, made.email, "nova petra" in keys) == ("Kvety s.r.o.", "petra@x.example", True)


async def test_a_company_that_is_known_is_found_by_its_name(sessions: Sessions) -> None:
    new = NewCustomer("Petra Nová", "Kvety s.r.o.", None)
    await says(sessions, lambda session: create(session, SAID, new))
    other = replace(new, name="Ivan Nový", company="KVETY s.r.o.")
    await says(sessions, lambda session: create(session, SAID, other))
    async with sessions() as session:
        assert (await session.scalars(select(Company.name))).all() == ["Kvety s.r.o."]


async def test_a_customer_who_was_made_goes_again_and_nothing_of_them_stays(sessions: Sessions) -> None:
    new = NewCustomer("Petra Nová", "Kvety s.r.o.", "petra@x.example")
    [learnt] = await says(sessions, lambda session: create(session, SAID, new))
    await takes_back(sessions, learnt.id)
    async with sessions() as session:
        change = (await session.scalars(select(RecordChange))).one()
        counts = [
            await session.scalar(select(func.count()).select_from(each)) for each in (Customer, Company)
        ]
    assert (change.customer_id, change.number, change.after, change.undone_by) == (None, None, {}, 2)
    assert counts == [2, 0]
    await takes_back(sessions, learnt.id)  # a second click


async def test_a_customer_who_has_more_by_now_stays(sessions: Sessions) -> None:
    new = NewCustomer("Petra Nová", None, None)
    [learnt] = await says(sessions, lambda session: create(session, SAID, new))
    with pytest.raises(OutdatedError, match="has orders, cases, call-backs, offers or other calls by now"):
        await takes_back(sessions, learnt.id, in_use=True)
    await says(sessions, lambda session: share(session, SAID, learnt.customer_ref))
    with pytest.raises(OutdatedError, match="First undo what was said"):
        await takes_back(sessions, learnt.id)
    async with sessions.begin() as session:
        await session.execute(update(RecordChange).values(undone_at=NOW).where(RecordChange.id != learnt.id))
    with pytest.raises(OutdatedError, match="was changed since"):  # the number is marked as shared
        await takes_back(sessions, learnt.id)


async def test_what_somebody_changed_since_is_not_lost(sessions: Sessions) -> None:
    [learnt] = await says(sessions, lambda session: link(session, SAID, "C-2"))
    async with sessions.begin() as session:
        await session.execute(update(PhoneNumber).where(PhoneNumber.e164 == NEW).values(label="home"))
    with pytest.raises(OutdatedError, match="numbers were changed since"):
        await takes_back(sessions, learnt.id)
    assert "home" in {label for *_, label, _ in await numbers_of(sessions, "C-2")}


async def test_a_step_that_changed_no_number_can_always_be_undone(sessions: Sessions) -> None:
    [chosen] = await says(sessions, lambda session: link(session, OF_JOZEF, "C-1"))
    _, released = await says(sessions, lambda session: unlink(session, OF_JOZEF, "C-1"))
    async with sessions.begin() as session:
        await session.execute(update(PhoneNumber).where(PhoneNumber.e164 == JOZEF).values(label="home"))
    await takes_back(sessions, released.id)
    await takes_back(sessions, chosen.id)
    async with sessions() as session:
        assert await learnt_on(session, [CALL]) == {}
    assert [label for *_, label, _ in await numbers_of(sessions, "C-1")] == ["home"]


async def test_who_was_merged_meanwhile_is_the_one_that_was_kept(sessions: Sessions) -> None:
    await put_together(sessions, NOW, "C-1", "C-2")
    [learnt] = await says(sessions, lambda session: link(session, SAID, "C-2"))
    assert (learnt.kind, learnt.customer_ref) == (Kind.LINKED, "C-1")
    assert len(await says(sessions, lambda session: link(session, SAID, "C-2"))) == 1
    *_, shared = await says(sessions, lambda session: share(session, SAID, "C-2"))
    *_, released = await says(sessions, lambda session: unlink(session, SAID, "C-2"))
    assert [(each.kind, each.customer_ref) for each in (shared, released)] == [
        (Kind.SHARED, "C-1"),
        (Kind.UNLINKED, "C-1"),
    ]


async def test_an_import_of_the_same_numbers_is_no_change(sessions: Sessions) -> None:
    [learnt] = await says(sessions, lambda session: link(session, SAID, "C-2"))
    async with sessions.begin() as session:
        await session.execute(update(PhoneNumber).where(PhoneNumber.e164 == NEW).values(id=900))
    await takes_back(sessions, learnt.id)
    assert NEW not in {e164 for _, _, e164, *_ in await numbers_of(sessions, "C-2")}


async def test_a_number_comes_back_although_its_place_is_taken(sessions: Sessions) -> None:
    [(old, *said)] = await numbers_of(sessions, "C-1")
    [learnt] = await says(sessions, lambda session: unlink(session, OF_JOZEF, "C-1"))
    async with sessions.begin() as session:
        session.add(PhoneNumber(id=old, customer_id=2, e164="+421922222222", raw="0922 222 222"))
    await takes_back(sessions, learnt.id)
    [(new, *now)] = await numbers_of(sessions, "C-1")
    assert (now, new != old) == (said, True)


async def test_who_and_what_is_not_there_is_said(sessions: Sessions) -> None:
    with pytest.raises(NotFoundError, match="no customer C-9"):
        await says(sessions, lambda session: link(session, SAID, "C-9"))
    with pytest.raises(NotFoundError, match="no such step"):
        await takes_back(sessions, 12345)


async def test_steps_of_another_call_cannot_be_taken_back_from_this_one(sessions: Sessions) -> None:
    other = replace(SAID, call="main-2.1")
    await write(sessions, lambda session: link(session, other, "C-2"))
    async with sessions() as session:
        change = await session.scalar(select(RecordChange.id))
        assert await learnt_on(session, []) == {}
    with pytest.raises(NotFoundError):
        await takes_back(sessions, change or 0)
