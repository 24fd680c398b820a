"""Two customers become one, and two again: nothing is lost on the way."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from console.calls.models import Call, Pick
from console.cases.models import Case
from console.customers.models import Company, Customer, Merge, PhoneNumber, Purchase, Unmerge
from console.db.engine import Sessions
from console.errors import InvalidError, NotFoundError
from console.profile.different import different, say_different
from console.profile.erasing import erase_customer
from console.profile.exporting import export_customer
from console.profile.merge_plan import Take
from console.profile.merging import By, ChangedError, Pair, counts, last_merge, merge, unmerge, versions
from tests.console.profile.everywhere import found_in
from tests.console.profile.two_records import (
    ANA,
    Person,
    everything,
    number,
    persons,
    put_together,
    store,
    take_apart,
    takes,
)
from tests.fakes.examples import examples

LATER = timedelta(days=1)
HOME, WORK = "+421905111111", "+421905222222"
JANA = Person({"name": "Jana Nová", "segment": "gold"}, "co-1", (number(HOME, None),), {"vip": 1}, 2)
JANKA = Person(
    {"name": "Janka Nová", "email": "janka@shop.example", "notes": "Likes red"},
    "co-2",
    (number(HOME, "home", shared=True), number(WORK)),
    {"vip": 2, "dog": "Rex"},
    1,
)


@pytest.fixture
async def both(sessions: Sessions, now: datetime) -> None:
    await store(sessions, now, A=JANA, B=JANKA)


async def customer(sessions: Sessions, ref: str) -> Customer:
    async with sessions() as session:
        return (await session.scalars(select(Customer).where(Customer.ref == ref))).one()


async def numbers(sessions: Sessions, ref: str) -> list[tuple[Any, ...]]:
    async with sessions() as session:
        of = select(PhoneNumber.e164, PhoneNumber.label, PhoneNumber.shared).order_by(PhoneNumber.id)
        rows = await session.execute(of.join(PhoneNumber.customer).where(Customer.ref == ref))
        return [tuple(row) for row in rows]


async def owned(sessions: Sessions, ref: str) -> tuple[int, ...]:
    id_ = (await customer(sessions, ref)).id
    async with sessions() as session:
        return tuple((await counts(session, id_)).values())


async def clear(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for model in (Call, Customer, Company):
            await session.execute(delete(model))


@pytest.mark.slow
@settings(examples(0.3), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=persons, two=persons, choices=takes)
async def test_a_merge_that_is_taken_apart_gives_back_exactly_both_records(
    sessions: Sessions, now: datetime, one: Person, two: Person, choices: dict[str, Take]
) -> None:
    await clear(sessions)
    await store(sessions, now, A=one, B=two, C=Person())
    async with sessions.begin() as session:
        await say_different(session, ["B", "C"], ANA, now)
    before = await everything(sessions)
    await put_together(sessions, now + LATER, "A", "B", choices)
    assert await everything(sessions) != before
    await take_apart(sessions, now + 2 * LATER, "A")
    assert await everything(sessions) == before


@pytest.mark.slow
@settings(examples(0.1), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.tuples(persons, persons, persons), choices=takes)
async def test_a_merge_of_a_merge_is_taken_apart_in_reverse_order(
    sessions: Sessions, now: datetime, people: tuple[Person, Person, Person], choices: dict[str, Take]
) -> None:
    await clear(sessions)
    await store(sessions, now, **dict(zip("ABC", people, strict=True)))
    states = [await everything(sessions)]
    await put_together(sessions, now, "B", "C", choices)
    states.append(await everything(sessions))
    await put_together(sessions, now, "A", "B", choices)
    for kept in ("A", "B"):
        await take_apart(sessions, now, kept)
        assert await everything(sessions) == states.pop()


@pytest.mark.usefixtures("both")
async def test_what_is_empty_is_filled_and_what_is_different_is_chosen(
    sessions: Sessions, now: datetime
) -> None:
    await put_together(sessions, now + LATER, "A", "B", {"name": Take.OTHER, "attr.vip": Take.KEPT})
    kept = await customer(sessions, "A")
    assert (kept.name, kept.segment, kept.email) == ("Janka Nová", "gold", "janka@shop.example")
    assert (kept.notes, kept.attributes, kept.updated_at) == (
        "Likes red",
        {"vip": 1, "dog": "Rex"},
        now + LATER,
    )
    assert await numbers(sessions, "A") == [(HOME, "home", True), (WORK, "mobile", False)]
    assert await owned(sessions, "A") == (3, 3, 3)
    async with sessions() as session:
        assert (await session.scalars(select(Customer.ref))).all() == ["A"]
        [company] = await session.scalars(select(Company.ref).where(Company.id == kept.company_id))
        last = await last_merge(session, "A")
    assert company == "co-1"
    assert last is not None
    assert (last.ref, last.author, last.at) == ("B", ANA, now + LATER)


async def test_both_notes_can_stay(sessions: Sessions, now: datetime) -> None:
    await store(
        sessions, now, A=Person({"name": "J", "notes": "one"}), B=Person({"name": "J", "notes": "two"})
    )
    await put_together(sessions, now, "A", "B", {"notes": Take.BOTH, "name": Take.BOTH})
    kept = await customer(sessions, "A")
    assert (kept.notes, kept.name) == ("one\n\ntwo", "J")


@pytest.mark.usefixtures("both")
async def test_the_version_of_the_record_changes(sessions: Sessions, now: datetime) -> None:
    async with sessions() as session:
        before = await versions(session, "A")
    await put_together(sessions, now, "A", "B")
    async with sessions() as session:
        assert await versions(session, "A") != before


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("changed", ["A", "B"])
async def test_whoever_changed_one_of_them_meanwhile_loses_nothing(
    sessions: Sessions, now: datetime, changed: str
) -> None:
    async with sessions() as session:
        seen = await versions(session, "A", "B")
    async with sessions.begin() as session:
        await session.execute(update(Customer).where(Customer.ref == changed).values(segment="new"))
    before = await everything(sessions)
    with pytest.raises(ChangedError, match=f"changed customer {changed}"):
        await merge(sessions, Pair("A", "B"), {}, seen, By(ANA, now))
    assert await everything(sessions) == before


@pytest.mark.usefixtures("both")
async def test_who_is_gone_is_not_merged(sessions: Sessions, now: datetime) -> None:
    with pytest.raises(NotFoundError, match="no customer X"):
        await merge(sessions, Pair("A", "X"), {}, {}, By(ANA, now))
    with pytest.raises(NotFoundError, match="no customer X"):
        await unmerge(sessions, Pair("X", "A"), "", By(ANA, now))
    with pytest.raises(InvalidError, match="one and the same"):
        await merge(sessions, Pair("A", "A"), {}, {}, By(ANA, now))
    with pytest.raises(ChangedError, match="not that of B"):
        await unmerge(sessions, Pair("A", "B"), "", By(ANA, now))


@pytest.mark.usefixtures("both")
async def test_two_who_merge_at_once_merge_once(sessions: Sessions, now: datetime) -> None:
    async with sessions() as session:
        seen = await versions(session, "A", "B")
    tries = [merge(sessions, Pair(*pair), {}, seen, By(ANA, now)) for pair in ("AB", "BA", "AB")]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["NoneType", "NotFoundError", "NotFoundError"]
    async with sessions() as session:
        assert len((await session.scalars(select(Merge.id))).all()) == 1


@pytest.mark.usefixtures("both")
async def test_what_came_after_the_merge_stays(sessions: Sessions, now: datetime) -> None:
    await put_together(sessions, now, "A", "B", {"name": Take.OTHER})
    async with sessions.begin() as session:
        kept = (await session.scalars(select(Customer).where(Customer.ref == "A"))).one()
        kept.name, kept.segment = "Jana by hand", "silver"
        session.add(
            Case(ref="K-new", customer_id=kept.id, subject="-", status="open", priority="low", opened_at=now)
        )
        [phone] = await session.scalars(select(PhoneNumber).where(PhoneNumber.e164 == WORK))
        phone.label, phone.shared = "office", True
        session.add(PhoneNumber(customer_id=kept.id, raw="+421905333333", e164="+421905333333"))
    await take_apart(sessions, now + LATER, "A")
    kept, back = await customer(sessions, "A"), await customer(sessions, "B")
    assert (kept.name, kept.segment, kept.email, kept.updated_at) == (
        "Jana by hand",
        "silver",
        None,
        now + LATER,
    )
    assert (back.name, back.email, back.updated_at) == ("Janka Nová", "janka@shop.example", now)
    assert await numbers(sessions, "A") == [(HOME, None, False), ("+421905333333", None, False)]
    assert await numbers(sessions, "B") == [(HOME, "home", True), (WORK, "office", True)]
    assert (await owned(sessions, "A"), await owned(sessions, "B")) == ((2, 3, 2), (1, 1, 1))


@pytest.mark.usefixtures("both")
async def test_what_was_given_to_others_or_deleted_since_stays_so(sessions: Sessions, now: datetime) -> None:
    await store(sessions, now, C=Person())
    await put_together(sessions, now, "A", "B")
    third = (await customer(sessions, "C")).id
    async with sessions.begin() as session:
        await session.execute(update(Purchase).where(Purchase.ref == "O-B-0").values(customer_id=third))
        await session.execute(delete(Call).where(Call.id == "call-B-0"))
    await take_apart(sessions, now, "A")
    assert (await owned(sessions, "B"), await owned(sessions, "C")) == ((0, 1, 0), (1, 0, 0))


@pytest.mark.usefixtures("both")
async def test_an_id_that_somebody_else_has_by_now_stays_theirs(sessions: Sessions, now: datetime) -> None:
    id_ = (await customer(sessions, "B")).id
    await put_together(sessions, now, "A", "B")
    async with sessions.begin() as session:
        session.add(Customer(id=id_, ref="new", name="New", created_at=now, updated_at=now))
    await take_apart(sessions, now, "A")
    back = await customer(sessions, "B")
    assert back.id != id_
    assert await owned(sessions, "B") == (1, 1, 1)
    assert (await customer(sessions, "new")).id == id_


@pytest.mark.usefixtures("both")
async def test_a_company_that_is_gone_comes_back_with_who_belongs_to_it(
    sessions: Sessions, now: datetime
) -> None:
    await put_together(sessions, now, "A", "B")
    async with sessions.begin() as session:
        await session.execute(delete(Company).where(Company.ref == "co-2"))
    await take_apart(sessions, now, "A")
    back = await customer(sessions, "B")
    async with sessions() as session:
        company = await session.get(Company, back.company_id)
    assert company is not None
    assert (company.ref, company.name) == ("co-2", "Name of co-2")


@pytest.mark.usefixtures("both")
async def test_the_last_merge_is_taken_apart_first(sessions: Sessions, now: datetime) -> None:
    await store(sessions, now, C=Person())
    await put_together(sessions, now, "A", "B")
    await put_together(sessions, now, "A", "C")
    async with sessions() as session:
        seen = (await versions(session, "A"))["A"]
    with pytest.raises(ChangedError, match="not that of B"):
        await unmerge(sessions, Pair("A", "B"), seen, By(ANA, now))
    with pytest.raises(ChangedError, match="changed customer A"):
        await unmerge(sessions, Pair("A", "C"), "other", By(ANA, now))


@pytest.mark.usefixtures("both")
async def test_who_and_when_stays_known_of_both(sessions: Sessions, now: datetime) -> None:
    await put_together(sessions, now, "A", "B")
    await take_apart(sessions, now + LATER, "A")
    async with sessions() as session:
        [told] = await session.scalars(select(Unmerge))
    ids = ((await customer(sessions, "B")).id, (await customer(sessions, "A")).id)
    assert (told.customer_id, told.kept_id) == ids
    assert (told.merged_at, told.merged_by, told.at, told.author) == (now, ANA, now + LATER, ANA)


@pytest.mark.usefixtures("both")
async def test_those_who_are_different_from_one_are_different_from_the_other(
    sessions: Sessions, now: datetime
) -> None:
    await store(sessions, now, C=Person())
    async with sessions.begin() as session:
        await say_different(session, ["B", "C"], ANA, now)
        await say_different(session, ["B", "C"], ANA, now)
    await put_together(sessions, now, "A", "B")
    ids = [(await customer(sessions, ref)).id for ref in "AC"]
    async with sessions() as session:
        assert await different(session, ids) == {(min(ids), max(ids))}


@pytest.mark.slow
@pytest.mark.usefixtures("both")
async def test_an_erasure_takes_what_is_kept_of_who_was_merged(sessions: Sessions, now: datetime) -> None:
    await put_together(sessions, now, "A", "B")
    await erase_customer(sessions, "A", None, now)
    assert await found_in(sessions, "Jan", "Rex", "co-1", "co-2", HOME, WORK) == set()


@pytest.mark.usefixtures("both")
async def test_what_was_picked_by_follows_the_calls(sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        picked = {"at": now, "today": now.date(), "facts": '{"cases.open":1}'}
        session.add(Pick(id="call-B-0.a", call_id="call-B-0", **picked))
    await put_together(sessions, now, "A", "B")
    async with sessions() as session:
        calls = (await export_customer(session, "A", now))["calls"]
    facts = {call["id"]: [pick["facts"] for pick in call["picks"]] for call in calls}
    assert facts["call-B-0"] == [{"cases.open": 1}]
    assert facts["call-A-0"] == []
    await erase_customer(sessions, "A", None, now)
    async with sessions() as session:
        assert list(await session.scalars(select(Pick.facts))) == [None]
