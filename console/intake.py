"""Runs the phone systems' sources and feeds the desk: the life of each call, what a resync put right, the
links, the pauses, the news of pops.

Events of one call are told in order; calls don't wait for each other. What must not wait for the database or
the bus (the life of a call, how a link is, who is paused) is decided here at once; telling it follows behind.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from console.boards.news import BoardNews
from console.calls.differences import Resync
from console.calls.queries import StoredCalls
from console.calls.recorder import Recorder
from console.calls.register import Register, Step
from console.calls.reporting import report
from console.calls.telling import Tellings
from console.clock import Clock
from console.desk.beside import BesideNews
from console.desk.case_news import CaseNews
from console.desk.deliveries import Deliveries
from console.desk.learning_news import LearningNews
from console.desk.left_open import LeftOpen
from console.desk.listening import Listening
from console.desk.pop import BESIDE
from console.desk.presence import DIALLED, PAUSES, WRAP_UPS
from console.desk.screen_pop import ScreenPop
from console.desk.screens import DESK, Screens
from console.desk.wrap_ups import WrapUps
from console.live import link_health
from console.live.bus import Bus, Change
from console.live.errands import Errands
from console.live.lease import Leases
from console.live.link_health import LinkHealth
from console.queues.directory import Directory
from console.retelling import Retelling
from console.web.metrics import EVENTS, FAILURES
from telephony.events import (
    AgentEvent,
    AgentLeft,
    AgentPaused,
    AgentUnpaused,
    CallEvent,
    Event,
    LegId,
    LinkEvent,
    LinkName,
    LinkResynced,
    LinkResyncing,
)
from telephony.source import Source

log = logging.getLogger(__name__)

BEGUN_S = 1.0
"""Where the calls of an earlier process cannot be read, that is tried again so often."""

LAST_WORDS_S = 3.0
"""What was taken in before a shutdown may take this long to be told."""

TAKEN_AT_ONCE = 25
"""Events of one link, or calls of a resync, that are taken in before others have a turn."""

MENDED_S = 1.0
"""What the bus did not take is put again so often."""


class Intake:
    """Everything that happens on the phone systems comes in here."""

    def __init__(
        self,
        *,
        sources: Sequence[Source],
        screen_pop: ScreenPop,
        screens: Screens,
        wrap_ups: WrapUps,
        listening: Listening,
        boards: BoardNews,
        recorder: Recorder,
        directory: Directory,
        bus: Bus,
        leases: Leases,
        stored: StoredCalls,
        clock: Clock,
    ) -> None:
        self._sources = sources
        self._screen_pop = screen_pop
        self._screens = screens
        self._wrap_ups = wrap_ups
        self._listening = listening
        self._boards = boards
        self._recorder = recorder
        self._directory = directory
        self._bus = bus
        self._leases = leases
        self._clock = clock
        self._register = Register()
        self._tellings = Tellings(self._follow, recorder.room)
        self._learning = LearningNews(bus, stored, self._register, self._tellings, screen_pop)
        self._deliveries = Deliveries(bus, self._register, recorder, wrap_ups)
        self._left_open = LeftOpen(
            stored=stored,
            register=self._register,
            tellings=self._tellings,
            screen_pop=screen_pop,
            screens=screens,
            clock=clock,
        )
        self._cases = CaseNews(bus, self._register, self._tellings, screen_pop, screens)
        self._beside = BesideNews(self._register, self._tellings, screen_pop)
        self._health = LinkHealth(bus, clock)
        self._retelling = Retelling(
            bus,
            health=self._health,
            screens=screens,
            boards=boards,
            beside=self._beside,
            learning=self._learning,
            left_open=self._left_open,
            wrap_ups=wrap_ups,
            tellings=self._tellings,
        )
        self._resyncs: dict[LinkName, Resync] = {}
        self._resynced: set[LinkName] = set()

    async def run(self) -> None:
        """Listen to all sources, and to what others say on the bus, for ever."""
        async with asyncio.TaskGroup() as tasks:
            for hears in (self._deliveries, self._learning, self._cases, self._boards):
                tasks.create_task(hears.run())
            tasks.create_task(self._retelling.run(asyncio.get_running_loop().time))
            tasks.create_task(self._follow_bus())
            tasks.create_task(self._mend())
            tasks.create_task(self._screens.presences.run(self._clock))
            tasks.create_task(self._wrap_ups.run())
            for source in self._sources:
                tasks.create_task(self._listen(source))

    async def told(self) -> None:
        """Wait until everything taken in so far is told."""
        await self._tellings.told()

    async def close(self) -> None:
        """After `run` was cancelled: tell what was taken in, in the time that a shutdown has."""
        await self._tellings.close(LAST_WORDS_S)
        await self._screen_pop.close(LAST_WORDS_S)
        await self._wrap_ups.close(LAST_WORDS_S)

    # Who listens, and from where they go on.

    async def _listen(self, source: Source) -> None:
        async with self._leases.hold(source.name), asyncio.TaskGroup() as tasks:
            self._health.begin(source.name)
            watching = tasks.create_task(self._health.watch(source))
            await self._begin_when_possible(source.name)
            errands = tasks.create_task(Errands(source, self._bus, self._clock).run())
            await self._take_all(source)
            watching.cancel()
            errands.cancel()

    async def _take_all(self, source: Source) -> None:
        """A link that brings too much waits for itself: its source drops what it cannot keep, and resyncs."""
        taken = 0
        async for event in source.events():
            EVENTS.labels(event.link, type(event).__name__).inc()
            for _ in self._steps(event):
                taken += 1
                if taken % TAKEN_AT_ONCE == 0:
                    await asyncio.sleep(0)
            await self._tellings.room(event.link)

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
        self._health.begin(link)
        await self._health.publish(link)
        await self._take_over(link)
        await self._left_open.put_back(link, await self._wrap_ups.restore(link))
        await self._retelling.begin(link)

    async def _take_over(self, link: LinkName) -> None:
        presences = self._screens.presences
        presences.own.add(link)
        await self._left_open.take_over(link)
        for name, value in (await self._bus.snapshot(link_health.TOPIC)).entries.items():
            presences.hear_link(name, value)
        presences.adopt_pauses((await self._bus.snapshot(PAUSES)).entries.values())
        presences.forget_diallers(link)
        await self._screens.adopt_diallers()
        await presences.adopt_wrap_ups((await self._bus.snapshot(WRAP_UPS)).entries)
        for agent in self._directory.agents():
            await self._screens.adopt(agent.user_id)
        await self._boards.begin(link)

    async def give_up(self, link: LinkName) -> None:
        """End the open calls of a link to which nobody listens. Raises the database's and the bus' errors."""
        await self._take_over(link)
        self.take(LinkResynced(link=link, at=self._clock(), calls=frozenset(), legs=frozenset()))
        await self.told()
        await self._wrap_ups.give_up(link)
        self._screens.presences.own.discard(link)

    # What happens on the phone systems.

    def take(self, event: Event) -> None:
        """Take in one event."""
        for _ in self._steps(event):
            pass

    def _steps(self, event: Event) -> Iterator[None]:
        """Take in one event in steps: between two of them others may have a turn, but not the same link."""
        self._listening.hear(event, self._tellings)
        if isinstance(event, LinkResynced):
            yield from self._finish_resync(event)
        else:
            self._take(event)
            yield

    def _take(self, event: Event) -> None:
        if isinstance(event, CallEvent):
            step = self._register.take(event)
            if step is not None:
                self._went_on(step)
        elif isinstance(event, LinkResyncing):
            self._resyncs[event.link] = Resync(first=event.link not in self._resynced)
            self._wrap_ups.resyncing(event.link)
        elif isinstance(event, LinkEvent):
            self._take_link(event)
        elif isinstance(event, AgentEvent):
            self._take_pause(event)

    def _went_on(self, step: Step) -> None:
        resync = self._resyncs.get(step.after.link)
        if resync is not None:
            resync.changed(step)
        self._boards.take(step)
        self._tellings.step(step, self._clock())

    async def _follow(self, step: Step, received: datetime) -> None:
        await self._screen_pop.follow(step.record, step.before, step.after, received)

    def _take_link(self, event: LinkEvent) -> None:
        link = event.link
        self._resyncs.pop(link, None)
        self._health.take(event)
        self._screens.presences.own.add(link)
        self._screens.presences.link(link, up=self._health.up(link))
        self._tellings.newest(f"link {link}", lambda: self._say_link(link))

    async def _say_link(self, link: LinkName) -> None:
        await self._health.publish(link)
        await self.say_presence()

    async def say_presence(self) -> None:
        """Say of every agent what they are doing, where that changed."""
        for agent in self._directory.agents():
            await self._screens.presence(agent.user_id, self._clock())

    def _take_pause(self, event: AgentEvent) -> None:
        agent = self._directory.agent(event.interface, event.device)
        if agent is None:
            return
        presences, user_id, link = self._screens.presences, agent.user_id, event.link
        believed = presences.pauses(user_id, link)
        if isinstance(event, AgentLeft):
            presences.left(user_id, link, event.queue)
        else:
            reason = event.reason if isinstance(event, AgentPaused) else None
            presences.pause(user_id, link, event.queue, reason)
        changed = presences.pauses(user_id, link) != believed
        was_paused = any(each is not None for each in believed.values())  # perhaps at the phone meanwhile
        if changed and was_paused and isinstance(event, AgentUnpaused):
            self._tellings.also(f"freed {user_id}", lambda: self._wrap_ups.freed(user_id))
        resync = self._resyncs.get(link)
        if resync is not None:
            resync.members.add((user_id, event.queue))
            resync.pauses += changed and (event.queue or "") in believed
        if changed:
            self._say_pause(user_id, link)

    def _say_pause(self, user_id: int, link: LinkName) -> None:
        async def say() -> None:
            await self._screens.presences.say_pauses(user_id, link)
            await self._screens.presence(user_id, self._clock())

        self._tellings.newest(f"pause {user_id} {link}", say)

    # What a resync puts right.

    def _finish_resync(self, event: LinkResynced) -> Iterator[None]:
        """Believe the phone system: what it does not name is gone; what it does is on the screens again.

        Decided before the link's next event: a call that begins right behind this one is not named in it.
        """
        link = event.link
        resync = self._resyncs.setdefault(link, Resync(first=link not in self._resynced))
        for step in self._register.reconcile(event):
            if step is not None:
                self._went_on(step)
            yield
        self._show_restored(link)
        self._believe_members(event, resync)
        self._tellings.also(f"link {link}", lambda: self._end_leftovers(link, event.at))
        self._tellings.also(f"link {link}", lambda: self._wrap_ups.resynced(link))
        self._tellings.also(f"link {link}", lambda: self._boards.resynced(link))
        report(link, resync)
        del self._resyncs[link]
        self._resynced.add(link)

    def _show_restored(self, link: LinkName) -> None:
        for record in self._left_open.confirmed(link):
            if record.learnt:  # perhaps while nobody listened
                self._learning.follow(record)

    def _believe_members(self, event: LinkResynced, resync: Resync) -> None:
        """Whoever left a queue is not paused there; whoever is in none of theirs has not logged in. A phone
        system that names neither members nor queues says nothing."""
        presences, link = self._screens.presences, event.link
        named = resync.members or event.queues
        gone = presences.prune(link, resync.members) if named else Counter[int]()
        resync.pauses += gone.total()
        absent = self._directory.absent(event.queues, {user_id for user_id, _queue in resync.members})
        for user_id in {*gone, *presences.absent(absent, link)}:
            self._say_pause(user_id, link)

    async def _end_leftovers(self, link: LinkName, at: datetime) -> None:
        """End the pops of legs that are over: an earlier process knew of them, or telling them failed."""
        left = [leg for leg in self._screens.unfinished(link) if not self._lives(leg)]
        await self._screens.end(left, at)

    def _lives(self, leg: LegId) -> bool:
        record = self._register.of_leg(leg)
        told = record is None or not self._tellings.pending(record.call.id)
        return not told or self._register.alive(leg)

    # What others say on the bus.

    async def _follow_bus(self) -> None:
        """A bus that was away may have been started anew, and then knows nothing."""
        async with self._bus.changes() as changes:
            async for change in changes:
                try:
                    await (self._retelling.say() if change is None else self._hear(change))
                except Exception:  # one entry that makes no sense must not leave us deaf
                    FAILURES.labels("bus").inc()
                    log.exception("could not take in what others say on the bus")

    async def _hear(self, change: Change) -> None:
        if change.topic.startswith(DESK):
            if change.value is not None and change.key.startswith(BESIDE):
                self._beside.hear(change.key, change.value)
            else:
                self._screens.hear(change)
        elif change.topic == link_health.TOPIC:
            self._screens.presences.hear_link(change.key, change.value)
            await self._health.hear(change)
        elif change.topic == PAUSES and change.value is not None:
            self._screens.presences.hear_pauses(change.value)
        elif change.topic == DIALLED:
            self._screens.presences.hear_dialler(change.key, change.value)
        elif change.topic == WRAP_UPS:
            self._screens.presences.hear_wrap_up(change.key, change.value)
            record = self._register.of_leg(LegId(change.key))
            self._boards.finishes(record, change.key, begins=change.value is not None)

    async def _mend(self) -> None:
        while True:
            await asyncio.sleep(MENDED_S)
            with suppress(OSError):  # the bus is still away: next time
                await self._health.mend()
                await self._screens.mend()
                await self._listening.mend()
                await self._boards.mend()
