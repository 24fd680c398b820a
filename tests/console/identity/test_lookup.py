"""Whose cookie it is, asked by one and by thousands."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine

from console.db.engine import Sessions
from console.identity import sessions as logins
from console.identity.lookup import Lookup
from console.identity.models import Role, User, UserSession

PEOPLE = 30


@pytest.fixture
async def tokens(sessions: Sessions, now: datetime) -> list[str]:
    """The cookies of people 1, 2, 3 ..."""
    async with sessions.begin() as session:
        for number in range(1, PEOPLE + 1):
            user = User(id=number, email=f"{number}@x.test", name="N", role=Role.AGENT, password_hash="")
            user.created_at = now
            session.add(user)
        await session.flush()
        return [await logins.start(session, number, now) for number in range(1, PEOPLE + 1)]


def statements(sessions: Sessions) -> list[str]:
    """The statements from here on."""
    engine = sessions.kw["bind"]
    assert isinstance(engine, AsyncEngine)
    seen: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
    return seen


async def test_thousands_are_read_together_and_each_gets_their_own(
    sessions: Sessions, tokens: list[str], now: datetime
) -> None:
    lookup = Lookup(sessions, "en", lambda: now)
    seen = statements(sessions)
    viewers = await asyncio.gather(*[lookup.viewer(token) for token in [*tokens, "unknown", *tokens]])
    ids = [viewer.user_id if viewer else None for viewer in viewers]
    assert ids == [*range(1, PEOPLE + 1), None, *range(1, PEOPLE + 1)]
    assert len(seen) == 1
    assert await lookup.viewer("unknown") is None


async def test_sessions_in_use_are_written_together_now_and_then(
    sessions: Sessions, tokens: list[str], now: datetime
) -> None:
    later = now + logins.TOUCH_EVERY
    lookup = Lookup(sessions, "en", lambda: later)
    seen = statements(sessions)
    await asyncio.gather(*[lookup.viewer(token) for token in tokens[1:]])
    assert [statement.split()[0] for statement in seen] == ["SELECT", "UPDATE"]
    async with sessions() as session:
        until = (await session.scalars(select(UserSession.expires_at).order_by(UserSession.user_id))).all()
    assert until == [now + logins.IDLE] + [later + logins.IDLE] * (PEOPLE - 1)
    over = Lookup(sessions, "en", lambda: now + logins.IDLE + timedelta(seconds=1))
    assert await over.viewer(tokens[0]) is None
    assert await over.viewer(tokens[1]) is not None


async def test_who_gives_up_costs_the_others_nothing(
    sessions: Sessions, tokens: list[str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookup = Lookup(sessions, "en", lambda: now)
    asked = [asyncio.create_task(lookup.viewer(token)) for token in tokens[:3]]
    await asyncio.sleep(0)
    asked[0].cancel()
    assert [viewer and viewer.user_id for viewer in await asyncio.gather(*asked[1:])] == [2, 3]

    async def fail(*_arguments: object) -> None:
        raise ConnectionError("the database is away")

    with monkeypatch.context() as away:
        away.setattr(logins, "load", fail)
        answers = await asyncio.gather(*map(lookup.viewer, tokens[:2]), return_exceptions=True)
        assert [str(answer) for answer in answers] == ["the database is away"] * 2
    assert await lookup.viewer(tokens[0]) is not None
