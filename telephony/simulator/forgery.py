"""Events that never happened, as somebody hostile would slip them in. Pure."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from random import Random

from telephony.events import (
    AgentPaused,
    CallAnswered,
    CallEnded,
    Caller,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    Event,
    LegEnded,
    LegId,
    LegResult,
    LinkName,
    OfferEnded,
)

FORGED = "forged"
"""In the id of every call and leg that never was."""

STRANGER = "PJSIP/stranger"
"""The interface of nobody."""

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE calls; --",
    "\u202egnp.exe VIP \u2066",
    "Jozef\u200b Mrkva {{ 7 * 7 }}",
    "<unknown>",
    "\x07\x1b[31mALARM",
    "A" * 79,
)
"""What callers call themselves to break something."""


class Forger:
    """Makes events of unknown calls, of unknown legs of living calls, and at strangers' interfaces."""

    def __init__(self, link: LinkName, random: Random) -> None:
        self._link = link
        self._random = random
        self._numbers = count(1)

    def forge(self, at: datetime, alive: Sequence[CallId]) -> Event:
        """An event that never happened, at `at`; `alive` are calls that are."""
        link, leg = self._link, LegId(self._id())
        call = self._random.choice([*alive, CallId(self._id())])
        who = Caller(self._random.choice(HOSTILE), self._random.choice(HOSTILE))
        return self._random.choice(
            (
                CallOffered(link=link, at=at, call=call, leg=leg, interface=STRANGER, caller=who),
                CallAnswered(link=link, at=at, call=call, leg=leg),
                CallHeld(link=link, at=at, call=call, leg=leg),
                CallResumed(link=link, at=at, call=call, leg=leg),
                OfferEnded(link=link, at=at, call=call, leg=leg, result=LegResult.WITHDRAWN),
                LegEnded(link=link, at=at, call=call, leg=leg),
                CallTransferred(link=link, at=at, call=call, leg=leg, target=who.name),
                CallQueued(link=link, at=at, call=CallId(self._id()), queue=who.name, caller=who),
                CallLeftQueue(link=link, at=at, call=CallId(self._id()), queue=who.name),
                CallEnded(link=link, at=at, call=CallId(self._id())),
                AgentPaused(link=link, at=at, interface=STRANGER, reason=who.name),
            )
        )

    def _id(self) -> str:
        return f"{self._link}-{FORGED}.{next(self._numbers)}"
