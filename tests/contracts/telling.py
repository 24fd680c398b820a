"""Checks that what a source tells makes sense: of each call a beginning, a middle and an end."""

from collections.abc import Mapping

from telephony.events import (
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
    Event,
    LegEnded,
    LegEvent,
    LegId,
    LinkResynced,
    LinkResyncing,
    OfferEnded,
)

AFTER: Mapping[type[LegEvent], set[str]] = {
    CallAnswered: {"ringing"},
    OfferEnded: {"ringing"},
    CallHeld: {"talking"},
    CallResumed: {"held"},
    LegEnded: {"talking", "held", "over"},
    CallTransferred: {"talking", "held"},
}
LEADS_TO: Mapping[type[LegEvent], str] = {
    CallOffered: "ringing",
    CallAnswered: "talking",
    OfferEnded: "over",
    CallHeld: "held",
    CallResumed: "talking",
    LegEnded: "over",
    CallTransferred: "over",
}


class Story:
    """Told everything in order, it objects to what cannot be. What is retold by a resync may be known."""

    def __init__(self) -> None:
        self.alive: set[CallId] = set()
        self.ended: set[CallId] = set()
        self.legs: dict[LegId, str] = {}
        self.waiting: dict[CallId, str] = {}
        self._retelling = False

    def tell(self, event: Event) -> None:
        if isinstance(event, LinkResyncing | LinkResynced):
            assert self._retelling is isinstance(event, LinkResynced)
            self._retelling = not self._retelling
        elif isinstance(event, CallEvent):
            self._tell_of_call(event)

    def _tell_of_call(self, event: CallEvent) -> None:
        assert event.call not in self.ended, f"{event} after the end"
        if isinstance(event, CallQueued | CallOffered):
            self.alive.add(event.call)
        assert event.call in self.alive, f"{event} before the beginning"
        if isinstance(event, CallQueued):
            self.waiting[event.call] = event.queue
        elif isinstance(event, CallLeftQueue):
            assert self.waiting.pop(event.call) == event.queue
        elif isinstance(event, CallEnded):
            self.alive.remove(event.call)
            self.ended.add(event.call)
        elif isinstance(event, LegEvent):
            self._tell_of_leg(event)

    def _tell_of_leg(self, event: LegEvent) -> None:
        if isinstance(event, CallOffered):
            assert self._retelling or event.leg not in self.legs
            assert event.interface
        elif not self._retelling:
            assert self.legs[event.leg] in AFTER[type(event)], f"{event} of a leg {self.legs[event.leg]}"
        self.legs[event.leg] = LEADS_TO[type(event)]
