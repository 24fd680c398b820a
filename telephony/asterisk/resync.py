"""What is alive, by Asterisk's own lists -> the switchboard, and the events that make it known. Pure.

Two lists are asked for, one after the other, and each is taken in at the very place of the stream where its
last row stands (rows come in one piece, live events before or behind them): first the channels (`Status`; it
needs no more than the `call` class), then the queues (`QueueStatus`), which know who waits and who is paused.
Whatever happens between the two arrives as events and needs no care here.

The lists do not say who is on hold, when a call was answered, or who passed it on: what was heard before is
kept, and what was not heard stays unknown.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from telephony.asterisk.announcements import answer, dialler_left, hold, offer, paused, queued
from telephony.asterisk.finding import Row, find_calls, find_legs
from telephony.asterisk.frames import block, new_channel
from telephony.asterisk.legs import is_left, note_dialler
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Call, Channel, Leg, Switchboard
from telephony.asterisk.spying import listed, listening
from telephony.events import Event, LinkResynced, LinkResyncing

CHANNEL_ROWS = frozenset({"Status", "CoreShowChannel"})
SNAPSHOT = block()
PARAMS = frozenset({"Queue"})
MEMBER = frozenset({"Queue", "Name", "Location", "Paused"})
ENTRY = frozenset({"Queue", "Channel", "Uniqueid", "Wait"})


def take_channels(board: Switchboard, rows: Iterable[Message], at: datetime) -> None:
    """The channels are these and no others: calls and rings without one are over, unknown ones are found."""
    # What came too early may be newer than the lists: it still waits, and asks for no others.
    board.early = [replace(early, listed=True) for early in board.early]
    alive: list[Row] = []
    for message in rows:
        channel = _introduce(board, message)
        if channel is not None:
            alive.append(Row(channel, message, at))
    named = {row.channel.uniqueid for row in alive}
    for uniqueid in board.channels.keys() - named:
        board.forget(uniqueid)
    for row in alive:
        board.bridge(row.channel, row.bridge)
    _close(board, at)
    groups: dict[str, list[Row]] = {}
    for row in alive:
        groups.setdefault(row.channel.linkedid, []).append(row)
    for group in groups.values():
        call = find_calls(board, group)
        if call is not None:
            find_legs(board, call, group)
    for row in alive:
        listed(board, row.channel, row.application, row.data, at)


def _introduce(board: Switchboard, row: Message) -> Channel | None:
    """The row's channel, known from now on; None when the row does not make sense."""
    if row.name not in CHANNEL_ROWS or not row.has_all(SNAPSHOT):
        return None
    known = board.named(row.first("Channel"))
    uniqueids, linkedids = row.all("Uniqueid"), row.all("Linkedid")
    # A number with line breaks could put a second id anywhere: of two, none is believed.
    sole = len(uniqueids) == len(linkedids) == 1
    if known is not None and known.uniqueid in uniqueids:
        # Who picked a call up is listed under the id they came with until they are in its bridge.
        if sole and linkedids[0] not in {known.linkedid, known.uniqueid}:
            _joined_another_call(known, linkedids[0])
        return known
    if not sole:
        return None
    renamed = board.channels.get(uniqueids[0])
    if renamed is not None:
        board.rename(renamed, row.first("Channel"))
        return renamed
    channel = new_channel(board, row)
    board.introduce(channel)
    return channel


def _joined_another_call(channel: Channel, linkedid: str) -> None:
    """Its call became part of another one while nobody listened."""
    channel.linkedid = linkedid
    if channel.leg is not None and channel.leg.call.linkedid != linkedid:
        channel.leg.channels.remove(channel.uniqueid)
        channel.leg.over = True


def _close(board: Switchboard, at: datetime) -> None:
    """End, without a word, what is over: LinkResynced does not name it."""
    for call in list(board.calls.values()):
        for leg in call.open_legs:
            leg.over = not board.is_carried(leg)
        if is_left(board, call):
            board.end(call)
        else:
            note_dialler(board, call, at)


def take_queues(board: Switchboard, rows: Iterable[Message], at: datetime) -> list[Event]:
    """Who waits and who is paused: `LinkResyncing`, the events that make every living call known, and
    `LinkResynced`."""
    rows = list(rows)
    members = [row for row in rows if row.name == "QueueMember" and row.has_all(MEMBER)]
    board.members.replace({_place(row): row.first("StateInterface") or _place(row)[1] for row in members})
    board.members.listed = True
    waiting = set()
    for row in rows:
        if row.name == "QueueEntry" and row.has_all(ENTRY):
            waiting.add(_wait(board, row, at))
    for call in board.calls.values():
        if call.linkedid not in waiting:
            call.waits_in = None
        _name_members(board, call, members)
    events: list[Event] = [LinkResyncing(link=board.link, at=at)]
    events += [paused(board, row, row.first("Location"), at) for row in members]
    for call in board.calls.values():
        events += _known(board, call)
    events += listening(board, at)
    named = (row.first("Queue") for row in rows if row.name == "QueueParams" and row.has_all(PARAMS))
    return [*events, _resynced(board, frozenset(named), at)]


def _place(member: Message) -> tuple[str, str]:
    return member.first("Queue"), member.first("Location")


def _wait(board: Switchboard, row: Message, at: datetime) -> str | None:
    """The Linkedid of the call that waits, by the row of its caller."""
    priority = row.last("Priority")
    if priority.isdecimal() and len(priority) < 9:
        board.priority = max(board.priority, int(priority))
    visitor = board.channels.get(row.first("Uniqueid"))
    call = None if visitor is None else board.calls.get(visitor.linkedid)
    if visitor is None or call is None:
        return None
    queue = row.first("Queue")
    if (call.waits_in, call.visitor) != (queue, visitor.uniqueid) or call.joined_at is None:
        wait = row.last("Wait")
        call.joined_at = at - timedelta(seconds=int(wait) if wait.isdecimal() and len(wait) < 8 else 0)
        call.waits_in, call.visitor, call.queued = queue, visitor.uniqueid, True
        call.let_go = call.went_on = False
        call.joined_from = None
    return call.linkedid


def _name_members(board: Switchboard, call: Call, members: list[Message]) -> None:
    """Name legs found by their channel as their queue does (`Local/5001@from-queue/n`)."""
    for leg in call.open_legs:
        for row in members:
            queue, location = _place(row)
            device = board.members.device(queue, location)
            if queue == leg.queue and leg.interface in {location.removesuffix("/n"), location}:
                _name_member(board, leg, location, device)
            elif queue == leg.perhaps and leg.interface == device:
                leg.queue, leg.interface, leg.device = queue, location, device


def _name_member(board: Switchboard, leg: Leg, location: str, device: str) -> None:
    """The leg is rung through `location`; whose phone is there, unless the call was passed on behind it."""
    behind = [board.channels[uniqueid] for uniqueid in leg.channels if uniqueid in board.channels]
    phones = {channel.interface for channel in behind if not channel.is_local}
    if device and phones and device not in phones:
        leg.queue, leg.interface = None, phones.pop()
    else:
        leg.interface, leg.device = location, leg.device or device


def _known(board: Switchboard, call: Call) -> list[Event]:
    events: list[Event] = []
    if call.waits_in is not None and call.joined_at is not None:
        events.append(queued(board, call, call.waits_in, call.joined_at))
    for leg in call.open_legs:
        events += _known_leg(board, leg)
    if call.dialler_left_at is not None:
        events.append(dialler_left(board, call, call.dialler_left_at))
    return events


def _known_leg(board: Switchboard, leg: Leg) -> list[Event]:
    events: list[Event] = [offer(board, leg)]
    if leg.answered_at is not None:
        events.append(answer(board, leg, leg.answered_at))
    if leg.held_at is not None:
        events.append(hold(board, leg, leg.held_at))
    return events


def _resynced(board: Switchboard, queues: frozenset[str], at: datetime) -> LinkResynced:
    legs = (leg for call in board.calls.values() for leg in call.open_legs)
    return LinkResynced(
        link=board.link,
        at=at,
        calls=frozenset(board.call_id(call) for call in board.calls.values()),
        legs=frozenset(board.leg_id(leg) for leg in legs),
        queues=queues,
    )
