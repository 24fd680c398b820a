"""A search stays fast with a million customers: it looks everything up by an index, and is bounded."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from console.customers.actions import save_customers
from console.customers.records import CompanyRecord, CustomerRecord
from console.db.engine import Sessions
from console.profile.search_question import MOST_PHRASES, MOST_WORDS, read
from console.profile.search_statement import PLAIN_PLAN, Statement

TYPED = [
    "j",
    "jan",
    "jan novak",
    "nov kvet sro",
    "đorđe müller",
    "a b c d e f g h",
    "jan@",
    "0905 123",
    "+4219",
    "421905 ext 3",
    "o-7",
]
MOST_PARTS = 64
MANY = 900


def person(index: int) -> CustomerRecord:
    company = CompanyRecord(f"A{index // 3}", f"Kvet {index // 3}")
    return CustomerRecord(f"C{index}", {"name": f"Jan Novák {index}"}, True, company)


@pytest.mark.parametrize("planned_on", ["nothing", "statistics"])
async def test_no_table_is_read_from_end_to_end(sessions: Sessions, now: datetime, planned_on: str) -> None:
    async with sessions() as session:
        connection = await session.connection()
        if planned_on == "statistics":
            await save_customers(session, [person(index) for index in range(MANY)], now)
            await connection.exec_driver_sql("ANALYZE")
        scans = _sqlite_scans if connection.dialect.name == "sqlite" else _postgresql_scans
        found = {typed: await connection.run_sync(scans, Statement(read(typed, "SK"))) for typed in TYPED}
    assert {typed: tables for typed, tables in found.items() if tables} == {}


@pytest.mark.parametrize("typed", ["å ä ö ü ø đ " * 30, "jan " * 50, "x" * 5000, "0" * 300, "+" + "4" * 300])
def test_whatever_is_typed_the_statement_is_bounded(typed: str) -> None:
    question = read(typed, "SK")
    assert len(question.words) <= MOST_WORDS
    assert len(question.phrases) <= MOST_PHRASES
    assert Statement(question).sql.count("SELECT '") <= MOST_PARTS


def _sqlite_scans(connection: Connection, statement: Statement) -> set[str]:
    """Tables and indexes whose cursor is ever put to the start without a key."""
    pages = {
        row.rootpage: row.name for row in connection.execute(text("SELECT rootpage, name FROM sqlite_master"))
    }
    program = connection.execute(text(f"EXPLAIN {statement.sql}"), statement.values).all()
    opened = {row.p1: pages.get(row.p2) for row in program if row.opcode == "OpenRead"}
    return {opened[row.p1] or "" for row in program if row.opcode in {"Rewind", "Last"} and row.p1 in opened}


def _postgresql_scans(connection: Connection, statement: Statement) -> set[str]:
    """Tables that are read sequentially, or by an index without a condition."""
    connection.execute(text(PLAIN_PLAN))
    explain = text(f"EXPLAIN (FORMAT JSON) {statement.sql}")
    [[plan]] = connection.execute(explain, statement.values).all()
    nodes = plan if isinstance(plan, list) else json.loads(plan)
    return {
        node["Relation Name"]
        for node in _nodes(nodes[0]["Plan"])
        if "Relation Name" in node and "Index Cond" not in node
    }


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
