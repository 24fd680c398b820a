"""What lives on the phone system of the bench, as Asterisk lists it: rows recorded from a real one."""

from enum import IntEnum
from pathlib import Path

from tests.bench.ring import Ring

TRANSCRIPT = Path(__file__).parents[1] / "transcripts/asterisk-22/s1_resync_during_call.raw"
END = b"\r\n\r\n"
BRIDGE = b"cbc946f5-57c4-4627-81fb-35ce70159779"
ENTRY = (
    b"Event: QueueEntry\r\nQueue: %b\r\nPosition: 1\r\nChannel: %b\r\nUniqueid: %b\r\nCallerIDNum: %b\r\n"
    b"CallerIDName: unknown\r\nConnectedLineNum: unknown\r\nConnectedLineName: unknown\r\nWait: 0\r\n"
    b"Priority: 0"
)
"""As res/app_queue.c writes it for each who waits (`__manager_queues_status`)."""


class Phase(IntEnum):
    """How far a call has come."""

    WAITS = 1
    RINGS = 2
    TALKS = 3


class Living:
    """The calls by the id of their caller's channel."""

    def __init__(self) -> None:
        frames = TRANSCRIPT.read_bytes().split(END)
        rows = [frame for frame in frames if frame.startswith(b"Event: Status\r\n")]
        self._caller, self._agent = (row[: row.rindex(b"\r\nActionID")] for row in rows)
        self._calls: dict[str, tuple[Ring, Phase]] = {}

    def went_on(self, ring: Ring, phase: Phase) -> None:
        """A call has come so far."""
        self._calls[ring.uniqueid] = ring, phase

    def ended(self, ring: Ring) -> None:
        """A call is over."""
        self._calls.pop(ring.uniqueid, None)

    def channels(self) -> list[bytes]:
        """The rows of `Status`."""
        rows = []
        for ring, phase in self._calls.values():
            rows.append(self._row(self._caller, ring, phase))
            if phase >= Phase.RINGS:
                rows.append(self._row(self._agent, ring, phase))
        return rows

    def entries(self) -> list[bytes]:
        """The rows of `QueueStatus`: who waits, also while a phone rings for them."""
        waiting = [ring for ring, phase in self._calls.values() if phase < Phase.TALKS]
        return [
            ENTRY % (ring.queue.encode(), ring.channel.encode(), ring.uniqueid.encode(), ring.number.encode())
            for ring in waiting
        ]

    def _row(self, row: bytes, ring: Ring, phase: Phase) -> bytes:
        changes = {
            b"PJSIP/trunk-00000039": ring.channel.encode(),
            b"PJSIP/a2-0000003a": ring.agent_channel.encode(),
            b"1795293338.65": ring.uniqueid.encode(),
            b"1795293338.66": ring.agent_uniqueid.encode(),
            b"+421905123456": ring.number.encode(),
            b"Data: q2,": b"Data: " + ring.queue.encode() + b",",
            BRIDGE: BRIDGE if phase is Phase.TALKS else b"",
        }
        if row is self._agent and phase is Phase.RINGS:
            changes[b"ChannelState: 6\r\nChannelStateDesc: Up"] = (
                b"ChannelState: 5\r\nChannelStateDesc: Ringing"
            )
        for old, new in changes.items():
            row = row.replace(old, new)
        return row
