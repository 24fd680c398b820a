"""The phones of the demo's pictures: callers ring agents, who answer, and pass on what they have."""

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.demo.team import Member
from telephony.asterisk.messages import Message
from tests.fakes.asterisk_frames import (
    Channel,
    called,
    connected,
    dial,
    dial_end,
    hangup,
    joined,
    left,
    membership,
    new,
    raw,
)
from tests.fakes.asterisk_server import AsteriskServer

PRIVILEGE = b"Privilege: call,all\r\n"
"""What each event has before all that is its own."""

ON_BREAK = {"Clara Jensen": "lunch", "Ines Baláž": "training"}
"""Who of the demo's agents gets no calls."""


@dataclass
class Ring:
    """A caller whose call rings an agent, or more of them one after another."""

    caller: Channel
    queue: str
    agent: Channel


@dataclass
class Phones:
    """What happens at the phones, told by `server`."""

    server: AsteriskServer
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def open(self, queues: Mapping[str, Sequence[Member]]) -> None:
        """Everybody is in their queues; pauses are taken."""
        self.server.rows["QueueStatus"] = [
            _member("QueueMember", agent, queue) for queue, agents in queues.items() for agent in agents
        ]
        self.server.instead["QueuePause"] = lambda action_id: (
            (b"Response: Success\r\nActionID: " + action_id + b"\r\nMessage: Interface paused\r\n\r\n")
            + _paused(self.server.actions[-1])
        )

    def waits(self, number: str, queue: str, ago_s: int) -> None:
        """Somebody called a queue so long ago, which rings nobody."""
        place = next(self._numbers)
        caller = Channel(f"PJSIP/trunk-{place:08x}", f"{place}.1", f"{place}.1", number=number)
        self._say(new(caller) + joined(caller, queue), -ago_s)

    def rings(self, number: str, agent: Member, queue: str = "support", ago_s: int = 0) -> Ring:
        """Somebody calls a queue, which rings an agent."""
        place = next(self._numbers)
        caller = Channel(f"PJSIP/trunk-{place:08x}", f"{place}.1", f"{place}.1", number=number)
        ring = Ring(caller, queue, self._phone(caller, agent))
        rung = new(ring.agent) + called(ring.agent, caller, Queue=queue)
        self._say(new(caller) + joined(caller, queue) + rung, -ago_s)
        return ring

    def answers(self, ring: Ring, ago_s: int = 0) -> None:
        """The agent whose phone rings takes the call."""
        taken = dial_end("ANSWER", ring.agent, ring.caller) + left(ring.caller, ring.queue)
        self._say(taken + connected(ring.agent, ring.caller, Queue=ring.queue), -ago_s)

    def passes_on(self, ring: Ring, to: Member) -> None:
        """The agent passes the caller on at the phone, and a colleague's rings."""
        how = {"IsExternal": "Yes", "Context": "agents", "Extension": str(to.extension)}
        told = raw("BlindTransfer", [("Result", "Success")], ring.agent.block("Transferer"), extra=how)
        colleague = self._phone(ring.caller, to)
        self._say(told + hangup(ring.agent) + new(colleague) + dial(colleague, ring.caller))

    def hangs_up(self, ring: Ring, in_s: int = 0) -> None:
        """The caller hangs up."""
        self._say(hangup(ring.caller) + hangup(ring.agent), in_s)

    def _say(self, frames: bytes, in_s: int = 0) -> None:
        """It happens now, or did or will: no picture waits for minutes of talk."""
        stamp = f"Timestamp: {time.time() + in_s:.6f}\r\n".encode()
        self.server.play(frames.replace(PRIVILEGE, PRIVILEGE + stamp))

    def _phone(self, caller: Channel, agent: Member) -> Channel:
        place = next(self._numbers)
        name, number = f"{agent.interface}-{place:08x}", str(agent.extension)
        phone = Channel(name, f"{place}.1", caller.linkedid, number=number, exten="s")
        return replace(phone, connected=caller.number)


def _member(event: str, agent: Member, queue: str) -> bytes:
    reason = ON_BREAK.get(agent.name, "")
    told = {"Name": agent.name, "Location": agent.interface, "Paused": str(int(bool(reason)))}
    row = membership(event, agent.interface, Queue=queue, PausedReason=reason, **told)
    return row.removesuffix(b"\r\n\r\n")


def _paused(action: Message) -> bytes:
    paused = {"true": "1", "false": "0"}[action.last("Paused")]
    return membership(
        "QueueMemberPause", action.last("Interface"), Paused=paused, PausedReason=action.last("Reason")
    )
