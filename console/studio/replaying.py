"""A replay at work: slice after slice of the calls of a period, each by two sets of scripts.

Of one call that rang at many desks a change counts once. What differs is stored slice by slice, so that it
can be looked at however the replay ends.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert

from console.db.engine import Sessions
from console.studio.replay_jobs import Counts
from console.studio.replay_models import ReplayDifference
from console.studio.replay_reading import PastCall, Period, count_calls, read_calls
from scripts_engine.replay import Compared, Replay, key_of

SLICE = 500
"""Calls at a time: some tens of milliseconds."""

Tell = Callable[[Counts], Awaitable[bool]]
"""Says how far it is; whether to go on."""


@dataclass(frozen=True, slots=True)
class Work:
    """The replay of this number: over which calls, by which two sets."""

    number: int
    period: Period
    replay: Replay


async def replay_calls(sessions: Sessions, work: Work, counts: Counts, tell: Tell) -> bool:
    """Replay the calls, noting what is found in `counts`; whether it came to the end."""
    async with sessions() as session:
        counts.total = await count_calls(session, work.period)
    last: PastCall | None = None
    while await tell(counts):
        async with sessions() as session:
            calls = await read_calls(session, work.period, last, SLICE)
        if not calls:
            return True
        found = [each for call in calls for each in look_at(call, work.replay, counts)]
        counts.total = max(counts.total, counts.passed)  # some are written down late
        await _store(sessions, work.number, found)
        last = calls[-1]
    return False


def look_at(call: PastCall, replay: Replay, counts: Counts) -> Sequence[Compared]:
    """What of a call would differ, each change once; counted."""
    counts.passed += 1
    if call.erased or not call.picks:
        counts.erased += call.erased
        counts.without_facts += call.rang and not call.erased
        return ()
    counts.looked += 1
    compared = [replay.compare(past) for past in call.picks]
    changes = _each_once(each for each in compared if each.differs)
    counts.differ += bool(changes)
    counts.renewed += not changes and any(each.renewed for each in compared)
    return changes


def _each_once(compared: Iterable[Compared]) -> list[Compared]:
    found: dict[tuple[str | None, str | None], Compared] = {}
    for each in compared:
        found.setdefault((key_of(each.before), key_of(each.after)), each)
    return list(found.values())


async def _store(sessions: Sessions, number: int, compared: Sequence[Compared]) -> None:
    rows = [
        {
            "replay_id": number,
            "pick_id": each.past.id,
            "script_from": key_of(each.before),
            "script_to": key_of(each.after),
        }
        for each in compared
    ]
    if rows:
        async with sessions.begin() as session:
            await session.execute(insert(ReplayDifference.__table__), rows)  # type: ignore[arg-type]
