"""The members of queues: who they are, and who is paused. Pure."""

from datetime import datetime

from telephony.asterisk.announcements import paused
from telephony.asterisk.legs import Events
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Switchboard
from telephony.events import AgentLeft


def member_seen(board: Switchboard, message: Message, _at: datetime) -> Events:
    """Whether the member is paused is not taken from here: QueueMemberStatus comes late at times."""
    board.members.add(message.last("Queue"), message.last("Interface"), message.last("StateInterface"))
    return []


def member_added(board: Switchboard, message: Message, at: datetime) -> Events:
    member_seen(board, message, at)
    return member_paused(board, message, at)


def member_removed(board: Switchboard, message: Message, at: datetime) -> Events:
    queue, interface = message.last("Queue"), message.last("Interface")
    device = board.members.device(queue, interface)
    board.members.remove(queue, interface)
    return [AgentLeft(link=board.link, at=at, interface=interface, device=device, queue=queue)]


def member_paused(board: Switchboard, message: Message, at: datetime) -> Events:
    return [paused(board, message, message.last("Interface"), at)]
