"""What agents said of a customer's numbers stands over files and other programs, as long as nobody takes it
back or decides otherwise by hand."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.actions import save_customers
from console.customers.caller_numbers import CallerNumber
from console.customers.learning import NewCustomer, Said, create, learnt_on, link, share, unlink
from console.customers.learning_undo import undo
from console.customers.models import Customer, PhoneNumber
from console.customers.numbers import phones_of
from console.customers.records import CustomerRecord, PhoneRecord
from console.db.batch import Saved
from console.db.engine import Sessions
from console.db.writing import write
from tests.conftest import NOW
from tests.fakes.story import CALL, JOZEF, leg_of, people

NEW = "+421900000001"
OF_NEW = Said(1, CALL, leg_of(1), CallerNumber(NEW), NOW)
OF_JOZEF = replace(OF_NEW, number=CallerNumber(JOZEF))
MOBILE = PhoneRecord("0905 123 456", JOZEF, "mobile", shared=False)
LEARNT = PhoneRecord(NEW, NEW, None, shared=False)
OFFICE = PhoneRecord("02 / 123", None, "office", shared=False)


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


async def say(sessions: Sessions, step: Any, said: Said, what: Any = "C-1") -> int:
    """An agent says it; the number of the step."""
    await write(sessions, lambda session: step(session, said, what))
    async with sessions() as session:
        return (await learnt_on(session, [CALL]))[CALL][-1].id


async def take_back(sessions: Sessions, change: int, said: Said) -> None:
    async def never(*_: Any) -> bool:
        return False

    await write(sessions, lambda session: undo(session, said, change, never))


async def save(sessions: Sessions, *phones: PhoneRecord, ref: str = "C-1", in_view: bool = False) -> Any:
    """A file, or a program, says that the customer has these numbers; what became of it."""
    record = CustomerRecord(ref, {}, phones=phones, in_view=in_view)

    async def work(session: AsyncSession) -> Any:
        [result] = await save_customers(session, [record], NOW)
        return result

    return await write(sessions, work)


async def numbers(sessions: Sessions, ref: str = "C-1") -> tuple[PhoneRecord, ...]:
    async with sessions() as session:
        id_ = await session.scalar(select(Customer.id).where(Customer.ref == ref)) or 0
        return (await phones_of(session, [id_]))[id_]


async def test_a_number_that_was_linked_stays(sessions: Sessions) -> None:
    await say(sessions, link, OF_NEW)
    for _night in range(2):
        assert await save(sessions, MOBILE) is Saved.UNCHANGED
    assert await save(sessions, OFFICE, MOBILE) is Saved.CHANGED
    assert await numbers(sessions) == (OFFICE, MOBILE, LEARNT)
    assert await save(sessions) is Saved.CHANGED
    assert await numbers(sessions) == (LEARNT,)


async def test_the_file_says_what_it_is_called_when_it_names_it(sessions: Sessions) -> None:
    await say(sessions, link, OF_NEW)
    named = PhoneRecord("0900 000 001", NEW, "weekend", shared=True)
    assert await save(sessions, named, MOBILE) is Saved.CHANGED
    assert await numbers(sessions) == (named, MOBILE)


async def test_what_was_undone_does_not_stand(sessions: Sessions) -> None:
    change = await say(sessions, link, OF_NEW)
    await take_back(sessions, change, OF_NEW)
    await save(sessions, LEARNT)
    await save(sessions, MOBILE)
    assert await numbers(sessions) == (MOBILE,)


async def test_a_number_of_somebody_who_is_new_stays(sessions: Sessions) -> None:
    await say(sessions, create, OF_NEW, NewCustomer("Petra Nová", None, None))
    async with sessions() as session:
        ref = (await session.scalars(select(Customer.ref).where(Customer.name == "Petra Nová"))).one()
    await save(sessions, OFFICE, ref=ref)
    assert await numbers(sessions, ref) == (OFFICE, LEARNT)


async def test_a_number_that_was_taken_off_does_not_come_back(sessions: Sessions) -> None:
    change = await say(sessions, unlink, OF_JOZEF)
    for _night in range(2):
        assert await save(sessions, MOBILE) is Saved.UNCHANGED
    await save(sessions, MOBILE, OFFICE)
    assert await numbers(sessions) == (OFFICE,)
    await save(sessions)
    await take_back(sessions, change, OF_JOZEF)
    await save(sessions, MOBILE, OFFICE)
    assert await numbers(sessions) == (MOBILE, OFFICE)


async def test_it_is_taken_off_that_customer_only(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        session.add(Customer(id=2, ref="C-2", name="Eva Malá", created_at=NOW, updated_at=NOW))
    await say(sessions, unlink, OF_JOZEF)
    await save(sessions, MOBILE, ref="C-2")
    assert await numbers(sessions, "C-2") == (MOBILE,)


async def test_the_last_word_counts(sessions: Sessions) -> None:
    await say(sessions, link, OF_NEW)
    await say(sessions, unlink, OF_NEW)
    await save(sessions, MOBILE, LEARNT)
    assert await numbers(sessions) == (MOBILE,)
    await say(sessions, link, OF_NEW)
    await save(sessions, MOBILE)
    assert await numbers(sessions) == (MOBILE, LEARNT)


async def test_a_number_that_was_marked_as_shared_stays_so(sessions: Sessions) -> None:
    await say(sessions, share, OF_JOZEF)
    assert await save(sessions, MOBILE) is Saved.UNCHANGED
    await save(sessions, replace(MOBILE, label="switchboard"))
    assert await numbers(sessions) == (replace(MOBILE, label="switchboard", shared=True),)
    await save(sessions)  # and is let go as any other
    assert await numbers(sessions) == ()


async def test_one_that_was_linked_and_then_marked_stays_both(sessions: Sessions) -> None:
    await say(sessions, link, OF_NEW)
    await say(sessions, share, OF_NEW)
    await save(sessions, MOBILE)
    assert await numbers(sessions) == (MOBILE, replace(LEARNT, shared=True))


async def test_whoever_sees_the_numbers_decides(sessions: Sessions) -> None:
    await say(sessions, link, OF_NEW)
    await say(sessions, unlink, OF_JOZEF)
    await save(sessions, MOBILE, in_view=True)
    assert await numbers(sessions) == (MOBILE,)
    await save(sessions, MOBILE)  # what was decided by hand stands over what was said
    assert await numbers(sessions) == (MOBILE,)


async def test_a_mark_that_was_taken_off_by_hand_stays_off(sessions: Sessions) -> None:
    await say(sessions, share, OF_JOZEF)
    await save(sessions, MOBILE, in_view=True)
    await save(sessions, MOBILE, OFFICE)
    assert await numbers(sessions) == (MOBILE, OFFICE)


async def test_one_who_was_only_chosen_changes_nothing(sessions: Sessions) -> None:
    await say(sessions, link, OF_JOZEF)
    await say(sessions, unlink, OF_JOZEF)
    await save(sessions, OFFICE)
    await save(sessions, MOBILE)
    assert await numbers(sessions) == (MOBILE,)


@pytest.mark.real("postgresql")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
async def test_a_number_that_is_linked_while_a_file_is_read_is_not_lost(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(session: AsyncSession, ids: Any) -> Any:
        found = await phones_of(session, ids)
        monkeypatch.setattr("console.customers.actions.phones_of", phones_of)
        await say(sessions, link, OF_NEW)
        await say(sessions, unlink, OF_JOZEF)
        return found

    monkeypatch.setattr("console.customers.actions.phones_of", late)
    await save(sessions, MOBILE, OFFICE)
    assert await numbers(sessions) == (OFFICE, LEARNT)


async def test_of_many_only_those_who_differ_are_asked_about(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        eva = Customer(id=2, ref="C-2", name="Eva Malá", created_at=NOW, updated_at=NOW)
        eva.phones = [PhoneNumber(e164=NEW, raw=NEW)]
        session.add(eva)
    await say(sessions, share, OF_JOZEF)
    records = [
        CustomerRecord("C-1", {}, phones=(MOBILE, OFFICE)),
        CustomerRecord("C-2", {}, phones=(LEARNT,)),
        CustomerRecord("C-3", {"name": "Ivan"}, phones=(OFFICE,)),
        CustomerRecord("C-4", {}, phones=(OFFICE,)),
    ]
    *saved, rejected = await write(sessions, lambda session: save_customers(session, records, NOW))
    assert saved == [Saved.CHANGED, Saved.UNCHANGED, Saved.NEW]
    assert str(rejected).startswith("name: is needed")
    assert await numbers(sessions, "C-1") == (replace(MOBILE, shared=True), OFFICE)
    assert await numbers(sessions, "C-3") == (OFFICE,)
