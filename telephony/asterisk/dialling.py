"""Phones that are dialled, and those that dial: direct, outgoing, internal calls, transfers, pickups. Pure.

A queue's rings are told by its own events (`queueing`). Every other ring belongs to the call whose Linkedid
the dialled channel carries from its start; it is an agent's when an agent's phone is there.
"""

from datetime import datetime

from telephony.asterisk.frames import (
    TooEarly,
    call_in,
    caller_of,
    dialled_channel,
    dialled_of,
    known_channel,
    origin,
    sole_channel,
)
from telephony.asterisk.legs import (
    Events,
    carry,
    connect,
    end_call,
    end_offer,
    ring,
    withdrawn,
)
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Call, Channel, Leg, Switchboard
from telephony.asterisk.troubles import Trouble
from telephony.events import Caller, Direction, LegResult

NO_ANSWER = frozenset({"NOANSWER", "BUSY", "CONGESTION", "CHANUNAVAIL"})
"""DialStatus of a phone that did not take the call; with the others it was told to stop ringing."""


def dialled(board: Switchboard, message: Message, at: datetime) -> Events:
    if "Channel" not in message:
        return _originated(board, message)
    dialler, channel = known_channel(board, message), dialled_channel(board, message)
    call = board.current(channel.linkedid)
    leads_on = channel.is_local and not board.is_agent(channel.interface)  # to another Dial
    if channel.leg is not None or leads_on:
        return []
    if call is not None and call.waits_in is not None and call.visitor == dialler.uniqueid:
        raise TooEarly(Trouble.UNKNOWN_CHANNEL)  # before the queue says whom it rings, or that it let go
    behind = board.behind(dialler)
    if behind is not None and behind.leg is not None and behind.leg.rings:
        return carry(board, behind.leg, channel)  # once it was answered, whoever is dialled is another one
    caller = origin(board, dialler)
    if board.is_agent(channel.interface):
        return _ring_agent(board, call or _call_in(board, caller, message), dialler, channel, at)
    return _dial_out(board, call, caller, message, at)


def _originated(board: Switchboard, message: Message) -> Events:
    """Nothing to us until the one who is rung dials."""
    channel = board.channel(message.last("DestUniqueid"))
    if channel is not None:
        channel.originated = True
    return []


def _call_in(board: Switchboard, caller: Channel, message: Message) -> Call:
    """A call to an agent's phone, by a stranger or by a colleague."""
    said = _said_of(board, caller, message)
    return call_in(board, caller.linkedid, caller, said, dialled_of(caller, message))


def _said_of(board: Switchboard, caller: Channel, message: Message) -> Caller:
    """Who calls: by this frame, if it is about the caller's own channel."""
    return caller_of(board, message) if message.first("Channel") == caller.name else caller.caller


def _ring_agent(board: Switchboard, call: Call, dialler: Channel, channel: Channel, at: datetime) -> Events:
    """The dialplan rings an agent: directly, for a transfer, or when a queue gave up."""
    call.let_go = call.let_go and not dialler.leaving  # who hung up meanwhile gave up while it rang
    call.went_on = call.let_go
    leg = Leg(channel.uniqueid, call, channel.interface, None, at, dialler=dialler.uniqueid)
    return ring(board, leg, channel)


def _dial_out(
    board: Switchboard, call: Call | None, dialler: Channel, message: Message, at: datetime
) -> Events:
    """Somebody who is no agent is dialled: by an agent, that is an outgoing call."""
    if call is not None or not board.is_agent(dialler.interface):
        return []
    number = dialled_of(dialler, message)
    caller = Caller(number=message.text("DestCallerIDNum") or number)
    call = Call(dialler.linkedid, "", caller, number, Direction.OUTBOUND)
    leg = Leg(dialler.uniqueid, board.begin(call), dialler.interface, None, at, dialler=dialler.uniqueid)
    return ring(board, leg, dialler)


def dial_ended(board: Switchboard, message: Message, at: datetime) -> Events:
    if "Channel" not in message:
        return []
    known_channel(board, message)
    channel, status = dialled_channel(board, message), message.last("DialStatus")
    leg = channel.leg
    if leg is None:
        call = board.call_of(channel.linkedid)
        return [] if call is None else _stranger_ended(board, call, channel, status, at)
    if channel.uniqueid != leg.channels[0]:
        return []  # a device behind a Local channel
    if status != "ANSWER":
        result = LegResult.NO_ANSWER if status in NO_ANSWER else withdrawn(board, leg)
        return end_offer(board, leg, result, at)
    leg.picked_up = True
    return connect(board, leg, at) if leg.queue is None else []


def _stranger_ended(board: Switchboard, call: Call, channel: Channel, status: str, at: datetime) -> Events:
    """What became of the ring of somebody who is no agent."""
    if status != "ANSWER":
        call.busy |= status in NO_ANSWER
        return []
    if call.direction is Direction.OUTBOUND and not call.customer:
        call.customer = channel.uniqueid
        return [event for leg in call.open_legs for event in connect(board, leg, at)]
    call.taken = True
    # A call of ours was passed on to somebody who is none: nothing of it is ours any more.
    return [] if call.queued or call.open_legs else end_call(board, call, at)


def picked_up(board: Switchboard, message: Message, at: datetime) -> Events:
    """An agent takes a call that rings at somebody else's phone: a leg of their own."""
    channel, target = known_channel(board, message), sole_channel(board, message, "Target")
    leg = target.leg
    if leg is None and board.is_agent(target.interface) and not target.originated:
        raise TooEarly(Trouble.UNKNOWN_CHANNEL)  # before the word of its ring
    if leg is None or leg.answered_at is not None or channel.leg is not None:
        return []
    channel.linkedid = leg.call.linkedid
    events = end_offer(board, leg, LegResult.WITHDRAWN, at)
    own = Leg(channel.uniqueid, leg.call, channel.interface, leg.queue, at, picked_up=True)
    events += ring(board, own, channel)
    return events if own.queue is not None else [*events, *connect(board, own, at)]
