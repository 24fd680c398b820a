"""Channels come, get into bridges, and go: what that means for calls and legs. Pure."""

from datetime import datetime

from telephony.asterisk.announcements import hold
from telephony.asterisk.frames import Unfit, check_room, known_channel, new_channel
from telephony.asterisk.legs import Events, connect, end_if_left, end_offer, finish, withdrawn
from telephony.asterisk.messages import Message
from telephony.asterisk.model import LONGEST_ID, Channel, Leg, Switchboard
from telephony.asterisk.spying import left as stops_listening
from telephony.asterisk.transfers import merge
from telephony.asterisk.troubles import Trouble
from telephony.events import Direction, LegResult

UNWILLING = frozenset({"17", "18", "19", "20", "21", "27", "34", "38"})
"""Hang-up causes (Q.850, `causes.h`) of a phone that was busy, absent, or rejected the call."""


def introduced(board: Switchboard, message: Message, _at: datetime) -> Events:
    channel = new_channel(board, message)
    if board.is_past(channel.uniqueid):
        return []  # Asterisk never gives a Uniqueid twice: said again, late
    # Both are new in what Asterisk sends. A second introduction is forged, or we missed the end of the first.
    known = board.channels.get(channel.uniqueid) or board.named(channel.name)
    if known is None:
        check_room(board, channel)
        board.introduce(channel)
    elif (known.name, known.uniqueid) != (channel.name, channel.uniqueid):
        raise Unfit(Trouble.INTRODUCED_TWICE)
    return []


def renamed(board: Switchboard, message: Message, _at: datetime) -> Events:
    channel, name = known_channel(board, message), message.last("Newname")
    if len(name) > LONGEST_ID:
        raise Unfit(Trouble.ID_TOO_LONG)
    board.rename(channel, name)
    return []


def bridged(board: Switchboard, message: Message, at: datetime) -> Events:
    channel = known_channel(board, message)
    if channel.uniqueid not in board.channels:
        return []
    there = board.bridge(channel, message.last("BridgeUniqueid"))
    return merge(board, there, at) + _met(board, there, at)


def _met(board: Switchboard, there: list[Channel], at: datetime) -> Events:
    """An agent who is rung and the customer are in one bridge: the word of the answer comes late."""
    events: Events = []
    for channel in there:
        leg = channel.leg
        if leg is not None and leg.rings and any(one.uniqueid == leg.call.customer for one in there):
            events += connect(board, leg, at)
    return events


def unbridged(board: Switchboard, message: Message, _at: datetime) -> Events:
    channel = known_channel(board, message)
    if channel.bridge == message.last("BridgeUniqueid"):
        board.unbridge(channel)
    return []


def held(board: Switchboard, message: Message, at: datetime) -> Events:
    leg = known_channel(board, message).leg
    holds = message.name == "Hold"
    # A blind transfer sends Unhold without Hold.
    if leg is None or not leg.talks or (leg.held_at is not None) is holds:
        return []
    leg.held_at = at if holds else None
    return [hold(board, leg, at)]


def hangup_requested(board: Switchboard, message: Message, at: datetime) -> Events:
    channel = known_channel(board, message)
    channel.leaves_at = min(channel.leaves_at or at, at)
    call = board.call_of(channel.linkedid)
    if call is None or call.visitor != channel.uniqueid:
        return []
    rings = any(leg.rings for leg in call.legs)
    gives_up = message.name == "HangupRequest" and (call.leaving is not None or rings)
    if gives_up or (call.let_go_at is not None and at < call.let_go_at):
        # The caller gives up: while somebody else rings, or before the queue let go (its word came first).
        call.let_go = False
        board.undecided.discard(call.linkedid)
    call.went_on = call.let_go
    return []


def went_on(board: Switchboard, message: Message, _at: datetime) -> Events:
    channel = known_channel(board, message)
    call = board.call_of(channel.linkedid)
    # `h` is where the dialplan tidies up behind a caller who is gone.
    if call is not None and call.visitor == channel.uniqueid and call.let_go and message.last("Exten") != "h":
        call.went_on = True
        board.undecided.discard(call.linkedid)
    return []


def hung_up(board: Switchboard, message: Message, at: datetime) -> Events:
    channel = known_channel(board, message)
    if channel.uniqueid not in board.channels:
        return []
    board.forget(channel.uniqueid)
    events = stops_listening(board, channel, at)
    if channel.leg is not None:
        events += _leg_hung_up(board, channel.leg, channel, message.last("Cause"), at)
    call = channel.leg.call if channel.leg is not None else board.call_of(channel.linkedid)
    if call is None:
        return events
    if channel.uniqueid == call.customer and channel.is_local:
        call.customer = (board.successor(channel) or channel).uniqueid
    return events + end_if_left(board, call, at)


def _leg_hung_up(board: Switchboard, leg: Leg, channel: Channel, cause: str, at: datetime) -> Events:
    # One of several devices behind a Local channel says nothing of the agent; and the Local channel itself is
    # hung up in mid-call when Asterisk optimises it away. AgentComplete or the caller's hang-up ends the leg.
    if board.is_carried(leg) or (leg.talks and channel.is_local and leg.channels == [channel.uniqueid]):
        return []
    if leg.talks:
        return finish(board, leg, LegResult.ANSWERED, at)
    if leg.over:
        return []
    return end_offer(board, leg, _ring_result(board, leg, channel, cause), at)


def _ring_result(board: Switchboard, leg: Leg, channel: Channel, cause: str) -> LegResult:
    """How the ring of a leg whose channel is gone ended."""
    if leg.call.direction is Direction.OUTBOUND and leg.dialler == channel.uniqueid:
        return LegResult.NO_ANSWER if leg.call.busy or cause in UNWILLING else LegResult.CANCELLED
    # Picked up and gone before the caller was connected: the agent's own doing unless the caller left first.
    result = withdrawn(board, leg)
    refused = cause in UNWILLING or (leg.picked_up and result is not LegResult.CANCELLED)
    return LegResult.NO_ANSWER if refused else result
