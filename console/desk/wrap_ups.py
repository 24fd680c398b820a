"""Agents finish their calls: nothing new rings at the desk until the time for it is over.

Runs in the process that listens to the call's phone system. The phone system is told not to send the agent
calls when a call is answered, not when it is over: then the next one may be under way already. It is told
otherwise when nothing is left to finish, however that came about: so nobody stays paused because a process
died. A wrap-up is on record, and goes on after a restart. Its end by itself is decided here, by the clock;
what the agent does (`finishing`) is stored by whoever serves their desk, and heard of over the bus.

Only calls that came up at an open desk are finished there.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from console.calls.models import WrapUp
from console.calls.record import CallRecord
from console.calls.wrap_ups import Finishing, WrapUpStore
from console.clock import Clock
from console.desk.phones import Phones
from console.desk.presence import WRAP_UP, Presences
from console.live.background import Background
from console.live.bus import Bus
from console.queues.directory import Directory, QueueInfo
from console.web.metrics import FAILURES
from telephony.commands import Done, Pause, Unpause
from telephony.events import Direction, End, LegId, LegResult, LinkName
from telephony.lifecycle import Call, Leg

log = logging.getLogger(__name__)

CHANNEL = "wrap_ups"
"""The bus channel of news that an agent did something about finishing the call of a `leg`."""

LOOK_S = 5.0
"""What no news told is noticed so soon."""

ASKED_AGAIN_S = 10.0
"""A phone system that goes on holding back calls is told so often that it need not."""

Work = Callable[[], Coroutine[Any, Any, None]]
"""Begun when its turn comes; a shutdown may come first."""


@dataclass(frozen=True, slots=True)
class Open:
    """A call that is being finished by its agent until `until`; not before it has an `outcome` where that is
    `owed`."""

    leg: LegId
    link: LinkName
    user_id: int
    until: datetime
    owed: bool
    outcome: str | None

    @property
    def owes(self) -> bool:
        return self.owed and self.outcome is None

    @property
    def value(self) -> dict[str, Any]:
        """As it goes over the bus."""
        return {
            "link": self.link,
            "user_id": self.user_id,
            "until": self.until.isoformat(),
            "owes": self.owes,
        }


class WrapUps:
    """The calls of our own links that are being finished."""

    def __init__(
        self,
        *,
        store: WrapUpStore,
        presences: Presences,
        directory: Directory,
        phones: Phones,
        bus: Bus,
        clock: Clock,
    ) -> None:
        self._store = store
        self._presences = presences
        self._directory = directory
        self._phones = phones
        self._bus = bus
        self._clock = clock
        self._open: dict[LegId, Open] = {}
        self._news: set[LegId] = set()
        self._caught_up_at = float("-inf")
        self._resynced: set[LinkName] = set()
        self._asked: dict[tuple[int, LinkName], float] = {}
        self._work = asyncio.Event()
        self._beside = Background()
        self._turn = asyncio.Lock()

    # What happens in calls.

    async def follow(self, record: CallRecord, leg: Leg) -> None:
        """The leg was answered, or is over: hold back what would ring next, or begin to finish."""
        user_id = self._finisher(record, leg)
        if user_id is None:
            return
        if leg.result is None:
            self._hold_once(record, leg, user_id)
        elif leg.id in record.wrapped:
            await self._owe(record, leg)
        elif record.call.end is not End.LOST:
            await self._begin(record, leg, user_id)

    def hold_back(self, record: CallRecord, leg_id: LegId) -> None:
        """A pop was sent, perhaps behind the answer."""
        leg = record.call.leg(leg_id)
        user_id = self._finisher(record, leg) if leg and leg.result is None else None
        if leg is not None and user_id is not None:
            self._hold_once(record, leg, user_id)

    def _finisher(self, record: CallRecord, leg: Leg) -> int | None:
        """Who finishes the call, or will; None: nobody does."""
        pop = record.pops.get(leg.id)
        if pop is None or pop.sent_at is None or leg.answered_at is None:
            return None
        internal = record.call.direction is Direction.INTERNAL
        return None if internal or not self.asks(record.call, leg).wrap_up_s else pop.user_id

    def asks(self, call: Call, leg: Leg) -> QueueInfo:
        """What is asked of the agent. A call that was passed on is still one of its queue; one that came
        through none, or was made by the agent, asks nothing."""
        name = leg.queue or call.queue
        return self._directory.queue(name) if name else QueueInfo("", "", 1, wrap_up_s=0)

    def _hold_once(self, record: CallRecord, leg: Leg, user_id: int) -> None:
        if leg.id not in record.held_back:
            record.held_back.add(leg.id)
            self._later(partial(self._hold, user_id, record.call.link))

    async def _begin(self, record: CallRecord, leg: Leg, user_id: int) -> None:
        record.wrapped.add(leg.id)
        asks, now = self.asks(record.call, leg), self._clock()
        owed = asks.outcome_required and _was_last(record.call, leg)
        until = now + timedelta(seconds=asks.wrap_up_s)
        one = Open(leg.id, record.call.link, user_id, until, owed, record.outcome)
        await self._say(one)
        row = WrapUp(
            leg_id=leg.id,
            call_id=record.call.id,
            link=one.link,
            user_id=user_id,
            began_at=now,
            ends_at=until,
            owed=owed,
        )
        self._store_later(partial(self._store.begin, row))
        self._later(partial(self._hold, user_id, one.link))  # where it was refused when the call began

    async def _owe(self, record: CallRecord, leg: Leg) -> None:
        """Whether this was the agent with whom the call ended may be known a moment later."""
        one = self._open.get(leg.id)
        asks = self.asks(record.call, leg)
        owed = asks.outcome_required and _was_last(record.call, leg)
        if one is not None and one.owed != owed:
            await self._say(replace(one, owed=owed))
            self._store_later(partial(self._store.change, leg.id, owed=owed))

    async def _say(self, one: Open) -> None:
        self._open[one.leg] = one
        await self._presences.wrap_up(one.user_id, one.leg, one.value, self._clock().isoformat())
        self._work.set()

    # What happens on the phone systems besides.

    async def restore(self, link: LinkName) -> list[LegId]:
        """Go on from what an earlier process left: which legs are being finished. Raises the database's and
        the bus' errors."""
        found = [_open(each) for each in await self._store.of_link(link)]
        for one in found:
            await self._say(one)
        return [one.leg for one in found]

    async def give_up(self, link: LinkName) -> None:
        """Nobody listens to the link any more: what its agents finished there is over."""
        await self.restore(link)
        for one in [each for each in self._open.values() if each.link == link]:
            await self._end(one)
        await self.settled()

    async def resynced(self, link: LinkName) -> None:
        """The phone system has said who is paused, and which calls are alive."""
        self._resynced.add(link)
        self._work.set()

    def resyncing(self, link: LinkName) -> None:
        """The phone system begins to say so: until it is done nothing follows from it."""
        self._resynced.discard(link)

    async def freed(self, user_id: int) -> None:
        """The agent lets calls come, at the phone: so they are done."""
        for one in [each for each in self._open.values() if each.user_id == user_id and not each.owes]:
            await self._end(one)

    # What comes of it.

    async def run(self) -> None:
        """End what is over, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear())
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._rest_s()):
                        await self._work.wait()
                self._work.clear()
                await self.catch_up(self._in_doubt())
                await self.look()

    async def look(self) -> None:
        """End what is over by the clock, and let calls come to those who finish nothing."""
        now = self._clock()
        for one in list(self._open.values()):
            if one.until <= now and not one.owes:
                await self._end(one)
        self._lift_all()

    def _rest_s(self) -> float:
        now = self._clock()
        due = [one.until for one in self._open.values() if one.until > now]
        return min(LOOK_S, (min(due) - now).total_seconds()) if due else LOOK_S

    async def _hear(self) -> None:
        async with self._bus.messages(CHANNEL) as messages:
            async for message in messages:
                self._news.add(LegId(str(message.get("leg"))))
                self._work.set()

    def _in_doubt(self) -> set[LegId]:
        """Of which there are news; now and then all, as news may have been missed."""
        now, news = asyncio.get_running_loop().time(), self._news
        self._news = set()
        if now - self._caught_up_at < LOOK_S:
            return news
        self._caught_up_at = now
        return set(self._open)

    async def catch_up(self, legs: Collection[LegId] | None = None) -> None:
        """Agents finish at their desks, or take more time: read what they did (None: with any call)."""
        wanted = self._open.keys() & (self._open.keys() if legs is None else legs)
        if not wanted:
            return
        try:
            found = await self._store.of_legs(wanted)
        except (OSError, SQLAlchemyError) as error:
            FAILURES.labels("records").inc()
            log.warning("cannot read yet which calls are finished: %s", error)
            return
        for each in found:
            await self._follow_record(each)

    async def _follow_record(self, found: Finishing) -> None:
        stored, known = _open(found), self._open.get(LegId(found.wrap_up.leg_id))
        if known is None:
            return
        if found.wrap_up.ended_at is not None:
            await self._end(known, stored=True)
        elif (stored.until, stored.outcome) != (known.until, known.outcome):
            await self._say(replace(known, until=stored.until, outcome=stored.outcome))

    async def _end(self, one: Open, *, stored: bool = False) -> None:
        self._open.pop(one.leg, None)
        at = self._clock()
        await self._presences.wrap_up(one.user_id, one.leg, None, at.isoformat())
        if not stored:
            self._store_later(partial(self._store.change, one.leg, ended_at=at))
        self._work.set()

    # What the phone system is told.

    async def _hold(self, user_id: int, link: LinkName) -> None:
        """No calls from queues for now; whoever is on a break has none anyway."""
        if self._presences.is_paused(user_id, link):
            return
        outcome = await self._phones.tell(user_id, [link], lambda phone: Pause(phone, WRAP_UP))
        if outcome != Done():
            log.info("link %s: cannot hold back calls of agent %s: %s", link, user_id, outcome)

    def _lift_all(self) -> None:
        now = asyncio.get_running_loop().time()
        for link in self._resynced & self._presences.own:
            for user_id in self._presences.held(link):
                last = self._asked.get((user_id, link), float("-inf"))
                if not self._presences.is_busy(user_id) and now - last >= ASKED_AGAIN_S:
                    self._asked[user_id, link] = now
                    self._later(partial(self._lift, user_id, link))

    async def _lift(self, user_id: int, link: LinkName) -> None:
        outcome = await self._phones.tell(user_id, [link], Unpause)
        if outcome != Done():
            log.warning("link %s: calls of agent %s are still held back: %s", link, user_id, outcome)

    def _later(self, work: Work) -> None:
        """Nobody waits for the database, or for a phone system's answer."""
        self._beside.start(_survive(work))

    def _store_later(self, work: Work) -> None:
        """One behind the other: what changes a wrap-up must not come before its row."""

        async def in_turn() -> None:
            async with self._turn:
                await _survive(work)

        self._later(in_turn)

    async def settled(self) -> None:
        """Wait until all is stored and told."""
        await self._beside.done()

    async def close(self, within_s: float) -> None:
        """After `run` was cancelled: store and tell what is owed, in the time that a shutdown has."""
        await self._beside.close(within_s)


async def _survive(work: Work) -> None:
    try:
        await work()
    except (OSError, SQLAlchemyError) as error:
        FAILURES.labels("records").inc()
        log.warning("cannot keep on record how a call is finished: %s", error)


def _open(found: Finishing) -> Open:
    row = found.wrap_up
    return Open(LegId(row.leg_id), LinkName(row.link), row.user_id, row.ends_at, row.owed, found.outcome)


def _was_last(call: Call, leg: Leg) -> bool:
    """Whether the call ended with this agent: who passes it on, or was only asked, leaves the outcome to
    others."""
    if call.ended_at is None or leg.ended_at is None or leg.result is LegResult.TRANSFERRED:
        return False
    others = [other for other in call.legs if other.interface and other.talked and other.id != leg.id]
    return all(other.ended_at is not None and other.ended_at <= leg.ended_at for other in others)
