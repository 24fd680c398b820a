"""The channels and calls of one Asterisk, as far as it told of them: the memory of the translation.

Mutable records without I/O. Everything is keyed by Uniqueid, which Asterisk never gives twice; names of
channels (`PJSIP/1001-0000002a`) start anew when it restarts. A call is keyed by its Linkedid, which its
channels share through every queue, ring and transfer.

What is over is remembered for a while: Asterisk publishes from several threads, so the word of an answer or
of a transfer may come behind the hang-up.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from telephony.asterisk.members import Members
from telephony.asterisk.messages import Message
from telephony.asterisk.troubles import Trouble
from telephony.events import Caller, CallId, Direction, End, LegId, LegResult, LinkName, Manner

_CHANNEL_SUFFIX = re.compile(r"-[0-9a-f]{6,}(;[12])?$")
"""What Asterisk appends to name a channel: `PJSIP/1001-0000002a`, `Local/5001@agents-00000003;1`."""

PAST_CHANNELS = 1_000
"""Channels that are gone and still remembered: some ten seconds of a very busy Asterisk."""

PAST_CALLS = 250

MOST_CHANNELS = 20_000
"""Living channels that are known; a big Asterisk has a tenth of them."""

LONGEST_ID = 150
"""Characters of a channel's name or id (`AST_MAX_PUBLIC_UNIQUEID`; names are shorter)."""

LEAST_FIRST = 1_000
"""The priority of a caller who is taken first; dialplans give lower ones."""

MOST_LEGS = 1_000
"""Rings of one call that are remembered. A caller who waits for an hour may make some hundred."""


def interface_of(channel: str) -> str:
    """The interface that a channel belongs to: `PJSIP/1001` for `PJSIP/1001-0000002a`."""
    return _CHANNEL_SUFFIX.sub("", channel)


@dataclass(slots=True, eq=False)
class Channel:
    """A channel that Asterisk introduced.

    `exten`: where it came in; on a trunk, the number dialled. `leg`: the part of an agent that it carries.
    `bridge`: where it talks with others, "" when nowhere. `leaves_at`: when its side hung up, or
    Asterisk hung it up; now Asterisk is tidying. `originated`: rung for nobody yet (click to dial).
    `hears`: the leg that it listens to, in this `manner`, since `hears_since`; it is part of no call then.
    """

    name: str
    uniqueid: str
    linkedid: str
    exten: str = ""
    caller: Caller = field(default_factory=Caller)
    leg: "Leg | None" = None
    bridge: str = ""
    leaves_at: datetime | None = None
    originated: bool = False
    hears: "Leg | None" = None
    manner: Manner = Manner.UNKNOWN
    hears_since: datetime | None = None

    @property
    def leaving(self) -> bool:
        return self.leaves_at is not None

    @property
    def interface(self) -> str:
        return interface_of(self.name)

    @property
    def is_local(self) -> bool:
        """Whether it is half of a pair that only leads from one place of Asterisk to another."""
        return self.name.startswith("Local/")


@dataclass(slots=True, eq=False)
class Leg:
    """One agent's part in a call. `key` makes the LegId: the Uniqueid of the channel rung, usually.

    `channels` are the Uniqueids of all channels that carry it: the one rung, first of all, and the devices
    behind a Local one. `dialler`: the Uniqueid of the channel that dialled it ("" when a queue did).
    `picked_up`: lifted the receiver. A queue may still talk to the agent alone (announcement, `memberdelay`),
    so only AgentConnect sets `answered_at`. `refused`: how the ring ended, as far as that was told. `lost`:
    another agent answered while it rang.
    `perhaps`: the queue that rang it, if one of its members is at this phone.
    `asked_from`: the bridge in which the agent talked with the caller when we had them ask a colleague.
    """

    key: str
    call: "Call"
    interface: str
    queue: str | None
    offered_at: datetime
    perhaps: str | None = None
    device: str = ""
    dialler: str = ""
    channels: list[str] = field(default_factory=list)
    picked_up: bool = False
    answered_at: datetime | None = None
    held_at: datetime | None = None
    over: bool = False
    refused: LegResult | None = None
    lost: bool = False
    transferred: bool = False
    target_told: bool = False
    asked_from: str = ""

    @property
    def rings(self) -> bool:
        """Whether the offer is still open."""
        return self.answered_at is None and not self.over

    @property
    def talks(self) -> bool:
        """Whether the agent talks with the caller."""
        return self.answered_at is not None and not self.over


@dataclass(slots=True, eq=False)
class Call:
    """A call that came to a queue, or that has an agent's phone on either end.

    `customer` is the Uniqueid of the channel on the other side of our agents; of an OUTBOUND call, "" until
    somebody there answers; of an INTERNAL one, the agent's who called from the interface `dialler`, and left
    it to others at `dialler_left_at`. `waits_in` is the queue in which `visitor` (the customer, or a Local
    channel that an agent sent ahead) waits, `joined_at` when that (or the last) wait began, `joined_from` the
    place in the dialplan (None: not heard).

    `let_go`: the queue reported the caller as abandoned (at `let_go_at`) although no hang-up was heard of;
    `leaving` is that queue until the caller has left it. `went_on`: after that, the caller was still there.
    `life` counts how often the caller came to us with it. `taken`: somebody who is no agent took the call.
    `busy`: whom the agent dialled was busy, absent, or did not answer.
    """

    linkedid: str
    customer: str
    caller: Caller
    dialled: str
    direction: Direction = Direction.INBOUND
    dialler: str = ""
    dialler_left_at: datetime | None = None
    visitor: str = ""
    waits_in: str | None = None
    joined_at: datetime | None = None
    joined_from: tuple[str, ...] | None = None
    queued: bool = False
    leaving: str | None = None
    let_go: bool = False
    let_go_at: datetime | None = None
    went_on: bool = False
    taken: bool = False
    busy: bool = False
    ended: bool = False
    life: int = 1
    legs: list[Leg] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether any agent talked with the caller."""
        return any(leg.answered_at is not None for leg in self.legs)

    @property
    def open_legs(self) -> list[Leg]:
        """The legs that are not over."""
        return [leg for leg in self.legs if not leg.over]


@dataclass(frozen=True, slots=True)
class Early:
    """A frame that did not fit yet. `about`: the Uniqueids of its channels. `listed`: lists came since."""

    message: Message
    about: frozenset[str]
    received_at: datetime
    happened_at: datetime
    trouble: Trouble
    listed: bool = False


class Switchboard:
    """Which channels exist, who waits, who is rung.

    `channels` and `calls` are the living ones. `early`: what may fit soon.
    `tells_presentation`: this Asterisk was heard to tell withheld numbers from shown ones
    (`channelvars = CALLERID(num-pres)`).
    """

    def __init__(self, link: LinkName, is_agent: Callable[[str], bool]) -> None:
        self.link = link
        self.channels: dict[str, Channel] = {}
        self.calls: dict[str, Call] = {}
        self.members = Members()
        self.tells_presentation = False
        self.undecided: set[str] = set()  # Linkedids of calls of which it matters whether the caller goes on
        self.early: list[Early] = []
        self.wishes: dict[str, Manner] = {}  # how a phone is to listen, by its interface: it rings for that
        self.priority = LEAST_FIRST  # the highest that a waiting caller was given
        self._is_agent = is_agent
        self._names: dict[str, Channel] = {}
        self._bridges: dict[str, dict[str, Channel]] = {}
        self._past_channels: OrderedDict[str, Channel] = OrderedDict()
        self._past_calls: OrderedDict[str, Call] = OrderedDict()

    def call_id(self, call: Call) -> CallId:
        again = f"-{call.life}" if call.life > 1 else ""
        return CallId(f"{self.link}-{call.linkedid}{again}")

    def leg_id(self, leg: Leg) -> LegId:
        return LegId(f"{self.link}-{leg.key}")

    # Agents

    def is_agent(self, interface: str) -> bool:
        """Whether an agent's phone is at the interface: somebody said so, or a queue has it as a member."""
        return interface in self.members or self._is_agent(interface)

    # Channels

    def named(self, name: str) -> Channel | None:
        """The living channel of this name."""
        return self._names.get(name)

    def channel(self, uniqueid: str) -> Channel | None:
        """The channel with this id, if it lives or did a moment ago."""
        return self.channels.get(uniqueid) or self._past_channels.get(uniqueid)

    def is_past(self, uniqueid: str) -> bool:
        """Whether the channel is gone since a moment."""
        return uniqueid in self._past_channels

    def introduce(self, channel: Channel) -> None:
        """Make a channel known."""
        self.forget(channel.uniqueid)
        self.channels[channel.uniqueid] = channel
        self._names[channel.name] = channel

    def rename(self, channel: Channel, name: str) -> None:
        """The channel has another name from now on."""
        if self._names.get(channel.name) is channel:
            del self._names[channel.name]
        channel.name = name
        if channel.uniqueid in self.channels:
            self._names[name] = channel

    def forget(self, uniqueid: str) -> None:
        """The channel is gone."""
        channel = self.channels.pop(uniqueid, None)
        if channel is None:
            return
        if self._names.get(channel.name) is channel:
            del self._names[channel.name]
        self.unbridge(channel)
        self._past_channels[uniqueid] = channel
        if len(self._past_channels) > PAST_CHANNELS:
            self._past_channels.popitem(last=False)

    def behind(self, channel: Channel) -> Channel | None:
        """The half of a Local pair that was dialled, by the half that goes on in the dialplan."""
        return self.named(f"{channel.name.removesuffix(';2')};1") if channel.name.endswith(";2") else None

    def bridge(self, channel: Channel, bridge: str) -> list[Channel]:
        """The channel is in the bridge; all that are there, itself included."""
        self.unbridge(channel)
        channel.bridge = bridge
        there = self._bridges.setdefault(bridge, {})
        there[channel.uniqueid] = channel
        return list(there.values())

    def unbridge(self, channel: Channel) -> None:
        """The channel is in no bridge."""
        there = self._bridges.get(channel.bridge, {})
        there.pop(channel.uniqueid, None)
        if not there:
            self._bridges.pop(channel.bridge, None)
        channel.bridge = ""

    # Calls

    def begin(self, call: Call) -> Call:
        """The call exists from now on."""
        past = self._past_calls.pop(call.linkedid, None)
        call.life = 1 if past is None else past.life + 1
        self.calls[call.linkedid] = call
        return call

    def call_of(self, linkedid: str) -> Call | None:
        """The call with this Linkedid, if it lives or did a moment ago."""
        return self.calls.get(linkedid) or self._past_calls.get(linkedid)

    def current(self, linkedid: str) -> Call | None:
        """The call that somebody is rung for or waits in: a past one only when it is past for all, too.

        A caller whom an agent passed on to a stranger may come back.
        """
        past = self._past_calls.get(linkedid)
        came_back = past is not None and past.customer in self.channels
        return self.calls.get(linkedid) or (None if came_back else past)

    def successor(self, channel: Channel) -> Channel | None:
        """Who goes on where a Local channel on the way to somebody outside was optimised away."""
        for other in self.channels.values():
            if other.linkedid == channel.linkedid and not (other.is_local or other.leg):
                return other
        return None

    def end(self, call: Call) -> None:
        """The call is over; what is said of it later only fills in what was missing."""
        call.ended = True
        self.undecided.discard(call.linkedid)
        del self.calls[call.linkedid]
        self._past_calls[call.linkedid] = call
        if len(self._past_calls) > PAST_CALLS:
            self._past_calls.popitem(last=False)

    def legs(self) -> Iterator[Leg]:
        """Every leg of every call that lives or did a moment ago."""
        for calls in (self._past_calls, self.calls):
            for call in calls.values():
                yield from call.legs

    def carries(self, leg: Leg, channel: Channel) -> None:
        """The channel is the agent's from now on."""
        channel.leg = leg
        leg.channels.append(channel.uniqueid)

    def add_leg(self, leg: Leg) -> None:
        """One more leg of its call; of very many, an old ring that nobody answered is forgotten."""
        legs = leg.call.legs
        if len(legs) >= MOST_LEGS:
            legs.remove(next((old for old in legs if old.over and old.answered_at is None), legs[0]))
        legs.append(leg)

    def is_carried(self, leg: Leg) -> bool:
        """Whether any channel of the leg lives."""
        return any(uniqueid in self.channels for uniqueid in leg.channels)


def end_of(call: Call) -> End | None:
    """How the call ended, now that the customer's channel is gone; None: by what happened before.

    QueueCallerAbandon is sent for callers who hang up and for callers whom the queue lets go (timeout,
    leavewhenempty, QueueWithdrawCaller). Of a caller who hangs up, or is hung up, a request is heard before
    it: HangupRequest or SoftHangupRequest. A caller who was let go is still there, and is heard of again: a
    step of the dialplan (only with the `dialplan` class for reading), or the request comes behind.
    """
    if not call.queued or (call.answered and not call.let_go):
        return None
    if call.taken:
        return End.COMPLETED
    return End.TIMED_OUT if call.let_go and call.went_on else None
