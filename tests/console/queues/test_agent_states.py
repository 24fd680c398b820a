"""What agents did when: rows that neither overlap nor repeat, whatever is said in which order."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from console.db.engine import Sessions
from console.db.writing import write
from console.identity.models import User
from console.queues.agent_states import Interval, Word, after, write_words
from console.queues.models import AgentState
from tests.conftest import NOW
from tests.fakes.story import people


def at(second: float) -> datetime:
    return NOW + timedelta(seconds=second)


def word(second: float, state: str, reason: str = "", user_id: int = 1) -> Word:
    return Word(user_id, state, reason, at(second))


WORDS = st.lists(
    st.builds(
        word,
        st.integers(-30, 60),
        st.sampled_from(["available", "on_call", "on_break"]),
        st.sampled_from(["", "lunch"]),
    ),
    max_size=8,
)
FOUND = st.none() | st.just(Interval("available", "", at(0)))


@given(FOUND, WORDS)
def test_intervals_follow_each_other_without_gaps(last: Interval | None, words: list[Word]) -> None:
    found = after(last, words)
    for one, other in pairwise(found):
        assert one.ended_at == other.began_at > one.began_at
        assert (one.state, one.reason) != (other.state, other.reason)
    assert all(each.ended_at is None for each in found[-1:])
    if words:
        assert (found[-1].state, found[-1].reason) == (words[-1].state, words[-1].reason)
    if last is not None:
        assert (found[0].state, found[0].began_at) == (last.state, last.began_at)


@given(FOUND, WORDS, WORDS)
def test_it_does_not_matter_what_is_written_together(
    last: Interval | None, words: list[Word], more: list[Word]
) -> None:
    first = after(last, words)
    second = after(first[-1] if first else None, more)
    assert first[:-1] + second == after(last, words + more)


async def stored(sessions: Sessions) -> list[tuple[Any, ...]]:
    """Agent, state, reason, seconds of beginning and end."""
    async with sessions() as session:
        rows = await session.scalars(select(AgentState).order_by(AgentState.user_id, AgentState.began_at))
        return [
            (
                row.user_id,
                row.state,
                row.reason,
                (row.began_at - NOW).total_seconds(),
                None if row.ended_at is None else (row.ended_at - NOW).total_seconds(),
            )
            for row in rows
        ]


async def say(sessions: Sessions, *words: Word) -> None:
    await write(sessions, lambda session: write_words(session, words))


async def test_a_morning_on_record(sessions: Sessions) -> None:
    await people(sessions)
    await say(sessions, word(0, "available"), word(0, "offline", "", 2))
    await say(sessions, word(5, "ringing"), word(9, "on_call"), word(9, "on_call"))
    await say(sessions, word(60, "on_call"), word(70, "on_break", "lunch"), word(80, "on_break", "coffee"))
    assert await stored(sessions) == [
        (1, "available", "", 0, 5),
        (1, "ringing", "", 5, 9),
        (1, "on_call", "", 9, 70),
        (1, "on_break", "lunch", 70, 80),
        (1, "on_break", "coffee", 80, None),
        (2, "offline", "", 0, None),
    ]


async def test_a_clock_that_is_behind_turns_nothing_around(sessions: Sessions) -> None:
    await people(sessions)
    await say(sessions, word(10, "available"))
    await say(sessions, word(8, "on_call"))
    assert await stored(sessions) == [
        (1, "available", "", 10, 10.000001),
        (1, "on_call", "", 10.000001, None),
    ]


async def test_of_agents_who_are_gone_nothing_is_kept(sessions: Sessions) -> None:
    await people(sessions)
    await say(sessions, word(0, "available"), word(0, "available", "", 2), word(0, "available", "", 99))
    async with sessions() as session, session.begin():
        await session.execute(delete(User).where(User.id == 2))
    await say(sessions, word(3, "offline"), word(3, "offline", "", 2))
    assert await stored(sessions) == [(1, "available", "", 0, 3), (1, "offline", "", 3, None)]


async def test_two_writers_leave_one_row_open(sessions: Sessions) -> None:
    await people(sessions)
    words = [word(second, "on_call" if second % 2 else "available") for second in range(6)]
    await asyncio.gather(*(say(sessions, each) for each in words))
    rows = await stored(sessions)
    assert [row for row in rows if row[4] is None] == rows[-1:]
    for one, other in pairwise(rows):
        assert one[4] == other[3]
        assert one[1] != other[1]
