"""The events that make a call known: said when it happens, and said again at a resync. Pure."""

from datetime import datetime

from telephony.asterisk.messages import Message
from telephony.asterisk.model import Call, Leg, Switchboard
from telephony.events import (
    AgentPaused,
    AgentUnpaused,
    CallAnswered,
    CallHeld,
    CallOffered,
    CallQueued,
    CallResumed,
    DiallerLeft,
)


def queued(board: Switchboard, call: Call, queue: str, at: datetime) -> CallQueued:
    """The caller waits in `queue` since `at`."""
    return CallQueued(
        link=board.link,
        at=at,
        call=board.call_id(call),
        queue=queue,
        caller=call.caller,
        dialled=call.dialled,
        direction=call.direction,
        dialler=call.dialler,
    )


def dialler_left(board: Switchboard, call: Call, at: datetime) -> DiallerLeft:
    """The agent who made the call is gone since `at`, and it goes on."""
    return DiallerLeft(link=board.link, at=at, call=board.call_id(call))


def offer(board: Switchboard, leg: Leg) -> CallOffered:
    """The agent is rung for the call, or dials it, since `leg.offered_at`."""
    return CallOffered(
        link=board.link,
        at=leg.offered_at,
        call=board.call_id(leg.call),
        leg=board.leg_id(leg),
        interface=leg.interface,
        device=leg.device,
        caller=leg.call.caller,
        queue=leg.queue,
        dialled=leg.call.dialled,
        direction=leg.call.direction,
        dialler=leg.call.dialler,
    )


def answer(board: Switchboard, leg: Leg, at: datetime) -> CallAnswered:
    """The agent talks with the caller since `at`."""
    return CallAnswered(link=board.link, at=at, call=board.call_id(leg.call), leg=board.leg_id(leg))


def hold(board: Switchboard, leg: Leg, at: datetime) -> CallHeld | CallResumed:
    """Whether the agent holds the caller, since `at`."""
    event = CallResumed if leg.held_at is None else CallHeld
    return event(link=board.link, at=at, call=board.call_id(leg.call), leg=board.leg_id(leg))


def paused(board: Switchboard, message: Message, interface: str, at: datetime) -> AgentPaused | AgentUnpaused:
    """Whether the member of a queue is paused, by an event or a row that says so."""
    queue = message.last("Queue")
    device = board.members.device(queue, interface)
    if message.last("Paused") == "1":
        reason = message.last("PausedReason")
        return AgentPaused(
            link=board.link, at=at, interface=interface, device=device, queue=queue, reason=reason
        )
    return AgentUnpaused(link=board.link, at=at, interface=interface, device=device, queue=queue)
