"""A phone system that cannot tell everything: its events without what it does not know of. Pure.

What a less able phone system leaves out is left out as a whole, so that what it does tell still makes sense:
without TRANSFER a call ends, for us, where it was passed on.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from telephony.events import (
    AgentEvent,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    Direction,
    End,
    LegEnded,
    LegEvent,
    LegId,
    ListenerEvent,
)
from telephony.simulator.exchange import Happened
from telephony.source import Capability


def limited(happened: Iterable[Happened], capabilities: Collection[Capability]) -> Iterator[Happened]:
    """What a phone system with these capabilities tells of what happened."""
    limits = Limits(capabilities)
    for event in happened:
        yield from limits.of(event)


class Limits:
    """The same, for one event after the other.

    `_told` are the calls of which something was told, `_legs` their legs, `_talking` who talks in each."""

    def __init__(self, capabilities: Collection[Capability]) -> None:
        self._can = capabilities
        self._told: set[CallId] = set()
        self._legs: set[LegId] = set()
        self._talking: dict[CallId, set[LegId]] = {}
        self._left_alone: set[CallId] = set()

    def of(self, event: Happened) -> Iterator[Happened]:
        """What is told of an event."""
        if isinstance(event, ListenerEvent):
            if event.leg in self._legs:
                yield event
        elif not isinstance(event, AgentEvent):
            yield from self._of_call(event)
        elif Capability.PAUSE in self._can:
            yield event

    def _of_call(self, event: CallEvent) -> Iterator[CallEvent]:
        if not self._is_told(event):
            return
        self._note(event)
        if isinstance(event, CallTransferred) and Capability.TRANSFER not in self._can:
            yield LegEnded(link=event.link, at=event.at, call=event.call, leg=event.leg)
            yield CallEnded(link=event.link, at=event.at, call=event.call, end=End.COMPLETED)
            self._leave_alone(event.call)
        else:
            yield self._without_details(event)

    def _is_told(self, event: CallEvent) -> bool:
        if event.call in self._left_alone:
            if isinstance(event, CallEnded):
                self._left_alone.discard(event.call)
            return False
        if isinstance(event, CallQueued | CallLeftQueue) and Capability.QUEUES not in self._can:
            return False
        if isinstance(event, CallHeld | CallResumed) and Capability.HOLD not in self._can:
            return False
        if isinstance(event, CallOffered):
            return self._is_offer_told(event)
        if isinstance(event, LegEvent):
            return event.leg in self._legs
        return isinstance(event, CallQueued) or event.call in self._told

    def _is_offer_told(self, event: CallOffered) -> bool:
        if event.call not in self._told and event.queue is None and not self._knows_of(event.direction):
            self._left_alone.add(event.call)
            return False
        # Who is rung while another agent talks with the caller is asked to take over.
        return Capability.TRANSFER in self._can or not self._talking.get(event.call)

    def _knows_of(self, direction: Direction) -> bool:
        wanted = Capability.OUTGOING if direction is Direction.OUTBOUND else Capability.DIRECT
        return wanted in self._can

    def _note(self, event: CallEvent) -> None:
        self._told.add(event.call)
        if isinstance(event, CallOffered):
            self._legs.add(event.leg)
        elif isinstance(event, CallAnswered):
            self._talking.setdefault(event.call, set()).add(event.leg)
        elif isinstance(event, LegEnded | CallTransferred):
            self._talking[event.call].discard(event.leg)
        if isinstance(event, CallEnded):
            self._forget(event.call)

    def _leave_alone(self, call: CallId) -> None:
        self._forget(call)
        self._left_alone.add(call)

    def _forget(self, call: CallId) -> None:
        self._told.discard(call)
        self._talking.pop(call, None)

    def _without_details(self, event: CallEvent) -> CallEvent:
        if isinstance(event, CallQueued | CallOffered) and Capability.PRESENTATION not in self._can:
            event = replace(event, caller=replace(event.caller, withheld=False))
        if isinstance(event, CallOffered) and Capability.QUEUES not in self._can:
            event = replace(event, queue=None)
        return event
