"""Tells what happened, in order: one thing after another about the same call, and calls beside each other.

Whoever tells may have to wait (for records, for the bus); what happens meanwhile waits in memory. That is
bounded: behind `MOST_STEPS` of one call, or `MOST_WAITING` of all, a new step of a call is joined to the last
one that waits. So steps in between may go untold, and are counted; how things stand in the end never does.

A phone system that floods us queues behind itself: of each link only `MOST_AT_ONCE` calls are told at the
same moment, the next ones in the order in which they came, one in each round of the loop, and whoever brings
more waits for `room`.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from console.calls.register import Step
from console.live.background import Background
from console.web.metrics import FAILURES, STEPS_JOINED
from telephony.events import CallId, LinkName
from telephony.lifecycle import Call, CallState

log = logging.getLogger(__name__)

MOST_STEPS = 20
"""Steps of one call that wait to be told one by one."""

MOST_WAITING = 10_000
"""What may wait in all, before each call keeps one step only."""

MOST_AT_ONCE = 20
"""Calls of one link that are told at the same moment: more than the busiest house needs, as telling takes
some milliseconds, and few enough for another link's call to be next."""

MOST_CALLS = 1_000
"""Calls of one link that wait for their turn, before there is no more room."""

Telling = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Untold:
    """A step that waits since `received`."""

    step: Step
    received: datetime


@dataclass(slots=True)
class _Lane:
    """The calls of one link: how many are being told, and which wait for their turn."""

    busy: int = 0
    behind: deque[CallId] = field(default_factory=deque)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    room: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.room.set()

    def put(self, call: CallId) -> None:
        self.behind.append(call)
        if len(self.behind) >= MOST_CALLS:
            self.room.clear()

    def take(self) -> CallId:
        if len(self.behind) <= MOST_CALLS:
            self.room.set()
        return self.behind.popleft()


class Tellings:
    """What is to be told, by key. `tell` tells one step of a call that was received at the given moment.
    `digested` waits where what was told before must be dealt with first; calls that wait anyway do so."""

    def __init__(self, tell: Callable[[Step, datetime], Awaitable[None]], digested: Telling) -> None:
        self._tell = tell
        self._digested = digested
        self._waiting: dict[str, deque[_Untold | Telling]] = {}
        self._lanes: defaultdict[LinkName, _Lane] = defaultdict(_Lane)
        self._beside = Background()
        self._number = 0

    def step(self, step: Step, received: datetime) -> None:
        """Have a step of a call told, behind what waits of this call."""
        waiting = self._waiting.get(step.after.id)
        last = waiting[-1] if waiting else None
        if waiting and isinstance(last, _Untold):
            crowded = len(waiting) >= MOST_STEPS or self._number >= MOST_WAITING
            if crowded or _is_all_over(last.step.after, step.after):
                last.step = Step(step.record, last.step.before, step.after)
                STEPS_JOINED.inc(crowded)
                return
        self._push_of_call(step.after, _Untold(step, received))

    def of_call(self, call: Call, telling: Telling) -> None:
        """Run `telling` behind what waits of the call."""
        self._push_of_call(call, telling)

    def also(self, key: str, telling: Telling) -> None:
        """Run `telling`, which is about no call, behind what waits under the key."""
        if not self._pushed(key, telling):
            self._beside.start(self._tell_all(key))

    def newest(self, key: str, telling: Telling) -> None:
        """Run `telling`, which says how things are by then. One that waits already will do."""
        if not self._waiting.get(key):
            self.also(key, telling)

    def pending(self, key: str) -> bool:
        """Whether something under the key waits, or is being told."""
        return key in self._waiting

    async def room(self, link: LinkName) -> None:
        """Wait while too many calls of the link wait for their turn."""
        await self._lanes[link].room.wait()

    async def told(self) -> None:
        """Wait until everything taken in so far is told."""
        await self._beside.done()

    async def close(self, within_s: float) -> None:
        """Tell what waits, in the time that a shutdown has."""
        await self._beside.close(within_s)

    def _push_of_call(self, call: Call, item: _Untold | Telling) -> None:
        if self._pushed(call.id, item):
            return
        lane = self._lanes[call.link]
        if lane.busy >= MOST_AT_ONCE:
            lane.put(call.id)
        else:
            lane.busy += 1
            self._beside.start(self._tell_lane(lane, call.id))

    def _pushed(self, key: str, item: _Untold | Telling) -> bool:
        """Have the item wait; whether somebody tells what waits under the key already, or will."""
        self._number += 1
        known = key in self._waiting
        self._waiting.setdefault(key, deque()).append(item)
        return known

    async def _tell_lane(self, lane: _Lane, call: CallId) -> None:
        """Tell all of one call, then of those that wait for their turn."""
        await self._tell_all(call)
        while lane.behind:
            call = lane.take()
            async with lane.turn:  # telling need not wait for anything: so one of them, then all others
                await asyncio.sleep(0)
                await self._digested()
            await self._tell_all(call)
        lane.busy -= 1

    async def _tell_all(self, key: str) -> None:
        waiting = self._waiting[key]
        while waiting:
            item = waiting.popleft()
            self._number -= 1
            try:
                await (self._tell(item.step, item.received) if isinstance(item, _Untold) else item())
            except Exception:  # one call's trouble must not silence the next event
                FAILURES.labels("story").inc()
                log.exception("could not tell what happened to %s", key)
        del self._waiting[key]


def _is_all_over(before: Call, after: Call) -> bool:
    """Whether a call ended all of whose legs, and some there were, were over before."""
    legs_over = bool(before.legs) and all(leg.ended_at for leg in before.legs)
    return legs_over and before.state is not after.state is CallState.ENDED
