"""Says everything again: a bus that was away may have been started anew, and then knows nothing.

That all of a link was said is said in the topic `said` (see `console.live.gate`): where our links are missing
there, the bus has forgotten. Then also what agents still finish, and what stands beside the pops, is put back
as after a restart of ours.
"""

import asyncio
import logging
from collections.abc import Callable, Collection

from sqlalchemy.exc import SQLAlchemyError

from console.boards.news import BoardNews
from console.calls.telling import Tellings
from console.desk.beside import BesideNews
from console.desk.learning_news import LearningNews
from console.desk.left_open import LeftOpen
from console.desk.screens import Screens
from console.desk.wrap_ups import WrapUps
from console.live import gate
from console.live.bus import Bus
from console.live.link_health import LinkHealth
from telephony.events import LinkName

log = logging.getLogger(__name__)

SAID_AGAIN_S = 3600.0
"""All is put on the bus again so often: it forgets what is a day old."""

RETRY_S = 1.0


class Retelling:
    """What this process knows of its own links, for a bus that may not."""

    def __init__(
        self,
        bus: Bus,
        *,
        health: LinkHealth,
        screens: Screens,
        boards: BoardNews,
        beside: BesideNews,
        learning: LearningNews,
        left_open: LeftOpen,
        wrap_ups: WrapUps,
        tellings: Tellings,
    ) -> None:
        self._bus = bus
        self._health = health
        self._screens = screens
        self._boards = boards
        self._beside = beside
        self._learning = learning
        self._left_open = left_open
        self._wrap_ups = wrap_ups
        self._tellings = tellings
        self._begun: set[LinkName] = set()
        self._turn = asyncio.Lock()
        self._owed = False

    async def begin(self, link: LinkName) -> None:
        """All was said of a link for the first time. Raises OSError when the bus is away."""
        self._begun.add(link)
        await gate.say_all_said(self._bus, [link])

    async def run(self, clock: Callable[[], float]) -> None:
        """Say it again now and then, and where it could not be said, for ever. `clock`: the loop's time."""
        said_at = clock()
        while True:
            await asyncio.sleep(RETRY_S)
            if self._owed or clock() - said_at >= SAID_AGAIN_S:
                said_at = clock()
                await self.say()

    async def say(self) -> None:
        """Say it all again; where the bus or the database is away, soon once more."""
        async with self._turn:
            self._owed = True
            try:
                await self._say()
            except OSError:  # the bus is away again: so it will break again
                return
            except SQLAlchemyError as error:
                log.warning("cannot put back yet what the bus has forgotten, will try again: %s", error)
                return
            self._owed = False

    async def _say(self) -> None:
        forgotten = self._begun - (await self._bus.snapshot(gate.TOPIC)).entries.keys()
        await self._health.publish_all()
        await self._screens.say_again()
        await self._boards.say_again()
        for key, value in await self._screens.beside():
            self._beside.hear(key, value)
        await self._learning.catch_up(self._screens.presences.own)
        await self._put_back(forgotten)
        await gate.say_all_said(self._bus, self._begun)

    async def _put_back(self, links: Collection[LinkName]) -> None:
        for link in links:
            await self._left_open.put_back(link, await self._wrap_ups.restore(link))
            self._left_open.show_alive(link)
        if links:
            await self._tellings.told()
