"""Searching while somebody types, with a million customers, beside one indexed select: in turns, in one
session."""

import tempfile
from collections.abc import Awaitable, Iterator
from pathlib import Path
from random import Random
from time import perf_counter

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.models import Customer
from console.db.engine import create_engine, create_sessions
from console.profile.search import search
from console.profile.search_question import read
from tests.bench.records import copy_records, database_url, name_of, number_of
from tests.bench.report import Goal, percentile, table

CUSTOMERS = 1_000_000
QUICK_CUSTOMERS = 1_000
WARM = 20
SEARCHES = 300
"""People who are typed, letter by letter."""

QUICK_SEARCHES = 20
TIMES_ONE_SELECT = 20
ONE_SELECT = select(Customer.name).where(Customer.ref == bindparam("ref"))


async def run(quick: bool) -> list[Goal]:
    """How many times as long as one indexed select each key takes until its result is there."""
    customers, searches = (QUICK_CUSTOMERS, QUICK_SEARCHES) if quick else (CUSTOMERS, SEARCHES)
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "search.sqlite"
        await copy_records(records, customers)
        engine = create_engine(database_url(records))
        async with create_sessions(engine)() as session:
            keys, selects = await _measure(session, customers, searches)
        await engine.dispose()
    every = [time for times in keys.values() for time in times]
    rows = [_row(kind, times) for kind, times in {**keys, "all": every, "one select": selects}.items()]
    print(f"\nSearching while typing, {customers:,} customers")
    print(table([("", "keys", "p50 ms", "p99 ms"), *rows]))
    ratio = percentile(every, 0.99) / percentile(selects, 0.99)
    return [Goal("search while typing, p99 over that of one indexed select", ratio, TIMES_ONE_SELECT, "x")]


async def _measure(
    session: AsyncSession, customers: int, searches: int
) -> tuple[dict[str, list[float]], list[float]]:
    random = Random(1)  # noqa: S311 - repeatable, not secret
    keys: dict[str, list[float]] = {}
    selects: list[float] = []
    for index in range(WARM + searches):
        customer = random.randint(1, customers)
        for kind, typed in _typed(customer, random):
            spent = await _time(search(session, read(typed, "SK")))
            one = await _time(session.execute(ONE_SELECT, {"ref": f"C-{random.randint(1, customers)}"}))
            if index >= WARM:
                keys.setdefault(kind, []).append(spent)
                selects.append(one)
    return keys, selects


def _typed(customer: int, random: Random) -> Iterator[tuple[str, str]]:
    """What stands in the box after each key, of one way to look for the customer."""
    first, family, last = name_of(customer).split()
    kind, whole = random.choice(
        [
            ("name", f"{first} {family}"),
            ("name", f"{family} {first}"),
            ("name", f"{family[:4]} {first[:3]} {last}"),
            ("company", f"company {customer // 10 + 1}"),
            ("name and company", f"{family} company {customer // 10 + 1}"),
            ("number", number_of(customer)),
            ("number", f"0{number_of(customer)[4:]}"),
            ("e-mail", f"customer{customer}@example.com"),
            ("order", f"o-{customer}-1"),
            ("case", f"T-{customer}"),
        ]
    )
    for length in range(1, len(whole) + 1):
        yield kind, whole[:length]


async def _time(work: Awaitable[object]) -> float:
    start = perf_counter()
    await work
    return perf_counter() - start


def _row(kind: str, times: list[float]) -> tuple[str, ...]:
    p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
    return kind, str(len(times)), f"{p50 * 1000:.2f}", f"{p99 * 1000:.2f}"
