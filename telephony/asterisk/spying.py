"""Who listens to whose call (ChanSpy): what is asked for it, and what is told of it. Pure.

A phone that listens has a channel of its own, which is part of no call: ChanSpy dials nobody, waits in no
queue and enters no bridge. Asterisk says when it begins (ChanSpyStart) and ends (ChanSpyStop, which need not
name whom it heard), but not in which manner: that is known where we asked for it, and from the list of
channels.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from telephony.asterisk.frames import sole_channel
from telephony.asterisk.legs import Events
from telephony.asterisk.messages import Action, Message
from telephony.asterisk.model import Channel, Leg, Switchboard
from telephony.commands import MANNERS, HearCommand
from telephony.events import ListenerJoined, ListenerLeft, Manner

APPLICATION = "ChanSpy"

OPTIONS: Mapping[Manner, str] = {Manner.LISTEN: "quE", Manner.WHISPER: "quEw", Manner.BARGE: "quEB"}
"""q: without a beep; u: this very channel, where a name alone would fit all that begin like it; E: over when
that channel is hung up. w speaks to the channel, B also to whom it is in a bridge with (`app_chanspy.c`)."""

RING_MS = 30_000
"""How long the phone rings at which somebody wants to listen."""

MOST_WISHES = 1_000


def originate(board: Switchboard, command: HearCommand, channel: Channel) -> Action:
    """Have a phone rung, to hear the channel."""
    manner = MANNERS[type(command)]
    board.wishes[command.interface.lower()] = manner
    while len(board.wishes) > MOST_WISHES:  # of phones that were never picked up
        del board.wishes[next(iter(board.wishes))]
    what = {"Application": APPLICATION, "Data": f"{channel.name},{OPTIONS[manner]}"}
    return Action(
        "Originate", {"Channel": command.interface, **what, "Timeout": str(RING_MS), "Async": "true"}
    )


def began(board: Switchboard, message: Message, at: datetime) -> Events:
    """ChanSpyStart."""
    spy, heard = sole_channel(board, message, "Spyer"), sole_channel(board, message, "Spyee")
    manner = board.wishes.pop(spy.interface.lower(), Manner.UNKNOWN)
    if heard.leg is None or spy.hears is heard.leg:
        return []
    return [*left(board, spy, at), _joined(board, spy, heard.leg, manner, at)]


def ended(board: Switchboard, message: Message, at: datetime) -> Events:
    """ChanSpyStop."""
    return left(board, sole_channel(board, message, "Spyer"), at)


def left(board: Switchboard, spy: Channel, at: datetime) -> Events:
    """The channel hears nobody any more; nothing where it did not."""
    leg, spy.hears = spy.hears, None
    if leg is None:
        return []
    call, leg_id = board.call_id(leg.call), board.leg_id(leg)
    return [ListenerLeft(link=board.link, at=at, call=call, leg=leg_id, interface=spy.interface)]


def _joined(board: Switchboard, spy: Channel, leg: Leg, manner: Manner, at: datetime) -> ListenerJoined:
    spy.hears, spy.manner, spy.hears_since = leg, manner, at
    return _listens(board, spy, leg, at)


def _listens(board: Switchboard, spy: Channel, leg: Leg, at: datetime) -> ListenerJoined:
    return ListenerJoined(
        link=board.link,
        at=at,
        call=board.call_id(leg.call),
        leg=board.leg_id(leg),
        interface=spy.interface,
        manner=spy.manner,
    )


def listed(board: Switchboard, spy: Channel, application: str, data: str, at: datetime) -> None:
    """What the list of channels says of one: whether it listens, to whom, and how."""
    name, _, options = data.rpartition(",")
    heard = board.named(name) if application == APPLICATION else None
    if heard is None or heard.leg is None:
        spy.hears = None
    elif spy.hears is not heard.leg:
        manner = next((each for each, letters in OPTIONS.items() if letters == options), Manner.UNKNOWN)
        _joined(board, spy, heard.leg, manner, at)


def listening(board: Switchboard, at: datetime) -> Iterator[ListenerJoined]:
    """Everybody who listens to a leg that is not over."""
    for spy in board.channels.values():
        if spy.hears is not None and not spy.hears.over:
            yield _listens(board, spy, spy.hears, spy.hears_since or at)
