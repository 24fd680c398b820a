"""What a frame talks of: its channel, caller, call, agent. Pure.

A hostile caller's number may hold line breaks, which put headers of his choice behind `CallerIDNum` (and, in
a frame of two channels, behind `DestConnectedLineNum`). So each thing is read where no caller can reach: the
name of the first channel stands before, the Uniqueid of the dialled one and the queue's own headers stand
behind; the other half of each pair must occur, and the pair must be one that Asterisk introduced.
"""

from collections.abc import Iterable

from telephony.asterisk.messages import Message
from telephony.asterisk.model import Agent, Call, Channel, Switchboard
from telephony.asterisk.troubles import Trouble
from telephony.events import Caller

_HEADERS = (
    *("Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName"),
    *("ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode"),
    *("Context", "Exten", "Priority", "Uniqueid", "Linkedid"),
)


class Unfit(Exception):  # noqa: N818 - a verdict, not an error; caught in `translate`
    """The frame does not fit what is known: `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def block(prefix: str = "") -> frozenset[str]:
    """The headers of a channel snapshot (`ast_manager_build_channel_state_string_prefix`)."""
    return frozenset(prefix + header for header in _HEADERS)


def new_channel(message: Message) -> Channel:
    """The channel that the frame introduces. Its ids stand behind the caller's number."""
    uniqueid, linkedid = message.last("Uniqueid"), message.last("Linkedid")
    return Channel(message.first("Channel"), uniqueid, linkedid, message.last("Exten"))


def known_channel(board: Switchboard, message: Message, prefix: str = "") -> Channel:
    """The channel that the frame names first."""
    channel = board.named(message.first(f"{prefix}Channel"))
    if channel is None or channel.uniqueid not in message.all(f"{prefix}Uniqueid"):
        raise Unfit(Trouble.UNKNOWN_CHANNEL)
    return channel


def dialled_channel(board: Switchboard, message: Message) -> Channel:
    """The channel that is rung."""
    channel = board.channels.get(message.last("DestUniqueid"))
    if channel is None or channel.name not in message.all("DestChannel"):
        raise Unfit(Trouble.UNKNOWN_CHANNEL)
    return channel


def caller_of(board: Switchboard, message: Message) -> Caller:
    """Who calls, as the phone system says it. Flagged once as withheld is withheld."""
    presentations = [value for name, value in message.variables() if name == "CALLERID(num-pres)"]
    board.tells_presentation |= bool(presentations)
    withheld = any(value.startswith("prohib") for value in presentations)
    return Caller(number=message.text("CallerIDNum"), name=message.text("CallerIDName"), withheld=withheld)


def call_of(board: Switchboard, message: Message) -> Call:
    """The call of the channel that the frame names first; begun if it is new."""
    channel = known_channel(board, message)
    call = board.calls.get(channel.uniqueid)
    if call is None:
        exten = channel.exten if channel.exten not in {"", "s"} else message.first("Exten")
        call = Call(channel.uniqueid, channel.linkedid, caller_of(board, message), exten)
        board.calls[call.key] = call
    return call


def agent_of(board: Switchboard, call: Call, message: Message) -> Agent | None:
    """The agent of a queue's event: by channel, or by queue and interface."""
    found = board.agents.get(message.last("DestUniqueid"))
    if found is not None and found[0] is call:
        return found[1]
    return latest(call.agents.values(), message)


def latest(agents: Iterable[Agent], message: Message) -> Agent | None:
    """Of the agents at the event's queue and interface, the one who was rung last."""
    where = (message.last("Queue"), message.last("Interface"))
    return max(
        (agent for agent in agents if (agent.queue, agent.interface) == where),
        key=lambda agent: agent.offered_at,
        default=None,
    )
