"""What agents did when: one row for each state, from when to when, never two at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.identity.models import User
from console.queues.models import AgentState


@dataclass(frozen=True, slots=True)
class Interval:
    """An agent was in a state from `began_at` until `ended_at` (None: still is)."""

    state: str
    reason: str
    began_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """It was said that the agent is in a state since `at`. `reason` is that of a break, else ""."""

    user_id: int
    state: str
    reason: str
    at: datetime


def after(last: Interval | None, words: Iterable[Word]) -> list[Interval]:
    """The intervals of one agent after these words, in the order in which they were said; the first one is
    the `last` that was known, if there was any.

    Who is said to be in the same state still is. Whoever says when it changed may have another clock: no
    interval ends before it began.
    """
    found = [] if last is None else [last]
    for word in words:
        at = word.at
        if found:
            known = found[-1]
            if (known.state, known.reason) == (word.state, word.reason):
                continue
            at = max(at, known.began_at + datetime.resolution)
            found[-1] = Interval(known.state, known.reason, known.began_at, at)
        found.append(Interval(word.state, word.reason, at))
    return found


async def write_words(session: AsyncSession, words: Sequence[Word]) -> None:
    """Write what was said, in the session's transaction. Of agents who are not there any more, nothing is."""
    users = {word.user_id for word in words}
    there = set(await session.scalars(select(User.id).where(User.id.in_(users))))
    lasts = await _lasts(session, there)
    said: defaultdict[int, list[Word]] = defaultdict(list)
    for word in words:
        said[word.user_id].append(word)
    ended, begun = [], []
    for user_id in said.keys() & there:
        last = lasts.get(user_id)
        found = after(last, said[user_id])
        if last is not None and found[0] != last:
            ended.append({"who": user_id, "since": last.began_at, "until": found[0].ended_at})
        begun += [_row(user_id, each) for each in found[last is not None :]]
    if ended:  # first: only one may be open
        await (await session.connection()).execute(_END, ended)
    if begun:
        await session.execute(insert(AgentState), begun)


async def end_states(session: AsyncSession, at: datetime) -> None:
    """End all that are open: of what comes after `at` nobody will tell. In the session's transaction."""
    is_open = (AgentState.ended_at.is_(None), AgentState.began_at < at)
    await session.execute(update(AgentState).where(*is_open).values(ended_at=at))


async def _lasts(session: AsyncSession, users: Iterable[int]) -> dict[int, Interval]:
    """The intervals that are open, by agent."""
    is_open = select(AgentState).where(AgentState.user_id.in_(users), AgentState.ended_at.is_(None))
    rows = await session.scalars(is_open.order_by(AgentState.user_id).with_for_update())
    return {row.user_id: Interval(row.state, row.reason, row.began_at) for row in rows}


def _row(user_id: int, interval: Interval) -> dict[str, object]:
    return {
        "user_id": user_id,
        "began_at": interval.began_at,
        "state": interval.state,
        "reason": interval.reason,
        "ended_at": interval.ended_at,
    }


_TABLE = AgentState.__table__
assert isinstance(_TABLE, Table)  # noqa: S101 - for the type checker: a mapped class has a table
_END = (
    update(_TABLE)
    .where(_TABLE.c.user_id == bindparam("who"), _TABLE.c.began_at == bindparam("since"))
    .values(ended_at=bindparam("until"))
)
