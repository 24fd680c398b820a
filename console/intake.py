"""Runs the phone systems' sources and feeds the desk: link health, the life of each call, the news of pops.

Events of one call are told in order; calls don't wait for each other. What must not wait for the database
(the life of a call) is decided here at once; the story follows behind.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from console.calls import delivery
from console.calls.record import CallRecord, NoteRecord
from console.calls.recorder import Recorder
from console.clock import Clock
from console.desk.news import CHANNEL
from console.desk.pop import NOTE_PREFIX
from console.desk.screen_pop import ScreenPop
from console.desk.screens import Screens
from console.live.bus import Bus, Value
from console.live.lease import Leases
from console.live.link_watch import BEAT_S, BEATS
from console.live.puts import Puts
from console.queues.directory import Directory
from console.web.metrics import EVENTS, FAILURES, LINK_UP
from telephony import lifecycle
from telephony.events import (
    AgentPaused,
    AgentUnpaused,
    CallEvent,
    CallId,
    Event,
    LegId,
    LinkEvent,
    LinkName,
    LinkRefused,
    LinkResynced,
    LinkResyncing,
    LinkUp,
)
from telephony.lifecycle import Call, CallState
from telephony.source import Source

log = logging.getLogger(__name__)

MOST_ENDED = 2_000
"""Ended calls that are remembered, so that late events find them and start nothing new."""

SAID_AGAIN_S = 3600.0
"""Links and presences are put on the bus again so often: it forgets what nobody has changed for a day."""

BEGUN_S = 1.0
"""Where the calls that an earlier process left cannot be read, that is tried again so often."""

LAST_WORDS_S = 3.0
"""What was taken in before a shutdown may take this long to be told."""

MENDED_S = 1.0
"""What the bus did not take is put again so often."""

Telling = Callable[[], Awaitable[None]]

Restore = Callable[[LinkName], Awaitable[Sequence[CallRecord]]]
"""Reads the calls of a link that an earlier process left open."""


class Intake:
    """Everything that happens on the phone systems comes in here."""

    def __init__(
        self,
        *,
        sources: Sequence[Source],
        screen_pop: ScreenPop,
        screens: Screens,
        recorder: Recorder,
        directory: Directory,
        bus: Bus,
        leases: Leases,
        restore: Restore,
        clock: Clock,
    ) -> None:
        self._sources = sources
        self._screen_pop = screen_pop
        self._screens = screens
        self._recorder = recorder
        self._directory = directory
        self._bus = bus
        self._puts = Puts(bus)
        self._leases = leases
        self._restore = restore
        self._clock = clock
        self._calls: dict[CallId, CallRecord] = {}
        self._ended: deque[CallId] = deque()
        self._legs: dict[LegId, CallId] = {}
        self._untold: dict[str, deque[Telling]] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._restored: set[CallId] = set()
        self._up: set[LinkName] = set()
        self._links: dict[LinkName, Value] = {}

    async def run(self) -> None:
        """Listen to all sources, and to the news of pops, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear_of_pops())
            tasks.create_task(self._say_again())
            tasks.create_task(self._follow_bus())
            tasks.create_task(self._mend())
            for source in self._sources:
                tasks.create_task(self._listen(source))

    async def _say_again(self) -> None:
        while True:
            await asyncio.sleep(SAID_AGAIN_S)
            await self._say_all()

    async def _follow_bus(self) -> None:
        """A bus that was away may have been started anew, and then knows nothing. Whoever missed our beats
        for a while calls stale what is not."""
        async with self._bus.changes() as changes:
            async for change in changes:
                if change is None:
                    await self._say_all()
                    await self._hear_notes_again()
                elif change.value is not None and change.key.startswith(NOTE_PREFIX):
                    self._hear_of_note(change.value)
                elif change.topic == "links" and change.key in self._links:
                    await self._object(LinkName(change.key), change.value)

    async def _hear_notes_again(self) -> None:
        with suppress(OSError):  # the bus is away again: so it will break again
            for note in await self._screens.notes():
                self._hear_of_note(note)

    def _hear_of_note(self, value: Value) -> None:
        record = self._calls.get(CallId(value["call"]))
        if record is not None:
            note = NoteRecord(value["text"], value["version"])
            leg = LegId(value["leg"])
            self._tell(record.call.id, lambda: self._screen_pop.noted(record, leg, note))

    async def _object(self, link: LinkName, said: Value | None) -> None:
        if said is not None and said["state"] == "stale":
            await self._puts.put("links", link, self._links[link])

    async def _say_all(self) -> None:
        for link, value in list(self._links.items()):
            await self._puts.put("links", link, value)
        await self._screens.say_again()

    async def _mend(self) -> None:
        while True:
            await asyncio.sleep(MENDED_S)
            with suppress(OSError):  # the bus is still away: next time
                await self._puts.mend()
                await self._screens.mend()

    async def told(self) -> None:
        """Wait until everything taken in so far is told."""
        while self._telling:
            await asyncio.wait(self._telling)

    async def close(self) -> None:
        """After `run` was cancelled: tell what was taken in, in the time that a shutdown has."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self.told()
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _listen(self, source: Source) -> None:
        async with self._leases.hold(source.name), asyncio.TaskGroup() as tasks:
            beating = tasks.create_task(self._beat(source.name))
            await self._begin_when_possible(source.name)
            async for event in source.events():
                EVENTS.labels(event.link, type(event).__name__).inc()
                self.take(event)
            beating.cancel()

    async def _beat(self, link: LinkName) -> None:
        """Say for ever that somebody listens to the link."""
        while True:
            with suppress(OSError):  # the bus is away: whoever waits for beats hears none, and is right
                await self._bus.send(BEATS, {"link": link})
            await asyncio.sleep(BEAT_S)

    async def _begin_when_possible(self, link: LinkName) -> None:
        """Whoever stood by takes over when something is wrong: the database or the bus may be away, too."""
        while True:
            try:
                return await self.begin(link)
            except (OSError, SQLAlchemyError) as error:
                log.warning("cannot go on with the calls of %s yet, will try again: %s", link, error)
                await asyncio.sleep(BEGUN_S)

    async def begin(self, link: LinkName) -> None:
        """Go on from the calls of a link that an earlier process left open, and from what is on the desks."""
        await self._say_link(link, "down", "Connecting …", self._clock())
        for record in await self._restore(link):
            self._remember(record)
            self._restored.add(record.call.id)
        for agent in self._directory.agents():
            await self._screens.adopt(agent.user_id)

    def take(self, event: Event) -> None:
        """Take in one event."""
        if isinstance(event, CallEvent):
            self._take_call(event)
        elif isinstance(event, LinkResynced):
            self._resync(event)
        elif isinstance(event, LinkEvent) and not isinstance(event, LinkResyncing):
            self._tell(f"link {event.link}", lambda: self._say_health(event))
        elif isinstance(event, (AgentPaused, AgentUnpaused)):
            self._tell(f"agent {event.interface}", lambda: self._say_pause(event))

    def _take_call(self, event: CallEvent) -> None:
        record = self._calls.get(event.call)
        before = record.call if record else None
        after = lifecycle.apply(before, event)
        if after is None or after is before:
            return
        if record is None:
            record = CallRecord(after)
        self._advance(record, before, after)

    def _advance(self, record: CallRecord, before: Call | None, after: Call) -> None:
        record.call = after
        self._remember(record)
        if after.state is CallState.ENDED and (before is None or before.state is not CallState.ENDED):
            self._ended.append(after.id)
            self._forget_oldest()
        received = self._clock()
        self._tell(after.id, lambda: self._screen_pop.follow(record, before, after, received))

    def _remember(self, record: CallRecord) -> None:
        call = record.call
        self._calls[call.id] = record
        self._legs.update({leg.id: call.id for leg in call.legs})

    def _forget_oldest(self) -> None:
        while len(self._ended) > MOST_ENDED:
            for leg in self._calls.pop(self._ended.popleft()).call.legs:
                self._legs.pop(leg.id, None)

    def _tell(self, key: str, telling: Telling) -> None:
        """Run `telling` behind what is already to be told under the key."""
        if key in self._untold:
            self._untold[key].append(telling)
            return
        self._untold[key] = deque([telling])
        task = asyncio.create_task(self._tell_all(key))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_all(self, key: str) -> None:
        waiting = self._untold[key]
        while waiting:
            try:
                await waiting.popleft()()
            except Exception:  # one call's trouble must not silence the next event
                FAILURES.labels("story").inc()
                log.exception("could not tell what happened to %s", key)
        del self._untold[key]

    async def _say_health(self, event: LinkEvent) -> None:
        if isinstance(event, LinkUp):
            await self._say_link(event.link, "up", event.version, event.at)
        else:
            reason = str(getattr(event, "reason", ""))
            log.error("link %s: %s", event.link, reason)
            await self._say_link(event.link, "down", reason, event.at, refused=isinstance(event, LinkRefused))

    async def _say_link(
        self, link: LinkName, state: str, reason: str, at: datetime, *, refused: bool = False
    ) -> None:
        LINK_UP.labels(link).set(state == "up")
        value = {"state": state, "reason": reason, "since": at.isoformat(), "refused": refused}
        self._links[link] = value
        (self._up.add if state == "up" else self._up.discard)(link)
        self._screens.reachable = bool(self._up)
        await self._puts.put("links", link, value)
        await self.say_presence()

    async def say_presence(self) -> None:
        """Say of every agent what they are doing, where that changed."""
        for agent in self._directory.agents():
            await self._screens.presence(agent.user_id, self._clock())

    def _resync(self, event: LinkResynced) -> None:
        """Believe the phone system: what it does not name is gone; what it does is on the screens again.

        Decided at once: a call that begins right behind the event is not named in it.
        """
        for record in [r for r in self._calls.values() if r.call.link == event.link]:
            before, after = record.call, lifecycle.reconciled(record.call, event)
            if after != before:
                self._advance(record, before, after)
            if after.id in self._restored:
                self._restored.discard(after.id)
                self._show_again(record)
        gone = [
            leg
            for leg in self._screens.unfinished(event.link)
            if leg not in event.legs and leg not in self._legs
        ]
        self._tell(f"link {event.link}", lambda: self._screens.end(gone, event.at))

    def _show_again(self, record: CallRecord) -> None:
        received = self._clock()
        self._tell(record.call.id, lambda: self._screen_pop.show_again(record, received))

    async def _say_pause(self, event: AgentPaused | AgentUnpaused) -> None:
        agent = self._directory.agent(event.interface)
        if agent is not None:
            paused = event.reason if isinstance(event, AgentPaused) else None
            await self._screens.pause(agent.user_id, event.queue, paused, event.at)

    async def _hear_of_pops(self) -> None:
        async with self._bus.messages(CHANNEL) as messages:
            async for message in messages:
                self._hear_of_pop(dict(message))

    def _hear_of_pop(self, news: dict[str, Any]) -> None:
        call_id = self._legs.get(LegId(str(news.get("leg"))))
        record = self._calls.get(call_id) if call_id else None
        pop = record.pops.get(LegId(news["leg"])) if record else None
        if record is None or pop is None or pop.user_id != news.get("user_id"):
            return
        at = datetime.fromtimestamp(news["at"], UTC)
        if news["stage"] == "sent":
            delivery.sent(pop, at)
        else:
            delivery.shown(pop, at, visible=bool(news.get("visible")))
        self._recorder.save(record)
