"""The calls that are believed in: each event goes to its call, and what it changed comes back. Pure.

Calls that ended are remembered for a while, so that late events find them and start nothing new. What is
heard of a call before its beginning (only a wait or an offer begins one) is kept, too, and counts then.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from console.calls.record import CallRecord
from telephony import lifecycle
from telephony.events import CallEvent, CallId, LegId, LinkResynced
from telephony.lifecycle import Call, CallState

MOST_ENDED = 2_000
"""Ended calls that are remembered."""

MOST_UNBEGUN = 1_000
MOST_EARLY = 20
"""Events of so many calls that have not begun are kept, and so many of each."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one event did to a call. `before` is None when the call is new; `after` may be older than
    `record.call` by the time that somebody looks."""

    record: CallRecord
    before: Call | None
    after: Call


class Register:
    """The calls of all links by id."""

    def __init__(self) -> None:
        self._calls: dict[CallId, CallRecord] = {}
        self._ended: deque[CallId] = deque()
        self._legs: dict[LegId, CallId] = {}
        self._early: OrderedDict[CallId, list[CallEvent]] = OrderedDict()

    def restore(self, record: CallRecord) -> None:
        """Go on from what an earlier process believed."""
        self._remember(record)
        if record.call.state is CallState.ENDED:
            self._ended.append(record.call.id)

    def take(self, event: CallEvent) -> Step | None:
        """What the event changes; None when it changes nothing."""
        record = self._calls.get(event.call)
        if record is None:
            return self._begin(event)
        before = record.call
        after = lifecycle.apply(before, event)
        return None if after is None or after is before else self._advance(record, before, after)

    def reconcile(self, resynced: LinkResynced) -> Iterator[Step | None]:
        """Believe the phone system: what it does not name is gone. Call by call, what that changes; None:
        nothing. To be gone through before anything else is heard of the link."""
        for record in self.of_link(resynced.link):
            before = record.call
            after = lifecycle.reconciled(before, resynced)
            yield self._advance(record, before, after) if after != before else None

    def of_link(self, link: str) -> list[CallRecord]:
        """The calls of a link, ended ones included."""
        return [record for record in self._calls.values() if record.call.link == link]

    def of_leg(self, leg: LegId) -> CallRecord | None:
        """The call that a leg belongs to."""
        call = self._legs.get(leg)
        return self._calls.get(call) if call is not None else None

    def of_caller(self, customer: int | None, number: str) -> list[CallRecord]:
        """The calls of a customer, and those from a number."""
        return [
            record
            for record in self._calls.values()
            if (record.customer_id is not None and record.customer_id == customer)
            or (number and record.number == number)
        ]

    def alive(self, leg: LegId) -> bool:
        """Whether the leg is believed to ring or to talk."""
        record = self.of_leg(leg)
        found = record.call.leg(leg) if record else None
        return found is not None and found.ended_at is None

    def _begin(self, event: CallEvent) -> Step | None:
        call = lifecycle.apply(None, event)
        if call is None:
            self._keep(event)
            return None
        for early in self._early.pop(event.call, ()):
            call = lifecycle.apply(call, early) or call
        return self._advance(CallRecord(call), None, call)

    def _keep(self, event: CallEvent) -> None:
        early = self._early.setdefault(event.call, [])
        if len(early) < MOST_EARLY:
            early.append(event)
        if len(self._early) > MOST_UNBEGUN:
            self._early.popitem(last=False)

    def _advance(self, record: CallRecord, before: Call | None, after: Call) -> Step:
        record.call = after
        self._remember(record)
        if after.state is CallState.ENDED and (before is None or before.state is not CallState.ENDED):
            self._ended.append(after.id)
            self._forget_oldest()
        return Step(record, before, after)

    def _remember(self, record: CallRecord) -> None:
        call = record.call
        self._calls[call.id] = record
        self._legs.update({leg.id: call.id for leg in call.legs})

    def _forget_oldest(self) -> None:
        while len(self._ended) > MOST_ENDED:
            for leg in self._calls.pop(self._ended.popleft()).call.legs:
                self._legs.pop(leg.id, None)
