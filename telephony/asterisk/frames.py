"""What a frame talks of: its channel, caller, call, leg. Pure.

A hostile caller's number may hold line breaks, which put headers of his choice behind `CallerIDNum` (and, in
a frame of two channels, behind `DestConnectedLineNum`). So each thing is read where no caller can reach: the
name of the first channel stands before, the Uniqueid of the dialled one and the queue's own headers stand
behind; the other half of each pair must occur, and the pair must be one that Asterisk introduced. Where a
channel stands between callers' words, its headers must not occur twice with different values.
"""

from collections.abc import Iterable

from telephony.asterisk.messages import Message
from telephony.asterisk.model import LONGEST_ID, MOST_CHANNELS, Call, Channel, Leg, Switchboard
from telephony.asterisk.troubles import Trouble
from telephony.events import Caller, Direction

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


class TooEarly(Unfit):
    """The frame does not fit yet: what it builds on may be on its way from another of Asterisk's threads."""


def block(prefix: str = "") -> frozenset[str]:
    """The headers of a channel snapshot (`ast_manager_build_channel_state_string_prefix`)."""
    return frozenset(prefix + header for header in _HEADERS)


def uniqueids(message: Message) -> frozenset[str]:
    """The ids of all channels that the frame may be about."""
    return frozenset(value for header, value in message.headers if header.endswith("Uniqueid"))


def new_channel(board: Switchboard, message: Message) -> Channel:
    """The channel that the frame introduces. Its ids stand behind the caller's number."""
    uniqueid, linkedid = message.last("Uniqueid"), message.last("Linkedid")
    caller = caller_of(board, message)
    return Channel(message.first("Channel"), uniqueid, linkedid, message.last("Exten"), caller)


def check_room(board: Switchboard, channel: Channel) -> None:
    """Raise Unfit when a channel is one too many, or named as Asterisk names none."""
    if max(map(len, (channel.name, channel.uniqueid, channel.linkedid))) > LONGEST_ID:
        raise Unfit(Trouble.ID_TOO_LONG)
    if len(board.channels) >= MOST_CHANNELS:
        raise Unfit(Trouble.TOO_MANY_CHANNELS)


def known_channel(board: Switchboard, message: Message, prefix: str = "") -> Channel:
    """The channel that the frame names first, alive or gone since a moment."""
    name, uniqueids = message.first(f"{prefix}Channel"), message.all(f"{prefix}Uniqueid")
    living = board.named(name)
    if living is not None and living.uniqueid in uniqueids:
        return living
    for uniqueid in uniqueids:
        past = board.channel(uniqueid)
        if past is not None and past.name == name:
            return past
    raise TooEarly(Trouble.UNKNOWN_CHANNEL)


def dialled_channel(board: Switchboard, message: Message) -> Channel:
    """The channel that is rung."""
    channel = board.channel(message.last("DestUniqueid"))
    if channel is None or channel.name not in message.all("DestChannel"):
        raise TooEarly(Trouble.UNKNOWN_CHANNEL)
    return channel


def sole_channel(board: Switchboard, message: Message, prefix: str) -> Channel:
    """A channel between callers' words."""
    names, uniqueids = set(message.all(f"{prefix}Channel")), set(message.all(f"{prefix}Uniqueid"))
    if len(names) != 1 or len(uniqueids) != 1:
        raise Unfit(Trouble.UNKNOWN_CHANNEL)
    channel = board.channel(uniqueids.pop())
    if channel is None or channel.name not in names:
        raise TooEarly(Trouble.UNKNOWN_CHANNEL)
    return channel


def caller_of(board: Switchboard, message: Message) -> Caller:
    """Who calls, as the phone system says it. Flagged once as withheld is withheld."""
    presentations = [value for name, value in message.variables() if name == "CALLERID(num-pres)"]
    board.tells_presentation |= bool(presentations)
    withheld = any(value.startswith("prohib") for value in presentations)
    return Caller(number=message.text("CallerIDNum"), name=message.text("CallerIDName"), withheld=withheld)


def dialled_of(channel: Channel, message: Message) -> str:
    """The number that led here: where the channel came in, or where it is now."""
    return channel.exten if channel.exten not in {"", "s"} else message.first("Exten")


def origin(board: Switchboard, channel: Channel) -> Channel:
    """Who began the call of the channel, when that is only a Local one on the way."""
    first = board.channel(channel.linkedid) if channel.is_local else None
    return first or channel


def call_in(board: Switchboard, linkedid: str, customer: Channel, caller: Caller, dialled: str) -> Call:
    """A call to agents, by a stranger or by a colleague, exists from now on."""
    dialler = customer.interface if board.is_agent(customer.interface) else ""
    direction = Direction.INTERNAL if dialler else Direction.INBOUND
    call = Call(linkedid, customer.uniqueid, caller, dialled, direction, dialler)
    return board.begin(call)


def queue_call(board: Switchboard, message: Message) -> Call:
    """The call of the channel that a queue names first; begun if it is new."""
    channel = known_channel(board, message)
    call = board.current(channel.linkedid)
    if call is None:
        caller, dialled = caller_of(board, message), dialled_of(channel, message)
        call = call_in(board, channel.linkedid, origin(board, channel), caller, dialled)
    return call


def leg_of(board: Switchboard, call: Call, message: Message) -> Leg | None:
    """The leg of a queue's event: by channel, or by queue and interface."""
    channel = board.channel(message.last("DestUniqueid"))
    if channel is not None and channel.leg is not None and channel.leg.call is call:
        return channel.leg
    return latest(call.legs, message)


def place_of(message: Message) -> tuple[str, ...]:
    """Where the channel is in the dialplan: context, extension, priority."""
    return tuple(message.last(name) for name in ("Context", "Exten", "Priority"))


def latest(legs: Iterable[Leg], message: Message) -> Leg | None:
    """Of the legs at the event's queue and interface, the one that was offered last."""
    where = (message.last("Queue"), message.last("Interface"))
    return max(
        (leg for leg in legs if (leg.queue, leg.interface) == where),
        key=lambda leg: leg.offered_at,
        default=None,
    )
