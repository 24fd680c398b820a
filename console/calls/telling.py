"""Tells what happened, in order: one thing after another about the same call, and calls beside each other.

Whoever tells may have to wait (for records, for the bus); what happens meanwhile waits in memory. That is
bounded: behind `MOST_STEPS` of one call, or `MOST_WAITING` of all, a new step of a call is joined to the last
one that waits. So steps in between may go untold, and are counted; how things stand in the end never does.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from console.calls.register import Step
from console.web.metrics import FAILURES, STEPS_JOINED
from telephony.lifecycle import Call, CallState

log = logging.getLogger(__name__)

MOST_STEPS = 20
"""Steps of one call that wait to be told one by one."""

MOST_WAITING = 10_000
"""What may wait in all, before each call keeps one step only."""

Telling = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Untold:
    """A step that waits since `received`."""

    step: Step
    received: datetime


class Tellings:
    """What is to be told, by key. `tell` tells one step of a call that was received at the given moment."""

    def __init__(self, tell: Callable[[Step, datetime], Awaitable[None]]) -> None:
        self._tell = tell
        self._waiting: dict[str, deque[_Untold | Telling]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
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
        self._push(step.after.id, _Untold(step, received))

    def also(self, key: str, telling: Telling) -> None:
        """Run `telling` behind what waits under the key."""
        self._push(key, telling)

    def newest(self, key: str, telling: Telling) -> None:
        """Run `telling`, which says how things are by then. One that waits already will do."""
        if not self._waiting.get(key):
            self._push(key, telling)

    def pending(self, key: str) -> bool:
        """Whether something under the key waits, or is being told."""
        return key in self._waiting

    async def told(self) -> None:
        """Wait until everything taken in so far is told."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self, within_s: float) -> None:
        """Tell what waits, in the time that a shutdown has."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _push(self, key: str, item: _Untold | Telling) -> None:
        self._number += 1
        if key in self._waiting:
            self._waiting[key].append(item)
            return
        self._waiting[key] = deque([item])
        task = asyncio.create_task(self._tell_all(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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
