"""What is told of one call, event by event, and the call after it."""

from dataclasses import replace
from datetime import datetime, timedelta

from telephony.events import (
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    DiallerLeft,
    Direction,
    End,
    LegEnded,
    LegId,
    LegResult,
    LinkName,
    OfferEnded,
)
from telephony.lifecycle import Call, CallState, apply
from tests.conftest import NOW

LINK = LinkName("main")
CALL = CallId("main-1.1")
ANA, BEN = LegId("main-1.2"), LegId("main-1.3")
CALLER = Caller(number="+421905123456", name="Jan Novak")


def at(second: float) -> datetime:
    return NOW + timedelta(seconds=second)


def queued(second: float = 0, queue: str = "support") -> CallQueued:
    return CallQueued(link=LINK, at=at(second), call=CALL, queue=queue, caller=CALLER, dialled="501")


def offered(second: float, leg: LegId = ANA, queue: str | None = "support") -> CallOffered:
    interface = {ANA: "PJSIP/ana", BEN: "PJSIP/ben"}[leg]
    return CallOffered(
        link=LINK, at=at(second), call=CALL, leg=leg, interface=interface, caller=CALLER, queue=queue
    )


def internal(second: float, dialler: str) -> CallOffered:
    """A colleague's call."""
    return replace(offered(second, queue=None), direction=Direction.INTERNAL, dialler=dialler)


def dialler_left(second: float) -> DiallerLeft:
    return DiallerLeft(link=LINK, at=at(second), call=CALL)


def answered(second: float, leg: LegId = ANA) -> CallAnswered:
    return CallAnswered(link=LINK, at=at(second), call=CALL, leg=leg)


def held(second: float) -> CallHeld:
    return CallHeld(link=LINK, at=at(second), call=CALL, leg=ANA)


def resumed(second: float) -> CallResumed:
    return CallResumed(link=LINK, at=at(second), call=CALL, leg=ANA)


def offer_ended(second: float, result: LegResult, leg: LegId = ANA) -> OfferEnded:
    return OfferEnded(link=LINK, at=at(second), call=CALL, leg=leg, result=result)


def leg_ended(second: float, result: LegResult = LegResult.ANSWERED, leg: LegId = ANA) -> LegEnded:
    return LegEnded(link=LINK, at=at(second), call=CALL, leg=leg, result=result)


def transferred(second: float, target: str = "103") -> CallTransferred:
    return CallTransferred(link=LINK, at=at(second), call=CALL, leg=ANA, target=target)


def left(second: float, queue: str = "support", moved: bool = False) -> CallLeftQueue:
    return CallLeftQueue(link=LINK, at=at(second), call=CALL, queue=queue, moved=moved)


def ended(second: float, end: End | None = None) -> CallEnded:
    return CallEnded(link=LINK, at=at(second), call=CALL, end=end)


def live(*story: CallEvent) -> Call:
    """The call after a story, step by step."""
    call = None
    for event in story:
        call = apply(call, event)
    assert call is not None
    return call


def states(*story: CallEvent) -> list[CallState]:
    """The call's state after each step of a story."""
    return [live(*story[: step + 1]).state for step in range(len(story))]


def results(call: Call) -> dict[LegId, LegResult | None]:
    return {leg.id: leg.result for leg in call.legs}
