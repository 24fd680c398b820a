"""What an earlier process left on the desks: calls that are on, and calls that their agents still finish.

A bus that outlives its processes has their pops. Where it does not they are put back at once, not when the
phone system has told which calls live: agents type in them meanwhile.
"""

from collections.abc import Collection
from functools import partial

from console.calls.queries import StoredCalls
from console.calls.record import CallRecord
from console.calls.register import Register
from console.calls.telling import Tellings
from console.clock import Clock
from console.desk.screen_pop import ScreenPop
from console.desk.screens import Screens
from telephony.events import CallId, LegId, LinkName


class LeftOpen:
    """The calls of our links with which an earlier process has not done."""

    def __init__(
        self,
        *,
        stored: StoredCalls,
        register: Register,
        tellings: Tellings,
        screen_pop: ScreenPop,
        screens: Screens,
        clock: Clock,
    ) -> None:
        self._stored = stored
        self._register = register
        self._tellings = tellings
        self._screen_pop = screen_pop
        self._screens = screens
        self._clock = clock
        self._unconfirmed: set[CallId] = set()

    async def take_over(self, link: LinkName) -> None:
        """Believe in the calls that were on. Raises the database's errors."""
        for record in await self._stored.open_calls(link):
            self._register.restore(record)
            self._unconfirmed.add(record.call.id)

    async def put_back(self, link: LinkName, finishing: Collection[LegId]) -> None:
        """Put on the desks what is missing there; `finishing` are the legs that agents finish. Raises the
        database's errors."""
        for record in await self._stored.calls_being_finished(link):
            self._register.restore(record)
        for leg in finishing:
            finished = self._register.of_leg(leg)
            if finished is not None:
                finished.wrapped.add(leg)
                put = partial(self._screen_pop.put_back, finished, leg)
                self._tellings.of_call(finished.call, put)
        for record in self._unconfirmed_of(link):
            if any(leg.result is None and not self._screens.pop(leg.id) for leg in record.call.legs):
                self._show(record)

    def confirmed(self, link: LinkName) -> list[CallRecord]:
        """The phone system has told which calls live: those are shown as they are now. Which?"""
        confirmed = self._unconfirmed_of(link)
        for record in confirmed:
            self._unconfirmed.discard(record.call.id)
            self._show(record)
        return confirmed

    def show_alive(self, link: LinkName) -> None:
        """Show all calls that are on: the bus has forgotten what stood on the desks."""
        for record in self._register.of_link(link):
            if any(leg.result is None for leg in record.call.legs):
                self._show(record)

    def _unconfirmed_of(self, link: LinkName) -> list[CallRecord]:
        return [record for record in self._register.of_link(link) if record.call.id in self._unconfirmed]

    def _show(self, record: CallRecord) -> None:
        self._tellings.of_call(record.call, partial(self._screen_pop.show_again, record, self._clock()))
