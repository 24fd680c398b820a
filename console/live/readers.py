"""Who listens to a bus inside this process, each with a bounded backlog."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from console.live.bus import Change, Value
from console.live.metrics import LAPSED

T = TypeVar("T")

CHANGES_LIMIT = 10_000
"""Changes that may wait for one reader; one more and all of them give way to a None (take new snapshots)."""

MESSAGES_LIMIT = 10_000
"""Messages that may wait for one reader; one more and the oldest is forgotten."""


class Backlog(AsyncIterator[T], Generic[T]):
    """What waits for one reader, who takes it with `async for`. One reader only."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: deque[T] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._ended = False

    def push(self, item: T) -> bool:
        """Append `item`; False (and nothing is done) when `limit` items wait already."""
        if len(self._items) >= self._limit:
            return False
        self._items.append(item)
        self._wake_reader()
        return True

    def forget_oldest(self) -> None:
        """Make room for one."""
        self._items.popleft()

    def forget_all(self) -> None:
        """Make room."""
        self._items.clear()

    def end(self) -> None:
        """Nothing more will come; the reader still gets what waits."""
        self._ended = True
        self._wake_reader()

    def __aiter__(self) -> "Backlog[T]":
        return self

    async def __anext__(self) -> T:
        while not self._items:
            if self._ended:
                raise StopAsyncIteration
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        return self._items.popleft()

    def _wake_reader(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


class Readers:
    """The readers of one bus in this process."""

    def __init__(self, changes_limit: int = CHANGES_LIMIT, messages_limit: int = MESSAGES_LIMIT) -> None:
        self._changes_limit = changes_limit
        self._messages_limit = messages_limit
        self._changes: list[Backlog[Change | None]] = []
        self._messages: dict[str, list[Backlog[Value]]] = {}

    @contextmanager
    def changes(self) -> Iterator[Backlog[Change | None]]:
        """A reader of all changes, as long as the context is open."""
        backlog = Backlog[Change | None](self._changes_limit)
        self._changes.append(backlog)
        try:
            yield backlog
        finally:
            self._changes.remove(backlog)

    @contextmanager
    def messages(self, channel: str) -> Iterator[Backlog[Value]]:
        """A reader of one channel, as long as the context is open."""
        backlog = Backlog[Value](self._messages_limit)
        readers = self._messages.setdefault(channel, [])
        readers.append(backlog)
        try:
            yield backlog
        finally:
            readers.remove(backlog)
            if not readers:
                del self._messages[channel]

    def tell(self, change: Change | None) -> None:
        """Give a change (None: some may be missing) to all readers of changes."""
        for backlog in self._changes:
            if change is None or not backlog.push(change):
                _restart(backlog, counted=change is not None)

    def say(self, channel: str, message: Value) -> None:
        """Give a message to the readers of a channel."""
        for backlog in self._messages.get(channel, ()):
            if not backlog.push(message):
                LAPSED.labels("message").inc()
                backlog.forget_oldest()
                backlog.push(message)

    def end(self) -> None:
        """The bus closes: all readers come to their end."""
        for backlog in self._changes:
            backlog.end()
        for readers in self._messages.values():
            for messages in readers:
                messages.end()


def _restart(backlog: Backlog[Change | None], *, counted: bool) -> None:
    # What waits is older than the snapshots that the reader takes next: of no use any more.
    if counted:
        LAPSED.labels("change").inc()
    backlog.forget_all()
    backlog.push(None)
