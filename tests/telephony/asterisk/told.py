"""How far a call got, as frames made to order, and what comes of them."""

from datetime import datetime

from telephony.asterisk.replay import replay
from telephony.asterisk.translate import Translator
from telephony.events import (
    CallEnded,
    End,
    Event,
    LegResult,
    LinkName,
    OfferEnded,
)
from tests.conftest import NOW
from tests.fakes.asterisk_frames import (
    ANA,
    CALLER,
    called,
    connected,
    dial_end,
    joined,
    left,
    new,
)

WAITING = new(CALLER) + joined()
RINGING = WAITING + new(ANA) + called()
PICKED_UP = RINGING + dial_end("ANSWER") + left()
TALKING = PICKED_UP + connected()


def translator() -> Translator:
    return Translator(LinkName("main"), {"PJSIP/1001", "PJSIP/1002", "PJSIP/1003"}.__contains__)


def tell(frames: bytes, listener: Translator | None = None, at: datetime = NOW) -> list[Event]:
    return list(replay([frames], listener or translator(), at))


def then(before: bytes, *frames: bytes) -> list[Event]:
    """What frames tell after others; nothing of it is dropped."""
    listener = translator()
    tell(before, listener)
    events = tell(b"".join(frames), listener)
    assert listener.counters == {}
    return events


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def the_end(events: list[Event]) -> End | None:
    (end,) = [event for event in events if isinstance(event, CallEnded)]
    return end.end


def offer_result(events: list[Event]) -> LegResult:
    (ended,) = [event for event in events if isinstance(event, OfferEnded)]
    return ended.result
