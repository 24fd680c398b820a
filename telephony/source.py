"""The port that every phone system implements: events out, commands in, capabilities said."""

from collections import Counter
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Protocol

from telephony.events import Event, LinkName


class Capability(StrEnum):
    """What a source can tell. The desk shows nothing, and no button, that the source cannot keep true."""

    QUEUES = "queues"  # tells of callers waiting and agents rung
    RESYNC = "resync"  # can say which calls are alive
    PRESENTATION = "presentation"  # tells withheld numbers from shown ones
    PAUSE = "pause"  # tells when agents are paused
    HOLD = "hold"  # tells when a caller is put on hold
    TRANSFER = "transfer"  # tells who passed a call on, and follows it
    DIRECT = "direct"  # tells of calls to an agent that came through no queue
    OUTGOING = "outgoing"  # tells of calls that an agent made
    LAG = "lag"  # its events say when they happened, so that a delay is noticed


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

    async def close(self) -> None: ...
