"""The port that every phone system implements: events out, commands in, capabilities said."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Protocol

from telephony.events import Event, LinkName


class Capability(StrEnum):
    """What a source can tell or do. The desk shows no button for what the source cannot."""

    QUEUES = "queues"  # tells of callers waiting and agents rung
    RESYNC = "resync"  # can say which calls are alive
    PRESENTATION = "presentation"  # tells withheld numbers from shown ones
    PAUSE = "pause"  # tells when agents are paused


class Source(Protocol):
    """One phone system. Lives until `close`; reconnects by itself.

    `events` yields what happens, in order, for ever: first `LinkUp` (then the calls that are alive, then
    `LinkResynced`), or `LinkLost` / `LinkRefused`. It never raises because of what a phone system sends and
    is iterated once. Its backlog is bounded: when the reader is too slow the source drops what it has and
    resyncs.
    """

    @property
    def name(self) -> LinkName: ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    def events(self) -> AsyncIterator[Event]: ...

    async def close(self) -> None: ...
