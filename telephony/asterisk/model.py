"""The channels and calls of one Asterisk, as far as it told of them: the memory of the translation.

Mutable records without I/O. Everything is keyed by Uniqueid, which Asterisk never gives twice; names of
channels (`PJSIP/1001-0000002a`) start anew when it restarts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from telephony.events import Caller, CallId, Direction, End, LegId, LinkName

_CHANNEL_SUFFIX = re.compile(r"-[0-9a-f]{6,}(;[12])?$")
"""What Asterisk appends to name a channel: `PJSIP/1001-0000002a`, `Local/5001@agents-00000003;1`."""


def interface_of(channel: str) -> str:
    """The interface that a channel belongs to: `PJSIP/1001` for `PJSIP/1001-0000002a`."""
    return _CHANNEL_SUFFIX.sub("", channel)


@dataclass(slots=True)
class Channel:
    """A channel that Asterisk introduced. `exten`: where it came in; on a trunk, the number dialled."""

    name: str
    uniqueid: str
    linkedid: str
    exten: str = ""


@dataclass(slots=True)
class Agent:
    """One ring of one agent for a call; `key` is the Uniqueid of the channel rung and makes the LegId.

    `picked_up`: lifted the receiver. The queue may still talk to the agent alone (announcement,
    `memberdelay`), so only AgentConnect sets `answered_at`.
    """

    key: str
    interface: str
    queue: str | None
    offered_at: datetime
    picked_up: bool = False
    answered_at: datetime | None = None
    over: bool = False
    transferred: bool = False
    held: bool = False

    @property
    def rings(self) -> bool:
        """Whether the offer is still open."""
        return self.answered_at is None and not self.over

    @property
    def talks(self) -> bool:
        """Whether the agent talks with the caller."""
        return self.answered_at is not None and not self.over


@dataclass(slots=True)
class Call:
    """A call that came to a queue; it lives as long as the caller's channel, whose Uniqueid is `key`.

    `waits_in` is the queue in which the caller waits, `joined_at` when that (or the last) wait began.
    `hangup_requested`: the caller hung up, Asterisk is tidying. `let_go`: the queue reported the caller as
    abandoned although no hang-up was heard of. `went_on`: after that, the caller was still there.
    """

    key: str
    linkedid: str
    caller: Caller
    dialled: str
    direction: Direction = Direction.INBOUND
    waits_in: str | None = None
    joined_at: datetime | None = None
    last_queue: str = ""
    hangup_requested: bool = False
    let_go: bool = False
    went_on: bool = False
    agents: dict[str, Agent] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Whether any agent talked with the caller."""
        return any(agent.answered_at is not None for agent in self.agents.values())


class Switchboard:
    """Which channels exist, who waits, who is rung.

    `tells_presentation`: this Asterisk was heard to tell withheld numbers from shown ones
    (`channelvars = CALLERID(num-pres)`).
    """

    def __init__(self, link: LinkName, is_agent: Callable[[str], bool]) -> None:
        self.link = link
        self.is_agent = is_agent
        self.channels: dict[str, Channel] = {}
        self.calls: dict[str, Call] = {}
        # By Uniqueid of every channel that is the agent's: the one rung, and the devices behind a Local one.
        self.agents: dict[str, tuple[Call, Agent]] = {}
        self.tells_presentation = False
        self.undecided: set[str] = set()  # keys of calls of which it matters whether the caller goes on
        self._names: dict[str, Channel] = {}

    def call_id(self, call: Call) -> CallId:
        return CallId(f"{self.link}-{call.linkedid}")

    def leg_id(self, agent: Agent) -> LegId:
        return LegId(f"{self.link}-{agent.key}")

    def named(self, name: str) -> Channel | None:
        """The living channel of this name."""
        return self._names.get(name)

    def introduce(self, channel: Channel) -> None:
        """Make a channel known."""
        self.forget(channel.uniqueid)
        self.channels[channel.uniqueid] = channel
        self._names[channel.name] = channel

    def rename(self, channel: Channel, name: str) -> None:
        """The channel has another name from now on."""
        self._names.pop(channel.name, None)
        channel.name = name
        self._names[name] = channel

    def forget(self, uniqueid: str) -> None:
        """The channel is gone."""
        channel = self.channels.pop(uniqueid, None)
        if channel is not None and self._names.get(channel.name) is channel:
            del self._names[channel.name]

    def add_agent(self, call: Call, agent: Agent) -> None:
        """An agent is rung for the call."""
        call.agents[agent.key] = agent
        self.agents[agent.key] = (call, agent)

    def remove_call(self, call: Call) -> None:
        """The call is over; nothing that is said of it later matters."""
        self.calls.pop(call.key, None)
        self.undecided.discard(call.key)
        for uniqueid in [key for key, (owner, _) in self.agents.items() if owner is call]:
            del self.agents[uniqueid]


def end_of(call: Call) -> End | None:
    """How the call ended, now that the caller's channel is gone; None: by what happened before.

    QueueCallerAbandon is sent for callers who hang up and for callers whom the queue lets go (timeout,
    leavewhenempty, QueueWithdrawCaller). Of a caller who hangs up, or is hung up, a request is heard before
    it: HangupRequest or SoftHangupRequest. A caller who was let go is still there, and is heard of again: a
    step of the dialplan (only with the `dialplan` class for reading), or the request comes behind.
    """
    return End.TIMED_OUT if call.let_go and call.went_on and not call.answered else None
