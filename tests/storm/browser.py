"""A tab of an agent's browser: takes frames as `static/js/live.js` and htmx do, says which pops it shows,
loses its connection and comes back."""

import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from console.identity.viewer import Viewer
from console.live.frame import Frame
from console.live.hub import Connection, Hub

ARTICLE = re.compile(r"<article (?P<head>[^>]*)>")
ROW = re.compile(r'<a [^>]*\bid="row-(?P<dom>[^"]+)"')
ATTRIBUTE = re.compile(r'\b([a-z-]+)="([^"]*)"')


class Wire:
    """One connection's way to the browser. What is not read when it breaks is lost."""

    def __init__(self, arrived: Callable[[], None]) -> None:
        self.frames: deque[Frame] = deque()
        self.closed = False
        self.full = False
        self._arrived = arrived

    def write(self, frame: Frame) -> bool:
        if self.closed or self.full:
            return False
        self.frames.append(frame)
        self._arrived()
        return True

    def beat(self, frame: Frame) -> bool:
        return not self.closed

    def close(self, code: int, reason: str) -> None:
        self.closed = True


class Pop:
    """A pop in the document."""

    def __init__(self, head: str) -> None:
        self.attributes: Mapping[str, str] = dict(ATTRIBUTE.findall(head))
        self.leg = self.attributes["data-pop"]
        self.state = self.attributes["data-state"]


class Browser:
    """`pops` and `rows` are what is in the document, by their DOM id; `broken` is what should never be.
    `there` are the times from which until which it was connected, and read what came."""

    def __init__(
        self, hub: Hub, viewer: Viewer, clock: Callable[[], datetime], stirred: Callable[["Browser"], None]
    ) -> None:
        self.viewer = viewer
        self.pops: dict[str, Pop] = {}
        self.rows: set[str] = set()
        self.confirmed: dict[str, tuple[str, datetime]] = {}  # leg -> the state it was confirmed in, and when
        self.ever: set[str] = set()
        self.broken: list[str] = []
        self.there: list[tuple[datetime, datetime]] = []
        self.asleep = False
        self._hub = hub
        self._clock = clock
        self._since: datetime | None = None
        self._stirred = stirred
        self._wire: Wire | None = None
        self._connection: Connection | None = None
        self._seqs: dict[str, int] = {}
        self._behind: set[str] = set()
        self._told: set[str] = set()

    @property
    def connected(self) -> bool:
        return self._wire is not None and not self._wire.closed

    def connect(self) -> None:
        """The page connects, or connects again: what it shows stays until the snapshot comes."""
        self.disconnect()
        self.asleep = False
        self._since = self._clock()
        self._seqs.clear()
        self._behind.clear()
        self._wire = Wire(lambda: self._stirred(self))
        self._connection = self._hub.join(self.viewer, self._wire)

    def disconnect(self) -> None:
        """The connection breaks."""
        self.leave_alone()
        if self._connection is not None and self._wire is not None:
            self._wire.closed = True
            self._hub.leave(self._connection)
            self._connection = self._wire = None

    def shut(self) -> None:
        """The agent closes the page: opened anew, its document is empty, and it has told nothing yet."""
        self.disconnect()
        self.pops.clear()
        self.rows.clear()
        self._told.clear()

    def sleep(self) -> None:
        """The computer sleeps: nothing is read any more."""
        self.leave_alone()
        self.asleep = True

    def choke(self) -> None:
        """The network takes nothing any more, until the hub gives up."""
        self.leave_alone()
        if self._wire is not None:
            self._wire.full = True

    def leave_alone(self) -> None:
        """From now on nobody can count on it."""
        if self._since is not None:
            self.there.append((self._since, self._clock()))
            self._since = None

    def was_there(self, since: datetime, until: datetime) -> bool:
        """Whether it was connected, and read, all the time."""
        return any(start <= since and until <= end for start, end in self.there)

    def read(self) -> None:
        """Take what came, and say what is shown."""
        while self._wire is not None and self._wire.frames and not self.asleep:
            self._take(json.loads(self._wire.frames.popleft().text))
            self._tell_shown()

    def _take(self, frame: Mapping[str, Any]) -> None:
        if "topic" in frame and self._is_next(frame) and "content" in frame:
            how = frame["swap"].partition(" ")[0]
            if frame["topic"].startswith("desk:"):
                self._swap(frame["content"], frame["target"], how)

    def _is_next(self, frame: Mapping[str, Any]) -> bool:
        topic, seq, at = frame["topic"], frame["seq"], self._seqs.get(frame["topic"])
        if frame["snapshot"] or (at is not None and seq == at + 1):
            self._seqs[topic] = seq
            if frame["snapshot"]:
                self._behind.discard(topic)
            return True
        if (at is None or seq > at) and topic not in self._behind and self._connection is not None:
            self._behind.add(topic)
            self._hub.resync(self._connection)
        return False

    def _swap(self, html: str, target: str, how: str) -> None:
        if how == "innerMorph":
            self._show_all(html)
        elif target == "#pops":
            self._append(html)
        elif target.startswith("#pop-"):
            self._change(html, target.removeprefix("#pop-"), how)

    def _show_all(self, html: str) -> None:
        found = [(pop.attributes["id"], pop) for pop in _pops(html)]
        self.pops = dict(found)
        rows = ROW.findall(html)
        self.rows = set(rows)
        if len(found) != len(self.pops) or len(rows) != len(self.rows):
            self.broken.append("a snapshot shows a pop twice")
        self.ever.update(pop.leg for pop in self.pops.values())

    def _append(self, html: str) -> None:
        for pop in _pops(html):
            if pop.attributes["id"] in self.pops:
                self.broken.append(f"a second pop of {pop.leg}")
            self.pops[pop.attributes["id"]] = pop
            self.ever.add(pop.leg)
        self.rows.update(ROW.findall(html))

    def _change(self, html: str, dom: str, how: str) -> None:
        if f"pop-{dom}" not in self.pops:
            self.broken.append(f"a change of pop-{dom}, which is not there")
        if how == "delete":
            self.pops.pop(f"pop-{dom}", None)
            self.rows.discard(dom)
        for pop in _pops(html):
            self.pops[pop.attributes["id"]] = pop

    def _tell_shown(self) -> None:
        for pop in self.pops.values():
            if pop.leg not in self._told and self.connected:
                self._told.add(pop.leg)
                self.confirmed.setdefault(pop.leg, (pop.state, self._clock()))
                self._hub.inbox["shown"](self.viewer, {"type": "shown", "leg": pop.leg, "visible": True})


def _pops(html: str) -> list[Pop]:
    return [Pop(article["head"]) for article in ARTICLE.finditer(html) if "data-pop=" in article["head"]]
