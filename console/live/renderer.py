"""What the hub needs of whoever draws its topics."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment


class Renderer(Protocol):
    """Draws the topics of one prefix (`desk` for `desk:17`). Synchronous: no database, no waiting."""

    def topics(self, viewer: Viewer) -> list[str]:
        """What this viewer sees."""
        ...

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        """The HTML inside the topic's root element `[data-topic="TOPIC"]`."""
        ...

    def change(self, change: Change, locale: str) -> Fragment | None:
        """What a change changes in the page; None: nothing."""
        ...

    def delivered(self, entries: Mapping[str, Value], viewer: Viewer, at: datetime) -> None:
        """These entries were handed to a socket of the viewer. Must not wait: others are next."""
        ...
