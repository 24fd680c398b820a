"""Replaces and deletes records: what decides is what is stored at the moment of writing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from console.api.conditions import Conditions
from console.api.record_kinds import RecordKind
from console.api.record_reading import RecordReading
from console.customers.documents import Document
from console.customers.etag import etag
from console.customers.numbers import ReadAs, as_before, stored_numbers
from console.customers.records import CustomerRecord
from console.db.batch import Result, Saved
from console.db.engine import Sessions
from console.db.writing import CameSecondError, write
from console.errors import InvalidError, Problem
from console.profile.kinds import Record


class Written(NamedTuple):
    """What became of a record, what it said `before` (None: there was none), and what it says now."""

    saved: Result
    before: Document | None
    document: Document


async def put_record(
    sessions: Sessions, reading: RecordReading, record: Record, conditions: Conditions, at: datetime
) -> Written:
    """Make the record what is stored.

    Raises:
        OutdatedError: what is stored does not meet the conditions.
        InvalidError: it belongs to a customer that is not there, or is one who was merged into another.
    """
    kind = reading.kind

    async def work(session: AsyncSession) -> Written:
        await kind.lock(session, [record.ref])
        before = await kind.document(session, record.ref)
        conditions.check(etag(before) if before else None, f"{kind.name} {record.ref}")
        said = _in_view(record) if conditions.read else record
        [result] = await _save(session, reading, [said], {record.ref: before} if before else {}, at)
        if isinstance(result, Problem):
            raise InvalidError([result])
        after = await kind.documents_by_ref(session, [record.ref])
        return Written(result, before, after[record.ref])

    return await write(sessions, work)


async def put_records(
    sessions: Sessions, reading: RecordReading, records: Sequence[Record], at: datetime
) -> list[Result]:
    """Make the records, no key twice, what is stored, in one transaction; what became of each, in order."""
    refs = [record.ref for record in records]

    async def work(session: AsyncSession) -> list[Result]:
        await reading.kind.lock(session, refs)
        before = await reading.kind.documents_by_ref(session, refs)
        return await _save(session, reading, records, before, at)

    return await write(sessions, work)


async def delete_record(sessions: Sessions, kind: RecordKind, ref: str, conditions: Conditions) -> None:
    """Delete the record and all that belongs to it.

    Raises:
        NotFoundError: there is no such record.
        OutdatedError: it does not meet the conditions.
    """

    async def work(session: AsyncSession) -> None:
        await kind.lock(session, [ref], to_delete=True)
        before = await kind.document(session, ref)
        if before is None:
            raise await kind.absent(session, ref)
        conditions.check(etag(before), f"{kind.name} {ref}")
        await session.execute(delete(kind.model).where(kind.model.ref == ref))

    await write(sessions, work)


async def _save(
    session: AsyncSession,
    reading: RecordReading,
    records: Sequence[Record],
    before: dict[str, Document],
    at: datetime,
) -> list[Result]:
    numbered = [record.ref for record in records if isinstance(record, CustomerRecord)]
    read_as = await stored_numbers(session, numbered) if numbered and not reading.region else {}
    whole = [_whole(record, before.get(record.ref), read_as) for record in records]
    results = await reading.kind.kind.save(session, whole, at)
    for record, result in zip(records, results, strict=True):
        if record.ref not in before and result in {Saved.CHANGED, Saved.UNCHANGED}:
            raise CameSecondError(record.ref)  # made between our look and our writing
    return results


def _in_view(record: Record) -> Record:
    """The record, said by somebody who has read all that it replaces."""
    return replace(record, in_view=True) if isinstance(record, CustomerRecord) else record


def _whole(record: Record, before: Document | None, read_as: ReadAs) -> Record:
    """The record so that saving it leaves nothing of what was stored."""
    if not isinstance(record, CustomerRecord) or before is None:
        return record
    phones = tuple(as_before(record.ref, phone, read_as) for phone in record.phones or ())
    attributes = {**dict.fromkeys(before["attributes"]), **(record.attributes or {})}
    return replace(record, phones=phones, attributes=attributes)
