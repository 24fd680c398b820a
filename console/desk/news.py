"""News of pops from this process' browsers: sent, shown. Measured here, told to whoever records.

The hub must not wait, so what it says is queued and goes to the bus from a task of its own. That waits for a
bus that is away: a pop that was shown must not be on record as missed.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.clock import Clock
from console.identity.viewer import Viewer
from console.live.bus import Bus, Value
from console.web.metrics import FAILURES, POP_SECONDS

log = logging.getLogger(__name__)

CHANNEL = "pops"
"""The bus channel of this news: `leg`, `user_id`, `stage` (sent or shown), `at` (epoch s), `visible`."""

MOST_REMEMBERED = 5_000
"""Pops that were sent from here and whose showing may still be told."""

MOST_QUEUED = 10_000
"""News that wait for the bus; what comes on top is dropped and counted."""

RETRY_S = 0.5


@dataclass(slots=True)
class _Sent:
    received_at: float
    rang: bool  # what is sent later shows a page that was opened later, not the speed of a pop
    shown: bool = False


class PopNews:
    """Hears from the hub which pops went out and from browsers which are shown."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._sent: OrderedDict[tuple[int, str], _Sent] = OrderedDict()
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_QUEUED)

    def delivered(self, leg: str, pop: Value, viewer: Viewer, at: datetime) -> None:
        """A frame with the pop was handed to a connection of the viewer; only the first counts."""
        key = (viewer.user_id, leg)
        if key in self._sent:
            return
        self._sent[key] = _Sent(float(pop["received_at"]), pop["state"] == "ringing")
        if len(self._sent) > MOST_REMEMBERED:
            self._sent.popitem(last=False)
        if self._sent[key].rang:
            self._measure(pop, at)
        self._say(leg, viewer, "sent", at)

    def shown(self, viewer: Viewer, message: Mapping[str, Any]) -> None:
        """A browser of the viewer says that it has the pop in its document."""
        leg, at = str(message.get("leg")), self._clock()
        sent = self._sent.get((viewer.user_id, leg))
        if sent is None or sent.shown:
            return
        sent.shown = True
        if sent.rang:
            _observe("shown", at.timestamp() - sent.received_at)
        self._say(leg, viewer, "shown", at, visible=message.get("visible") is True)

    async def run(self) -> None:
        """Pass the news on, for ever."""
        while True:
            news = await self._queue.get()
            while not await self._passed_on(news):  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(RETRY_S)
            self._queue.task_done()

    async def told(self) -> None:
        """Wait until the bus has taken all news so far."""
        await self._queue.join()

    async def _passed_on(self, news: dict[str, Any]) -> bool:
        try:
            await self._bus.send(CHANNEL, news)
        except OSError as error:
            log.warning("cannot say that pop %s was %s yet: %s", news["leg"], news["stage"], error)
            return False
        return True

    def _say(
        self, leg: str, viewer: Viewer, stage: str, at: datetime, *, visible: bool | None = None
    ) -> None:
        news = {
            "leg": leg,
            "user_id": viewer.user_id,
            "stage": stage,
            "at": at.timestamp(),
            "visible": visible,
        }
        try:
            self._queue.put_nowait(news)
        except asyncio.QueueFull:
            FAILURES.labels("pop news").inc()

    def _measure(self, pop: Value, at: datetime) -> None:
        for stage, seconds in pop["stages"].items():
            _observe(stage, seconds)
        _observe("sent", at.timestamp() - pop["received_at"])


def _observe(stage: str, seconds: float) -> None:
    if seconds >= 0:
        POP_SECONDS.labels(stage).observe(seconds)
