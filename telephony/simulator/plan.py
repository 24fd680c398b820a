"""How a call that was taken over goes on. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telephony.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallId,
    LegEnded,
    LegId,
    LegResult,
    LinkName,
    OfferEnded,
)

RING_S = 4.0
TALK_S = 120.0


@dataclass(slots=True)
class Plan:
    """What is to happen in one call: events one after the other, from `at` on."""

    link: LinkName
    call: CallId
    at: datetime
    events: list[CallEvent] = field(default_factory=list)

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def say(self, kind: type[CallEvent], **values: object) -> None:
        self.events.append(kind(link=self.link, at=self.at, call=self.call, **values))

    def answers(self, leg: LegId, *others: LegId) -> None:
        """The phone rings, its agent answers and talks; the `others` ring in vain."""
        self.later(RING_S)
        for other in others:
            self.say(OfferEnded, leg=other, result=LegResult.WITHDRAWN)
        self.say(CallAnswered, leg=leg)
        self.talks(leg)

    def talks(self, leg: LegId) -> None:
        """The agent talks until the call is over."""
        self.later(TALK_S)
        self.say(LegEnded, leg=leg)
        self.say(CallEnded)
