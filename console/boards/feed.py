"""Follows the bus for the boards and walls of this process, and tells their hubs what changed: a few times a
second, and only while somebody looks.

The hub of boards knows one topic, `board`, that of walls one for each choice of queues and figures; their
changes are ticks. What a tick says is only what is to be drawn anew; drawn is what the board knows at that
moment.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from console.boards.board import TOPICS, Board, Dirty, Staff
from console.clock import Clock
from console.desk.screens import desk_topic
from console.live.bus import Bus, Change, Snapshot, Value
from console.live.readers import Readers
from console.queues.directory import Directory

log = logging.getLogger(__name__)

TOPIC = "board"
TICK_S = 0.25
PING_S = 1.0
PINGED_WITHIN_S = 2.0
"""A bus that is away is noticed within five seconds."""


class Ticks:
    """The topics of boards and walls, as their hubs read them (`bus.Topics`). `number` counts the ticks,
    which all `topics` have in common."""

    def __init__(self) -> None:
        self.number = 0
        self.topics: Callable[[], Iterable[str]] = lambda: [TOPIC]
        self._readers = Readers()

    def tell(self, dirty: Dirty) -> None:
        """What is to be drawn anew; where there are other queues or agents than before, everything is."""
        if dirty.all:
            self._readers.tell(None)
            return
        self.number += 1
        value: Value = {name: getattr(dirty, name) for name in ("queues", "agents", "links", "alerts")}
        for topic in self.topics():
            self._readers.tell(Change(topic, self.number, "tick", value, new=False))

    async def snapshot(self, topic: str) -> Snapshot:
        """See `Topics.snapshot`: everything is drawn."""
        return Snapshot(topic, self.number, {})

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[Change | None]]:
        """See `Topics.changes`."""
        with self._readers.changes() as backlog:
            yield backlog

    def end(self) -> None:
        """No more ticks come."""
        self._readers.end()


class Feed:
    """Fills the board of this process. `looked_at` says how many have a board open."""

    def __init__(self, bus: Bus, directory: Directory, clock: Clock) -> None:
        self.board = Board()
        self.ticks = Ticks()
        self.looked_at: Callable[[], int] = lambda: 0
        self._bus = bus
        self._directory = directory
        self._clock = clock
        self._away = False
        self._looking = asyncio.Lock()
        self._meanwhile: list[Change] = []

    async def run(self) -> None:
        """Follow the bus for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._tick())
            tasks.create_task(self._ping())

    def employ(self) -> None:
        """Agents or queues were read anew."""
        agents = {agent.user_id: agent for agent in self._directory.who_take_calls()}
        queues = {queue.name: queue for queue in self._directory.queues()}
        assigned = {user_id: frozenset(self._directory.queues_of(user_id)) for user_id in agents}
        thresholds, limits = self._directory.all_thresholds(), self._directory.limits()
        self.board.employ(Staff(agents, queues, assigned, thresholds, limits))

    async def look(self) -> None:
        """Read all that is on the bus; what is heard meanwhile counts. Raises OSError when it is away."""
        async with self._looking:
            self._meanwhile.clear()
            self.employ()
            topics = [*TOPICS, *(desk_topic(user_id) for user_id in self.board.agents())]
            self.board.load({topic: (await self._bus.snapshot(topic)).entries for topic in topics})
            for change in self._meanwhile:
                self.board.hear(change)
            self._meanwhile.clear()

    def tick(self) -> None:
        """Hand on what changed since the last time, when somebody looks."""
        if self.looked_at() and (dirty := self.board.take()):
            self.ticks.tell(dirty)

    async def _follow(self) -> None:
        async with self._bus.changes() as changes:
            await self._try_to_look()
            async for change in changes:
                if change is None:
                    await self._try_to_look()
                else:
                    self._hear(change)

    def _hear(self, change: Change) -> None:
        if self._looking.locked():
            self._meanwhile.append(change)
        self.board.hear(change)

    async def _try_to_look(self) -> None:
        try:
            await self.look()
        except OSError as error:  # when it is back, everything is read
            log.warning("cannot read what boards show yet: %s", error)
            self._lost()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.tick()

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            await self.ping()

    async def ping(self) -> None:
        """Notice when the bus is away, and when it is back."""
        try:
            async with asyncio.timeout(PINGED_WITHIN_S):
                await self._bus.ping()
                if self._away:
                    await self.look()
        except OSError:  # a TimeoutError is one
            self._lost()
        else:
            self._away = False
            self.board.away(None)

    def _lost(self) -> None:
        self._away = True
        self.board.away(self._clock().isoformat())
