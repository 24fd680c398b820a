"""Puts the boards of a process together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from console.boards.displays import Display
from console.boards.feed import TOPIC, Feed
from console.boards.live import BoardRenderer
from console.boards.wall import WALL
from console.boards.wall_live import WallRenderer
from console.clock import Clock
from console.live.bus import Bus
from console.live.hub import Hub
from console.queues.directory import Directory
from console.web.templates import Templates

BEAT_S = 2.0
"""A board that hears nothing for twice as long says that it is old (static/js/board.js)."""

AT_ONCE = 50
"""So many boards get what changed before pops have a turn."""


@dataclass(frozen=True, slots=True)
class Walls:
    """What draws walls, and the hub of the open ones."""

    renderer: WallRenderer
    hub: Hub


@dataclass(frozen=True, slots=True)
class Boards:
    """What follows the bus, what draws, and the hub of the open pages; walls are drawn of the same."""

    feed: Feed
    renderer: BoardRenderer
    hub: Hub
    walls: Walls


@asynccontextmanager
async def open_boards(
    bus: Bus, directory: Directory, templates: Templates, zone: ZoneInfo, clock: Clock
) -> AsyncIterator[Boards]:
    """The boards, whose hub runs as long as the context is open; `feed` is to be run beside."""
    feed = Feed(bus, directory, clock)
    renderer = BoardRenderer(feed.board, templates, zone, clock)
    hub = Hub(feed.ticks, {TOPIC: renderer}, {}, clock, beat_s=BEAT_S, at_once=AT_ONCE)
    walls = _walls(feed, WallRenderer(feed.board, templates, zone, clock), clock)
    feed.looked_at = lambda: hub.number + walls.hub.number
    async with hub.running(), walls.hub.running():
        yield Boards(feed, renderer, hub, walls)


def _walls(feed: Feed, renderer: WallRenderer, clock: Clock) -> Walls:
    hub = Hub(feed.ticks, {WALL: renderer}, {}, clock, beat_s=BEAT_S, at_once=AT_ONCE)

    def topics() -> list[str]:
        renderer.keep({viewer for viewer in hub.viewers() if isinstance(viewer, Display)})
        return [TOPIC, *renderer.choices]

    feed.ticks.topics = topics
    return Walls(renderer, hub)
