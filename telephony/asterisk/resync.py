"""What is alive, by Asterisk's own lists -> the switchboard, and the events that make it known. Pure.

Two lists are asked for, one after the other, and each is taken in at the very place of the stream where its
last row stands (rows come in one piece, live events before or behind them): first the channels (`Status`; it
needs no more than the `call` class), then the queues (`QueueStatus`), which know who waits and who is paused.
Whatever happens between the two arrives as events and needs no care here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from telephony.asterisk.announcements import answer, offer, paused, queued
from telephony.asterisk.frames import block, caller_of, new_channel
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Agent, Call, Channel, Switchboard, interface_of
from telephony.events import Event, LinkResynced, LinkResyncing

CHANNEL_ROWS = frozenset({"Status", "CoreShowChannel"})
SNAPSHOT = block()
MEMBER = frozenset({"Queue", "Name", "Location", "Paused"})
ENTRY = frozenset({"Queue", "Channel", "Uniqueid", "Wait"})
UP = "6"
"""ChannelState of a channel that was answered (`AST_STATE_UP`)."""


def take_channels(board: Switchboard, rows: Iterable[Message], at: datetime) -> None:
    """The channels are these and no others: calls and rings without one are over, unknown ones are found."""
    alive = {}
    for row in rows:
        uniqueid = _introduce(board, row)
        if uniqueid is not None:
            alive[uniqueid] = row
    for uniqueid in board.channels.keys() - alive.keys():
        board.forget(uniqueid)
    for call in [call for key, call in board.calls.items() if key not in alive]:
        board.remove_call(call)
    for uniqueid, row in alive.items():
        if _application(row) == "Queue" and uniqueid not in board.calls:
            _find_call(board, row, uniqueid)
    for call in board.calls.values():
        _find_agents(board, call, alive, at)


def _introduce(board: Switchboard, row: Message) -> str | None:
    """The Uniqueid of the row's channel, known from now on; None when the row does not make sense."""
    if row.name not in CHANNEL_ROWS or not row.has_all(SNAPSHOT):
        return None
    known = board.named(row.first("Channel"))
    uniqueids = row.all("Uniqueid")
    if known is not None and known.uniqueid in uniqueids:
        return known.uniqueid
    # A number with line breaks could put a second id anywhere: of two, none is believed.
    if len(uniqueids) != 1 or len(row.all("Linkedid")) != 1:
        return None
    channel = new_channel(row)
    board.introduce(channel)
    return channel.uniqueid


def _application(row: Message) -> str:
    return row.last("Application")


def _bridge(row: Message) -> str:
    return row.last("BridgeID") or row.last("BridgeId")


def _find_call(board: Switchboard, row: Message, uniqueid: str) -> None:
    """A caller in Queue() of whom nothing was heard yet."""
    channel = board.channels[uniqueid]
    call = Call(uniqueid, channel.linkedid, caller_of(board, row), channel.exten)
    call.last_queue = (row.last("Data") or row.last("ApplicationData")).partition(",")[0]
    board.calls[uniqueid] = call


def _find_agents(board: Switchboard, call: Call, alive: dict[str, Message], at: datetime) -> None:
    """Bring the agents of a living call up to date: who is gone, who was rung or answered unheard of."""
    channels = {key for key, (owner, _) in board.agents.items() if owner is call}
    for agent in call.agents.values():
        agent.over |= not any(key in alive and board.agents[key][1] is agent for key in channels)
    for uniqueid, row in alive.items():
        if uniqueid not in board.agents and _is_agent(call, board.channels[uniqueid], row, alive[call.key]):
            queue = call.last_queue if _application(alive[call.key]) == "Queue" else None
            board.add_agent(call, Agent(uniqueid, interface_of(row.first("Channel")), queue, offered_at=at))
    for agent in call.agents.values():
        if agent.rings and agent.key in alive and alive[agent.key].first("ChannelState") == UP:
            agent.picked_up = True
            if _bridged(alive[agent.key], alive[call.key]):
                agent.answered_at, call.waits_in = at, None


def _bridged(one: Message, other: Message) -> bool:
    return bool(_bridge(one)) and _bridge(one) == _bridge(other)


def _is_agent(call: Call, channel: Channel, row: Message, caller_row: Message) -> bool:
    """Whether the channel is rung by the call's queue, or dialled for a caller who was in a queue."""
    if channel.linkedid != call.linkedid:
        return False
    if _application(row) == "AppQueue":
        return True
    dialled = _application(caller_row) == "Dial" or _bridged(row, caller_row)
    return _application(row) == "AppDial" and dialled


def take_queues(board: Switchboard, rows: Iterable[Message], at: datetime) -> list[Event]:
    """Who waits and who is paused: `LinkResyncing`, the events that make every living call known, and
    `LinkResynced`."""
    rows = list(rows)
    members = [row for row in rows if row.name == "QueueMember" and row.has_all(MEMBER)]
    waiting = {}
    for row in rows:
        call = board.calls.get(row.first("Uniqueid"))
        if row.name == "QueueEntry" and row.has_all(ENTRY) and call is not None:
            _wait(call, row, at)
            waiting[call.key] = call
    for call in board.calls.values():
        if call.key not in waiting:
            call.waits_in = None
    _name_members(board, members)
    events: list[Event] = [LinkResyncing(link=board.link, at=at)]
    events += [paused(board, row, row.first("Location"), at) for row in members]
    for call in board.calls.values():
        events += _known(board, call)
    return [*events, _resynced(board, at)]


def _wait(call: Call, row: Message, at: datetime) -> None:
    queue = row.first("Queue")
    if call.waits_in == queue and call.joined_at is not None:
        return
    wait = row.last("Wait")
    call.waits_in = call.last_queue = queue
    call.joined_at = at - timedelta(seconds=int(wait) if wait.isdecimal() and len(wait) < 8 else 0)


def _name_members(board: Switchboard, members: list[Message]) -> None:
    """Name agents found by their channel as their queue does (`Local/5001@from-queue/n`)."""
    for call in board.calls.values():
        for agent in call.agents.values():
            for row in members:
                location = row.first("Location")
                same = agent.interface in {location.removesuffix("/n"), row.first("StateInterface")}
                if row.first("Queue") == agent.queue and same:
                    agent.interface = location


def _known(board: Switchboard, call: Call) -> list[Event]:
    events: list[Event] = []
    if call.waits_in is not None and call.joined_at is not None:
        events.append(queued(board, call, call.waits_in, call.joined_at))
    for agent in call.agents.values():
        if not agent.over:
            events.append(offer(board, call, agent))
        if agent.talks and agent.answered_at is not None:
            events.append(answer(board, call, agent, agent.answered_at))
    return events


def _resynced(board: Switchboard, at: datetime) -> LinkResynced:
    agents = (agent for call in board.calls.values() for agent in call.agents.values())
    return LinkResynced(
        link=board.link,
        at=at,
        calls=frozenset(board.call_id(call) for call in board.calls.values()),
        legs=frozenset(board.leg_id(agent) for agent in agents if not agent.over),
    )
