"""The hub: takes changes from the bus, and has them on all screens that show their topic.

A screen goes through two states for each of its topics. It *waits* for a snapshot: after it connected, asked
for a resync, or the bus broke; changes are not written to it. Once it has a snapshot it is *current*: each
change with the next number is written to it. A number further on means that one was lost: it waits again.

For each topic with waiting screens one task takes snapshots, one for all who wait, until one is at least as
new as the changes seen so far: so a change that overtakes the snapshot is neither lost nor drawn twice.

Whatever fails on the way is survived, counted and logged: a screen that cannot be written to is dropped (it
comes back to a snapshot), a topic whose change could not be passed on waits for a snapshot.
"""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

from console.clock import Clock, now
from console.identity.viewer import Viewer
from console.live import metrics
from console.live.bus import Change, Snapshot, Topics, Value
from console.live.frame import BEAT, Fragment, Frame, build_frame, root_of
from console.live.gate import Gate
from console.live.renderer import Renderer
from console.live.wire import Wire

logger = logging.getLogger(__name__)

TRY_AGAIN_LATER = 1013
"""Close code for who must come back to a fresh snapshot (IANA's list of close codes); hx-ws does on it."""

LOGGED_OUT = 1008
"""Close code for who may not look any more (policy violation); htmx does not reconnect on it."""

SNAPSHOTS_AT_ONCE = 20
"""So many snapshots are taken from the bus at a time, when thousands of screens come back."""

SNAPSHOT_TRIES = 3
"""After so many snapshots older than the changes seen, the topic was reset on the bus: numbers count anew."""

SNAPSHOT_RETRY_S = 0.5
FOLLOW_RETRY_S = 0.5
"""Where the changes of the bus cannot be read any more, they are asked for again so often."""

BEAT_S = 8.0
"""Each screen hears from us so often, and has to answer."""

BEATS_AT_ONCE = 20
"""The beats of thousands of screens are spread: pops never queue behind them."""

Handler = Callable[[Viewer, Mapping[str, Any]], None]
"""What to do with a message from a viewer's browser. Must not wait."""


class Connection:
    """One open socket of a viewer."""

    __slots__ = ("topics", "viewer", "wire")

    def __init__(self, viewer: Viewer, wire: Wire) -> None:
        self.viewer = viewer
        self.wire = wire
        self.topics: list[_Topic] = []


class _Topic:
    """A topic that somebody sees. `current` has the number each screen is at; `seen` is the newest change."""

    __slots__ = ("current", "name", "refreshing", "renderer", "seen", "waiting")

    def __init__(self, name: str, renderer: Renderer) -> None:
        self.name = name
        self.renderer = renderer
        self.seen = 0
        self.current: dict[Connection, int] = {}
        self.waiting: dict[Connection, None] = {}
        self.refreshing: asyncio.Task[None] | None = None


class _Frames(dict[str, Frame]):
    """One frame in the languages asked for so far, each drawn once."""

    def __init__(self, draw: Callable[[str], Frame]) -> None:
        super().__init__()
        self._draw = draw

    def __missing__(self, locale: str) -> Frame:
        frame = self[locale] = self._draw(locale)
        return frame


class Hub:
    """The open connections of this process. `renderers` by topic prefix, `inbox` by message type. Nobody is
    connected while the `gate` is closed (None: there is none). A screen hears from us each `beat_s` seconds
    (None: BEAT_S). Behind `at_once` screens that get the same, others have a turn: what goes to thousands
    must not keep the loop from what goes to one."""

    def __init__(
        self,
        bus: Topics,
        renderers: Mapping[str, Renderer],
        inbox: Mapping[str, Handler],
        clock: Clock = now,
        *,
        gate: Gate | None = None,
        beat_s: float | None = None,
        at_once: int = sys.maxsize,
    ) -> None:
        self.inbox = inbox
        self._gate = gate
        self._beat_s = beat_s
        self._at_once = at_once
        self._bus = bus
        self._renderers = renderers
        self._clock = clock
        self._topics: dict[str, _Topic] = {}
        self._connected: Counter[int] = Counter()
        self._open: set[Connection] = set()
        self._snapshots = asyncio.Semaphore(SNAPSHOTS_AT_ONCE)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the bus as long as the context is open. Enter it before the first connection joins."""
        following = asyncio.Event()
        tasks = [
            asyncio.create_task(self._follow_for_ever(following), name="hub"),
            asyncio.create_task(self._beat_for_ever(), name="hub's beat"),
        ]
        try:
            await following.wait()
            yield
        finally:
            tasks += [topic.refreshing for topic in self._topics.values() if topic.refreshing]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def join(self, viewer: Viewer, wire: Wire) -> Connection:
        """A viewer connected: snapshots of what they see, then the changes."""
        connection = Connection(viewer, wire)
        for renderer in self._renderers.values():
            for name in renderer.topics(viewer):
                topic = self._topics.setdefault(name, _Topic(name, renderer))
                connection.topics.append(topic)
                self._refresh(topic, connection)
        self._open.add(connection)
        self._connected[viewer.user_id] += 1
        metrics.CONNECTIONS.inc()
        return connection

    def leave(self, connection: Connection) -> None:
        """The connection is closed."""
        self._forget(connection)
        self._open.discard(connection)
        self._connected[connection.viewer.user_id] -= 1
        if not self._connected[connection.viewer.user_id]:
            del self._connected[connection.viewer.user_id]
        metrics.CONNECTIONS.dec()

    def resync(self, connection: Connection) -> None:
        """The browser missed something: snapshots of all it shows."""
        metrics.RESYNCS.labels("browser").inc()
        for topic in connection.topics:
            self._refresh(topic, connection)

    def end_session(self, session: str) -> None:
        """Somebody logged out: nothing more goes to the other tabs of that session."""
        self.end([viewer for viewer in self.viewers() if viewer.session == session])

    def viewers(self) -> set[Viewer]:
        """Who has a connection open."""
        return {connection.viewer for connection in self._open}

    def end(self, viewers: Collection[Viewer]) -> None:
        """These may not look any more, or not like this: nothing more goes to their screens."""
        for connection in [each for each in self._open if each.viewer in viewers]:
            self._forget(connection)
            connection.wire.close(LOGGED_OUT, "logged out")

    def turn_away(self) -> None:
        """What the screens show stays, and is not up to date: they come back when the bus has."""
        for connection in list(self._open):
            self._forget(connection)
            if not connection.wire.closed:
                connection.wire.close(TRY_AGAIN_LATER, "the bus is away")

    @property
    def is_open(self) -> bool:
        """Whether screens can be connected."""
        return self._gate is None or self._gate.open

    @property
    def number(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def connected(self, user_id: int) -> int:
        """How many connections this user has open in this process."""
        return self._connected[user_id]

    async def _follow_for_ever(self, following: asyncio.Event) -> None:
        ended = False
        while not ended:
            with _survived("bus"):
                await self._follow(following)
                ended = True
            if not ended:
                await asyncio.sleep(FOLLOW_RETRY_S)

    async def _follow(self, following: asyncio.Event) -> None:
        """Take the changes until the bus is closed."""
        async with self._bus.changes() as changes:
            if following.is_set():  # not for the first time: something was missed in between
                self._refresh_all()
            following.set()
            async for change in changes:
                await self._take(change)

    async def _take(self, change: Change | None) -> None:
        if change is None:
            await self._come_back()
        elif (topic := self._topics.get(change.topic)) is not None:
            try:
                await self._apply(topic, change)
            except Exception:
                metrics.FAILURES.labels("change").inc()
                logger.exception("Change %s of %s could not be passed on.", change.number, topic.name)
                self._restart(topic)

    async def _come_back(self) -> None:
        """The bus answers again: with what it had, or with nothing yet."""
        if self._gate is not None:
            await self._gate.look()
        if self.is_open:
            self._refresh_all()
        else:
            self.turn_away()

    async def _beat_for_ever(self) -> None:
        """Beat for every screen, spread over the time between two beats."""
        while True:
            screens = list(self._open)
            rounds = range(0, max(len(screens), 1), BEATS_AT_ONCE)
            for first in rounds:
                for screen in screens[first : first + BEATS_AT_ONCE]:
                    self._beat(screen)
                await asyncio.sleep((BEAT_S if self._beat_s is None else self._beat_s) / len(rounds))

    def _beat(self, connection: Connection) -> None:
        beats = False
        with _survived("beat"):
            beats = connection.wire.beat(BEAT)
        if not beats:
            self._drop(connection, "silent")

    def _refresh_all(self) -> None:
        """The bus broke: nobody knows what was missed, or whether numbers count on."""
        metrics.RESYNCS.labels("bus").inc()
        for topic in self._topics.values():
            self._restart(topic)

    def _restart(self, topic: _Topic) -> None:
        topic.seen = 0
        for connection in list(topic.current):
            self._refresh(topic, connection)

    def _refresh(self, topic: _Topic, connection: Connection) -> None:
        topic.current.pop(connection, None)
        topic.waiting[connection] = None
        if topic.refreshing is None:
            topic.refreshing = asyncio.create_task(self._take_snapshots(topic))

    async def _apply(self, topic: _Topic, change: Change) -> None:
        if change.number <= topic.seen:
            # Numbers only grow, unless the topic was reset on the bus.
            self._restart(topic)
        topic.seen = change.number
        entries = {} if change.value is None else {change.key: change.value}
        frames = _Frames(partial(self._draw_change, topic, change))
        async for connection in self._in_turns(topic.current):
            number = topic.current[connection]
            if change.number == number + 1:
                topic.current[connection] = change.number
                self._write(topic, connection, frames, entries)
            elif change.number > number:
                metrics.RESYNCS.labels("gap").inc()
                self._refresh(topic, connection)
            # else the screen's snapshot had it already

    async def _in_turns(self, screens: Mapping[Connection, object]) -> AsyncIterator[Connection]:
        """These screens, as far as they are still there when it is their turn."""
        for number, connection in enumerate(list(screens), 1):
            if connection in screens:
                yield connection
            if number % self._at_once == 0:
                await asyncio.sleep(0)

    async def _take_snapshots(self, topic: _Topic) -> None:
        tries = 0
        while topic.waiting:
            snapshot = await self._take_snapshot(topic)
            tries += 1
            if snapshot is None:
                await asyncio.sleep(SNAPSHOT_RETRY_S)
            elif snapshot.number >= topic.seen or tries >= SNAPSHOT_TRIES:
                with _survived("snapshot"):
                    await self._show(topic, snapshot)
                tries = 0
        topic.refreshing = None

    async def _take_snapshot(self, topic: _Topic) -> Snapshot | None:
        snapshot = None
        with _survived("snapshot"):
            async with self._snapshots:
                snapshot = await self._bus.snapshot(topic.name)
        return snapshot

    async def _show(self, topic: _Topic, snapshot: Snapshot) -> None:
        topic.seen = min(topic.seen, snapshot.number)
        frames = _Frames(partial(self._draw_snapshot, topic, snapshot))
        async for connection in self._in_turns(topic.waiting):
            if snapshot.number < topic.seen:
                return  # it was overtaken meanwhile: the others get a newer one
            del topic.waiting[connection]
            topic.current[connection] = snapshot.number
            self._write(topic, connection, frames, snapshot.entries)

    def _draw_change(self, topic: _Topic, change: Change, locale: str) -> Frame:
        try:
            return build_frame(topic.name, change.number, topic.renderer.change(change, locale))
        except Exception as error:  # noqa: BLE001 - counted and logged there
            _renderer_failed(topic, error)
            return build_frame(topic.name, change.number, None)

    def _draw_snapshot(self, topic: _Topic, snapshot: Snapshot, locale: str) -> Frame:
        try:
            fragment = Fragment(topic.renderer.snapshot(snapshot, locale), root_of(topic.name), "innerMorph")
            return build_frame(topic.name, snapshot.number, fragment, snapshot=True)
        except Exception as error:  # noqa: BLE001 - counted and logged there
            _renderer_failed(topic, error)
            return build_frame(topic.name, snapshot.number, None, snapshot=True)

    def _write(
        self, topic: _Topic, connection: Connection, frames: _Frames, entries: Mapping[str, Value]
    ) -> None:
        frame, taken = frames[connection.viewer.locale], False
        with _survived("write"):
            taken = connection.wire.write(frame)
        if not taken:
            self._drop(connection, "slow")
            return
        metrics.FRAMES.inc()
        if entries:
            try:
                topic.renderer.delivered(entries, connection.viewer, self._clock())
            except Exception as error:  # noqa: BLE001 - the same
                _renderer_failed(topic, error)

    def _drop(self, connection: Connection, reason: str) -> None:
        self._forget(connection)
        with _survived("close"):
            if not connection.wire.closed:
                metrics.DROPPED.labels(reason).inc()
                connection.wire.close(TRY_AGAIN_LATER, f"too {reason}")

    def _forget(self, connection: Connection) -> None:
        for topic in connection.topics:
            topic.current.pop(connection, None)
            topic.waiting.pop(connection, None)
            if not topic.current and not topic.waiting:
                self._topics.pop(topic.name, None)
        connection.topics = []


def _renderer_failed(topic: _Topic, error: Exception) -> None:
    """One entry that cannot be drawn must not take the desk from everybody: what the screens show stays."""
    metrics.FAILED_RENDERS.inc()
    logger.error("The renderer of %s failed.", topic.name, exc_info=error)


@contextmanager
def _survived(where: str) -> Iterator[None]:
    """One connection's trouble, or a moment's, must not silence the others."""
    try:
        yield
    except OSError as error:
        metrics.FAILURES.labels(where).inc()
        logger.warning("%s: %s; trying again.", where, error)
    except Exception:
        metrics.FAILURES.labels(where).inc()
        logger.exception("The hub failed (%s), and goes on.", where)
