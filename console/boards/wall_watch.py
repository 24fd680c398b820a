"""Closes walls that may not be shown any more: the link was revoked, or whoever looks has logged out; and
notes which links are in use."""

import asyncio
import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from console.boards.displays import Display
from console.boards.wall_links import links_in_force, touch_links
from console.identity.sessions import roles
from console.live.session_watch import SessionWatch

log = logging.getLogger(__name__)

TOUCH_S = 60.0
"""Links in use are noted so often, all in one statement."""


class WallWatch(SessionWatch):
    """Watches over the displays of a hub."""

    async def run(self) -> None:
        """Watch for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(super().run())
            tasks.create_task(self._note())

    async def check(self, session: AsyncSession) -> None:
        """Close the displays whose link was revoked, or whose session is over."""
        displays = self.displays()  # before the reading: who comes meanwhile was let in just now
        links = await links_in_force(session)
        in_force = await roles(session, self._clock())
        of_links = {each for each in displays if each.link and each.link not in links}
        of_sessions = {each for each in displays if not each.link and in_force.get(each.csrf) != each.role}
        self._hub.end(of_links | of_sessions)

    def displays(self) -> set[Display]:
        """What is looked at in this process."""
        return {viewer for viewer in self._hub.viewers() if isinstance(viewer, Display)}

    async def note(self, at: datetime) -> None:
        """The links of open walls are in use."""
        if links := {each.link for each in self.displays() if each.link}:
            async with self._sessions.begin() as session:
                await touch_links(session, links, at)

    async def _note(self) -> None:
        while True:
            await asyncio.sleep(TOUCH_S)
            try:
                await self.note(self._clock())
            except (OSError, SQLAlchemyError) as error:
                log.warning("cannot note which display links are in use, will try again: %s", error)
