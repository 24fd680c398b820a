"""The events that make a call known: said when it happens, and said again at a resync. Pure."""

from datetime import datetime

from telephony.asterisk.messages import Message
from telephony.asterisk.model import Agent, Call, Switchboard
from telephony.events import AgentPaused, AgentUnpaused, CallAnswered, CallOffered, CallQueued


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
    )


def offer(board: Switchboard, call: Call, agent: Agent) -> CallOffered:
    """The agent is rung for the call since `agent.offered_at`."""
    return CallOffered(
        link=board.link,
        at=agent.offered_at,
        call=board.call_id(call),
        leg=board.leg_id(agent),
        interface=agent.interface,
        caller=call.caller,
        queue=agent.queue,
        dialled=call.dialled,
        direction=call.direction,
    )


def answer(board: Switchboard, call: Call, agent: Agent, at: datetime) -> CallAnswered:
    """The agent talks with the caller since `at`."""
    return CallAnswered(link=board.link, at=at, call=board.call_id(call), leg=board.leg_id(agent))


def paused(board: Switchboard, message: Message, interface: str, at: datetime) -> AgentPaused | AgentUnpaused:
    """Whether the member of a queue is paused, by an event or a row that says so."""
    queue = message.last("Queue")
    if message.last("Paused") == "1":
        reason = message.last("PausedReason")
        return AgentPaused(link=board.link, at=at, interface=interface, queue=queue, reason=reason)
    return AgentUnpaused(link=board.link, at=at, interface=interface, queue=queue)
