"""Keys follow what customers and companies are called, on both databases."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from alembic import command
from sqlalchemy import Connection, delete, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.actions import save_customers
from console.customers.models import (
    SEARCH_KEY_LENGTH,
    Company,
    CompanySearchKey,
    Customer,
    CustomerSearchKey,
)
from console.customers.records import CompanyRecord, CustomerRecord
from console.customers.search_keys import MOST_WORDS, Named, keys_of, keys_of_name
from console.db import schema
from console.db.engine import Sessions, create_engine

JAN = CustomerRecord("C1", {"name": "Ján Šťastný", "email": "Jan@Shop.example"})
ACME = CompanyRecord("A", "Acme s.r.o.")


def test_each_word_of_a_name_stands_in_front_once() -> None:
    turned = {"jan peter novak", "peter novak jan", "novak jan peter"}
    assert keys_of_name("Ján  Peter NOVÁK") == turned
    assert keys_of_name("Novák") == {"novak"}
    assert keys_of_name("…") == set()


def test_an_email_is_a_key() -> None:
    assert keys_of(Named("Ján", " Jan@Shop.example ")) == {"jan", "jan@shop.example"}
    assert keys_of(Named("Ján", "")) == {"jan"}


def test_keys_are_bounded() -> None:
    many = keys_of_name(" ".join(f"{letter}ohn" for letter in "abcdefghijklmnop") * 9)
    assert len(many) == MOST_WORDS
    assert max(map(len, many)) == SEARCH_KEY_LENGTH
    assert {len(key) for key in keys_of(Named("x" * 300, "y" * 300))} == {SEARCH_KEY_LENGTH}


class Keys:
    """Saves customers and reads keys."""

    def __init__(self, session: AsyncSession, at: datetime) -> None:
        self.session = session
        self._at = at

    async def save(self, *records: CustomerRecord) -> None:
        await save_customers(self.session, records, self._at)

    async def customers(self) -> set[str]:
        query = select(Customer.ref, CustomerSearchKey.key).join(CustomerSearchKey.__table__)
        return {f"{row.ref}: {row.key}" for row in await self.session.execute(query)}

    async def companies(self) -> set[str]:
        query = select(Company.ref, CompanySearchKey.key).join(CompanySearchKey.__table__)
        return {f"{row.ref}: {row.key}" for row in await self.session.execute(query)}


@pytest.fixture
async def keys(sessions: Sessions, now: datetime) -> AsyncIterator[Keys]:
    async with sessions() as session:
        yield Keys(session, now)


async def test_a_new_customer_has_keys(keys: Keys) -> None:
    await keys.save(JAN, CustomerRecord("C2", {"name": "Eva"}))
    jan = {"C1: jan stastny", "C1: stastny jan", "C1: jan@shop.example"}
    assert await keys.customers() == {*jan, "C2: eva"}


async def test_a_changed_name_or_email_changes_the_keys(keys: Keys) -> None:
    await keys.save(JAN, CustomerRecord("C2", {"name": "Eva"}))
    await keys.save(CustomerRecord("C1", {"name": "Jan"}))
    assert await keys.customers() == {"C1: jan", "C1: jan@shop.example", "C2: eva"}
    await keys.save(CustomerRecord("C1", {"email": None}))
    assert await keys.customers() == {"C1: jan", "C2: eva"}


async def test_what_leaves_the_name_alone_writes_no_keys(keys: Keys) -> None:
    await keys.save(JAN)
    written: list[str] = []
    connection = await keys.session.connection()
    engine = connection.sync_connection
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: written.append(sql))
    await keys.save(CustomerRecord("C1", {**JAN.values, "segment": "vip"}))
    assert not [sql for sql in written if "search_keys" in sql]


async def test_a_company_has_keys_and_is_renamed(keys: Keys) -> None:
    await keys.save(CustomerRecord("C1", {"name": "Jan"}, company_given=True, company=ACME))
    assert await keys.companies() == {"A: acme sro", "A: sro acme"}
    renamed = CompanyRecord("A", "Zeta")
    await keys.save(CustomerRecord("C1", {}, company_given=True, company=renamed))
    assert await keys.companies() == {"A: zeta"}
    unnamed = CompanyRecord("B-7", None)
    await keys.save(CustomerRecord("C2", {"name": "Eva"}, company_given=True, company=unnamed))
    assert await keys.companies() == {"A: zeta", "B-7: b 7", "B-7: 7 b"}


async def test_keys_go_with_the_customer(keys: Keys) -> None:
    await keys.save(JAN)
    await keys.session.execute(delete(Customer))
    assert await keys.customers() == set()
    assert not (await keys.session.scalars(select(CustomerSearchKey.key))).all()


MORE_THAN_AT_ONCE = 5_001
CUSTOMER = (
    "INSERT INTO customers (id, ref, name, email, attributes, created_at, updated_at)"
    " VALUES (:id, :ref, :name, :email, '{}', '2026-11-21', '2026-11-21')"
)


def fill_first_tables(connection: Connection) -> None:
    """A database of the first version, with customers."""
    command.upgrade(schema.config_for(connection), "0001")
    rows = [
        {"id": 2 * index, "ref": f"C{index}", "name": "Eva" if index > 1 else "Ján Šťastný", "email": None}
        for index in range(1, MORE_THAN_AT_ONCE + 1)
    ]
    rows[0]["email"] = "Jan@Shop.example"
    connection.execute(text(CUSTOMER), rows)
    connection.execute(text("INSERT INTO companies (id, ref, name) VALUES (1, 'A', 'Acme s.r.o.')"))
    connection.commit()


@pytest.mark.slow
async def test_those_who_were_stored_before_get_keys_with_the_upgrade(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    async with engine.connect() as connection:
        await connection.run_sync(fill_first_tables)
    await schema.upgrade(engine)
    async with engine.connect() as connection:
        keys = {row.key for row in await connection.execute(select(CustomerSearchKey))}
        found = await connection.scalar(select(func.count()).select_from(CustomerSearchKey))
        companies = {row.key for row in await connection.execute(select(CompanySearchKey))}
    await engine.dispose()
    assert keys == {"jan stastny", "stastny jan", "jan@shop.example", "eva"}
    assert found == MORE_THAN_AT_ONCE + 2
    assert companies == {"acme sro", "sro acme"}
