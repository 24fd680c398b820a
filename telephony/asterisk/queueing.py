"""Callers in queues, and the agents whom queues ring. Pure."""

from dataclasses import replace
from datetime import datetime

from telephony.asterisk.announcements import offer, queued
from telephony.asterisk.frames import (
    TooEarly,
    caller_of,
    dialled_channel,
    known_channel,
    latest,
    leg_of,
    place_of,
    queue_call,
)
from telephony.asterisk.legs import (
    Events,
    connect,
    end_offer,
    finish,
    ring,
)
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Call, Channel, Leg, Switchboard, end_of
from telephony.asterisk.troubles import Trouble
from telephony.events import CallEnded, Caller, CallLeftQueue, LegResult

# The caller.


def joined(board: Switchboard, message: Message, at: datetime) -> Events:
    call, visitor = queue_call(board, message), known_channel(board, message)
    queue = message.last("Queue")
    if (call.waits_in, call.visitor) == (queue, visitor.uniqueid):
        return []
    call.waits_in, call.joined_at, call.visitor = queue, at, visitor.uniqueid
    call.joined_from = place_of(message)
    call.caller = _caller(board, call, message)
    call.queued = True
    call.let_go = call.went_on = False
    if visitor.leaves_at is not None and visitor.leaves_at <= at:
        visitor.leaves_at = None  # it was made to go elsewhere
    call.leaving = None
    board.undecided.discard(call.linkedid)
    return [queued(board, call, queue, at)]


def _caller(board: Switchboard, call: Call, message: Message) -> Caller:
    """Who calls, by the newest frame of the customer's channel; once withheld, always withheld."""
    if known_channel(board, message).uniqueid != call.customer:
        return call.caller
    caller = caller_of(board, message)
    return replace(caller, withheld=caller.withheld or call.caller.withheld)


def abandoned(board: Switchboard, message: Message, at: datetime) -> Events:
    call, visitor = queue_call(board, message), known_channel(board, message)
    queue = message.last("Queue")
    if (call.waits_in, call.visitor) != (queue, visitor.uniqueid):
        return []
    # Not "the caller hung up": see `model.end_of`.
    late = visitor.leaves_at is not None and visitor.leaves_at > at  # this word, behind that of the end
    call.let_go, call.let_go_at = late or not visitor.leaving, at
    call.went_on = late
    call.leaving = queue
    # Somebody who redirects a caller changes where the caller is in the dialplan; the queue itself does not.
    moved = call.joined_from not in {None, place_of(message)}
    events = _leave(board, call, queue, at, moved=moved)
    if call.ended:
        end = end_of(call)  # which was not known when the call ended
        return [*events, CallEnded(link=board.link, at=at, call=board.call_id(call), end=end)]
    if call.let_go:
        board.undecided.add(call.linkedid)
    return events


def left(board: Switchboard, message: Message, at: datetime) -> Events:
    call, visitor = queue_call(board, message), known_channel(board, message)
    queue = message.last("Queue")
    if call.leaving == queue and call.visitor == visitor.uniqueid:
        call.leaving = None
    if (call.waits_in, call.visitor) != (queue, visitor.uniqueid):
        return []
    if any(leg.picked_up and not leg.over and leg.queue == queue for leg in call.legs):
        call.waits_in = None  # to talk with the agent who picked up
        return []
    # Neither the caller nor the queue gave up: of both an abandon is told. A key led the caller out.
    return _leave(board, call, queue, at, moved=True)


def _leave(board: Switchboard, call: Call, queue: str, at: datetime, *, moved: bool) -> Events:
    """The caller leaves the queue without an answer."""
    call.waits_in = None
    return [CallLeftQueue(link=board.link, at=at, call=board.call_id(call), queue=queue, moved=moved)]


# The agents who are rung.


def called(board: Switchboard, message: Message, at: datetime) -> Events:
    channel = _member_channel(board, message)
    if channel.leg is not None and channel.leg.queue is not None:
        return []
    call = queue_call(board, message)
    call.caller = _caller(board, call, message)
    return _ring_member(board, call, channel, message, at)


def _member_channel(board: Switchboard, message: Message) -> Channel:
    """The channel at which a queue rings a member: it carries the caller's Linkedid from its start."""
    channel = dialled_channel(board, message)
    if channel.leg is None and channel.linkedid != known_channel(board, message).linkedid:
        raise TooEarly(Trouble.FOREIGN_CHANNEL)
    return channel


def _ring_member(board: Switchboard, call: Call, channel: Channel, message: Message, at: datetime) -> Events:
    interface, queue = message.last("Interface"), message.last("Queue")
    leg = channel.leg or _rung_behind(board, call, channel)
    if leg is None:
        return ring(board, Leg(channel.uniqueid, call, interface, queue, at), channel)
    # Its DialBegin came first, or that of the device behind.
    if channel.leg is None:
        leg.device = leg.interface
        board.carries(leg, channel)
        leg.channels.reverse()  # the one that the queue rings is the first
    leg.interface, leg.queue, leg.dialler = interface, queue, ""
    return [offer(board, leg)]


def _rung_behind(board: Switchboard, call: Call, channel: Channel) -> Leg | None:
    """The leg of a device behind the Local channel, heard of before the queue's own word."""
    if not channel.is_local:
        return None
    for leg in call.legs:
        dialler = board.channel(leg.dialler)
        if dialler is not None and board.behind(dialler) is channel:
            return leg
    return None


def rang_out(board: Switchboard, message: Message, at: datetime) -> Events:
    leg = leg_of(board, queue_call(board, message), message)
    return [] if leg is None else end_offer(board, leg, LegResult.NO_ANSWER, at)


def connected(board: Switchboard, message: Message, at: datetime) -> Events:
    channel = _member_channel(board, message)
    call = queue_call(board, message)
    leg = leg_of(board, call, message)
    if leg is not None:
        return connect(board, leg, at)
    # Its AgentCalled got lost, or comes behind.
    events = _ring_member(board, call, channel, message, at)
    return [*events, *connect(board, call.legs[-1], at)]


def completed(board: Switchboard, message: Message, at: datetime) -> Events:
    result = LegResult.TRANSFERRED if message.last("Reason") == "transfer" else LegResult.ANSWERED
    if "Channel" not in message:
        return _completed_unseen(board, message, result, at)
    call = board.call_of(known_channel(board, message).linkedid)
    leg = None if call is None else leg_of(board, call, message)
    return [] if leg is None else finish(board, leg, result, at)


def _completed_unseen(board: Switchboard, message: Message, result: LegResult, at: datetime) -> Events:
    """AgentComplete without any channel: Asterisk had forgotten the caller. Queue and interface must do.

    It ends nobody whose channel lives: that much can be forged by a caller who knows a queue's name.
    """
    gone = (leg for leg in board.legs() if leg.answered_at is not None and not board.is_carried(leg))
    leg = latest(gone, message)
    return [] if leg is None else finish(board, leg, result, at)
