"""A wallboard on the web, over a console of which everything is real but the phone systems; also for whoever
has a link."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from console.boards.opening import Boards, open_boards
from console.boards.routes import build_boards
from console.boards.wall import choose
from console.boards.wall_links import Made, add_link, revoke_link
from console.boards.wall_watch import WallWatch
from console.db.revision import follow
from console.db.writing import write
from console.identity.models import Role, User
from console.queues.models import Queue, QueueThresholds
from tests.browser.board_site import clock
from tests.browser.serving import served, site_of
from tests.console.boards.test_snapshot_plus_ticks import SUPERVISOR
from tests.console.desk.day import World, a_populated_world
from tests.fakes.pages import templates_in
from tests.fakes.story import ZONE

SUE = 90


@dataclass
class WallSite:
    """The world, its boards, and where they are."""

    world: World
    boards: Boards
    url: str = ""

    async def link(self, name: str = "TV") -> Made:
        return await write(
            self.world.on.sessions, lambda session: add_link(session, name, choose([], []), SUE, clock())
        )

    async def revoke(self, made: Made) -> None:
        await write(self.world.on.sessions, lambda session: revoke_link(session, made.number, clock()))

    async def add(self, *rows: Any) -> None:
        """More queues, or thresholds."""
        async with self.world.on.sessions.begin() as session:
            session.add_all(rows)
        async with self.world.on.sessions() as session:
            await self.world.on.directory.refresh(session)
        self.boards.feed.employ()


def fifty() -> Iterable[Queue]:
    """More queues than fit on a screen at a time."""
    return (Queue(name=f"q{number:02}", title=f"Queue {number:02}", line=1) for number in range(1, 49))


def red(queue: str, **thresholds: int) -> QueueThresholds:
    return QueueThresholds(queue=queue, **thresholds)


@asynccontextmanager
async def wall_site(sqlite: Path) -> AsyncIterator[WallSite]:
    """A wall that is served."""
    async with (
        a_populated_world(f"sqlite+aiosqlite:///{sqlite}") as world,
        open_boards(world.bus, world.on.directory, templates_in(), ZONE, clock) as boards,
    ):
        sessions = world.on.sessions
        async with sessions.begin() as session:
            sue = User(id=SUE, email="sue@x.test", name="Sue", role=Role.SUPERVISOR, password_hash="")
            sue.created_at = clock()
            session.add(sue)
        watch = WallWatch(boards.walls.hub, sessions, world.bus, clock)
        background = [
            asyncio.create_task(boards.feed.run()),
            asyncio.create_task(follow(sessions, {"wall links": watch.check}, every_s=0.1, seen={})),
        ]
        site = WallSite(world, boards)
        async with served(_app(site), "on") as url:
            site.url = url
            yield site
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)


def _app(site: WallSite) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield {"boards": site.boards.hub}

    state = {"boards": site.boards, "sessions": site.world.on.sessions, "public_url": None}
    return site_of(build_boards(), state, viewer=SUPERVISOR, lifespan=lifespan)
