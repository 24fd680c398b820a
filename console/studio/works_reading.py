"""Reads what became of the runs of a script: three statements for all its versions, some rows at a time."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, Text, and_, cast, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from console.calls.models import Call, Pick, StoredRun
from console.studio.replay_reading import Period
from console.studio.works_tally import PastRun, Picks, Tally
from telephony.events import Direction
from telephony.lifecycle import CallState

READ_AT_ONCE = 100
"""So many runs are fetched from the database at once."""

AT_ONCE = 50
"""So many runs are counted before others have their turn: about two milliseconds."""


_ENDED_AT = func.coalesce(Call.ended_at, Call.started_at)


async def read_tallies(session: AsyncSession, key: str, period: Period, now: datetime) -> Mapping[int, Tally]:
    """What became of each version of a script on the calls of the period; versions without any are left out.

    Outside of the database nothing is kept but the counts.
    """
    tallies: defaultdict[int, Tally] = defaultdict(Tally)
    for version, *counts in await session.execute(picks_statement(key, period)):
        if version is not None:
            tallies[version].picks = Picks(*counts)
    for version, replaced in await session.execute(replaced_statement(key, period)):
        if version is not None:
            tallies[version].picks += Picks(replaced=replaced)
    found = await session.stream(runs_statement(key, period), execution_options={"yield_per": READ_AT_ONCE})
    async for rows in found.partitions(READ_AT_ONCE):
        for first in range(0, len(rows), AT_ONCE):
            for row in rows[first : first + AT_ONCE]:
                tallies[row.version].add(_past(row), now)
            await asyncio.sleep(0)
    return tallies


def _within(period: Period) -> ColumnElement[bool]:
    return and_(Call.started_at >= period.starts_at, Call.started_at < period.ends_at)


def picks_statement(key: str, period: Period) -> Select[int | None, int, int, int]:
    """Of each version: calls that got it, those that were answered, and of these those with a run.

    Which are over, and which have a run, is asked so that a planner without statistics is left with the index
    of when calls began.
    """
    over = Call.state == CallState.ENDED.value
    answered = and_(over, Call.answered_at.is_not(None))
    runs = select(StoredRun.call_id).where(
        StoredRun.script_key == key, StoredRun.started_at >= period.starts_at
    )
    return (
        select(
            Call.script_version,
            func.count().filter(over),
            func.count().filter(answered),
            func.count().filter(answered, Call.id.in_(runs)),
        )
        .where(_within(period), Call.script_key == key)
        .group_by(Call.script_version)
    )


def replaced_statement(key: str, period: Period) -> Select[int | None, int]:
    """Of each version: calls for which it was picked, and on which the first run was of another script that
    the agent took for a reason. As above: which are over is asked of what was found."""
    first, over = aliased(StoredRun), Call.state == CallState.ENDED.value
    return (
        select(Pick.script_version, func.count(Call.id.distinct()).filter(over))
        .join(Call, Call.id == Pick.call_id)
        .join(first, and_(first.call_id == Call.id, first.number == 1))
        .where(
            _within(period),
            Pick.script_key == key,
            first.script_key != key,
            first.reason.is_not(None),
        )
        .group_by(Pick.script_version)
    )


def runs_statement(key: str, period: Period) -> Select[*tuple[Any, ...]]:
    """Each run. Its walk comes as text: so it is for us to say when it is read."""
    later = aliased(StoredRun)
    after = and_(later.call_id == StoredRun.call_id, later.number > StoredRun.number)
    return (
        select(
            StoredRun.script_version.label("version"),
            cast(StoredRun.walk, Text).label("walk"),
            StoredRun.number,
            StoredRun.reason.is_not(None).label("reasoned"),
            exists().where(after, later.script_key != key).label("left_for"),
            exists().where(after, later.script_key == key).label("repeated"),
            Call.customer_id,
            _ENDED_AT.label("ended_at"),
            Call.satisfaction,
            _again().label("again_at"),
        )
        .join(Call, Call.id == StoredRun.call_id)
        .where(
            StoredRun.script_key == key,
            StoredRun.started_at >= period.starts_at,  # no run begins before its call: what an index knows
            _within(period),
            Call.state == CallState.ENDED.value,
        )
    )


def _again() -> ScalarSelect[datetime]:
    """When the customer of the call called next."""
    next_ = aliased(Call)
    return (
        select(next_.started_at)
        .where(
            next_.customer_id == Call.customer_id,
            next_.started_at > _ENDED_AT,
            next_.direction == Direction.INBOUND.value,
        )
        .order_by(next_.started_at)
        .limit(1)
        .scalar_subquery()
    )


def _past(row: Row[Any]) -> PastRun:
    return PastRun(
        version=row.version,
        walk=json.loads(row.walk),
        instead=row.reasoned or row.number > 1,
        left_for=row.left_for,
        last=not row.repeated,
        customer=row.customer_id is not None,
        ended_at=row.ended_at,
        again_at=row.again_at,
        satisfaction=row.satisfaction,
    )
