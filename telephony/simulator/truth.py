"""What is alive on the simulated phone system, so that it can be retold: the resync of a real one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from telephony.events import (
    AgentEvent,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallOffered,
    CallQueued,
    CallResumed,
    DiallerLeft,
    Event,
    LegEvent,
    LegId,
    LinkName,
    LinkResynced,
    LinkResyncing,
    ListenerEvent,
    ListenerJoined,
    ListenerLeft,
)
from telephony.simulator.exchange import Happened


@dataclass(slots=True)
class Alive:
    """What made a living call what it is: its wait; of each living leg the offer, the answer, the hold; that
    who made it left."""

    waits: CallQueued | None = None
    dialler_left: DiallerLeft | None = None
    legs: dict[LegId, list[LegEvent]] = field(default_factory=dict)


class Truth:
    """Takes everything that happens, in order, and tells at any moment what is."""

    def __init__(self, link: LinkName) -> None:
        self._link = link
        self._calls: dict[CallId, Alive] = {}
        self._agents: dict[tuple[str, str | None], AgentEvent] = {}
        self._listeners: dict[str, ListenerJoined] = {}

    @property
    def calls(self) -> frozenset[CallId]:
        """The living calls."""
        return frozenset(self._calls)

    def call(self, call: CallId) -> Alive | None:
        """What is alive of a call; None when it is not."""
        return self._calls.get(call)

    def take(self, event: Happened) -> None:
        """It happened."""
        if isinstance(event, AgentEvent):
            self._agents[event.interface, event.queue] = event
        elif isinstance(event, ListenerEvent):
            self._listeners.pop(event.interface, None)
            if isinstance(event, ListenerJoined):
                self._listeners[event.interface] = event
        elif isinstance(event, CallEnded):
            self._calls.pop(event.call, None)
        else:
            _change(self._calls.setdefault(event.call, Alive()), event)

    def lives(self, leg: LegId) -> bool:
        """Whether the leg is not over."""
        return any(leg in call.legs for call in self._calls.values())

    def hear_nothing(self, at: datetime) -> list[ListenerLeft]:
        """Those who listen to legs that are over have hung up by that."""
        return [
            ListenerLeft(link=self._link, at=at, call=each.call, leg=each.leg, interface=each.interface)
            for each in self._listeners.values()
            if not self.lives(each.leg)
        ]

    def retold(self, at: datetime) -> Iterator[Event]:
        """`LinkResyncing`, the events that make everything alive known, `LinkResynced`."""
        yield LinkResyncing(link=self._link, at=at)
        yield from self._agents.values()
        for call in self._calls.values():
            if call.waits is not None:
                yield call.waits
            for leg in call.legs.values():
                yield from leg
            if call.dialler_left is not None:
                yield call.dialler_left
        yield from (each for each in self._listeners.values() if self.lives(each.leg))
        legs = frozenset(leg for call in self._calls.values() for leg in call.legs)
        yield LinkResynced(link=self._link, at=at, calls=self.calls, legs=legs)


def _change(call: Alive, event: CallEvent) -> None:
    if isinstance(event, LegEvent):
        _change_leg(call, event)
    elif isinstance(event, DiallerLeft):
        call.dialler_left = event
    else:
        call.waits = event if isinstance(event, CallQueued) else None


def _change_leg(call: Alive, event: LegEvent) -> None:
    match event:
        case CallOffered():
            call.legs[event.leg] = [event]
        case CallAnswered():
            call.waits = None
            call.legs[event.leg].append(event)
        case CallHeld():
            call.legs[event.leg].append(event)
        case CallResumed():
            call.legs[event.leg] = [each for each in call.legs[event.leg] if not isinstance(each, CallHeld)]
        case _:  # the leg is over, however
            del call.legs[event.leg]
