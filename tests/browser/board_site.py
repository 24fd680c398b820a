"""A board on the web, over a console of which everything is real but the phone systems: what happens on them
are steps of `tests.console.desk.day`. Everybody who comes is a supervisor."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from console.alerts.keeping import AlertList
from console.alerts.watch import AlertWatch
from console.boards.opening import Boards, open_boards
from console.boards.readings import Readings
from console.boards.routes import build_boards
from console.live.lease import SoleLeases
from tests.browser.serving import served, site_of
from tests.console.boards.test_snapshot_plus_ticks import SUPERVISOR
from tests.console.desk.day import World, a_populated_world
from tests.fakes.pages import templates_in
from tests.fakes.story import ZONE


@dataclass
class BoardSite:
    """The world, its boards, and where they are. Nobody watches over alerts unless `watch` runs."""

    world: World
    boards: Boards
    alerts: AlertList
    watch: AlertWatch
    url: str = ""


def clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def board_site(sqlite: Path) -> AsyncIterator[BoardSite]:
    """A board that is served."""
    async with (
        a_populated_world(f"sqlite+aiosqlite:///{sqlite}") as world,
        open_boards(world.bus, world.on.directory, templates_in(), ZONE, clock) as boards,
    ):
        following = asyncio.create_task(boards.feed.run())
        alerts = AlertList(world.on.sessions, world.bus, clock)
        read = Readings(boards.feed.board).read
        watch = AlertWatch(world.on.sessions, alerts, read=read, leases=SoleLeases(), clock=clock)
        site = BoardSite(world, boards, alerts, watch)
        async with served(_app(site), "on") as url:
            site.url = f"{url}/board"
            yield site
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def _app(site: BoardSite) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        yield {"boards": site.boards.hub}

    on = site.world.on
    state = {"boards": site.boards, "alerts": site.alerts, "sessions": on.sessions, "clock": clock}
    return site_of(build_boards(), state, viewer=SUPERVISOR, lifespan=lifespan)
