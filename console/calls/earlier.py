"""How often somebody has called before."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from console.calls.models import Call
from console.calls.record import CallRecord
from console.db.engine import Sessions
from telephony.events import Direction


async def earlier_calls(sessions: Sessions, record: CallRecord, since: datetime) -> int:
    """How many calls the customer made, or the number where it is nobody's, from `since` on and before this
    call. Raises the database's errors."""
    who = _of_caller(record)
    if who is None:
        return 0
    call = record.call
    before = select(func.count()).where(
        who,
        Call.started_at >= since,
        Call.started_at < call.started_at,
        Call.id != call.id,
        Call.direction == Direction.INBOUND.value,
    )
    async with sessions() as session:
        return int(await session.scalar(before) or 0)


def earlier_today(sessions: Sessions, zone: ZoneInfo) -> Callable[[CallRecord], Awaitable[int]]:
    """Counts the earlier calls of the day on which a call began."""

    async def count(record: CallRecord) -> int:
        began = record.call.started_at.astimezone(zone)
        midnight = began.replace(hour=0, minute=0, second=0, microsecond=0)
        return await earlier_calls(sessions, record, midnight.astimezone(UTC))

    return count


def _of_caller(record: CallRecord) -> ColumnElement[bool] | None:
    if record.customer_id is not None:
        return Call.customer_id == record.customer_id
    return Call.number == record.number if record.number else None
