"""News of cases: the process that listens to a call's phone system has the pops follow which show them."""

import logging
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from console.calls.register import Register
from console.calls.telling import Tellings
from console.cases.news import CHANNEL
from console.desk.screen_pop import ScreenPop
from console.desk.screens import Screens
from console.errors import NotFoundError
from console.live.bus import Bus
from console.web.metrics import FAILURES
from telephony.events import LegId

log = logging.getLogger(__name__)


class CaseNews:
    """Hears of which customer a case has changed; what stands by now is read from the database."""

    def __init__(
        self, bus: Bus, register: Register, tellings: Tellings, screen_pop: ScreenPop, screens: Screens
    ) -> None:
        self._bus = bus
        self._register = register
        self._tellings = tellings
        self._screen_pop = screen_pop
        self._screens = screens

    async def run(self) -> None:
        """Listen for ever."""
        async with self._bus.messages(CHANNEL) as messages:
            async for message in messages:
                await self._follow(str(message.get("customer")))

    async def _follow(self, customer: str) -> None:
        calls = {}
        for leg in self._screens.showing(customer):
            record = self._register.of_leg(leg)
            if record is None:
                await self._follow_long_over(customer, leg)
            else:
                calls[record.call.id] = record
        for record in calls.values():
            self._tellings.of_call(record.call, partial(self._screen_pop.read_anew, record))

    async def _follow_long_over(self, customer: str, leg: LegId) -> None:
        try:
            await self._screen_pop.case_changed(customer, leg)
        except (OSError, SQLAlchemyError, NotFoundError) as error:
            FAILURES.labels("records").inc()
            log.warning("cannot show what became of a case on %s: %s", leg, error)
