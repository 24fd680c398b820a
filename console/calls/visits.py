"""The waits of calls on record."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, ScalarSelect, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Visit
from console.calls.record import CallRecord
from telephony.call import Visit as LiveVisit
from telephony.events import LegId, VisitEnd

KEY = frozenset({"call_id", "number"})


async def write_visits(session: AsyncSession, records: Sequence[CallRecord]) -> None:
    """Write the waits of these calls, in the session's transaction and behind the calls themselves. Where two
    are on record and it turned out to be one, the second goes."""
    rows = [row for record in records for row in _rows(record)]
    if rows:
        await session.execute(_statement(session.get_bind().dialect.name), rows)
    fewer = [record for record in records if len(record.call.visits) < record.visits_recorded]
    if fewer:
        left = [{"call": record.call.id, "most": len(record.call.visits)} for record in fewer]
        await (await session.connection()).execute(_BEYOND, left)


_BEYOND = delete(Visit.__table__).where(  # type: ignore[arg-type] # a mapped class has a table
    Visit.call_id == bindparam("call"), Visit.number > bindparam("most")
)


def _rows(record: CallRecord) -> Iterator[dict[str, Any]]:
    for number, visit in enumerate(record.call.visits, start=1):
        yield {
            "call_id": record.call.id,
            "number": number,
            "link": record.call.link,
            "queue": visit.queue,
            "line": record.lines.get(visit.queue),
            "queued_at": visit.queued_at,
            "left_at": visit.left_at,
            "end": visit.end and visit.end.value,
            "leg_id": visit.leg,
        }


@cache
def _statement(dialect: str) -> Executable:
    table = Visit.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker: a mapped class has a table
    statement = (postgresql_insert if dialect == "postgresql" else sqlite_insert)(table)
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in KEY}
    return statement.on_conflict_do_update(index_elements=sorted(KEY), set_=changed)


async def visits_of(
    session: AsyncSession, calls: Sequence[str] | ScalarSelect[str]
) -> Mapping[str, Sequence[Visit]]:
    """The waits of calls, by call, in order; of those without any, none."""
    found: defaultdict[str, list[Visit]] = defaultdict(list)
    statement = select(Visit).where(Visit.call_id.in_(calls)).order_by(Visit.call_id, Visit.number)
    for visit in await session.scalars(statement):
        found[visit.call_id].append(visit)
    return found


def live(visit: Visit) -> LiveVisit:
    """A wait on record as the value that a call has."""
    leg = None if visit.leg_id is None else LegId(visit.leg_id)
    end = None if visit.end is None else VisitEnd(visit.end)
    return LiveVisit(visit.queue, visit.queued_at, visit.left_at, end, leg)
