"""What happens to an agent's part in a call, whoever says so: it begins, is answered, ends. Pure.

Each takes the switchboard, brings it up to date and returns our events; what is known already says nothing.
"""

from datetime import datetime

from telephony.asterisk.announcements import answer, dialler_left, offer
from telephony.asterisk.model import Call, Channel, Leg, Switchboard, end_of
from telephony.events import CallEnded, Direction, Event, LegEnded, LegResult, OfferEnded, stronger

Events = list[Event]


def ring(board: Switchboard, leg: Leg, channel: Channel) -> Events:
    """An agent is rung at the channel, or dials from it."""
    leg.device = leg.device or board.members.device(leg.queue, leg.interface)
    board.add_leg(leg)
    board.carries(leg, channel)
    return [offer(board, leg)]


def carry(board: Switchboard, leg: Leg, channel: Channel) -> Events:
    """The channel is a device behind the leg's Local channel; the first agent's names the phone."""
    board.carries(leg, channel)
    if leg.device or leg.over or not board.is_agent(channel.interface):
        return []
    leg.device = channel.interface
    return [offer(board, leg)]


def connect(board: Switchboard, leg: Leg, at: datetime) -> Events:
    """The agent talks with the caller, or did: the word of it may come behind the hang-up."""
    if leg.answered_at is not None:
        return []
    leg.answered_at = at
    leg.call.let_go = False
    if leg.queue is not None:
        leg.call.waits_in = None
    for other in leg.call.legs:
        other.lost |= other.rings or other.refused is LegResult.WITHDRAWN
    return [answer(board, leg, at)]


def end_offer(board: Switchboard, leg: Leg, result: LegResult, at: datetime) -> Events:
    """The ring ended without an answer. Said again, it is news when the reason is a stronger one."""
    known = leg.refused
    if leg.answered_at is not None or (known is not None and stronger(known, result) is known):
        return []
    leg.over, leg.refused = True, result
    call, leg_id = board.call_id(leg.call), board.leg_id(leg)
    return [OfferEnded(link=board.link, at=at, call=call, leg=leg_id, result=result)]


def withdrawn(board: Switchboard, leg: Leg) -> LegResult:
    """Why a phone stopped ringing: somebody else answered, or the caller hung up. It may be said again when
    both have happened."""
    customer = board.channel(leg.call.customer)
    left = customer is not None and customer.leaving
    return LegResult.CANCELLED if left and not leg.lost else LegResult.WITHDRAWN


def finish(board: Switchboard, leg: Leg, result: LegResult, at: datetime) -> Events:
    """End an answered leg; the word of a transfer may come behind the end."""
    late_transfer = result is LegResult.TRANSFERRED and not leg.transferred
    if leg.answered_at is None or (leg.over and not late_transfer):
        return []
    leg.over = True
    leg.transferred |= result is LegResult.TRANSFERRED
    if leg.call.ended and not late_transfer:
        return []  # that follows from the end of the call
    call, leg_id = board.call_id(leg.call), board.leg_id(leg)
    return [LegEnded(link=board.link, at=at, call=call, leg=leg_id, result=result)]


def end_call(board: Switchboard, call: Call, at: datetime) -> Events:
    """The customer's side is gone."""
    if call.ended:
        return []
    board.end(call)
    return [CallEnded(link=board.link, at=at, call=board.call_id(call), end=end_of(call))]


def is_left(board: Switchboard, call: Call) -> bool:
    """Whether nobody is there any more for whom it is a call.

    A caller's call lives as long as the caller's channel. A call between agents goes on for the one who was
    called when the other one is gone (they may have transferred it); and one that an agent made, until
    somebody answers, lives by the agent.
    """
    lives_by_agents = call.direction is Direction.INTERNAL or not call.customer
    return call.customer not in board.channels and not (lives_by_agents and call.open_legs)


def end_if_left(board: Switchboard, call: Call, at: datetime) -> Events:
    """End the call if nobody is there any more for whom it is one; without the agent who made it, it may go
    on."""
    if is_left(board, call):
        return end_call(board, call, at)
    if call.ended or not note_dialler(board, call, at):
        return []
    return [dialler_left(board, call, at)]


def note_dialler(board: Switchboard, call: Call, at: datetime) -> bool:
    """Note when the agent who made the call is gone; whether that is news."""
    if not call.dialler or call.dialler_left_at is not None or call.customer in board.channels:
        return False
    call.dialler_left_at = at
    return True
