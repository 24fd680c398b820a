"""Calls and legs of which nothing was heard, found in Asterisk's list of channels. Pure.

The list says what each channel runs: a caller `Queue` or `Dial`, a phone that was rung `AppQueue` or
`AppDial`. Who is no agent gets no leg.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from telephony.asterisk.frames import call_in, caller_of, origin
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Call, Channel, Leg, Switchboard
from telephony.events import Direction

UP = "6"
"""ChannelState of a channel that was answered (`AST_STATE_UP`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A living channel and what the list says of it at `at`."""

    channel: Channel
    message: Message
    at: datetime

    @property
    def application(self) -> str:
        return self.message.last("Application")

    @property
    def bridge(self) -> str:
        """The bridge that it is in; "" when in none. The two lists spell the header differently."""
        return self.message.last("BridgeID") or self.message.last("BridgeId")

    @property
    def queue(self) -> str:
        """The queue in which a caller is, or whose agent the caller talks with."""
        return self.data.partition(",")[0]

    @property
    def data(self) -> str:
        """What the application was given. The two lists spell this header differently, too."""
        return self.message.last("Data") or self.message.last("ApplicationData")

    @property
    def is_up(self) -> bool:
        return self.message.first("ChannelState") == UP

    @property
    def since(self) -> datetime:
        """When the channel came into being."""
        return self.at - _age(self.message.last("Seconds") or self.message.last("Duration"))


def _age(text: str) -> timedelta:
    """Seconds (`Status`), or `00:00:07` (`CoreShowChannel`)."""
    parts = text.split(":")
    if len(text) > 12 or not all(part.isdecimal() for part in parts):
        return timedelta()
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return timedelta(seconds=seconds)


def find_calls(board: Switchboard, group: list[Row]) -> Call | None:
    """The call of the channels that share a Linkedid; None when it is nothing to us."""
    known = board.current(group[0].channel.linkedid)
    if known is not None:
        # Colleagues may talk on for a moment when the caller whom they talked about is gone.
        return None if known.ended else known
    for row in group:
        if row.application == "Queue":
            return _begin(board, row, origin(board, row.channel))
    agents = [row for row in group if board.is_agent(row.channel.interface)]
    rung = [row for row in agents if row.application == "AppDial"]
    diallers = [row for row in group if row.application == "Dial"]
    if rung and diallers:
        return _begin(board, diallers[0], origin(board, diallers[0].channel))
    calling = [row for row in diallers if row in agents]
    far = [row for row in group if row.application == "AppDial"]
    return _begin_outgoing(board, calling[0], far[0]) if calling and far else None


def _begin(board: Switchboard, row: Row, customer: Channel) -> Call:
    caller = caller_of(board, row.message) if row.channel is customer else customer.caller
    call = call_in(board, customer.linkedid, customer, caller, customer.exten)
    call.queued = row.application == "Queue"
    return call


def _begin_outgoing(board: Switchboard, row: Row, far: Row) -> Call:
    channel = row.channel
    call = Call(channel.linkedid, "", caller_of(board, far.message), channel.exten, Direction.OUTBOUND)
    return board.begin(call)


def find_legs(board: Switchboard, call: Call, group: list[Row]) -> None:
    """Bring the legs of a living call up to date: who is rung or answered unheard of."""
    queue = next((row.queue for row in group if row.application == "Queue"), None)
    for row in sorted(group, key=lambda row: row.application != "AppQueue"):
        if row.channel.leg is None or row.channel.leg.call is not call:
            _find_leg(board, call, row, queue)
    if call.direction is Direction.OUTBOUND and not call.customer:
        _find_customer(call, group)
    for row in group:
        if row.channel.leg is not None and row.channel.leg.call is call:
            _find_answer(row.channel.leg, row)


def _find_leg(board: Switchboard, call: Call, row: Row, queue: str | None) -> None:
    channel = row.channel
    if channel.uniqueid == call.customer:
        return
    if row.application == "AppQueue":
        _add(board, call, row, queue)
    elif not board.is_agent(channel.interface) or channel.is_local:
        return
    elif row.application == "AppDial":
        behind = _waiting_local(board, call)
        if behind is not None:
            board.carries(behind, channel)
        else:
            # Where the queue rang a Local channel that was optimised away, its device is left.
            first = not any(leg.queue == queue for leg in call.legs)
            _add(board, call, row, None).perhaps = queue if first else None
    elif row.application == "Dial" and call.direction is Direction.OUTBOUND:
        _add(board, call, row, None)


def _waiting_local(board: Switchboard, call: Call) -> Leg | None:
    """A leg at a Local channel of whose devices none is known."""
    for leg in call.open_legs:
        carrying = [board.channels[uniqueid] for uniqueid in leg.channels if uniqueid in board.channels]
        if all(channel.is_local for channel in carrying):
            return leg
    return None


def _add(board: Switchboard, call: Call, row: Row, queue: str | None) -> Leg:
    channel = row.channel
    key = channel.uniqueid if channel.leg is None else f"{channel.uniqueid}-{call.linkedid}"
    leg = Leg(key, call, channel.interface, queue, row.since)
    if call.direction is Direction.OUTBOUND and row.application == "Dial":
        leg.dialler = channel.uniqueid
    board.add_leg(leg)
    board.carries(leg, channel)
    return leg


def _find_customer(call: Call, group: list[Row]) -> None:
    """Who answered the agent's call is in a bridge with the agent."""
    agents = {row.bridge for row in group if row.channel.leg is not None and row.bridge}
    for row in group:
        if row.channel.leg is None and row.bridge in agents:
            call.customer = row.channel.uniqueid


def _find_answer(leg: Leg, row: Row) -> None:
    if not leg.rings or not row.is_up:
        return
    if leg.dialler != row.channel.uniqueid:
        leg.picked_up = True
    # A queue may still talk to the agent alone; whoever is in a bridge talks, and be it with a colleague.
    if row.bridge:
        leg.answered_at = row.at
        if leg.queue is not None:
            leg.call.waits_in = None
