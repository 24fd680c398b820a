"""The facts of many customers at a time, without a call: the statement of one call, over many."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.base import UtcDateTime
from console.db.hot import Dialect
from console.facts.known import facts_without_a_call
from console.facts.rows import parse
from console.facts.statement import DAY_WINDOWS, of_many
from telephony.numbers import Number, NumberKind

NOBODY = Number("", NumberKind.UNUSABLE, None, None, ())


@dataclass(frozen=True, slots=True)
class Moment:
    """As of when facts are counted, with days as in `zone` and money in `currency`."""

    at: datetime
    zone: ZoneInfo
    currency: str


async def read_facts(
    session: AsyncSession, customers: Sequence[int], moment: Moment
) -> dict[int, Mapping[str, Any]]:
    """The facts of these customers, by their ids; who is gone meanwhile is left out. One statement."""
    dialect = Dialect(session.get_bind().dialect.name)
    at = moment.at
    moments = {"at": at, **{f"since_{days}": at - timedelta(days=days) for days in DAY_WINDOWS}}
    typed = [bindparam(name, value, UtcDateTime()) for name, value in moments.items()]
    ids = json.dumps(customers)
    rows = await session.execute(text(of_many(dialect)).bindparams(*typed), {"ids": ids, "call": ""})
    return {
        id_: facts_without_a_call(parse(columns, NOBODY), at, moment.zone, moment.currency)
        for id_, *columns in rows
    }
