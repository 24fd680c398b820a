"""Our commands -> AMI actions, by what is known of the calls at this moment. Pure.

An action about a call names one living channel by its full name, which Asterisk gives once. Where there is
none, or more than one could be meant, the command is refused: rather nothing than the wrong call.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from telephony.asterisk.messages import Action, Message
from telephony.asterisk.model import Call, Channel, Leg, Switchboard
from telephony.asterisk.spying import originate
from telephony.commands import (
    ASKS_ALREADY,
    ASKS_NOBODY,
    IN_NO_QUEUE,
    NOT_ANSWERED,
    NOT_WAITING,
    OVER,
    OWN_LEG,
    CancelTransfer,
    Command,
    CompleteTransfer,
    Dial,
    Done,
    HangUp,
    HearCommand,
    JoinQueue,
    LeaveQueue,
    LegCommand,
    Outcome,
    Pause,
    Refused,
    SendOn,
    TransferAttended,
    TransferBlind,
    Unpause,
    WaitingCommand,
    dialled,
)
from telephony.events import CallId, LegId

RING_MS = 30_000
"""How long the agent's own phone rings for a click to call."""

LONGEST_WORD = 100
"""Characters of Asterisk's own words that are repeated to people."""

_TONES = re.compile(r"[0-9*#]+")
"""What Atxfer can dial: it plays the keys of the agent's phone."""

_SAID: Mapping[str, Outcome] = {
    "Permission denied": Refused(
        "The phone system does not permit this to Lineside: an administrator must allow it in manager.conf."
    ),
    "Interface not found": IN_NO_QUEUE,
    "Unable to add interface: Already there": Done(),
    "Unable to remove interface: Not there": Done(),
    "Member not dynamic": Refused(
        "The phone is in the queue by the phone system's own settings and cannot leave it: pause instead."
    ),
    "No such channel": OVER,
    "Unable to change priority caller on queue: No such caller": NOT_WAITING,
}
"""What Asterisk's words mean, where the words alone would not help an agent."""

CONNECTING = Refused("This call is just being connected: try again.")
SEVERAL_PHONES = Refused("Several phones are on this call: do it at the phone.")
NO_TONES = Refused("Only a number of digits, * and # can be asked before a call is passed on.")


@dataclass
class CannotError(Exception):
    """The command fits nothing that is known at this moment."""

    refused: Refused


def actions(command: Command, board: Switchboard, context: str) -> list[Action]:
    """What to ask of Asterisk, in this order. `context` is where transfers and clicks dial.

    Raises CannotError.
    """
    if isinstance(command, LegCommand):
        return [_leg_action(command, board, context)]
    if isinstance(command, WaitingCommand):
        return [_waiting_action(command, board, context)]
    match command:
        case Pause() | Unpause():
            return _pauses(board, command)
        case JoinQueue() | LeaveQueue():
            return _membership(board, command)
        case Dial(interface, number):
            return [_originate(interface, number, context)]
    return [_on(_customer(board, command.call), "Hangup")]


def _pauses(board: Switchboard, command: Pause | Unpause) -> list[Action]:
    """The phone may be in queues under several names; an action without a queue is for all."""
    members = board.members.at(command.interface)
    how = {"Paused": "false"}
    if isinstance(command, Pause):
        how = {"Paused": "true", "Reason": command.reason}
    return [Action("QueuePause", {"Interface": member, **how}) for member in members]


def _membership(board: Switchboard, command: JoinQueue | LeaveQueue) -> list[Action]:
    queue, interface = command.queue, command.interface
    if isinstance(command, JoinQueue):
        return [Action("QueueAdd", {"Queue": queue, "Interface": interface})]
    members = board.members.at(interface, queue)
    return [Action("QueueRemove", {"Queue": queue, "Interface": member}) for member in members]


def _originate(interface: str, number: str, context: str) -> Action:
    """No CallerID: it would be sent on to whoever is called, as if they called themselves."""
    where = {"Channel": interface, "Context": context, "Exten": number, "Priority": "1"}
    return Action("Originate", {**where, "Timeout": str(RING_MS), "Async": "true"})


def _on(channel: Channel, action: str, headers: Mapping[str, str] | None = None) -> Action:
    return Action(action, {"Channel": channel.name, **(headers or {})})


def _waiting_action(command: WaitingCommand, board: Switchboard, context: str) -> Action:
    call, channel = _waiting(board, command.call)
    if not isinstance(command, SendOn):
        return _take_first(board, call, channel)
    where = {"Context": context, "Exten": dialled(command.target), "Priority": "1"}
    return _on(channel, "Redirect", where)


def _take_first(board: Switchboard, call: Call, channel: Channel) -> Action:
    """Before whoever has the highest priority, as far as anybody was given one here or when Asterisk was last
    asked. `Immediate`: others move up or down at once, not when somebody joins."""
    board.priority += 1
    who = {"Queue": call.waits_in or "", "Caller": channel.name}
    return Action("QueueChangePriorityCaller", {**who, "Priority": str(board.priority), "Immediate": "yes"})


def _waiting(board: Switchboard, call_id: CallId) -> tuple[Call, Channel]:
    """The call, and its channel that waits in a queue."""
    for call in board.calls.values():
        if board.call_id(call) == call_id:
            if call.waits_in is None or call.visitor not in board.channels:
                raise CannotError(NOT_WAITING)
            return call, board.channels[call.visitor]
    raise CannotError(OVER)


def _customer(board: Switchboard, call_id: CallId) -> Channel:
    for call in board.calls.values():
        if board.call_id(call) == call_id and call.customer in board.channels:
            return board.channels[call.customer]
    raise CannotError(OVER)


def _leg_action(command: LegCommand, board: Switchboard, context: str) -> Action:
    leg = _open_leg(board, command.leg)
    channel = _channel(board, leg)
    if isinstance(command, HangUp):
        return _on(channel, "Hangup")
    if isinstance(command, HearCommand):
        return _hear(board, command, leg, channel)
    if not (leg.talks and channel.bridge):
        raise CannotError(CONNECTING if leg.talks else NOT_ANSWERED)
    # Asterisk lets the caller wait, and has the agent ask in another bridge than that with the caller.
    asks = leg.held_at is not None and leg.asked_from not in {"", channel.bridge}
    match command:
        case TransferBlind(target=target) if not asks:
            return _on(channel, "BlindTransfer", {"Exten": dialled(target), "Context": context})
        case TransferAttended(target=target) if not asks:
            return _ask(leg, channel, dialled(target), context)
        case CompleteTransfer() if asks:
            return _on(channel, "Hangup")
        case CancelTransfer() if asks:
            return _on(channel, "CancelAtxfer")
    raise CannotError(ASKS_ALREADY if asks else ASKS_NOBODY)


def _hear(board: Switchboard, command: HearCommand, leg: Leg, channel: Channel) -> Action:
    if not leg.talks:
        raise CannotError(NOT_ANSWERED)
    own = {leg.interface.lower(), leg.device.lower(), channel.interface.lower()}
    if command.interface.lower() in own:
        raise CannotError(OWN_LEG)
    return originate(board, command, channel)


def _ask(leg: Leg, channel: Channel, number: str, context: str) -> Action:
    if not _TONES.fullmatch(number):
        raise CannotError(NO_TONES)
    leg.asked_from = channel.bridge
    return _on(channel, "Atxfer", {"Exten": number, "Context": context})


def _open_leg(board: Switchboard, leg_id: LegId) -> Leg:
    for call in board.calls.values():
        for leg in call.open_legs:
            if board.leg_id(leg) == leg_id:
                return leg
    raise CannotError(OVER)


def _channel(board: Switchboard, leg: Leg) -> Channel:
    """The channel of the agent's phone.

    While it rings, that which was rung first: of a Local channel with several phones behind it, all stop.
    """
    living = [board.channels[uniqueid] for uniqueid in leg.channels if uniqueid in board.channels]
    phones = living[:1] if leg.rings else [channel for channel in living if not channel.is_local]
    match phones or living:
        case []:
            raise CannotError(OVER)
        case [channel]:
            return channel
    raise CannotError(SEVERAL_PHONES)


def outcome(response: Message) -> Outcome:
    """What Asterisk's answer to an action means."""
    if response.name == "Success":
        return Done()
    said = response.first("Message").strip().rstrip(".")[:LONGEST_WORD]
    if said in _SAID:
        return _SAID[said]
    words = "".join(character if character.isprintable() else "?" for character in said)
    return Refused(f"The phone system says: {words or 'no'}.")
