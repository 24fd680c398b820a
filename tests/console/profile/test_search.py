"""Who is found by what, on both databases."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from decimal import Decimal

import pytest

from console.cases.actions import save_cases
from console.cases.records import CaseRecord
from console.customers.actions import save_customers, save_purchases
from console.customers.records import CompanyRecord, CustomerRecord, PhoneRecord, PurchaseRecord
from console.db.engine import Sessions
from console.profile.search import SHOWN, Answer, Found, search
from console.profile.search_question import read
from console.profile.search_statement import LOOKED_AT

Look = Callable[[str], Awaitable[Answer]]

FLOWERS = CompanyRecord("F", "Kvetinárstvo Šťastný s.r.o.")
MOBILE = "+421905123456"
ARGENTINE = "+5491123456789"


def customer(
    ref: str, name: str, email: str = "", phone: str = "", company: CompanyRecord | None = None
) -> CustomerRecord:
    phones = (PhoneRecord(phone, phone, None, shared=False),) if phone else ()
    return CustomerRecord(ref, {"name": name, "email": email or None}, bool(company), company, phones)


PEOPLE = [
    customer("C-1", "Ján Šťastný", "Jan.Stastny@shop.example", MOBILE),
    customer("C-2", "Jana Nováková", company=FLOWERS),
    customer("C-3", "Novák Jan Peter Pavol", "info@novak.example"),
    customer("C-4", "Đorđe Müller", phone=ARGENTINE),
    customer("C-5", "Anne Ørsted"),
    customer("C-6", "Wojciech z Łodzi", "łódź@shop.example"),
    customer("VIP", "O'Brien"),
]


@pytest.fixture
async def look(sessions: Sessions, now: datetime) -> AsyncIterator[Look]:
    async with sessions() as session:
        await save_customers(session, PEOPLE, now)
        order = {"placed_at": now, "status": "placed", "total": Decimal(1), "currency": "EUR"}
        await save_purchases(session, [PurchaseRecord("O-77", "C-2", order)])
        case = {"subject": "Broken", "status": "open", "priority": "low", "opened_at": now}
        await save_cases(session, [CaseRecord("K-778", "C-3", case)], now)

        async def look(typed: str) -> Answer:
            return await search(session, read(typed, "SK"))

        yield look


FOUND = [
    ("stastny", ["C-1 name", "C-2 company"]),
    ("ŠŤASTNÝ", ["C-1 name", "C-2 company"]),
    ("stas jan", ["C-1 name", "C-2 colleague"]),
    ("ja st", ["C-1 name", "C-2 colleague"]),
    ("jan st", ["C-1 name", "C-2 colleague"]),
    ("nov ja", ["C-2 name", "C-3 name"]),
    ("novak pavol", ["C-3 name"]),
    ("jan pav", ["C-3 name"]),
    ("pavol peter novak jan", ["C-3 name"]),
    ("dorde", ["C-4 name"]),
    ("djordje", ["C-4 name"]),
    ("Đorđe", ["C-4 name"]),
    ("mueller djor", ["C-4 name"]),
    ("orsted", ["C-5 name"]),
    ("oersted", ["C-5 name"]),
    ("lodz", ["C-6 name"]),
    ("obrien", ["VIP name"]),
    ("O’BRIEN", ["VIP name"]),
    ("kvetin", ["C-2 company"]),
    ("kvetinarstvo novakova", ["C-2 colleague"]),
    ("sro jana", ["C-2 colleague"]),
    ("jana plasty", []),
    ("Jan.Stastny@", ["C-1 email Jan.Stastny@shop.example"]),
    ("jan.stastny@shop.example", ["C-1 email Jan.Stastny@shop.example"]),
    ("info", ["C-3 email info@novak.example"]),
    ("łódź@", ["C-6 email łódź@shop.example"]),
    ("0905 123 456", [f"C-1 number {MOBILE}"]),
    ("+421 905 123-456", [f"C-1 number {MOBILE}"]),
    ("00421905123456", [f"C-1 number {MOBILE}"]),
    ("tel:+421905123456", [f"C-1 number {MOBILE}"]),
    ("0905 12", [f"C-1 number {MOBILE}"]),
    ("123456", [f"C-1 number {MOBILE}"]),
    ("5123456", [f"C-1 number {MOBILE}"]),
    ("6123456", []),
    ("+4219", [f"C-1 number {MOBILE}"]),
    ("+421 905", [f"C-1 number {MOBILE}"]),
    ("(+421) 905/", [f"C-1 number {MOBILE}"]),
    ("+421 (0)905", [f"C-1 number {MOBILE}"]),
    ("004219", [f"C-1 number {MOBILE}"]),
    ("421905", [f"C-1 number {MOBILE}"]),
    ("421 905 12", [f"C-1 number {MOBILE}"]),
    ("+5", []),
    ("+54", []),
    ("+549", [f"C-4 number {ARGENTINE}"]),
    ("+421", []),
    ("00421", []),
    ("42190", []),
    ("0905123456 ext 3", [f"C-1 number {MOBILE}"]),
    ("0905 123 456 ext. 3", [f"C-1 number {MOBILE}"]),
    ("+421905123456 kl. 12", [f"C-1 number {MOBILE}"]),
    ("123456 #12", [f"C-1 number {MOBILE}"]),
    ("+54 11 2345 6789", [f"C-4 number {ARGENTINE}"]),
    ("o-77", ["C-2 order O-77"]),
    ("O-7", ["C-2 order O-77"]),
    ("k-77", ["C-3 case K-778"]),
    ("c-5", ["C-5 ref"]),
    ("vip", ["VIP ref"]),
    ("nobody", []),
    ("", []),
    (" \0 ", []),
    ("%", []),
    ("j_n", ["C-2 name", "C-3 name"]),
    ("'; DROP TABLE customers; --", []),
]


async def test_found(look: Look) -> None:
    """One database for the whole table: a fresh one for each row would take a minute."""
    found = [(typed, [shown(each) for each in (await look(typed)).found]) for typed, _ in FOUND]
    assert [pair for pair in found if pair not in FOUND] == []


def shown(each: Found) -> str:
    return f"{each.ref} {each.kind} {each.matched}".strip()


async def test_each_result_tells_people_apart(look: Look) -> None:
    [jana] = (await look("novakova")).found
    assert (jana.ref, jana.name, jana.company) == ("C-2", "Jana Nováková", FLOWERS.name)


async def looked_up(sessions: Sessions, now: datetime, typed: str, *stored: str) -> Answer:
    """The answer where customers with these names are stored."""
    async with sessions() as session:
        people = [CustomerRecord(f"N{index}", {"name": name}) for index, name in enumerate(stored)]
        await save_customers(session, people, now)
        return await search(session, read(typed, "SK"))


async def test_what_matches_best_comes_first(sessions: Sessions, now: datetime) -> None:
    best = ["Jan", "Jan Biely", "Biely Jan", "Jana Adamová", "Eva Janová"]
    answer = await looked_up(sessions, now, "jan", *reversed(best))
    assert [each.name for each in answer.found] == best


@pytest.mark.slow
async def test_two_words_are_found_among_many_who_have_one(sessions: Sessions, now: datetime) -> None:
    many = (f"Jan Nagy {index}" for index in range(LOOKED_AT + 1))
    answer = await looked_up(sessions, now, "jan novak", *many, "Novák Jan")
    assert [each.name for each in answer.found] == ["Novák Jan"]


async def test_of_many_the_first_are_shown(sessions: Sessions, now: datetime) -> None:
    many = [f"Zeman {index:02}" for index in range(SHOWN + 1)]
    answer = await looked_up(sessions, now, "zem", *reversed(many))
    assert [each.name for each in answer.found] == many[:SHOWN]
    assert answer.more
