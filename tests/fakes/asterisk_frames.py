"""AMI frames as Asterisk 22 writes them, made to order: what the recorded streams do not hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from telephony.asterisk.messages import Message, parse


@dataclass(frozen=True)
class Channel:
    """A channel as its snapshots show it."""

    name: str
    uniqueid: str
    linkedid: str
    number: str = "<unknown>"
    caller_name: str = "<unknown>"
    connected: str = "<unknown>"
    exten: str = "501"
    state: str = "4"
    variables: tuple[str, ...] = ()

    def block(self, prefix: str = "") -> list[tuple[str, str]]:
        """The headers of its snapshot, in Asterisk's order."""
        headers = [
            ("Channel", self.name),
            ("ChannelState", self.state),
            ("ChannelStateDesc", "Ring"),
            ("CallerIDNum", self.number),
            ("CallerIDName", self.caller_name),
            ("ConnectedLineNum", self.connected),
            ("ConnectedLineName", "<unknown>"),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", "from-pstn"),
            ("Exten", self.exten),
            ("Priority", "1"),
            ("Uniqueid", self.uniqueid),
            ("Linkedid", self.linkedid),
        ]
        return [(prefix + name, value) for name, value in headers] + [
            (f"{prefix}ChanVariable", variable) for variable in self.variables
        ]


CALLER = Channel("PJSIP/trunk-00000001", "100.1", "100.1", number="+421905123456", caller_name="Jan Novak")
ANA = Channel("PJSIP/1001-00000002", "100.2", "100.1", number="1001", connected=CALLER.number, exten="s")
BEN = Channel("PJSIP/1002-00000003", "100.3", "100.1", number="1002", connected=CALLER.number, exten="s")
LOCAL = Channel("Local/1001@agents-00000001;1", "100.4", "100.1", exten="1001")
LOCAL_2 = replace(LOCAL, name="Local/1001@agents-00000001;2", uniqueid="100.5")


def raw(event: str, *blocks: list[tuple[str, str]], extra: Mapping[str, str] | None = None) -> bytes:
    """The bytes of an event, its blank line included. Values go in as they are, line breaks and all."""
    lines = [("Event", event), ("Privilege", "call,all")]
    for block in blocks:
        lines += block
    lines += list((extra or {}).items())
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in lines) + b"\r\n"


def on(event: str, channel: Channel = CALLER, **extra: str) -> bytes:
    """An event of one channel."""
    return raw(event, channel.block(), extra=extra)


def between(event: str, caller: Channel, dialled: Channel, **extra: str) -> bytes:
    """An event of two channels."""
    return raw(event, caller.block(), dialled.block("Dest"), extra=extra)


def new(*channels: Channel) -> bytes:
    """The introduction of channels."""
    return b"".join(on("Newchannel", channel) for channel in channels)


def joined(caller: Channel = CALLER, queue: str = "support") -> bytes:
    """The caller joins a queue."""
    return on("QueueCallerJoin", caller, Queue=queue, Position="1", Count="1")


def left(caller: Channel = CALLER, queue: str = "support") -> bytes:
    """The caller leaves a queue, for whatever reason."""
    return on("QueueCallerLeave", caller, Queue=queue, Count="0", Position="1")


def abandoned(caller: Channel = CALLER, queue: str = "support") -> bytes:
    """The queue reports the caller as abandoned."""
    return on("QueueCallerAbandon", caller, Queue=queue, Position="1", OriginalPosition="1", HoldTime="3")


def member(event: str, agent: Channel = ANA, caller: Channel = CALLER, **extra: str) -> bytes:
    """An event of the queue about an agent."""
    interface = extra.pop("Interface", agent.name.rpartition("-")[0])
    named = {"Queue": "support", "Interface": interface, "MemberName": "Ana"} | extra
    return between(event, caller, agent, **named)


def called(agent: Channel = ANA, caller: Channel = CALLER, **extra: str) -> bytes:
    """The queue rings an agent."""
    return member("AgentCalled", agent, caller, **extra)


def connected(agent: Channel = ANA, caller: Channel = CALLER, **extra: str) -> bytes:
    """The queue connects an agent with the caller."""
    return member("AgentConnect", agent, caller, HoldTime="3", RingTime="3", **extra)


def membership(event: str, interface: str = "PJSIP/1001", device: str = "", **extra: str) -> bytes:
    """An event about the member of a queue."""
    said = {
        "Queue": "support",
        "MemberName": "Ana",
        "Interface": interface,
        "StateInterface": device or interface,
        "Membership": "dynamic",
        "Penalty": "0",
        "CallsTaken": "0",
        "LastCall": "0",
        "LastPause": "0",
        "LoginTime": "0",
        "InCall": "0",
        "Status": "1",
        "Paused": "0",
        "PausedReason": "",
        "Ringinuse": "0",
        "Wrapuptime": "0",
    }
    return raw(event, extra=said | extra)


def spies(spy: Channel, heard: Channel | None = ANA, event: str = "ChanSpyStart") -> bytes:
    """A channel begins to listen to another."""
    return raw(event, spy.block("Spyer"), *([] if heard is None else [heard.block("Spyee")]))


def dial(agent: Channel = ANA, caller: Channel = CALLER) -> bytes:
    """Something rings a channel for another."""
    return between("DialBegin", caller, agent, DialString="x")


def dial_end(status: str, agent: Channel = ANA, caller: Channel = CALLER) -> bytes:
    """It stops ringing."""
    return between("DialEnd", caller, agent, DialStatus=status)


def hangup(channel: Channel = CALLER, cause: str = "16") -> bytes:
    """A channel is gone."""
    return on("Hangup", channel, **{"Cause": cause, "Cause-txt": "Normal Clearing"})


def row(event: str, channel: Channel, **extra: str) -> bytes:
    """A row of a list, without ActionID and blank line, as the fake manager takes it."""
    return raw(event, channel.block(), extra=extra).removesuffix(b"\r\n\r\n")


def message(frame: bytes) -> Message:
    """The frame parsed."""
    return parse(frame.removesuffix(b"\r\n\r\n"))
