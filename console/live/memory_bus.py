"""The bus inside one process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from console.live.bus import Change, Snapshot, Value
from console.live.readers import CHANGES_LIMIT, MESSAGES_LIMIT, Readers


class _Topic:
    __slots__ = ("entries", "number")

    def __init__(self) -> None:
        self.number = 0
        self.entries: dict[str, Value] = {}


class MemoryBus:
    """The `Bus` of a console of one process. It keeps values, not copies: leave them alone after `put`."""

    def __init__(self, changes_limit: int = CHANGES_LIMIT, messages_limit: int = MESSAGES_LIMIT) -> None:
        self._topics: dict[str, _Topic] = {}
        self._readers = Readers(changes_limit, messages_limit)

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        """See `Bus.put`."""
        state = self._topics.setdefault(topic, _Topic())
        new = key not in state.entries
        if value is None:
            if new:
                return None
            del state.entries[key]
            new = False
        else:
            state.entries[key] = value
        state.number += 1
        change = Change(topic, state.number, key, value, new)
        self._readers.tell(change)
        return change

    async def snapshot(self, topic: str) -> Snapshot:
        """See `Bus.snapshot`."""
        state = self._topics.get(topic)
        return Snapshot(topic, state.number, dict(state.entries)) if state else Snapshot(topic, 0, {})

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[Change | None]]:
        """See `Bus.changes`."""
        with self._readers.changes() as backlog:
            yield backlog

    async def send(self, channel: str, message: Value) -> None:
        """See `Bus.send`."""
        self._readers.say(channel, message)

    @asynccontextmanager
    async def messages(self, channel: str) -> AsyncIterator[AsyncIterator[Value]]:
        """See `Bus.messages`."""
        with self._readers.messages(channel) as backlog:
            yield backlog

    async def ping(self) -> None:
        """It is always there."""

    async def close(self) -> None:
        """End all readers."""
        self._readers.end()
