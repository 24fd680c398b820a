"""Agents who pass a call on, and consultations that become part of it. Pure."""

from datetime import datetime

from telephony.asterisk.announcements import offer
from telephony.asterisk.frames import known_channel, sole_channel
from telephony.asterisk.legs import Events, connect, end_call
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Call, Channel, Leg, Switchboard
from telephony.events import CallTransferred, Direction

THREEWAY = "Threeway"
"""DestType of an AttendedTransfer whose agent stays: all three talk."""


def blindly(board: Switchboard, message: Message, at: datetime) -> Events:
    leg = known_channel(board, message, "Transferer").leg
    if leg is None or message.first("Result") != "Success":
        return []
    return _pass_on(board, leg, message.last("Extension"), at)


def _pass_on(board: Switchboard, leg: Leg, target: str, at: datetime) -> Events:
    """The agent, who thus talked, passed the call on; the queue may have said so already, but not to whom."""
    if leg.target_told:
        return []
    events = connect(board, leg, at)
    leg.over = leg.transferred = leg.target_told = True
    call, leg_id = board.call_id(leg.call), board.leg_id(leg)
    return [*events, CallTransferred(link=board.link, at=at, call=call, leg=leg_id, target=target)]


def attended(board: Switchboard, message: Message, at: datetime) -> Events:
    """The agent passed the call on to whom they had asked before (or to a phone that still rings).

    With one call (`Atxfer`) both transferers are the same channel. With two, the phone joined them: the
    colleague's part goes over to the call that has a customer, and an agent's own call outside is over.
    """
    first, second = (sole_channel(board, message, f"{which}Transferer") for which in ("Orig", "Second"))
    if message.first("Result") != "Success" or message.last("DestType") == THREEWAY:
        return []
    events: Events = []
    for one, other in ((first, second), (second, first)):
        if one.leg is not None:
            target = _target(board, message, one.leg, other)
            events += _pass_on(board, one.leg, target, at)
    events += _join(board, [first, second], at)
    for call in _calls(board, first, second):
        if not call.queued and not call.open_legs and call.direction is not Direction.INTERNAL:
            events += end_call(board, call, at)
    return events


def _target(board: Switchboard, message: Message, leg: Leg, other: Channel) -> str:
    """Whom the agent had dialled to ask them; "" when that is not known."""
    asked = board.call_of(other.linkedid)
    if asked is not None and asked is not leg.call:
        return asked.dialled
    return message.text("TransferTargetCallerIDNum")


def _calls(board: Switchboard, *channels: Channel) -> list[Call]:
    calls = {channel.linkedid: board.calls.get(channel.linkedid) for channel in channels}
    return [call for call in calls.values() if call is not None]


def _join(board: Switchboard, transferers: list[Channel], at: datetime) -> Events:
    calls = _calls(board, *transferers)
    with_customer = [call for call in calls if call.direction is not Direction.INTERNAL]
    if len(calls) != 2 or len(with_customer) != 1:
        return []
    return [
        event
        for call in calls
        if call not in with_customer
        for event in _move(board, call, with_customer[0], at)
    ]


def merge(board: Switchboard, there: list[Channel], at: datetime) -> Events:
    """Join calls whose channels meet in a bridge: a consultation with the call it was about."""
    calls = {call.linkedid: call for channel in there for call in _calls(board, channel)}
    mains = [
        call
        for call in calls.values()
        if call.direction is not Direction.INTERNAL and any(one.uniqueid == call.customer for one in there)
    ]
    if len(mains) != 1:
        return []
    events: Events = []
    for channel in there:
        leg = channel.leg
        if leg is not None and not leg.over and leg.call.direction is Direction.INTERNAL:
            events += _move(board, leg.call, mains[0], at)
    return events


def _move(board: Switchboard, consultation: Call, call: Call, at: datetime) -> Events:
    """The legs of a consultation go on as legs of the call that it was about."""
    events: Events = []
    for leg in consultation.open_legs:
        carrying = [board.channels[uniqueid] for uniqueid in leg.channels if uniqueid in board.channels]
        moved = Leg(f"{leg.key}-{call.linkedid}", call, leg.interface, None, at, dialler=leg.dialler)
        moved.device, moved.picked_up, moved.held_at = leg.device, leg.picked_up, leg.held_at
        board.add_leg(moved)
        for channel in carrying:
            channel.linkedid = call.linkedid
            board.carries(moved, channel)
        events.append(offer(board, moved))
        if leg.answered_at is not None:
            events += connect(board, moved, at)
    return [*events, *end_call(board, consultation, at)]
