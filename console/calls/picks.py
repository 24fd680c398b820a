"""The picks of calls on record: for each offer the facts as they were, and what was picked by them.

One per offer: a script that is picked anew, because an agent said who calls, replaces what was picked first,
as it does on the agent's desk, until the first step of a script is taken. Facts are kept as compact JSON,
which reads back exactly as it was; those of whoever was erased are not there any more. How long they are
kept is not set: as long as their calls.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Executable, String, Table, Text, bindparam, case, null, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Pick
from console.calls.record import CallRecord, PickRecord
from scripts_engine.facts import Facts, FactValue
from telephony.events import LegId

Picks = dict[LegId, PickRecord]

MOST_CHARACTERS = 32_000
"""Of a pick's facts: twenty times those of a usual customer. Of more, which takes thousands of attributes,
nothing is kept, as a part of them would tell another story."""

_ENCODER = json.JSONEncoder(separators=(",", ":"))


def write_facts(facts: Facts) -> str | None:
    """The facts as text; None when they are too many."""
    text = _ENCODER.encode(facts)
    return text if len(text) <= MOST_CHARACTERS else None


def read_facts(text: str) -> dict[str, FactValue]:
    """The facts as they were."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(text).items()
    }


async def write_picks(session: AsyncSession, records: Iterable[CallRecord]) -> None:
    """Write what was picked on these calls since it was last written, in the session's transaction and behind
    the calls themselves."""
    rows = [row for record in records for row in _rows(record)]
    if rows:
        await session.execute(_statement(session.get_bind().dialect.name), rows)


def _rows(record: CallRecord) -> Iterator[dict[str, Any]]:
    for leg, pick in record.picks.items():
        yield {
            "id": leg,
            "call_id": record.call.id,
            "at": pick.at,
            "today": pick.today,
            "queue": pick.queue,
            "line": pick.line,
            "script_key": pick.script_key,
            "script_version": pick.script_version,
            "of_call": record.call.id,
            "told": None if pick.facts is None else write_facts(pick.facts),
        }


@cache
def _statement(dialect: str) -> Executable:
    """Of a call whose caller was erased meanwhile, the facts that are still in our memory stay away."""
    table = Pick.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker: a mapped class has a table
    erased = select(Call.erased).where(Call.id == bindparam("of_call", type_=String)).scalar_subquery()
    facts = case((erased, null()), else_=bindparam("told", type_=Text))
    statement = (postgresql_insert if dialect == "postgresql" else sqlite_insert)(table).values(facts=facts)
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name != "id"}
    return statement.on_conflict_do_update(index_elements=["id"], set_=changed)


def unwritten(picks: Mapping[LegId, PickRecord], written: Mapping[LegId, PickRecord]) -> Picks:
    """Those of the picks that are not among the written ones, or are newer than those."""
    return {leg: pick for leg, pick in picks.items() if written.get(leg) is not pick}
