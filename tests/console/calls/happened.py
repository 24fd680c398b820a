"""Events of one call at a glance: what happened, in seconds after noon."""

from datetime import timedelta
from typing import Any

from telephony import lifecycle
from telephony.events import (
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallOffered,
    CallQueued,
    End,
    LegEnded,
    LegId,
    LinkName,
    LinkResynced,
)
from telephony.lifecycle import Call
from tests.conftest import NOW

LINK, CALL = LinkName("main"), CallId("main-1.1")
CALLER = Caller("+421905123456", "Jan")


def _of(after_s: int, call: str) -> dict[str, Any]:
    return {"link": LINK, "at": NOW + timedelta(seconds=after_s), "call": CallId(call)}


def leg(agent: int, call: str = CALL) -> LegId:
    return LegId(f"{call}.a{agent}")


def queued(after_s: int = 0, queue: str = "support", call: str = CALL) -> CallQueued:
    return CallQueued(**_of(after_s, call), queue=queue, caller=CALLER)


def offered(agent: int = 1, after_s: int = 1, call: str = CALL, queue: str | None = "support") -> CallOffered:
    interface = f"PJSIP/a{agent}"
    return CallOffered(
        **_of(after_s, call), leg=leg(agent, call), interface=interface, caller=CALLER, queue=queue
    )


def answered(agent: int = 1, after_s: int = 2, call: str = CALL) -> CallAnswered:
    return CallAnswered(**_of(after_s, call), leg=leg(agent, call))


def held(agent: int = 1, after_s: int = 3) -> CallHeld:
    return CallHeld(**_of(after_s, CALL), leg=leg(agent))


def leg_ended(agent: int = 1, after_s: int = 4) -> LegEnded:
    return LegEnded(**_of(after_s, CALL), leg=leg(agent))


def ended(after_s: int = 5, call: str = CALL, end: End | None = None) -> CallEnded:
    return CallEnded(**_of(after_s, call), end=end)


def resynced(*calls: str, legs: tuple[LegId, ...] = (), after_s: int = 9) -> LinkResynced:
    at = NOW + timedelta(seconds=after_s)
    return LinkResynced(link=LINK, at=at, calls=frozenset(map(CallId, calls)), legs=frozenset(legs))


def lived(*events: CallEvent) -> Call:
    """The call after these events, the first of which starts it."""
    call: Call | None = None
    for event in events:
        call = lifecycle.apply(call, event)
    assert call is not None
    return call
