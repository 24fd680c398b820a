"""The database that a bench runs on; on SQLite it is made once, kept in var/, and copied for each run.

Each customer has a number of their own, some have a company's too; three orders with two items each, every
seventh is late; every third customer has a case. The users sit at one desk each and are logged in.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from console.cases.models import Case
from console.customers.models import (
    Company,
    CompanySearchKey,
    Customer,
    CustomerSearchKey,
    PhoneNumber,
    Purchase,
    PurchaseItem,
)
from console.customers.search_keys import Named, keys_of, keys_of_name
from console.db import schema
from console.db.base import Base
from console.db.engine import create_engine
from console.db.revision import Revision
from console.demo.goods import EVERYTHING
from console.demo.names import SLOVAKIA
from console.identity.models import User, UserInterface, UserQueue, UserSession
from console.identity.sessions import hash_token
from console.queues.models import Queue
from tests.bench.processes import ROOT

VERSION = 4  # of what is in it
QUEUE = "support"
NOW = datetime.now(UTC)
AT_ONCE = 5_000
ORDERS_EACH = 3
DESKS = 2_000
Row = dict[str, Any]


def number_of(customer: int) -> str:
    """The number that customer `customer` (from 1) calls from."""
    return f"+421905{customer:06}"


def name_of(customer: int) -> str:
    """What customer `customer` is called: names that many have, and a number that is theirs alone."""
    names, families = SLOVAKIA.women + SLOVAKIA.men, SLOVAKIA.families
    return f"{names[customer % len(names)]} {families[customer // 7 % len(families)][0]} {customer}"


def queue_of(number: int) -> str:
    """The name of queue `number` (from 0)."""
    return f"{QUEUE}-{number}" if number else QUEUE


def interface_of(user: int) -> str:
    """The phone of user `user` (from 1)."""
    return f"PJSIP/{2000 + user}"


def token_of(user: int) -> str:
    """The session cookie of user `user`."""
    return f"bench-session-{user}"


def csrf_of(user: int) -> str:
    """What every form of that session carries."""
    return f"csrf-{user}"


def database_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def copy_records(target: Path, customers: int) -> None:
    """Put an SQLite database with so many customers at `target`."""
    kept = ROOT / f"var/bench-{_version()}-{customers}.sqlite"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        for outdated in kept.parent.glob("bench-*.sqlite"):
            if f"-{_version()}-" not in outdated.name:
                outdated.unlink()
        unfinished = kept.with_suffix(".part.sqlite")
        unfinished.unlink(missing_ok=True)
        await make_records(database_url(unfinished), customers)
        unfinished.rename(kept)
    shutil.copy(kept, target)


def _version() -> str:
    """Of the tables and of what is in them."""
    migrations = b"".join(file.read_bytes() for file in sorted(schema.MIGRATIONS.glob("versions/*.py")))
    return f"{VERSION}-{sha256(migrations).hexdigest()[:8]}"


async def make_records(url: str, customers: int) -> None:
    """Fill the empty database at `url`."""
    engine = create_engine(url)
    await schema.ensure(engine)
    tables: list[tuple[type[Base], Callable[[int], list[Row]], int]] = [
        (Queue, _queue, 1),
        (User, _user, DESKS),
        (UserInterface, _interface, DESKS),
        (UserQueue, _membership, DESKS),
        (UserSession, _session, DESKS),
        (Company, _company, customers // 10 + 1),
        (CompanySearchKey, _company_keys, customers // 10 + 1),
        (Customer, _customer, customers),
        (CustomerSearchKey, _customer_keys, customers),
        (PhoneNumber, _phones, customers),
        (Purchase, _purchases, customers),
        (PurchaseItem, _items, customers),
        (Case, _cases, customers),
    ]
    async with engine.begin() as connection:
        for table, rows, number in tables:
            await _write(connection, table, (row for index in range(1, number + 1) for row in rows(index)))
        await connection.execute(insert(Revision), {"name": "bench", "number": VERSION})
    async with engine.connect() as connection:
        await connection.exec_driver_sql("ANALYZE")
        if engine.dialect.name == "sqlite":
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    await engine.dispose()


async def _write(connection: AsyncConnection, table: type[Base], rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, AT_ONCE)):
        await connection.execute(insert(table), batch)


def _queue(_index: int) -> list[Row]:
    return [{"name": QUEUE, "title": "Customer support", "line": 1}]


def _user(index: int) -> list[Row]:
    return [
        {
            "id": index,
            "email": f"agent{index}@example.com",
            "name": f"Agent {index}",
            "role": "agent",
            "password_hash": "-",
            "extension": str(2000 + index),
            "line": 1,
            "created_at": NOW,
        }
    ]


def _interface(index: int) -> list[Row]:
    return [{"interface": interface_of(index), "user_id": index}]


def _membership(index: int) -> list[Row]:
    return [{"user_id": index, "queue": QUEUE}]


def _session(index: int) -> list[Row]:
    return [
        {
            "token_hash": hash_token(token_of(index)),
            "user_id": index,
            "csrf_token": csrf_of(index),
            "created_at": NOW,
            "seen_at": NOW + timedelta(days=1000),
            "expires_at": NOW + timedelta(days=3650),
        }
    ]


def _company(index: int) -> list[Row]:
    return [{"id": index, "ref": f"A-{index}", "name": f"Company {index} s.r.o."}]


def _customer(index: int) -> list[Row]:
    return [
        {
            "id": index,
            "ref": f"C-{index}",
            "name": name_of(index),
            "company_id": index // 10 + 1 if index % 2 else None,
            "email": f"customer{index}@example.com",
            "segment": ("standard", "business", "vip")[index % 3],
            "language": "sk",
            "birthday": date(1960 + index % 40, 1 + index % 12, 1 + index % 28),
            "customer_since": date(2015 + index % 10, 3, 1),
            "notes": None,
            "attributes": {"employees": index % 200},
            "created_at": NOW,
            "updated_at": NOW,
        }
    ]


def _company_keys(index: int) -> list[Row]:
    [company] = _company(index)
    return [{"key": key, "company_id": index} for key in keys_of_name(company["name"])]


def _customer_keys(index: int) -> list[Row]:
    [customer] = _customer(index)
    keys = keys_of(Named(customer["name"], customer["email"]))
    return [{"key": key, "customer_id": index} for key in keys]


def _phones(index: int) -> list[Row]:
    own = {"customer_id": index, "e164": number_of(index), "raw": number_of(index), "label": "mobile"}
    if index % 4:
        return [own]
    switchboard = f"+4212{index // 40:08}"
    return [own, own | {"e164": switchboard, "raw": switchboard, "label": "office", "shared": True}]


def _purchases(index: int) -> list[Row]:
    return [_purchase(index, order) for order in range(ORDERS_EACH)]


def _purchase(index: int, order: int) -> Row:
    late = order == 0 and index % 7 == 0
    placed = NOW - timedelta(days=9 + order * 33 + index % 20)
    return {
        "id": index * ORDERS_EACH + order,
        "ref": f"O-{index}-{order}",
        "customer_id": index,
        "placed_at": placed,
        "status": "shipped" if late else "delivered",
        "total": Decimal("123.40"),
        "currency": "EUR",
        "promised_at": placed + timedelta(days=4),
        "delivered_at": None if late else placed + timedelta(days=3),
    }


def _items(index: int) -> list[Row]:
    return [_item(index, order, position) for order in range(ORDERS_EACH) for position in range(2)]


def _item(index: int, order: int, position: int) -> Row:
    good = EVERYTHING[(index + order * 5 + position) % len(EVERYTHING)]
    return {
        "purchase_id": index * ORDERS_EACH + order,
        "position": position,
        "sku": good.sku,
        "name": good.name,
        "category": good.category,
        "quantity": Decimal(1),
        "unit_price": good.price,
    }


def _cases(index: int) -> list[Row]:
    if index % 3:
        return []
    opened = NOW - timedelta(days=3 + index % 9)
    due_at = opened + timedelta(days=5)
    overdue = due_at < NOW
    if not overdue:  # nor while these records are kept
        due_at += timedelta(days=365)
    return [
        {
            "ref": f"T-{index}",
            "customer_id": index,
            "subject": "Chair arrived damaged",
            "status": "open",
            "priority": ("low", "normal", "high")[index % 9 // 3],
            "line": 1 + index % 2,
            "opened_at": opened,
            "due_at": due_at,
            "escalated_for": due_at if overdue else None,  # as if it had come in so
        }
    ]
