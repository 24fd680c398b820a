"""What all agents are doing, kept in memory: who wants to pass a call on sees who is free."""

import logging

from console.desk.pop import PRESENCE_KEY
from console.desk.screens import DESK, desk_topic
from console.live.bus import Bus, Change, Value
from console.queues.directory import Directory

log = logging.getLogger(__name__)

UNKNOWN: Value = {"state": "offline", "reason": ""}


class Floor:
    """The presences of all agents, as the bus tells them. One for each process that draws pages."""

    def __init__(self, bus: Bus, directory: Directory) -> None:
        self._bus = bus
        self._directory = directory
        self._presences: dict[str, Value] = {}

    def presence(self, user_id: int) -> Value:
        """What an agent is doing: `state` and `reason`."""
        return self._presences.get(desk_topic(user_id), UNKNOWN)

    async def run(self) -> None:
        """Follow the bus for ever."""
        async with self._bus.changes() as changes:
            await self._look()
            async for change in changes:
                if change is None:
                    await self._look()
                else:
                    self._hear(change)

    def _hear(self, change: Change) -> None:
        if change.key == PRESENCE_KEY and change.topic.startswith(DESK) and change.value is not None:
            self._presences[change.topic] = change.value

    async def _look(self) -> None:
        """Read it all: something may have been missed. What is told meanwhile comes behind it."""
        try:
            for agent in self._directory.agents():
                topic = desk_topic(agent.user_id)
                said = (await self._bus.snapshot(topic)).entries.get(PRESENCE_KEY)
                if said is not None:
                    self._presences[topic] = said
        except OSError as error:  # when it is back, it says that something was missed
            log.warning("cannot read what the agents are doing yet: %s", error)
