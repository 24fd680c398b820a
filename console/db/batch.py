"""Saves many records of one table by their `ref`, telling what is new, what changed and what did not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Dialect, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.base import Base
from console.errors import Problem

Values = dict[str, Any]


class Saved(StrEnum):
    """What saving a record did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


Result = Saved | Problem
"""What became of one record."""


class Batch:
    """Records of one table on their way in. Nothing is written before `write`.

    `results` tells in order what became of each record that was put or rejected.
    """

    def __init__(self, model: type[Base], stored: Mapping[str, Values]) -> None:
        self.results: list[Result] = []
        self._model = model
        self._stored = stored
        self._new: list[Values] = []
        self._changed: list[Values] = []

    def stored(self, ref: str) -> Values | None:
        """The stored columns of the record, None when it is new."""
        return self._stored.get(ref)

    def reject(self, problem: Problem) -> None:
        """Leave the record out."""
        self.results.append(problem)

    def put(
        self,
        ref: str,
        values: Mapping[str, Any],
        defaults: Mapping[str, Any],
        *,
        parts_differ: bool = False,
        stamp: Mapping[str, Any] | None = None,
    ) -> Saved:
        """Take the record in. `defaults` fill up a new one; `parts_differ` says that records which belong to
        it change; `stamp` is set with every change and makes none itself."""
        before = self._stored.get(ref)
        if before is None:
            self._new.append({"ref": ref, **defaults, **values})
            saved = Saved.NEW
        elif parts_differ or any(before[name] != value for name, value in values.items()):
            self._changed.append({**before, **values, **(stamp or {})})
            saved = Saved.CHANGED
        else:
            saved = Saved.UNCHANGED
        self.results.append(saved)
        return saved

    async def write(self, session: AsyncSession) -> None:
        """Insert what is new and update what changed."""
        await insert_all(session, self._model, self._new)
        if self._changed:
            # On the table, not the model: the ORM would send one statement for each row with empty columns.
            table = cast("Table", self._model.__table__)
            columns = {f"new_{name}": name for name in self._changed[0] if name != "id"}
            values: Values = {name: bindparam(key) for key, name in columns.items()}
            rows = [
                {"row_id": row["id"], **{key: row[name] for key, name in columns.items()}}
                for row in self._changed
            ]
            connection = await session.connection()
            await connection.execute(
                update(table).where(table.c.id == bindparam("row_id")).values(values), rows
            )


async def expect_many(session: AsyncSession) -> None:
    """Have PostgreSQL, in this transaction, look records up by their indexes. It plans a statement once: in
    a first import that is while there is nothing to look through, and it would look through all ever after.
    """
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


async def insert_all(session: AsyncSession, model: type[Base], rows: Sequence[Values]) -> None:
    """Insert rows that all have the same columns: every one but the id and those that may stay empty."""
    if rows:
        connection = await session.connection()
        statement = _insert(cast("Table", model.__table__), tuple(rows[0]), connection.dialect)
        await connection.exec_driver_sql(statement.sql, statement.values(rows))


class _Insert(NamedTuple):
    """An INSERT as the driver takes it. SQLAlchemy would look at each value of each row by itself, which
    takes longer than storing them."""

    sql: str
    columns: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def values(self, rows: Sequence[Values]) -> list[tuple[Any, ...]]:
        """What the driver takes of the rows."""
        columns = []
        for name, process in self.columns:
            values = [row[name] for row in rows]
            columns.append(_processed(values, process) if process else values)
        return list(zip(*columns, strict=True))


def _processed(values: list[Any], process: Callable[[Any], Any]) -> Iterable[Any]:
    """As the driver takes them. The same days and prices come again and again: each is turned once."""
    try:
        turned = {value: process(value) for value in set(values)}
    except TypeError:  # JSON: a dictionary is no key
        return map(process, values)
    return [turned[value] for value in values]


@lru_cache(maxsize=64)
def _insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> _Insert:
    compiled = insert(table).inline().compile(dialect=dialect, column_keys=list(names))
    order = cast("list[str]", compiled.positiontup)
    types = [table.c[name].type.dialect_impl(dialect) for name in order]
    processors = [each.bind_processor(dialect) for each in types]
    return _Insert(str(compiled), list(zip(order, processors, strict=True)))


async def open_batch(session: AsyncSession, model: type[Base], refs: Iterable[str]) -> Batch:
    """A batch that knows what is stored under these keys."""
    table = model.__table__
    found = await session.execute(select(table).where(table.c.ref.in_(set(refs))))
    return Batch(model, {row["ref"]: dict(row) for row in found.mappings()})


async def ids_by_ref(session: AsyncSession, model: type[Base], refs: Iterable[str]) -> dict[str, int]:
    """The ids of the stored records with these keys, by key."""
    table = model.__table__
    found = await session.execute(select(table.c.ref, table.c.id).where(table.c.ref.in_(set(refs))))
    return {row.ref: row.id for row in found}


def missing(values: Mapping[str, Any], needed: Sequence[str], of_what: str) -> Problem | None:
    """The problem of a new record that lacks one of the needed values; None when it has them all."""
    for name in needed:
        if values.get(name) is None:
            return Problem(name, f"is needed for a new {of_what}")
    return None
