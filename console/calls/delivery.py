"""The delivery of a pop, stage by stage: offered, sent, shown, then answered, ended or withdrawn.

Stages only go forward, whatever order the news of them arrives in. A pop that no browser confirmed is
`not_shown` in the end, with the reason.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from console.calls.record import PopRecord
from console.web.metrics import PACKETS
from telephony.events import LegResult

NO_USER = "no user has the interface {interface}"
NO_DESK = "no desk was open"
NO_BUS = "the desks could not be reached: Redis was away"
NO_ROOM = "too many calls were ringing at the desk"
TOO_SHORT = "the ring was over before it could be shown"
NOT_CONFIRMED = "sent, but the browser did not say that it showed it"

LATE = timedelta(seconds=2)
"""So long after its leg a pop may still be confirmed: the news was on its way. Later than that, somebody
opened a desk and reads about a call that is over."""

STATES = ("offered", "sent", "shown", "answered", "ended", "withdrawn", "not_shown")
"""Of a pop, in the order in which they come."""

_AFTER_RING = {
    LegResult.ANSWERED: "ended",
    LegResult.TRANSFERRED: "ended",
    LegResult.NO_ANSWER: "withdrawn",
    LegResult.WITHDRAWN: "withdrawn",
    LegResult.CANCELLED: "withdrawn",
}


class Packet(StrEnum):
    """Whether a call that was handed over came with what is known of it. The last four are said when the leg
    is over, of agents who talked."""

    PUT = "put"  # on the desk, with the pop
    UNKNOWN_HERE = "unknown_here"  # on the desk, without: nobody knows who had the call before
    SHOWN = "shown"  # while it rang
    LATE = "late"  # the browser had it when the agent had answered already
    NOT_SHOWN = "not_shown"
    UNKNOWN = "unknown"


def offered(user_id: int | None, interface: str, at: datetime) -> PopRecord:
    """A pop at its start. Without a user there is no screen to show it on."""
    if user_id is None:
        return PopRecord(None, at, "not_shown", NO_USER.format(interface=interface))
    return PopRecord(user_id, at)


def put(pop: PopRecord, *, arrived: bool) -> None:
    """The pop was put on its agent's desk; `arrived`: the bus took it. Else it does when it is back."""
    pop.put = True
    pop.hindrance = None if arrived else NO_BUS


def refused(pop: PopRecord) -> None:
    """There was no room for the pop on its agent's desk."""
    pop.hindrance = NO_ROOM


def missed(pop: PopRecord) -> None:
    """The ring is over, and nobody could put the pop on a desk meanwhile."""
    if not pop.put:
        pop.hindrance = TOO_SHORT


def sent(pop: PopRecord, at: datetime) -> None:
    """A frame with the pop was handed to a browser's connection; the first time counts."""
    if _too_late(pop, at):
        return
    pop.sent_at = pop.sent_at or at
    if pop.state == "not_shown":
        pop.reason = NOT_CONFIRMED
    _advance(pop, "sent")


def shown(pop: PopRecord, at: datetime, *, visible: bool) -> None:
    """A browser has the pop in its document; `visible`: its tab was in front."""
    if _too_late(pop, at):
        return
    if pop.shown_at is None:
        pop.shown_at, pop.visible = at, visible
    if pop.result is not None and pop.state == "not_shown":
        pop.state, pop.reason = _AFTER_RING[pop.result], None
    _advance(pop, "shown")


def answered(pop: PopRecord, at: datetime) -> None:
    """The agent answered."""
    pop.answered_at = pop.answered_at or at
    _advance(pop, "answered")


def over(pop: PopRecord, result: LegResult, at: datetime) -> None:
    """The leg ended with `result`."""
    _settle_packet(pop, result)
    if pop.user_id is None:
        return
    pop.result, pop.over_at = result, pop.over_at or at
    if pop.shown_at is None:
        pop.state = "not_shown"
        pop.reason = (pop.hindrance or NO_DESK) if pop.sent_at is None else NOT_CONFIRMED
    else:
        pop.state = _AFTER_RING[result]


def _settle_packet(pop: PopRecord, result: LegResult) -> None:
    """Say once what became of the packet of an agent who talked."""
    if pop.packet not in {Packet.PUT, Packet.UNKNOWN_HERE} or _AFTER_RING[result] != "ended":
        return
    pop.packet = Packet.UNKNOWN if pop.packet == Packet.UNKNOWN_HERE else _shown_packet(pop)
    PACKETS.labels(pop.packet).inc()


def _shown_packet(pop: PopRecord) -> Packet:
    if pop.shown_at is None:
        return Packet.NOT_SHOWN
    in_time = pop.answered_at is None or pop.shown_at <= pop.answered_at
    return Packet.SHOWN if in_time else Packet.LATE


def _too_late(pop: PopRecord, at: datetime) -> bool:
    return pop.over_at is not None and at - pop.over_at > LATE


def _advance(pop: PopRecord, state: str) -> None:
    if STATES.index(state) > STATES.index(pop.state):
        pop.state = state
