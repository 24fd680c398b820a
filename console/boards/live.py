"""Draws boards: what is pushed is what the page drew when it was loaded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.boards.board import Board
from console.boards.drawing import Drawer
from console.boards.feed import TOPIC
from console.clock import Clock
from console.desk.drawing import draw_link
from console.desk.reading import Reader
from console.identity.permissions import Permission
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment
from console.web.templates import Templates

FEW = 12
"""So many queues are shown with everything; of more only what matters is unfolded."""


class BoardRenderer:
    """Draws what `board` knows, on the clock of `zone`."""

    def __init__(self, board: Board, templates: Templates, zone: ZoneInfo, clock: Clock) -> None:
        self.templates = templates
        self.zone = zone
        self._board = board
        self._clock = clock

    def topics(self, viewer: Viewer) -> list[str]:
        """Who leads sees the board."""
        return [TOPIC] if viewer.may(Permission.BOARD_READ) else []

    def context(self, locale: str) -> dict[str, Any]:
        """What the board's template prints."""
        return {"board": self._drawer(locale).board(), "links": self._links(locale), "many": self._many}

    def snapshot(self, _snapshot: Snapshot, locale: str) -> str:
        """The whole board, and the links beside it."""
        return self.templates.template("boards/_snapshot.html", locale).render(**self.context(locale))

    def change(self, change: Change, locale: str) -> Fragment | None:
        """What changed in one tick: it goes to many places."""
        said = change.value or {}
        drawer = self._drawer(locale)
        html = self.templates.template("boards/_tick.html", locale).render(
            tiles=drawer.tiles(sorted(said["queues"])),
            agents=drawer.agents(sorted(said["agents"])),
            links=self._links(locale) if said["links"] else None,
            alerts=drawer.alerts() if said["alerts"] else None,
            many=self._many,
        )
        return Fragment(html, "#board-tick", "outerMorph")

    def delivered(self, _entries: Mapping[str, Value], _viewer: Viewer, _at: datetime) -> None:
        """Nobody waits for it."""

    @property
    def _many(self) -> bool:
        return len(self._board.queues()) > FEW

    def _drawer(self, locale: str) -> Drawer:
        return Drawer(self._board, Reader(locale, self.zone), self._clock())

    def _links(self, locale: str) -> list[Any]:
        reader = Reader(locale, self.zone)
        return [draw_link(name, value, reader) for name, value in self._board.links().items()]
