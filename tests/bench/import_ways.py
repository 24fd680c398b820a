"""One of the two imports that the bench compares: `python -m tests.bench.import_ways straight|ours FOLDER`.

Prints, as JSON, the seconds of each kind and the peak memory.
"""

import asyncio
import csv
import json
import os
import resource
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
from sqlalchemy import make_url

from console.clock import now
from console.commands.collecting import rare_collections
from console.commands.database import open_database
from console.customers.models import TAIL_DIGITS
from console.customers.search_keys import Named, keys_of, keys_of_name
from console.profile.fields import forms
from console.profile.importing import Import
from console.profile.kinds import KINDS, Reading
from console.settings import Settings, read_settings
from telephony.addresses import without_extension
from telephony.numbers import Plan, normalise

AT_ONCE = 1_000
Row = tuple[Any, ...]


class Driver:
    """The bare driver of either database."""

    async def many(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        raise NotImplementedError

    async def ids(self, table: str, refs: Sequence[str]) -> dict[str, int]:
        raise NotImplementedError

    async def commit(self) -> None:
        raise NotImplementedError

    def moment(self, value: datetime) -> Any:
        raise NotImplementedError

    def day(self, text: str) -> Any:
        raise NotImplementedError


class Sqlite(Driver):
    def __init__(self, url: str) -> None:
        self._database = sqlite3.connect(str(make_url(url).database))
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute("PRAGMA foreign_keys=ON")

    async def many(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        places = ",".join("?" * (columns.count(",") + 1))
        self._database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)

    async def ids(self, table: str, refs: Sequence[str]) -> dict[str, int]:
        places = ",".join("?" * len(refs))
        return dict(self._database.execute(f"SELECT ref, id FROM {table} WHERE ref IN ({places})", refs))

    async def commit(self) -> None:
        self._database.commit()

    def moment(self, value: datetime) -> Any:
        return value.strftime("%Y-%m-%d %H:%M:%S.000000")

    def day(self, text: str) -> Any:
        return text


class Postgres(Driver):
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._transaction: Any = None

    async def _begin(self) -> None:
        if self._transaction is None:
            self._transaction = self._connection.transaction()
            await self._transaction.start()

    async def many(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        await self._begin()
        places = ",".join(f"${place}" for place in range(1, columns.count(",") + 2))
        await self._connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)

    async def ids(self, table: str, refs: Sequence[str]) -> dict[str, int]:
        rows = await self._connection.fetch(f"SELECT ref, id FROM {table} WHERE ref = ANY($1)", refs)
        return {row["ref"]: row["id"] for row in rows}

    async def commit(self) -> None:
        await self._transaction.commit()
        self._transaction = None

    def moment(self, value: datetime) -> Any:
        return value

    def day(self, text: str) -> Any:
        return date.fromisoformat(text)


class Straight:
    """The straight line. It knows that its file is clean and that nothing is stored yet."""

    def __init__(self, driver: Driver, settings: Settings) -> None:
        self._driver = driver
        self._zone = settings.time_zone
        self._plan = Plan("SK")
        self._companies: set[str] = set()

    def _moment(self, text: str) -> Any:
        local = datetime.fromisoformat(text)
        return self._driver.moment(local.replace(tzinfo=self._zone).astimezone(UTC))

    async def customers(self, rows: list[list[str]]) -> None:
        driver, at = self._driver, self._driver.moment(datetime.now(UTC))
        companies = {row[2]: row[3] for row in rows if row[2] not in self._companies}
        self._companies |= companies.keys()
        await driver.many("companies", "ref,name", list(companies.items()))
        by_ref = await driver.ids("companies", list({row[2] for row in rows}))
        keys = [(key, by_ref[ref]) for ref, name in companies.items() for key in keys_of_name(name)]
        await driver.many("company_search_keys", "key,company_id", keys)
        columns = "ref,name,company_id,email,segment,language,birthday,customer_since,attributes"
        new = [
            (
                *(row[0], row[1], by_ref[row[2]], *row[5:8], driver.day(row[8]), driver.day(row[9])),
                *("{}", at, at),
            )
            for row in rows
        ]
        await driver.many("customers", f"{columns},created_at,updated_at", new)
        ids = await driver.ids("customers", [row[0] for row in rows])
        await driver.many(
            "phone_numbers",
            "customer_id,e164,tail,raw,label,shared",
            [phone for row in rows for phone in self._phones(ids[row[0]], row[4])],
        )
        found = sorted((key, ids[row[0]]) for row in rows for key in keys_of(Named(row[1], row[5])))
        await driver.many("customer_search_keys", "key,customer_id", found)

    def _phones(self, customer: int, text: str) -> Iterator[Row]:
        for entry in text.split(";"):
            raw, label, *shared = entry.split("|")
            e164 = normalise(without_extension(raw), self._plan).e164 or ""
            yield customer, e164, e164[-TAIL_DIGITS:], raw, label, bool(shared)

    async def purchases(self, rows: list[list[str]]) -> None:
        driver = self._driver
        owners = await driver.ids("customers", list({row[1] for row in rows}))
        new = [
            (
                *(row[0], owners[row[1]], self._moment(row[2]), row[3], _amount(row[4]), row[5]),
                *(self._moment(row[6]), self._moment(row[7])),
            )
            for row in rows
        ]
        columns = "ref,customer_id,placed_at,status,total,currency,promised_at,delivered_at"
        await driver.many("purchases", columns, new)
        ids = await driver.ids("purchases", [row[0] for row in rows])
        items = [item for row in rows for item in _items(ids[row[0]], row[8])]
        columns = "purchase_id,position,sku,name,category,quantity,unit_price"
        await driver.many("purchase_items", columns, items)

    async def cases(self, rows: list[list[str]]) -> None:
        driver = self._driver
        owners = await driver.ids("customers", list({row[1] for row in rows}))
        new = [
            (
                *(row[0], owners[row[1]], *row[2:5], int(row[5]), self._moment(row[6]), self._moment(row[7])),
                *(int(row[9]), row[10]),
            )
            for row in rows
        ]
        columns = "ref,customer_id,subject,status,priority,line,opened_at,due_at,reopened,owner"
        await driver.many("cases", columns, new)

    async def read(self, folder: Path, kind: str) -> int:
        save: Callable[[list[list[str]]], Awaitable[None]] = getattr(self, kind)
        number = 0
        with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            while batch := list(islice(rows, AT_ONCE)):
                await save(batch)
                await self._driver.commit()
                number += len(batch)
        return number


def _amount(text: str) -> int:
    return round(float(text) * 10_000)


def _items(purchase: int, text: str) -> Iterator[Row]:
    for position, item in enumerate(text.split(";")):
        sku, name, category, quantity, price = item.split("|")
        yield purchase, position, sku, name, category, _amount(quantity), _amount(price)


async def straight(folder: Path, settings: Settings) -> dict[str, float]:
    """Import by the straight line."""
    if settings.database_url.startswith("sqlite"):
        return await _timed(Straight(Sqlite(settings.database_url), settings), folder)
    url = make_url(settings.database_url).set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    told = await _timed(Straight(Postgres(connection), settings), folder)
    await connection.close()
    return told


async def _timed(line: Straight, folder: Path) -> dict[str, float]:
    told: dict[str, float] = {}
    for kind in KINDS:
        start = perf_counter()
        told[f"{kind}_rows"] = await line.read(folder, kind)
        told[kind] = perf_counter() - start
    return told


async def ours(folder: Path, settings: Settings) -> dict[str, float]:
    """Import as `lineside import` does."""
    told: dict[str, float] = {}
    reading = Reading(forms(settings.locale, settings.time_zone, "SK"), "EUR")
    async with open_database(settings) as sessions:
        for kind in KINDS:
            start = perf_counter()
            job = Import(folder / f"{kind}.csv", kind, reading, "SK")
            with rare_collections():
                told[f"{kind}_rows"] = (await job.run(sessions, now(), dry_run=False)).imported
            told[kind] = perf_counter() - start
    return told


WAYS = {"straight": straight, "ours": ours}


def main() -> None:
    """Import the way that is asked for."""
    told = asyncio.run(WAYS[sys.argv[1]](Path(sys.argv[2]), read_settings(os.environ)))
    told["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(json.dumps(told))


if __name__ == "__main__":
    main()
