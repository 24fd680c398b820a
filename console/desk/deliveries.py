"""Hears from all who serve desks which pops were sent and shown, and keeps it with their calls."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from console.calls import delivery
from console.calls.recorder import Recorder
from console.calls.register import Register
from console.desk.news import CHANNEL
from console.desk.wrap_ups import WrapUps
from console.live.bus import Bus
from console.web.metrics import FAILURES
from telephony.events import LegId


class Deliveries:
    """The news of pops of the calls in the register."""

    def __init__(self, bus: Bus, register: Register, recorder: Recorder, wrap_ups: WrapUps) -> None:
        self._bus = bus
        self._register = register
        self._recorder = recorder
        self._wrap_ups = wrap_ups

    async def run(self) -> None:
        """Listen for ever."""
        async with self._bus.messages(CHANNEL) as messages:
            async for message in messages:
                try:
                    self._hear(message)
                except (KeyError, TypeError, ValueError):  # of another version of Lineside
                    FAILURES.labels("pop news").inc()

    def _hear(self, news: Mapping[str, Any]) -> None:
        leg = LegId(str(news["leg"]))
        record = self._register.of_leg(leg)
        pop = record.pops.get(leg) if record else None
        if record is None or pop is None or pop.user_id != news["user_id"]:
            return
        at = datetime.fromtimestamp(news["at"], UTC)
        if news["stage"] == "sent":
            delivery.sent(pop, at)
            self._wrap_ups.hold_back(record, leg)
        else:
            delivery.shown(pop, at, visible=bool(news.get("visible")))
        self._recorder.save(record)
