"""What each AMI event means: one handler per name, and `TABLE`, which says what the event must hold. Pure.

A handler takes the switchboard, brings it up to date and returns our events. Where the meaning of an event is
not in its name, the rule stands above the branch that implements it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from telephony.asterisk.announcements import answer, offer, paused, queued
from telephony.asterisk.frames import (
    Unfit,
    agent_of,
    block,
    call_of,
    caller_of,
    dialled_channel,
    known_channel,
    latest,
    new_channel,
)
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Agent, Call, Channel, Switchboard, end_of, interface_of
from telephony.asterisk.troubles import Trouble
from telephony.events import (
    CallEnded,
    Caller,
    CallHeld,
    CallLeftQueue,
    CallResumed,
    CallTransferred,
    Event,
    LegEnded,
    LegResult,
    OfferEnded,
)

CHANNEL = block()
PAIR = CHANNEL | block("Dest")

NO_ANSWER = frozenset({"NOANSWER", "BUSY", "CONGESTION", "CHANUNAVAIL"})
"""DialStatus of an agent who did not take the call; with the others the phone was told to stop ringing."""

UNWILLING = frozenset({"17", "18", "19", "20", "21", "27", "34", "38"})
"""Hang-up causes (Q.850, `causes.h`) of a phone that was busy, absent, or rejected the call."""

Events = list[Event]

NOBODY = (None, None)


# Channels.


def _introduced(board: Switchboard, message: Message, _at: datetime) -> Events:
    channel = new_channel(message)
    # Both are new in what Asterisk sends. A second introduction is forged, or we missed the end of the first.
    known = board.channels.get(channel.uniqueid) or board.named(channel.name)
    if known is None:
        board.introduce(channel)
    elif (known.name, known.uniqueid) != (channel.name, channel.uniqueid):
        raise Unfit(Trouble.INTRODUCED_TWICE)
    return []


def _renamed(board: Switchboard, message: Message, _at: datetime) -> Events:
    board.rename(known_channel(board, message), message.last("Newname"))
    return []


def _hung_up(board: Switchboard, message: Message, at: datetime) -> Events:
    channel = known_channel(board, message)
    board.forget(channel.uniqueid)
    call = board.calls.get(channel.uniqueid)
    if call is not None:
        board.remove_call(call)
        return [CallEnded(link=board.link, at=at, call=board.call_id(call), end=end_of(call))]
    return _agent_hung_up(board, channel, message.last("Cause"), at)


def _agent_hung_up(board: Switchboard, channel: Channel, cause: str, at: datetime) -> Events:
    call, agent = board.agents.get(channel.uniqueid, NOBODY)
    if call is None or agent is None:
        return []
    # One of several devices behind a Local channel says nothing of the agent; and the Local channel itself is
    # hung up in mid-call when Asterisk optimises it away. AgentComplete or the caller's hang-up ends the leg.
    if channel.uniqueid != agent.key or (agent.talks and channel.name.startswith("Local/")):
        return []
    if agent.talks:
        return _finish(board, call, agent, LegResult.ANSWERED, at)
    # Picked up and gone before the caller was connected: the agent's own doing unless the caller left first.
    refused = cause in UNWILLING or (agent.picked_up and not call.hangup_requested)
    return _end_offer(board, call, agent, LegResult.NO_ANSWER if refused else _withdrawn(call), at)


def _hangup_requested(board: Switchboard, message: Message, _at: datetime) -> Events:
    call = board.calls.get(known_channel(board, message).uniqueid)
    if call is not None:
        call.hangup_requested = True
        call.went_on = call.let_go
    return []


def _went_on(board: Switchboard, message: Message, _at: datetime) -> Events:
    call = board.calls.get(known_channel(board, message).uniqueid)
    # `h` is where the dialplan tidies up behind a caller who is gone.
    if call is not None and call.let_go and message.last("Exten") != "h":
        call.went_on = True
        board.undecided.discard(call.key)
    return []


# The caller in a queue.


def _joined(board: Switchboard, message: Message, at: datetime) -> Events:
    call = call_of(board, message)
    queue = message.last("Queue")
    if call.waits_in == queue:
        return []
    call.waits_in, call.joined_at = queue, at
    call.caller = _caller(board, call, message)
    call.let_go = call.went_on = call.hangup_requested = False
    board.undecided.discard(call.key)
    return [queued(board, call, queue, at)]


def _caller(board: Switchboard, call: Call, message: Message) -> Caller:
    """Who calls, by the newest frame; once withheld, always withheld."""
    caller = caller_of(board, message)
    return replace(caller, withheld=caller.withheld or call.caller.withheld)


def _abandoned(board: Switchboard, message: Message, at: datetime) -> Events:
    call = call_of(board, message)
    if call.waits_in != message.last("Queue"):
        return []
    # Not "the caller hung up": see `model.end_of`.
    call.let_go = not call.hangup_requested
    if call.let_go:
        board.undecided.add(call.key)
    return _leave(board, call, message, at)


def _left(board: Switchboard, message: Message, at: datetime) -> Events:
    call = call_of(board, message)
    if call.waits_in != message.last("Queue"):
        return []
    if any(agent.picked_up and not agent.over for agent in call.agents.values()):
        call.waits_in = None  # to talk with the agent who picked up
        return []
    return _leave(board, call, message, at)


def _leave(board: Switchboard, call: Call, message: Message, at: datetime) -> Events:
    """The caller leaves the queue without an answer."""
    call.waits_in = None
    return [CallLeftQueue(link=board.link, at=at, call=board.call_id(call), queue=message.last("Queue"))]


# The agents who are rung.


def _rung(board: Switchboard, call: Call, channel: Channel, message: Message, at: datetime) -> Agent:
    """A new agent of the call, at the channel that is rung. It carries the call's Linkedid from its start."""
    if channel.linkedid != call.linkedid:
        raise Unfit(Trouble.FOREIGN_CHANNEL)
    interface = message.last("Interface") or interface_of(channel.name)
    agent = Agent(channel.uniqueid, interface, message.last("Queue") or None, at)
    board.add_agent(call, agent)
    return agent


def _called(board: Switchboard, message: Message, at: datetime) -> Events:
    call = call_of(board, message)
    channel = dialled_channel(board, message)
    if channel.uniqueid in board.agents:
        return []
    call.caller = _caller(board, call, message)
    return [offer(board, call, _rung(board, call, channel, message, at))]


def _dialled(board: Switchboard, message: Message, at: datetime) -> Events:
    """A Dial, or the one inside a queue's ring. What rings in a queue is told by AgentCalled."""
    channel = board.named(message.first("Channel"))
    if channel is None or message.last("DestUniqueid") in board.agents:
        return []
    behind = board.named(f"{channel.name.removesuffix(';2')};1") if channel.name.endswith(";2") else None
    if behind is not None and behind.uniqueid in board.agents:
        board.agents[dialled_channel(board, message).uniqueid] = board.agents[behind.uniqueid]
        return []
    call = board.calls.get(channel.uniqueid)
    if call is None or call.waits_in is not None:
        return []
    # The dialplan rings somebody for a caller who was in a queue before: a transfer, or an overflow.
    call.went_on = call.let_go
    return [offer(board, call, _rung(board, call, dialled_channel(board, message), message, at))]


def _dial_ended(board: Switchboard, message: Message, at: datetime) -> Events:
    call, agent = board.agents.get(message.last("DestUniqueid"), NOBODY)
    channel = board.named(message.first("Channel"))
    if call is None or agent is None or channel is None or channel.uniqueid != call.key:
        return []  # not a call of ours, or a device behind a Local channel
    status = message.last("DialStatus")
    if status != "ANSWER":
        return _end_offer(
            board, call, agent, LegResult.NO_ANSWER if status in NO_ANSWER else _withdrawn(call), at
        )
    agent.picked_up = True
    return _connect(board, call, agent, at) if agent.queue is None else []


def _withdrawn(call: Call) -> LegResult:
    return LegResult.CANCELLED if call.hangup_requested else LegResult.WITHDRAWN


def _rang_out(board: Switchboard, message: Message, at: datetime) -> Events:
    call = call_of(board, message)
    agent = agent_of(board, call, message)
    return [] if agent is None else _end_offer(board, call, agent, LegResult.NO_ANSWER, at)


def _end_offer(board: Switchboard, call: Call, agent: Agent, result: LegResult, at: datetime) -> Events:
    if not agent.rings:
        return []
    agent.over = True
    return [
        OfferEnded(link=board.link, at=at, call=board.call_id(call), leg=board.leg_id(agent), result=result)
    ]


def _connected(board: Switchboard, message: Message, at: datetime) -> Events:
    call = call_of(board, message)
    agent = agent_of(board, call, message)
    if agent is not None:
        return _connect(board, call, agent, at)
    # Its AgentCalled got lost.
    agent = _rung(board, call, dialled_channel(board, message), message, at)
    return [offer(board, call, agent), *_connect(board, call, agent, at)]


def _connect(board: Switchboard, call: Call, agent: Agent, at: datetime) -> Events:
    if not agent.rings:
        return []
    agent.answered_at, call.waits_in = at, None
    call.let_go = False
    return [answer(board, call, agent, at)]


# The agents who talk.


def _completed(board: Switchboard, message: Message, at: datetime) -> Events:
    result = LegResult.TRANSFERRED if message.last("Reason") == "transfer" else LegResult.ANSWERED
    if "Channel" not in message:
        return _completed_unseen(board, message, result, at)
    channel = board.named(message.first("Channel"))
    call = None if channel is None else board.calls.get(channel.uniqueid)
    agent = None if call is None else agent_of(board, call, message)
    return [] if call is None or agent is None else _finish(board, call, agent, result, at)


def _completed_unseen(board: Switchboard, message: Message, result: LegResult, at: datetime) -> Events:
    """AgentComplete without any channel: Asterisk had forgotten the caller. Queue and interface must do.

    It ends nobody whose channel lives: that much can be forged by a caller who knows a queue's name.
    """
    gone = (agent for _, agent in board.agents.values() if agent.key not in board.channels)
    agent = latest(gone, message)
    if agent is None:
        return []
    return _finish(board, board.agents[agent.key][0], agent, result, at)


def _finish(board: Switchboard, call: Call, agent: Agent, result: LegResult, at: datetime) -> Events:
    """End an answered leg; the word of a transfer may come behind the end."""
    late_transfer = result is LegResult.TRANSFERRED and not agent.transferred
    if agent.answered_at is None or (agent.over and not late_transfer):
        return []
    agent.over = True
    agent.transferred |= result is LegResult.TRANSFERRED
    return [
        LegEnded(link=board.link, at=at, call=board.call_id(call), leg=board.leg_id(agent), result=result)
    ]


def _transferred(board: Switchboard, message: Message, at: datetime) -> Events:
    channel = known_channel(board, message, "Transferer")
    call, agent = board.agents.get(channel.uniqueid, NOBODY)
    if call is None or agent is None or not agent.talks or message.first("Result") != "Success":
        return []
    agent.over = agent.transferred = True
    leg, target = board.leg_id(agent), message.last("Extension")
    return [CallTransferred(link=board.link, at=at, call=board.call_id(call), leg=leg, target=target)]


def _held(board: Switchboard, message: Message, at: datetime) -> Events:
    call, agent = board.agents.get(known_channel(board, message).uniqueid, NOBODY)
    held = message.name == "Hold"
    # A blind transfer sends Unhold without Hold.
    if call is None or agent is None or not agent.talks or agent.held is held:
        return []
    agent.held = held
    event = CallHeld if held else CallResumed
    return [event(link=board.link, at=at, call=board.call_id(call), leg=board.leg_id(agent))]


def _paused(board: Switchboard, message: Message, at: datetime) -> Events:
    return [paused(board, message, message.last("Interface"), at)]


Handler = Callable[[Switchboard, Message, datetime], Events]


@dataclass(frozen=True, slots=True)
class Rule:
    """What an event must hold to count. `without_channel`: what does when it names no channel at all."""

    handle: Handler
    needs: frozenset[str]
    without_channel: frozenset[str] | None = None

    def check(self, message: Message) -> None:
        """Raise Unfit unless the event has the full header set of its type."""
        bare = self.without_channel is not None and "Channel" not in message
        needs = self.without_channel if bare else self.needs
        if not message.has_all(needs or frozenset()):
            raise Unfit(Trouble.INCOMPLETE)


QUEUE = frozenset({"Queue"})
MEMBER = frozenset({"Queue", "Interface", "MemberName"})

TABLE: Mapping[str, Rule] = {
    "Newchannel": Rule(_introduced, CHANNEL),
    "Rename": Rule(_renamed, frozenset({"Channel", "Newname", "Uniqueid"})),
    "HangupRequest": Rule(_hangup_requested, CHANNEL),
    "SoftHangupRequest": Rule(_hangup_requested, CHANNEL),
    "Hangup": Rule(_hung_up, CHANNEL | {"Cause"}),
    "Newexten": Rule(_went_on, CHANNEL | {"Application"}),
    "QueueCallerJoin": Rule(_joined, CHANNEL | QUEUE | {"Position"}),
    "QueueCallerAbandon": Rule(_abandoned, CHANNEL | QUEUE | {"Position"}),
    "QueueCallerLeave": Rule(_left, CHANNEL | QUEUE | {"Position"}),
    "AgentCalled": Rule(_called, PAIR | MEMBER),
    "AgentRingNoAnswer": Rule(_rang_out, CHANNEL | MEMBER | {"RingTime"}),
    "AgentConnect": Rule(_connected, PAIR | MEMBER | {"HoldTime"}),
    # The agent hung up while the queue still talked to him alone.
    "AgentDump": Rule(_rang_out, CHANNEL | MEMBER),
    "AgentComplete": Rule(_completed, CHANNEL | MEMBER | {"Reason"}, MEMBER | {"Reason"}),
    # A Dial without a caller's channel is an Originate: nothing to us.
    "DialBegin": Rule(_dialled, PAIR, frozenset()),
    "DialEnd": Rule(_dial_ended, PAIR | {"DialStatus"}, frozenset()),
    "Hold": Rule(_held, CHANNEL),
    "Unhold": Rule(_held, CHANNEL),
    "BlindTransfer": Rule(_transferred, block("Transferer") | {"Result", "Extension"}),
    "QueueMemberPause": Rule(_paused, MEMBER | {"Paused"}),
}
"""Every AMI event that means something to us."""

DIALPLAN_STEP = b"Newexten"
"""The commonest of them. Only looked at while it matters whether a caller went on in the dialplan."""
