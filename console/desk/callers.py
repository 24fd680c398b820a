"""Who calls, read once for a call's rings that follow each other closely."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.calls.record import CallRecord
from console.clock import Clock
from console.desk.composition import of_caller
from console.desk.pop import CallerPart
from console.facts.knowledge import Knowledge
from console.facts.known import Known
from console.queues.directory import Directory
from telephony.events import CallId, Direction
from telephony.lifecycle import Call

FRESH = timedelta(seconds=5)
"""Facts read when the caller joined the queue still do for an offer so soon after."""

UNREAD = timedelta(seconds=2)
"""Records that could not be read are tried again after so long: not for each phone of a ring of many."""


Foresee = Callable[[CallId, CallerPart, datetime], None]
"""Told who makes a call as soon as it is known, perhaps before a phone rings."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who calls, as read at `read_at`, and what a pop says of them."""

    read_at: datetime
    known: Known
    part: CallerPart


class Callers:
    """Who is at the other end of the calls that are on."""

    def __init__(
        self, knowledge: Knowledge, directory: Directory, clock: Clock, foresee: Foresee | None
    ) -> None:
        self._knowledge = knowledge
        self._directory = directory
        self._clock = clock
        self._foresee = foresee
        self._known: dict[CallId, Who] = {}

    async def identify(self, record: CallRecord, call: Call) -> Who:
        """Who makes the call (whom it goes to, for an outgoing one); noted on its record."""
        now = self._clock()
        who = self._known.get(call.id)
        if who is None or now - who.read_at > (FRESH if who.known.read else UNREAD):
            known = await self._read(call, now, record.claimed)
            who = self._known[call.id] = Who(now, known, of_caller(known, record.learnt))
            if self._foresee is not None:
                self._foresee(call.id, who.part, now)
        known = who.known
        record.number = known.shown_number
        if known.read:  # else nobody knows: that is no "none"
            record.identified = known.identification.outcome.value
            record.customer_id = known.customer.id if known.customer else None
        record.line = record.line or (self._directory.queue(call.queue).line if call.queue else None)
        return who

    def part(self, call: CallId) -> CallerPart | None:
        """What a pop says of who makes the call; None when nobody asked yet."""
        who = self._known.get(call)
        return who.part if who else None

    async def _read(self, call: Call, at: datetime, claimed: str | None) -> Known:
        if call.direction is Direction.INTERNAL:  # no customer is guessed from a colleague's extension
            return self._knowledge.of_extension(call.caller.number, at)
        return await self._knowledge.of_call(call.link, call.caller, call.id, at, claimed)

    def forget(self, call: CallId) -> None:
        """The call is over, or something was said of who makes it: what was read does not count any more."""
        self._known.pop(call, None)
