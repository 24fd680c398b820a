"""Who may be one and the same is found, with why; and quickly, however many there are."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from console.customers.actions import save_customers
from console.customers.models import Customer
from console.customers.records import CompanyRecord, CustomerRecord, PhoneRecord
from console.db.engine import Sessions
from console.profile.different import say_different
from console.profile.duplicate_statements import WALKS, Reason
from console.profile.duplicates import GROUPS, MOST_LISTED, Group, Place, duplicates_of, find
from tests.console.profile.two_records import ANA, number

HOME, WORK = "+421905111111", "+421905222222"
FLOWERS, BOOKS = CompanyRecord("F", "Flowers"), CompanyRecord("B", "Books")


def person(
    ref: str,
    name: str | None = None,
    *phones: PhoneRecord,
    email: str | None = None,
    company: CompanyRecord | None = None,
) -> CustomerRecord:
    return CustomerRecord(ref, {"name": name or f"N {ref}", "email": email}, True, company, phones)


async def store(sessions: Sessions, now: datetime, people: Iterable[CustomerRecord]) -> None:
    async with sessions.begin() as session:
        await save_customers(session, [*people], now)


def told(groups: Iterable[Group]) -> list[tuple[str, ...]]:
    return [tuple(each.ref for each in group.people) for group in groups]


async def found(sessions: Sessions, reason: Reason) -> list[tuple[str, ...]]:
    """Everything, page by page."""
    place: Place | None = Place()
    groups: list[Group] = []
    async with sessions() as session:
        while place is not None:
            page = await find(session, reason, place)
            groups += page.groups
            place = page.on_from
    return told(groups)


async def of(sessions: Sessions, ref: str) -> list[tuple[str, list[Reason]]]:
    async with sessions() as session:
        id_ = (await session.scalars(select(Customer.id).where(Customer.ref == ref))).one()
        return [(group.people[1].ref, [*group.reasons]) for group in await duplicates_of(session, id_)]


PEOPLE = [
    person("A1", "Đorđe Nový", number(HOME), email="Djordje@shop.example", company=FLOWERS),
    person("A2", "Novy Djordje", number(HOME), number(WORK), company=FLOWERS),
    person("A3", "Dorde Nový", company=BOOKS),
    person("A4", None, number(WORK, shared=True), email="djordje@SHOP.example"),
    person("A5", "Jan Nový", email=""),
    person("A6", "Jan Nový", email=""),
]


async def test_what_two_have_in_common_is_found(sessions: Sessions, now: datetime) -> None:
    await store(sessions, now, PEOPLE)
    assert await found(sessions, Reason.NUMBER) == [("A1", "A2")]
    assert await found(sessions, Reason.EMAIL) == [("A1", "A4")]
    assert await found(sessions, Reason.NAME) == [("A1", "A2")]
    assert await of(sessions, "A1") == [("A2", [Reason.NUMBER, Reason.NAME]), ("A4", [Reason.EMAIL])]
    assert await of(sessions, "A6") == []


async def test_nothing_is_found_where_nothing_is(sessions: Sessions) -> None:
    for reason in Reason:
        assert await found(sessions, reason) == []


async def test_spellings_of_one_name_are_told_with_all_who_share_them(
    sessions: Sessions, now: datetime
) -> None:
    names = ["Đorđe Nový", "Nový Đorđe", "Dorde Novy"]
    await store(sessions, now, [person(f"A{n}", name, company=BOOKS) for n, name in enumerate(names)])
    assert sorted(await found(sessions, Reason.NAME)) == [("A0", "A1"), ("A0", "A1", "A2")]


async def test_whoever_was_said_to_be_another_is_not_told_again(sessions: Sessions, now: datetime) -> None:
    await store(sessions, now, [person(f"A{n}", None, number(HOME)) for n in range(3)])
    async with sessions.begin() as session:
        await say_different(session, ["A0", "A1"], ANA, now)
    assert await found(sessions, Reason.NUMBER) == [("A0", "A1", "A2")]
    assert await of(sessions, "A0") == [("A2", [Reason.NUMBER])]
    async with sessions.begin() as session:
        await say_different(session, ["A0", "A1", "A2"], ANA, now)
    assert await found(sessions, Reason.NUMBER) == []


async def test_what_very_many_have_in_common_is_told_as_one_group(sessions: Sessions, now: datetime) -> None:
    many = MOST_LISTED + 5
    alike = [
        person(f"A{n:02}", "N. N.", number(HOME), email="info@shop.example", company=BOOKS)
        for n in range(many)
    ]
    await store(sessions, now, alike)
    async with sessions() as session:
        for reason in Reason:
            [group] = (await find(session, reason, Place())).groups
            assert (len(group.people), group.number, group.too_many) == (MOST_LISTED, many, True)
            assert group.reasons == [*Reason]


@pytest.mark.slow
@pytest.mark.parametrize("stretch", [1, 7, 1000])
async def test_pages_have_each_group_once_however_long_the_stretches_are(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    for reason, walk in WALKS.items():
        monkeypatch.setitem(WALKS, reason, replace(walk, stretch=stretch))
    pairs = range(GROUPS + 3)
    people = [
        person(
            f"{side}{n:02}",
            f"Jan {chr(97 + n % 26)}",
            number(f"+4219051111{n:02}"),
            email=f"{n:02}@shop.example",
            company=CompanyRecord(f"F{n:02}", "F"),
        )
        for n in pairs
        for side in "AB"
    ]
    await store(sessions, now, people)
    expected = [(f"A{n:02}", f"B{n:02}") for n in pairs]
    for reason in Reason:
        assert await found(sessions, reason) == expected
