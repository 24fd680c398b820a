"""Who may not look any more sees nothing more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.engine import Sessions
from console.identity import sessions as logins
from console.identity.models import Role, User, UserSession
from console.identity.viewer import Viewer
from console.identity.views import ENDED_SESSIONS
from console.live.session_watch import SessionWatch
from tests.console.live.screens import FakeWire, World, running, until

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Watched:
    """Four people with a screen each: `wires` by name."""

    def __init__(self, world: World, sessions: Sessions, at: datetime) -> None:
        self.world = world
        self.sessions = sessions
        self.at = at
        self.wires: dict[str, FakeWire] = {}
        self.viewers: dict[str, Viewer] = {}
        self.watch = SessionWatch(world.hub, sessions, world.bus, lambda: self.at)

    async def add(self, number: int, name: str) -> None:
        async with self.sessions.begin() as session:
            user = User(id=number, email=f"{name}@x.test", name=name, role=Role.AGENT, password_hash="")
            user.created_at = self.at
            session.add(user)
            await session.flush()
            token = await logins.start(session, number, self.at)
        async with self.sessions() as session:
            self.viewers[name] = (await logins.load(session, [token], self.at, "en"))[token].viewer
        self.wires[name] = FakeWire()
        self.world.hub.join(self.viewers[name], self.wires[name])

    async def check(self) -> list[str]:
        """Who is closed after a look."""
        async with self.sessions() as session:
            await self.watch.check(session)
        return [name for name, wire in self.wires.items() if wire.closed]


@asynccontextmanager
async def watched(sessions: Sessions, now: datetime) -> AsyncIterator[Watched]:
    async with running(now) as world:
        watched = Watched(world, sessions, now)
        for number, name in enumerate(("ana", "boris", "cyril", "dana"), 1):
            await watched.add(number, name)
        yield watched


async def test_who_is_disabled_logged_out_or_of_another_role_is_closed(
    sessions: Sessions, now: datetime
) -> None:
    async with watched(sessions, now) as on:
        assert await on.check() == []
        async with sessions.begin() as session:
            await session.execute(update(User).where(User.id == 1).values(disabled_at=now))
            await session.execute(update(User).where(User.id == 2).values(role=Role.SUPERVISOR))
            await session.execute(delete(UserSession).where(UserSession.user_id == 3))
        assert await on.check() == ["ana", "boris", "cyril"]
        assert on.wires["ana"].closed_with == (1008, "logged out")
        seen = len(on.wires["ana"].frames)
        await on.world.bus.put("links", "main", {"state": "up"})
        await until(lambda: on.wires["dana"].seqs("links")[-1:] == [("change", 1)])
        assert len(on.wires["ana"].frames) == seen


async def test_a_session_that_was_not_used_is_over(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watched(sessions, now) as on:
        async with sessions.begin() as session:
            expired = now + timedelta(hours=1)
            await session.execute(
                update(UserSession).where(UserSession.user_id == 4).values(expires_at=expired)
            )
        on.at = now + timedelta(minutes=59)
        assert await on.check() == []
        on.at = now + timedelta(minutes=61)
        monkeypatch.setattr("console.live.session_watch.CHECK_S", 0.001)
        await _troubled(on, monkeypatch)


async def _troubled(on: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks by itself, also after the database was away."""
    troubles = [OperationalError("SELECT", {}, Exception("away")), ConnectionError("away")]
    roles = logins.roles

    async def read(session: AsyncSession, at: datetime) -> dict[str, Role]:
        if troubles:
            raise troubles.pop()
        return await roles(session, at)

    monkeypatch.setattr("console.live.session_watch.roles", read)
    watching = asyncio.create_task(on.watch.run())
    await until(lambda: on.wires["dana"].closed)
    assert not on.wires["ana"].closed
    await on.world.bus.send(ENDED_SESSIONS, {"session": on.viewers["ana"].session})
    await until(lambda: on.wires["ana"].closed)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
