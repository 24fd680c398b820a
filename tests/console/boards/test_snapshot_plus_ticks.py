"""Snapshot plus ticks is the fresh snapshot: whatever happens on the phone systems and at the desks, a board
or a wall that was opened early and followed the ticks shows what one shows that is opened now, by a process
that has just looked at the bus."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.alerts.course import Alert, Figure
from console.alerts.keeping import ALERTS, entry_of
from console.alerts.log import Row
from console.boards.displays import display_with
from console.boards.feed import TOPIC, Feed
from console.boards.live import BoardRenderer
from console.boards.wall import WALL, WALL_FIGURES, choose
from console.boards.wall_live import WallRenderer
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.bus import Value
from console.live.hub import Connection, Hub
from console.queues.thresholds import Level
from telephony.events import AgentPaused, CallAnswered, CallOffered, CallQueued, Event
from tests.conftest import NOW
from tests.console.desk.day import A_DAY, BUILD, Step, World, a_world, opened, viewer_of
from tests.console.desk.page import Page
from tests.fakes.examples import examples
from tests.fakes.pages import templates_in
from tests.fakes.story import ZONE, people

SUPERVISOR = replace(viewer_of(1), role=Role.SUPERVISOR)
DANE = replace(SUPERVISOR, locale="da")
CHOICE = choose(["support", "second"], WALL_FIGURES)
TV = display_with(1, CHOICE, "en")


@dataclass
class Boards:
    """Boards that follow a world."""

    world: World
    feed: Feed
    hub: Hub
    wall_hub: Hub
    walls: list[Page] = field(default_factory=list)
    pages: list[tuple[Page, Connection]] = field(default_factory=list)

    async def open(self, viewer: Viewer = SUPERVISOR) -> None:
        page = await self.load(viewer.locale)
        self.pages.append((page, self.hub.join(viewer, page)))

    async def open_a_wall(self) -> None:
        page = await self.load_a_wall()
        self.walls.append(page)
        self.wall_hub.join(TV, page)

    async def load_a_wall(self) -> Page:
        """The same of a wall."""
        context = wall_renderer_of(await self.fresh()).context(CHOICE, "en")
        wall = templates_in().render("boards/_wall.html", "en", **context)
        return Page(f'<main id="content" data-topic="{CHOICE.topic}">{wall}</main>')

    async def fresh(self) -> Feed:
        fresh = Feed(self.world.bus, self.world.on.directory, lambda: NOW)
        await fresh.look()
        return fresh

    async def load(self, locale: str) -> Page:
        """A board that is opened now, by a process that began just now."""
        fresh = await self.fresh()
        context, templates = renderer_of(fresh).context(locale), templates_in()
        links, board = (
            templates.render(f"{name}.html", locale, **context) for name in ("desk/_links", "boards/_board")
        )
        return Page(f'<div id="links">{links}</div><div id="root" data-topic="{TOPIC}">{board}</div>')

    async def agree(self) -> None:
        """Wait until every page shows that, too."""
        await self.world.on.intake._boards._counting.say()
        expected = {locale: (await self.load(locale)).shown for locale in ("en", "da")}
        wall = (await self.load_a_wall()).shown
        async with asyncio.timeout(5):
            while any(page.shown != expected[at.viewer.locale] for page, at in self.pages) or any(
                page.shown != wall for page in self.walls
            ):
                await asyncio.sleep(0)
                self.feed.tick()


def renderer_of(feed: Feed) -> BoardRenderer:
    return BoardRenderer(feed.board, templates_in(), ZONE, lambda: NOW)


def wall_renderer_of(feed: Feed) -> WallRenderer:
    return WallRenderer(feed.board, templates_in(), ZONE, lambda: NOW)


@asynccontextmanager
async def boards_of(world: World) -> AsyncIterator[Boards]:
    feed = Feed(world.bus, world.on.directory, lambda: NOW)
    hub = Hub(feed.ticks, {TOPIC: renderer_of(feed)}, {}, at_once=1)
    walls = Hub(feed.ticks, {WALL: wall_renderer_of(feed)}, {}, at_once=1)
    feed.looked_at = lambda: hub.number + walls.number
    feed.ticks.topics = lambda: [TOPIC, CHOICE.topic]
    following = asyncio.create_task(feed._follow())
    async with hub.running(), walls.running():
        yield Boards(world, feed, hub, walls)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One database for all examples: their calls have ids of their own."""
    file = tmp_path_factory.mktemp("boards") / "lineside.sqlite"
    shutil.copy(sqlite_template, file)
    url = f"sqlite+aiosqlite:///{file}"

    async def fill() -> None:
        async with opened(url) as sessions:
            await people(sessions)

    asyncio.run(fill())
    return url


def an_alert(number: int) -> Value:
    ended = NOW.isoformat() if number % 2 else None
    alert = Alert("support", Figure.LONGEST, Level.RED, Level.RED, number, NOW, NOW, NOW)
    return {**entry_of(Row(number, alert)), "ended_at": ended}


async def play(url: str, steps: list[Step]) -> None:
    async with opened(url) as sessions, a_world(sessions, url) as world, boards_of(world) as boards:
        await world.open_a_page(Step("open a page", 0, 0, 1, 0))
        await boards.open()
        await boards.open_a_wall()
        for number, step in enumerate(steps):
            await world.play(step)
            await world.on.waiting.told()
            await world.bus.put(ALERTS, str(number % 3), an_alert(number) if number % 5 else None)
            if number == len(steps) // 2:
                await boards.open(DANE)
                await boards.open_a_wall()
            await boards.agree()


OFTEN: list[type[Event] | str] = [CallQueued, CallQueued, CallOffered, CallAnswered, AgentPaused]
STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([*BUILD, "break the bus", *OFTEN]),
        link=st.integers(0, 1),
        call=st.integers(0, 2),
        agent=st.integers(1, 2),
        number=st.integers(0, 4),
    ),
    min_size=1,
    max_size=30,
)


@examples(0.04)
@example(steps=A_DAY)
@given(steps=STEPS)
def test_a_board_that_followed_shows_what_a_fresh_one_shows(database: str, steps: list[Step]) -> None:
    asyncio.run(play(database, steps))
