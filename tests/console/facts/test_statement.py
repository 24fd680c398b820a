"""The statement stays fast with a million customers: it looks everything up by an index."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, text

from console.db.engine import Sessions
from console.db.hot import Dialect
from console.demo.actions import fill
from console.facts.statement import DAY_WINDOWS, by_number, by_ref

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
    return set(_sequential(nodes[0]["Plan"]))


def _sequential(node: dict[str, Any]) -> list[str]:
    own = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" else []
    return own + [name for child in node.get("Plans", ()) for name in _sequential(child)]
