"""The port that every phone system implements: events out, commands in, capabilities said."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from enum import StrEnum
from typing import Protocol

from telephony.commands import (
    Barge,
    CancelTransfer,
    Command,
    CompleteTransfer,
    Dial,
    EndCall,
    HangUp,
    JoinQueue,
    LeaveQueue,
    Listen,
    Outcome,
    Pause,
    Refused,
    SendOn,
    TakeFirst,
    TransferAttended,
    TransferBlind,
    Unpause,
    Whisper,
    flaw,
)
from telephony.events import Event, LinkName


class Capability(StrEnum):
    """What a source can tell, and what it can be told to do. The desk shows nothing, and no button, that the
    source cannot keep true."""

    QUEUES = "queues"  # tells of callers waiting and agents rung
    RESYNC = "resync"  # can say which calls are alive
    PRESENTATION = "presentation"  # tells withheld numbers from shown ones
    PAUSE = "pause"  # tells when agents are paused
    HOLD = "hold"  # tells when a caller is put on hold
    TRANSFER = "transfer"  # tells who passed a call on, and follows it
    DIRECT = "direct"  # tells of calls to an agent that came through no queue
    OUTGOING = "outgoing"  # tells of calls that an agent made
    LAG = "lag"  # its events say when they happened, so that a delay is noticed
    SET_PAUSE = "set_pause"  # pauses agents, with a reason, and ends it
    SET_QUEUES = "set_queues"  # logs agents in to queues, and out
    HANG_UP = "hang_up"  # ends calls, and an agent's part in them
    TRANSFER_BLIND = "transfer_blind"  # passes a caller on without asking
    TRANSFER_ATTENDED = "transfer_attended"  # lets an agent ask first, then complete or come back
    DIAL = "dial"  # rings an agent's phone, then a number
    LISTEN = "listen"  # lets a supervisor hear a call
    WHISPER = "whisper"  # lets a supervisor speak to the agent alone
    BARGE = "barge"  # lets a supervisor speak to both
    TAKE_FIRST = "take_first"  # puts a waiting caller before all others
    SEND_ON = "send_on"  # sends a waiting caller elsewhere


NEEDS: Mapping[type[Command], Capability] = {
    Pause: Capability.SET_PAUSE,
    Unpause: Capability.SET_PAUSE,
    JoinQueue: Capability.SET_QUEUES,
    LeaveQueue: Capability.SET_QUEUES,
    HangUp: Capability.HANG_UP,
    EndCall: Capability.HANG_UP,
    TransferBlind: Capability.TRANSFER_BLIND,
    TransferAttended: Capability.TRANSFER_ATTENDED,
    CompleteTransfer: Capability.TRANSFER_ATTENDED,
    CancelTransfer: Capability.TRANSFER_ATTENDED,
    Dial: Capability.DIAL,
    Listen: Capability.LISTEN,
    Whisper: Capability.WHISPER,
    Barge: Capability.BARGE,
    TakeFirst: Capability.TAKE_FIRST,
    SendOn: Capability.SEND_ON,
}
"""What a source must be able to do for each command."""

COMMANDED = frozenset(NEEDS.values())
"""The capabilities to do something, as opposed to telling of it."""

_CANNOT: Mapping[Capability, str] = {
    Capability.SET_PAUSE: "pause agents: pause at the phone",
    Capability.SET_QUEUES: "log agents in to queues or out: do it at the phone",
    Capability.HANG_UP: "hang up: do it at the phone",
    Capability.TRANSFER_BLIND: "pass a call on: do it at the phone",
    Capability.TRANSFER_ATTENDED: "pass a call on after asking: do it at the phone",
    Capability.DIAL: "dial: do it at the phone",
    Capability.LISTEN: "let anybody listen to a call",
    Capability.WHISPER: "let anybody whisper to an agent",
    Capability.BARGE: "let anybody join a call",
    Capability.TAKE_FIRST: "take a waiting caller first",
    Capability.SEND_ON: "send a waiting caller elsewhere",
}


def refusal(command: Command, capabilities: Collection[Capability]) -> Refused | None:
    """Why no source with these capabilities sends the command; None when it may."""
    wanted = NEEDS[type(command)]
    if wanted not in capabilities:
        return Refused(f"This phone system cannot be told to {_CANNOT[wanted]}.")
    sentence = flaw(command)
    return None if sentence is None else Refused(sentence)


ANSWER_WITHIN_S = 5.0
"""How long an agent waits for what came of a command."""


class Source(Protocol):
    """One phone system. Lives until `close`; reconnects by itself.

    `events` yields what happens, in order, for ever: first `LinkUp` (then `LinkResyncing`, the calls that are
    alive, `LinkResynced`), or `LinkLost` / `LinkRefused`. It never raises because of what a phone system
    sends and is iterated once. Its backlog is bounded: when the reader is too slow the source drops what it
    has and resyncs.
    """

    @property
    def name(self) -> LinkName: ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def counters(self) -> Counter[str]:
        """How often something was dropped since the start, by the reason; numbers only grow."""
        ...

    @property
    def lag_s(self) -> float | None:
        """How late the last event came, in seconds; None as long as that is not known."""
        ...

    def events(self) -> AsyncIterator[Event]: ...

    async def send(self, command: Command) -> Outcome:
        """Ask for something; what came of it within `ANSWER_WITHIN_S`. Never raises because of what the phone
        system says, sends nothing while the link is down, and never sends anything twice."""
        ...

    async def close(self) -> None: ...
