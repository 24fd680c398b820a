"""The statement stays fast with a million customers: it looks everything up by an index."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, text

from console.customers.models import Company
from console.db.engine import Sessions
from console.db.hot import SESSION, Dialect, numbered
from console.demo.actions import fill
from console.facts.statement import DAY_WINDOWS, by_number, by_ref
from tests.console.facts.records import NUMBER, Records

PARAMETERS = ["e164", "twin", "tail", "ref", "call", "at", *(f"since_{days}" for days in DAY_WINDOWS)]


@pytest.fixture
async def connection(sessions: Sessions) -> AsyncIterator[Any]:
    async with sessions() as session:
        yield await session.connection()


@pytest.mark.parametrize("statement", [by_number, by_ref])
async def test_no_table_is_read_from_end_to_end(connection: Any, statement: Any) -> None:
    dialect = Dialect(connection.dialect.name)
    scans = _sqlite_scans if dialect is Dialect.SQLITE else _postgresql_scans
    assert await connection.run_sync(scans, statement(dialect)) == set()


@pytest.mark.slow
@pytest.mark.parametrize("statement", [by_number, by_ref])
async def test_nor_with_statistics(sessions: Sessions, now: datetime, statement: Any) -> None:
    """After ANALYZE the planner of SQLite would like to walk through all customers."""
    async with sessions() as session:
        await fill(session, now, ZoneInfo("Europe/Bratislava"))
        connection = await session.connection()
        await connection.exec_driver_sql("ANALYZE")
        dialect = Dialect(connection.dialect.name)
        scans = _sqlite_scans if dialect is Dialect.SQLITE else _postgresql_scans
        assert await connection.run_sync(scans, statement(dialect)) == set()


STRANGERS = 300
MOST_READ = 5


@pytest.mark.real("postgresql")
@pytest.mark.parametrize("planned_on", ["nothing", "records", "statistics"])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_it_reads_nothing_of_others(sessions: Sessions, now: datetime, planned_on: str) -> None:
    """PostgreSQL plans it on tables that are empty, or were just filled by an import, and keeps the plan:
    going through all open cases in order to find those of one company takes it seconds."""
    async with sessions() as session:
        connection = await session.connection()
        if planned_on == "nothing":
            await connection.run_sync(_plan, now)
        await _two_companies(Records(sessions, now))
        if planned_on == "statistics":
            await connection.exec_driver_sql("ANALYZE")
        if planned_on != "nothing":
            await connection.run_sync(_plan, now)
        rows = await connection.run_sync(_rows_read, now)
    assert {name: read for name, read in rows.items() if read > MOST_READ} == {}


async def _two_companies(records: Records) -> None:
    """One with the caller, another with many customers, each of whom has what the caller has."""
    ours, theirs = Company(ref="F1", name="Ours"), Company(ref="F2", name="Theirs")
    await records.add(ours, theirs)
    caller = await records.customer("C0", NUMBER, company_id=ours.id)
    others = [
        await records.customer(f"C{index}", f"+4219060{index:05}", company_id=theirs.id)
        for index in range(1, STRANGERS + 1)
    ]
    for customer in (caller, *others):
        await records.case(customer, records.ago(days=3))
        await records.purchase(customer, records.ago(days=9), "garden", status="shipped")
        await records.call(customer, records.ago(days=2))


def _plan(connection: Connection, at: datetime) -> None:
    """As a held connection does, whose first run plans for all that follow."""
    for name, value in SESSION.items():
        if name != "default_transaction_read_only":
            connection.execute(text(f"SET LOCAL \"{name}\" = '{value}'"))
    sql, _ = numbered(by_number(Dialect.POSTGRESQL))
    connection.exec_driver_sql(f"PREPARE facts AS {sql}")
    _rows_read(connection, at)


def _rows_read(connection: Connection, at: datetime) -> dict[str, int]:
    """How many rows of each table the most thirsty part of the plan reads."""
    _, names = numbered(by_number(Dialect.POSTGRESQL))
    found = {"e164": NUMBER, "twin": NUMBER, "tail": NUMBER[-7:], "call": "now"}
    words = ", ".join(f"'{found.get(name, at.isoformat())}'" for name in names)
    [[plan]] = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE facts({words})").all()
    nodes = plan if isinstance(plan, list) else json.loads(plan)
    most: dict[str, int] = {}
    for node in _nodes(nodes[0]["Plan"]):
        table = node.get("Relation Name") or node.get("Index Name")
        if table:
            read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            most[table] = max(most.get(table, 0), read)
    return most


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _sqlite_scans(connection: Connection, sql: str) -> set[str]:
    """Tables and indexes whose cursor is ever put to the start without a key."""
    pages = {
        row.rootpage: row.name for row in connection.execute(text("SELECT rootpage, name FROM sqlite_master"))
    }
    values = dict.fromkeys(PARAMETERS, "")
    program = connection.exec_driver_sql(f"EXPLAIN {sql}", values).all()
    opened = {row.p1: pages.get(row.p2) for row in program if row.opcode == "OpenRead"}
    return {opened[row.p1] or "" for row in program if row.opcode in {"Rewind", "Last"} and row.p1 in opened}


def _postgresql_scans(connection: Connection, sql: str) -> set[str]:
    """Tables that are read sequentially even when that is made as unattractive as can be."""
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    for name in sorted(PARAMETERS, key=len, reverse=True):
        stamp = "timestamptz '2026-11-21'" if name == "at" or name.startswith("since") else "'x'"
        sql = sql.replace(f":{name}", stamp)
    [[plan]] = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}").all()
    nodes = plan if isinstance(plan, list) else json.loads(plan)
    return {node["Relation Name"] for node in _nodes(nodes[0]["Plan"]) if node["Node Type"] == "Seq Scan"}
