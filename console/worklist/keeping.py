"""Keeps the work list on the bus, one topic for each line, as the database is.

It is compared as a whole: at once when something changed here, and every few seconds for what time changes
(a call-back falls due, a claim lapses, the day is over) and for what others changed. What differs is put, and
only that: one change, drawn once for all desks. Any number of processes may do it at the same time: each
looks again after it has put something, so that the last one puts what is newest.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.record import CallRecord
from console.clock import Clock, on_clock
from console.db.engine import Sessions
from console.live.bus import Bus, Value
from console.live.matching import put_differences
from console.queues.actions import LINES
from console.worklist.noting import note_calls
from console.worklist.reading import Lists, Moment, read_work

log = logging.getLogger(__name__)

WORK = "work"

COMPARED_S = 5.0
APART_S = 0.25
"""Between two comparisons, however much changes."""

TRIES = 3
"""What still differs after so many is put right by the next comparison."""


def work_topic(line: int) -> str:
    """The topic of a line's work list."""
    return f"{WORK}:{line}"


Read = Callable[[AsyncSession, Moment], Awaitable[Lists]]
"""Reads entries of the list."""


class WorkList:
    """The work list of this process. `lasts`: so long a claim is held without result; `others` read what is
    on it beside callers."""

    def __init__(
        self,
        sessions: Sessions,
        bus: Bus,
        clock: Clock,
        zone: ZoneInfo,
        lasts: timedelta,
        *,
        others: Sequence[Read] = (),
    ) -> None:
        self.lasts = lasts
        self._reads: Sequence[Read] = (read_work, *others)
        self._sessions = sessions
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._changed = asyncio.Event()
        self._turn = asyncio.Lock()

    async def note(self, session: AsyncSession, batch: Sequence[CallRecord]) -> bool:
        """What call records say of the list, in the transaction that writes them; see `noting`."""
        return await note_calls(session, batch)

    def changed(self) -> None:
        """The list changed in the database: have the desks see it soon."""
        self._changed.set()

    async def run(self) -> None:
        """Compare for ever."""
        while True:
            try:
                async with asyncio.timeout(COMPARED_S):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            await self.compare()
            await asyncio.sleep(APART_S)

    async def compare(self) -> None:
        """Put what differs. A database or a bus that is away is asked again next time."""
        try:
            async with self._turn:
                for _ in range(TRIES):
                    if not await self._put_differences():
                        return
        except (OSError, SQLAlchemyError) as error:
            log.warning("cannot show the work list as it is, will try again: %s", error)

    async def _put_differences(self) -> bool:
        """Whether there were any."""
        when = self._moment()
        async with self._sessions() as session:
            read = [await reads(session, when) for reads in self._reads]
        wanted = {work_topic(line): _of_line(read, line) for line in LINES}
        differences = [await put_differences(self._bus, topic, lists) for topic, lists in wanted.items()]
        return any(differences)

    def _moment(self) -> Moment:
        at = self._clock()
        local = on_clock(at, self._zone)
        return Moment(at, _day_of(local), self.lasts)


def _of_line(read: Sequence[Lists], line: int) -> dict[str, Value]:
    return {key: entry for lists in read for key, entry in lists.get(line, {}).items()}


def _day_of(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
