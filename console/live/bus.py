"""The bus port: topics with state, numbered changes, and plain messages. Twins: MemoryBus, RedisBus."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

Value = Mapping[str, Any]
"""A plain JSON-able dict."""


@dataclass(frozen=True, slots=True)
class Change:
    """Entry `key` of `topic` became `value` (None: it is gone). `number` counts the topic's changes, from 1,
    without gaps. `new` is True when the key did not exist before."""

    topic: str
    number: int
    key: str
    value: Value | None
    new: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a topic after its change `number` (0: there was none yet). Entries in order of their
    first appearance."""

    topic: str
    number: int
    entries: dict[str, Value]


class Topics(Protocol):
    """Topics with state, to read only."""

    async def snapshot(self, topic: str) -> Snapshot:
        """The state of a topic now."""
        ...

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator[Change | None]]:
        """All changes of all topics from entry of the context on, in order per topic.

        Yields None when some may have been missed (the connection to the bus broke): take new snapshots.
        """
        ...


class Bus(Topics, Protocol):
    """Topics with state, and messages without. Both implementations pass tests/contracts/test_bus.py."""

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        """Set (or with None remove) one entry and tell the subscribers, atomically.

        Removing what is not there changes nothing and returns None.
        """
        ...

    async def send(self, channel: str, message: Value) -> None:
        """Tell whoever listens to `channel`; not kept, not numbered."""
        ...

    def messages(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[Value]]:
        """The messages of a channel from entry of the context on."""
        ...

    async def ping(self) -> None:
        """Raise OSError when the bus cannot be reached."""
        ...

    async def close(self) -> None: ...
