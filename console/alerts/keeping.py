"""Keeps the alerts that boards show on the bus, in one topic, as the database is.

Compared as a whole, like the work list: by whoever wrote something, at once, and every few seconds by the
process that watches. Any number of processes may do it at the same time: each looks again after it has put
something, so that the last one puts what is newest.
"""

import asyncio
import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from console.alerts.log import Row, read_shown
from console.clock import Clock
from console.db.engine import Sessions
from console.live.bus import Bus, Value
from console.live.matching import put_differences

log = logging.getLogger(__name__)

ALERTS = "alerts"
"""The bus topic of alerts that boards show, by id: `queue`, `figure`, `level`, `worst`, `peak`, `began_at`,
`ended_at` and `end_known`, and `seen` [{`user_id`, `name`, `at`}]."""

TRIES = 3
"""What still differs after so many is put right by the next comparison."""


class AlertList:
    """The alerts on all boards."""

    def __init__(self, sessions: Sessions, bus: Bus, clock: Clock) -> None:
        self._sessions = sessions
        self._bus = bus
        self._clock = clock
        self._turn = asyncio.Lock()

    async def compare(self) -> None:
        """Put what differs. A database or a bus that is away is asked again next time."""
        try:
            async with self._turn:
                for _ in range(TRIES):
                    if not await self._put_differences():
                        return
        except (OSError, SQLAlchemyError) as error:
            log.warning("cannot show the alerts as they are, will try again: %s", error)

    async def _put_differences(self) -> bool:
        """Whether there were any."""
        async with self._sessions() as session:
            wanted = {str(row.id): entry_of(row) for row in await read_shown(session, self._clock())}
        return await put_differences(self._bus, ALERTS, wanted)


def entry_of(row: Row) -> Value:
    """An alert as it is on the bus."""
    alert = row.alert
    return {
        "queue": alert.queue,
        "figure": alert.figure.value,
        "level": alert.level.name.lower(),
        "worst": alert.worst.name.lower(),
        "peak": alert.peak,
        "began_at": alert.began_at.isoformat(),
        "ended_at": _moment(alert.ended_at),
        "end_known": alert.end_known,
        "seen": [
            {"user_id": each.user_id, "name": each.name, "at": each.at.isoformat()} for each in row.seen
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
