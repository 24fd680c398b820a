"""Calls as the recorder writes them, and the list as it is read."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from console.calls.record import CallRecord
from console.calls.recorder import write
from console.db.engine import Sessions
from console.live.memory_bus import MemoryBus
from console.worklist.keeping import WorkList
from console.worklist.reading import Moment, read_work
from telephony.call import Visit
from telephony.events import Caller, CallId, Direction, End, LegId, LinkName
from telephony.lifecycle import Call, CallState, Leg
from tests.conftest import NOW
from tests.fakes.story import JOZEF, ZONE

LASTS = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
MISSED_AT = NOW - timedelta(hours=1)
NUMBERS = itertools.count(1)


def record(at: datetime, *, number: str = JOZEF, queue: str | None = "support", **more: Any) -> CallRecord:
    """An inbound call at `at` that its caller gave up after a minute, unless `more` says otherwise;
    `answered` by the agent of that number."""
    agent, customer = more.pop("answered", None), more.pop("customer_id", None)
    id_ = CallId(more.pop("id", f"main-{next(NUMBERS)}"))
    answered_at = at + timedelta(seconds=10) if agent else None
    leg = LegId(f"{id_}.a")
    legs = (_leg(leg, at, answered_at),) if agent else ()
    values = {
        "direction": Direction.INBOUND,
        "state": CallState.ENDED,
        "end": End.COMPLETED if agent else End.ABANDONED,
        "ended_at": at + MINUTE,
        **more,
    }
    call = Call(
        id=id_,
        link=LinkName("main"),
        visits=(Visit(queue, at),) if queue else (),
        caller=Caller(number, "MRKVA J"),
        dialled="",
        started_at=at,
        answered_at=answered_at,
        legs=legs,
        **values,
    )
    return CallRecord(call, number=number, customer_id=customer, users={leg: agent} if agent else {})


def _leg(id_: LegId, at: datetime, answered_at: datetime | None) -> Leg:
    return Leg(
        id=id_,
        interface="PJSIP/a1",
        queue=None,
        offered_at=at,
        answered_at=answered_at,
        ended_at=at + MINUTE,
        result=None,
    )


def worklist(sessions: Sessions, bus: MemoryBus | None = None, at: datetime = NOW) -> WorkList:
    return WorkList(sessions, bus or MemoryBus(), lambda: at, ZONE, LASTS)


async def happened(sessions: Sessions, *records: CallRecord) -> None:
    """They are written, one after another."""
    beside = worklist(sessions)
    for each in records:
        await write(sessions, [each], beside)


async def listed(sessions: Sessions, line: int = 1, at: datetime = NOW) -> list[dict[str, Any]]:
    """What is on the list."""
    async with sessions() as session:
        found = await read_work(session, moment(at))
    return [{**entry} for entry in found.get(line, {}).values()]


def moment(at: datetime = NOW) -> Moment:
    return Moment(at, at.replace(hour=0, minute=0), LASTS)


def told(entries: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Of each: number, how often they tried, where it stands, how it was done and by whom."""
    return [
        (
            entry["number"],
            entry["tries"],
            entry["state"],
            *((entry["done"]["how"], entry["done"]["name"]) if entry["done"] else ()),
        )
        for entry in entries
    ]
