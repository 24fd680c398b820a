"""Closes the connections of those who may not look any more: logged out, disabled, of another role by now."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from console.clock import Clock
from console.db.engine import Sessions
from console.identity.sessions import roles
from console.identity.views import ENDED_SESSIONS
from console.live.bus import Bus
from console.live.hub import Hub

log = logging.getLogger(__name__)

CHECK_S = 20.0
"""All sessions with a screen are looked at so often, in one statement; after a change of users at once."""


class SessionWatch:
    """Watches over the sessions of a hub's connections."""

    def __init__(self, hub: Hub, sessions: Sessions, bus: Bus, clock: Clock) -> None:
        self._hub = hub
        self._sessions = sessions
        self._bus = bus
        self._clock = clock

    async def run(self) -> None:
        """Watch for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear())
            tasks.create_task(self._look())

    async def check(self, session: AsyncSession) -> None:
        """Close the connections of sessions that are over, or whose users have another role by now."""
        viewers = self._hub.viewers()  # before the reading: who comes meanwhile was let in just now
        in_force = await roles(session, self._clock())
        self._hub.end({viewer for viewer in viewers if in_force.get(viewer.csrf) != viewer.role})

    async def _hear(self) -> None:
        async with self._bus.messages(ENDED_SESSIONS) as messages:
            async for message in messages:
                self._hub.end_session(str(message["session"]))

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                async with self._sessions() as session:
                    await self.check(session)
            except (OSError, SQLAlchemyError) as error:
                log.warning("cannot read which sessions are in force, will try again: %s", error)
