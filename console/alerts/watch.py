"""Looks at the queues once a second, and keeps on record what becomes of their alerts.

One process does so at a time. It goes on from what is on record, so that a restart neither ends an alert nor
begins it anew. Nobody waits for it: a database that is away gets later what it missed. While an alert lasts,
how bad it became and that it still lasts is written every few seconds: that is as much as is known after the
process died.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from console.alerts.course import Alert, Course, Figure, Reading
from console.alerts.keeping import AlertList
from console.alerts.log import read_current, write_alerts
from console.clock import Clock
from console.db.engine import Sessions
from console.db.writing import write
from console.live.lease import LeaseLostError, Leases
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)

LEASE = ":alerts"
"""No link is called so."""

LOOKED_S = 1.0
COMPARED = 5
"""Each so-manieth look boards are compared with what is on record."""

STILL = timedelta(seconds=10)
"""That an alert still lasts is written so often."""

MOST_WAITING = 2_000
"""Alerts kept in memory while the database is away; beyond that the oldest are lost."""

LAST_WORDS_S = 2.0
"""What still waits at a shutdown may take this long to be written."""

Read = Callable[[datetime], Sequence[Reading]]
"""The figures that are known now, and have thresholds."""

Name = tuple[str, Figure, datetime]
"""Which alert it is: its queue, its figure, its beginning."""


class AlertWatch:
    """Watches over the alerts of all queues."""

    def __init__(
        self, sessions: Sessions, alerts: AlertList, *, read: Read, leases: Leases, clock: Clock
    ) -> None:
        self._sessions = sessions
        self._alerts = alerts
        self._read = read
        self._leases = leases
        self._clock = clock
        self._course: Course | None = None
        self._latest: dict[Name, Alert] = {}
        self._written: dict[Name, Alert] = {}

    async def run(self) -> None:
        """Watch for ever, as long as nobody else does."""
        while True:
            with suppress(LeaseLostError):  # another one watches by now
                async with self._leases.hold(LEASE):
                    await self._watch()

    async def close(self) -> None:
        """After `run` was cancelled: write until when each alert was known to last, in the time that a
        shutdown has."""
        with suppress(TimeoutError, OSError, SQLAlchemyError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self._write(list(self._latest.values()))

    async def _watch(self) -> None:
        self._course = None
        turn = 0
        while True:
            turn += 1
            await self._look_if_possible(compares=turn % COMPARED == 0)
            await asyncio.sleep(LOOKED_S)

    async def _look_if_possible(self, *, compares: bool) -> None:
        try:
            if await self.look(self._clock()) or compares:
                await self._alerts.compare()
        except (OSError, SQLAlchemyError) as error:
            FAILURES.labels("alerts").inc()
            log.warning("cannot record alerts yet, will try again: %s", error)

    async def look(self, at: datetime) -> bool:
        """Look at the queues at this moment; whether anything was written. Raises the database's errors."""
        if self._course is None:
            async with self._sessions() as session:
                known = await read_current(session, at)
            self._course = Course(known)
            self._latest = {_name(alert): alert for alert in known}
            self._written = dict(self._latest)
        for alert in self._course.take(self._read(at), at):
            self._latest[_name(alert)] = alert
        self._forget(list(self._latest)[: max(0, len(self._latest) - MOST_WAITING)])
        due = [alert for name, alert in self._latest.items() if _is_due(alert, self._written.get(name))]
        await self._write(due)
        self._forget([name for name, alert in self._latest.items() if alert.ended_at is not None])
        return bool(due)

    async def _write(self, due: Sequence[Alert]) -> None:
        if due:
            await write(self._sessions, lambda session: write_alerts(session, due))
            self._written |= {_name(alert): alert for alert in due}

    def _forget(self, names: Iterable[Name]) -> None:
        for name in names:
            self._latest.pop(name, None)
            self._written.pop(name, None)


def _name(alert: Alert) -> Name:
    return alert.queue, alert.figure, alert.began_at


def _is_due(alert: Alert, written: Alert | None) -> bool:
    """Whether it is to be written: at once, but for its worst value and that it still lasts."""
    if written is None or alert.known_at - written.known_at >= STILL:
        return True
    return replace(alert, known_at=written.known_at, peak=written.peak) != written
