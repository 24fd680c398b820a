"""The scene on which calls of known fate are played: whose phone rings for whom, and when callers joined."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.pbx.ear import Ear, Frame
from tests.pbx.fixtures import Pbx
from tests.pbx.sipp import Caller, Phone

LONGER_THAN_WHOLE_SECONDS_S = 4.6
"""From the beginning of a second in which a caller joins until the answer: more than 4 s when they join in
its first half, and by the clock's whole seconds not more than 4."""


def moment(frame: Frame) -> float:
    """When it happened, by Asterisk's clock, which is ours: seconds since 1970."""
    return float(frame["Timestamp"])


async def until_moment(at: float) -> None:
    """Wait until this moment."""
    await asyncio.sleep(max(0.0, at - time.time()))


class Scene:
    """What the plays have at hand: the phone system, and an ear on it."""

    def __init__(self, pbx: Pbx, ear: Ear) -> None:
        self.pbx = pbx
        self.ear = ear
        self._free: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def alone_at(self, *names: str) -> AsyncIterator[list["Bell"]]:
        """These phones ring for nobody else meanwhile."""
        async with AsyncExitStack() as life:
            for name in sorted(names):
                await life.enter_async_context(self._free[name])
            yield [Bell(self.pbx.phones[name]) for name in names]

    async def call(self, name: str, where: str) -> "Somebody":
        """The caller of the play `name` calls."""
        number = number_of(name)
        caller = await asyncio.to_thread(self.pbx.call, where, number)
        return Somebody(self.ear, caller, number)


def number_of(name: str) -> str:
    """Whence the call of this name comes: no two from the same number."""
    return f"+4219060000{name.removeprefix('c')}"


class Bell:
    """A phone as one play hears it: `rings` is its next ring."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self._rings = phone.count("offered") + 1

    async def rings(self) -> None:
        """Return when it rings for this play."""
        await self.phone.rings(self._rings)


class Somebody:
    """The caller of one play."""

    def __init__(self, ear: Ear, caller: Caller, number: str) -> None:
        self.caller = caller
        self._ear = ear
        self._number = number
        self._joined_at = 0.0

    async def joins(self, queue: str) -> Frame:
        """Return when the caller waits in this queue."""
        joined = await self._ear.hears("QueueCallerJoin", Queue=queue, CallerIDNum=self._number)
        self._joined_at = moment(joined)
        return joined

    async def has_waited(self, seconds: float) -> None:
        """Return when the caller has waited so long in the queue that was joined last."""
        await until_moment(self._joined_at + seconds)

    async def joins_soon_after_a_second_begins(self, queue: str) -> None:
        """Return when the caller waits there; have it answered LONGER_THAN_WHOLE_SECONDS_S after the second
        began."""
        await self.joins(queue)
        begin = int(self._joined_at)
        assert self._joined_at - begin < LONGER_THAN_WHOLE_SECONDS_S - 4, "this machine was too slow"
        self._joined_at = begin

    async def talks_with(self, queue: str) -> None:
        """Return when an agent answered out of this queue."""
        await self._ear.hears("AgentConnect", Queue=queue, CallerIDNum=self._number)

    async def is_let_go(self, queue: str) -> None:
        """Return when the queue has let the caller go."""
        await self._ear.hears("QueueCallerLeave", Queue=queue, CallerIDNum=self._number)
