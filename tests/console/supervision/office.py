"""Sue supervises Ana, Boris and Cyril; Ana is on a call. A phone system is told things."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx

from console.audit.queries import Row, Wanted, read_log
from console.db.engine import Sessions
from console.desk.floor import Floor
from console.desk.samples import sample_pop
from console.identity.models import Role, User, UserInterface, UserQueue
from console.identity.viewer import Viewer
from console.live.memory_bus import MemoryBus
from console.messages.keeping import Messages
from console.queues.directory import Directory
from console.queues.models import Queue
from console.supervision.acts import Acts
from console.supervision.routes import build_supervision
from telephony.source import COMMANDED, Capability
from tests.conftest import NOW
from tests.fakes.pages import ZONE, browser_of, small_app, templates_in
from tests.fakes.phones import Phones, told
from tests.fakes.story import people

SUE = Viewer(9, "sue@x.example", "Sue Strong", Role.SUPERVISOR, 1, None, "secret-of-sue", "en")
SUES = "PJSIP/s9"
LEG = "sample-answered"


@dataclass
class Office:
    """Her browser, and what she works with."""

    client: httpx.AsyncClient
    bus: MemoryBus
    phones: Phones
    sessions: Sessions
    floor: Floor
    messages: Messages

    async def posts(self, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields)

    async def log(self) -> list[Row]:
        async with self.sessions() as session:
            return list(await read_log(session, Wanted()))

    async def presence(self, agent: int, **said: Any) -> None:
        """What an agent does, as everybody hears it."""
        value = {"state": "available", "reason": "", "then": "", "since": NOW.isoformat(), **said}
        change = await self.bus.put(f"desk:{agent}", "presence", value)
        assert change is not None
        self.floor._hear(change)


async def staff(sessions: Sessions) -> None:
    """Everybody, and where Sue sits."""
    await people(sessions)
    async with sessions.begin() as session:
        sue = User(
            id=SUE.user_id,
            email=SUE.email,
            name=SUE.name,
            role=SUE.role.value,
            password_hash="",
            created_at=NOW,
        )
        sue.interfaces = [UserInterface(interface=SUES)]
        session.add(sue)
        session.add_all(UserQueue(user_id=agent, queue="support") for agent in (1, 2))
        (await session.get_one(Queue, "second")).extension = "602"


@asynccontextmanager
async def office(
    sessions: Sessions,
    viewer: Viewer = SUE,
    can: Collection[Capability] = COMMANDED,
    now: datetime = NOW,
) -> AsyncIterator[Office]:
    """Everything is there."""
    bus, directory, phones = MemoryBus(), Directory(), Phones()
    async with sessions() as session:
        await directory.refresh(session)
    floor, messages = Floor(bus, directory), Messages(sessions, bus, lambda: now)
    pop = {**sample_pop("answered", now, state="answered"), "user_id": 1}
    await bus.put("desk:1", LEG, pop)
    async with told(bus, phones, now, can) as commands:
        state = {
            "acts": Acts(sessions, bus, commands, directory, floor),
            "messages": messages,
            "directory": directory,
            "sessions": sessions,
            "bus": bus,
            "clock": lambda: now,
            "templates": templates_in(ZONE),
        }
        app = small_app(build_supervision(), state, viewer=viewer)
        async with browser_of(app, **{"X-CSRF-Token": viewer.csrf}) as client:
            yield Office(client, bus, phones, sessions, floor, messages)


def as_agent() -> Viewer:
    """Boris, who supervises nobody."""
    return replace(SUE, user_id=2, email="a2@x.example", name="Boris", role=Role.AGENT)
