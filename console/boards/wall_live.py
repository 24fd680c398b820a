"""Draws walls: what is pushed is what the page drew when it was loaded. All walls that show the same get the
same frames."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.boards.board import Board
from console.boards.displays import Display
from console.boards.wall import Choice
from console.boards.wall_drawing import WallDrawer
from console.clock import Clock
from console.desk.reading import Reader
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment
from console.web.templates import Templates

MS_PER_S = 1000


class WallRenderer:
    """Draws what `board` knows, on the clock of `zone`; `choices` are what open walls show, by topic."""

    def __init__(self, board: Board, templates: Templates, zone: ZoneInfo, clock: Clock) -> None:
        self.choices: dict[str, Choice] = {}
        self._board = board
        self._templates = templates
        self._zone = zone
        self._clock = clock

    def topics(self, viewer: Viewer) -> list[str]:
        """A display sees its own wall; nobody else sees any."""
        if not isinstance(viewer, Display):
            return []
        self.choices[viewer.choice.topic] = viewer.choice
        return [viewer.choice.topic]

    def keep(self, displays: set[Display]) -> None:
        """Forget what nobody looks at any more."""
        self.choices = {each.choice.topic: each.choice for each in displays}

    def context(self, choice: Choice, locale: str, only: Collection[str] | None = None) -> dict[str, Any]:
        """What the template of a wall prints: all its queues, or `only` these."""
        at = self._clock()
        return {
            "topic": choice.topic,
            "wall": WallDrawer(self._board, Reader(locale, self._zone), at).wall(choice, only),
            "now_ms": int(at.timestamp() * MS_PER_S),
            "version": self._templates.static.version,
        }

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        """The whole wall."""
        return self._draw("boards/_wall.html", self.choices[snapshot.topic], locale)

    def change(self, change: Change, locale: str) -> Fragment | None:
        """What changed in one tick of the queues that are shown; None: nothing."""
        choice, dirty = self.choices[change.topic], (change.value or {})["queues"]
        if not any(choice.has(name) for name in dirty):
            return None
        html = self._draw("boards/_wall_tick.html", choice, locale, dirty)
        return Fragment(html, "#wall-tick", "outerMorph")

    def delivered(self, _entries: Mapping[str, Value], _viewer: Viewer, _at: datetime) -> None:
        """Nobody waits for it."""

    def _draw(self, name: str, choice: Choice, locale: str, only: Collection[str] | None = None) -> str:
        return self._templates.template(name, locale).render(**self.context(choice, locale, only))
