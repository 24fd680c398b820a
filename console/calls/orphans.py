"""Ends the calls of links to which nobody listens any more: of them nothing will ever be heard.

Others may listen to links that this process does not know, and may just be starting anew: a link is given up
that nobody held twice, `grace_s` apart.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from sqlalchemy.exc import SQLAlchemyError

from console.calls.queries import StoredCalls
from console.live.lease import Leases
from telephony.events import LinkName

log = logging.getLogger(__name__)

GiveUp = Callable[[LinkName], Awaitable[None]]
"""Ends the open calls of a link as lost."""


class Orphans:
    """Looks for open calls of links other than `ours`."""

    def __init__(
        self, ours: Collection[LinkName], stored: StoredCalls, leases: Leases, give_up: GiveUp
    ) -> None:
        self._ours = set(ours)
        self._stored = stored
        self._leases = leases
        self._give_up = give_up

    async def run(self) -> None:
        """Look for ever; where nobody else can listen, once."""
        suspects = await self._unheld()
        while True:
            await asyncio.sleep(self._leases.grace_s)
            orphans = await self._unheld()
            for link in suspects & orphans:
                await self._end(link)
            if not self._leases.grace_s:
                return
            suspects = orphans - suspects

    async def _unheld(self) -> set[LinkName]:
        try:
            others = await self._stored.open_links() - self._ours
            return {link for link in others if not await self._leases.held(link)}
        except (OSError, SQLAlchemyError) as error:
            log.warning("cannot look for calls that were left behind yet, will try again: %s", error)
            return set()

    async def _end(self, link: LinkName) -> None:
        log.warning("link %s: nobody listens to it any more, its open calls are lost", link)
        try:
            await self._give_up(link)
        except (OSError, SQLAlchemyError) as error:
            log.warning("cannot end the calls of %s yet, will try again: %s", link, error)
