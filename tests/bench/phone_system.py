"""A phone system for the bench: an AMI server that plays one recorded queue call again and again.

Each call is the byte-exact recording of a real one (tests/transcripts), with ids, number, queue and agent of
its own: all the frames that Asterisk sends in between are in it, too.
"""

import asyncio
from collections.abc import Callable
from itertools import count, pairwise
from pathlib import Path
from time import perf_counter
from typing import cast

from tests.bench.living import Living, Phase
from tests.bench.ring import Ring

TRANSCRIPT = Path(__file__).parents[1] / "transcripts/asterisk-22/c01_q_answered_caller_hangup.raw"
END = b"\r\n\r\n"
EPOCH = 1795300000
RING_AFTER_S = 0.002
"""Between QueueCallerJoin and AgentCalled. The event loop counts in milliseconds: this is 1 to 2 ms, as
was heard from an idle Asterisk 22.10 (1.0 to 2.4 ms by its own clock, median 1.4)."""

ANSWER_AFTER_S = 1.0
HANG_UP_AFTER_S = 2.0
LISTS: dict[bytes, Callable[[Living], list[bytes]]] = {
    b"QueueStatus": Living.entries,
    b"Status": Living.channels,
}


class Recording:
    """The recorded call in five parts: queued, until it rings, the rest of the ring, answered, over.

    `agent_called` is the frame that makes a pop.
    """

    def __init__(self) -> None:
        frames = TRANSCRIPT.read_bytes().split(END)
        start = _find(frames, b"Newchannel")
        queued = _find(frames, b"QueueCallerJoin") + 1
        rings = _find(frames, b"AgentCalled") + 1
        answered = _find(frames, b"DialEnd")
        over = _find(frames, b"HangupRequest")
        self.agent_called = frames[rings - 1] + END
        cuts = pairwise((start, queued, rings, answered, over, len(frames) - 1))
        self._parts = [b"".join(frame + END for frame in frames[first:last]) for first, last in cuts]

    def play(self, ring: Ring) -> list[bytes]:
        """The five parts, for this call."""
        changes = (
            (b"1795292938.7", ring.uniqueid),
            (b"1795292938.8", ring.agent_uniqueid),
            (b"PJSIP/trunk-00000007", ring.channel),
            (b"PJSIP/a1-00000008", ring.agent_channel),
            (b"PJSIP/a1", ring.interface),
            (b"+421905123456", ring.number),
            (b"Queue: q1", f"Queue: {ring.queue}"),
            (b"fdf3b18f-c72a-443d-963b", f"fdf3b18f-c72a-443d-{ring.channel[-4:]}"),
        )
        parts = self._parts
        for old, new in changes:
            parts = [part.replace(old, new.encode()) for part in parts]
        return parts


def _find(frames: list[bytes], event: bytes) -> int:
    return next(index for index, frame in enumerate(frames) if frame.startswith(b"Event: " + event + b"\r\n"))


class PhoneSystem:
    """Listens for one AMI client and rings. `rung` is called with the uniqueid and the moment (perf_counter)
    just before the AgentCalled frame is written."""

    def __init__(self, rung: Callable[[str, float], None]) -> None:
        self._rung = rung
        self._recording = Recording()
        self._channels = count(1)
        self._client: _Session | None = None
        self.living = Living()
        self.ready = asyncio.Event()

    async def listen(self, port: int) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(lambda: _Session(self), "127.0.0.1", port)

    def logged_in(self, session: "_Session") -> None:
        """A client has logged in: the calls go to the latest."""
        self._client = session
        self.ready.set()

    def offer(self, number: str, interface: str, queue: str, *, at_once: bool) -> str:
        """Play one call: ring soon (or `at_once`, in one write), answer and hang up later. Returns its id."""
        assert self._client is not None
        client, loop = self._client, asyncio.get_running_loop()
        ids = [f"{EPOCH}.{next(self._channels)}" for _ in range(2)]
        ring = Ring(number, interface, queue, *ids)
        queued, rings, rest, answered, over = self._recording.play(ring)
        if at_once:
            self._ring(client, ring, queued + rings)
        else:
            self._go_on(client, ring, Phase.WAITS, queued)
            loop.call_later(RING_AFTER_S, self._ring, client, ring, rings)
        loop.call_later(0.05, client.write, rest)
        loop.call_later(ANSWER_AFTER_S, self._go_on, client, ring, Phase.TALKS, answered)
        loop.call_later(HANG_UP_AFTER_S, self._hang_up, client, ring, over)
        return ids[0]

    def _ring(self, client: "_Session", ring: Ring, data: bytes) -> None:
        self._rung(ring.uniqueid, perf_counter())
        self._go_on(client, ring, Phase.RINGS, data)

    def _go_on(self, client: "_Session", ring: Ring, phase: Phase, data: bytes) -> None:
        self.living.went_on(ring, phase)
        client.write(data)

    def _hang_up(self, client: "_Session", ring: Ring, data: bytes) -> None:
        self.living.ended(ring)
        client.write(data)


class _Session(asyncio.Protocol):
    """As much of an AMI server as a client needs to log in, ask what is alive, and stay."""

    def __init__(self, system: PhoneSystem) -> None:
        self._system = system
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.write(b"Asterisk Call Manager/11.0.0\r\n")

    def write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        *frames, self._rest = (self._rest + data).split(END)
        for frame in frames:
            pairs = (line.partition(b":") for line in frame.split(b"\r\n"))
            self._answer({key.strip().lower(): value.strip() for key, _, value in pairs})

    def _answer(self, action: dict[bytes, bytes]) -> None:
        name = action.get(b"action", b"")
        action_id = b"ActionID: " + action.get(b"actionid", b"") + b"\r\n"
        if name in LISTS:
            self._list(name, action_id, LISTS[name](self._system.living))
            return
        self.write(b"Response: Success\r\n" + action_id + b"Ping: Pong\r\nMessage: Done" + END)
        if name.lower() == b"login":
            self.write(b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted" + END)
            self._system.logged_in(self)

    def _list(self, name: bytes, action_id: bytes, rows: list[bytes]) -> None:
        started = b"Response: Success\r\n" + action_id + b"EventList: start\r\nMessage: will follow"
        complete = b"Event: %bComplete\r\n%bEventList: Complete\r\nListItems: %d" % (
            name,
            action_id,
            len(rows),
        )
        listed = [row + b"\r\n" + action_id.rstrip() for row in rows]
        self.write(b"".join(frame + END for frame in (started, *listed, complete)))
