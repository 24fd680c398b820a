"""`python -m tests.browser.pictures`: the pictures of the documentation, of the whole product with the demo's
records. What agents see is taken in both themes and two sizes. Look at every picture before you commit it.

Names of pictures take only these: `python -m tests.browser.pictures desk-idle work-list`.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, StorageState, async_playwright

from console.demo.team import ADMIN, PASSWORD, SUPERVISOR, Member
from tests.browser.desk import Desk, come_live, log_in, open_tab
from tests.browser.fixtures import FLAGS
from tests.browser.picture_admin import read_file, write_script
from tests.browser.picture_board import names_of, on_the_floor
from tests.browser.picture_day import Morning, morning
from tests.browser.picture_file import small
from tests.browser.picture_floor import FIFTY, SIX
from tests.browser.picture_story import Picture, story
from tests.rig.parts import present

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SIZES = ((1280, 720), (2560, 1440))
THEMES = ("light", "dark")
OF_ADMINS = (1120, 700)


@dataclass
class Camera:
    """What takes the pictures: of `names` only, if there are any. `profiles` are the log-ins of the agents,
    `blank` is an empty tab."""

    browser: Browser
    day: Morning
    blank: Page
    names: AbstractSet[str]
    profiles: dict[str, StorageState] = field(default_factory=dict)

    async def knows(self, who: Member) -> None:
        """Somebody who has no desk logs in."""
        context = await self.browser.new_context()
        await log_in(await open_tab(context, who.email), self.day.url, PASSWORD)
        self.profiles[who.email] = await context.storage_state()
        await context.close()

    @asynccontextmanager
    async def sits(self, who: Member, size: tuple[int, int] = SIZES[0]) -> AsyncIterator[Desk]:
        """Somebody logs in and is at the desk."""
        context = await self.browser.new_context(viewport={"width": size[0], "height": size[1]})
        desk = await open_tab(context, who.email)
        await log_in(desk, self.day.url, PASSWORD)
        await come_live(desk, self.day.url)
        self.profiles[who.email] = await context.storage_state()
        yield desk
        await context.close()

    async def take(self, picture: Picture) -> None:
        """In every size and theme."""
        for width, height in SIZES if self.wants(picture.name) else ():
            for theme in THEMES:
                async with self._looking(picture, width, height, theme) as tab:
                    await self.keep(f"{picture.name}-{width}-{theme}", tab)

    async def keep(self, name: str, tab: Page) -> None:
        """What is in a tab."""
        (FOLDER / f"{name}.png").write_bytes(await small(self.blank, await tab.screenshot()))

    def wants(self, name: str) -> bool:
        """Whether this picture is asked for."""
        return not self.names or name in self.names

    @asynccontextmanager
    async def _looking(self, picture: Picture, width: int, height: int, theme: Any) -> AsyncIterator[Page]:
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
            storage_state=self.profiles[picture.agent.email],
        )
        tab = await context.new_page()
        await tab.clock.install()
        await tab.goto(self.day.url + picture.path)
        await tab.wait_for_load_state("networkidle")
        await tab.clock.fast_forward(picture.passes_s * 1000)
        if picture.live:
            await tab.wait_for_selector("body[data-live=connected]:not(:has([data-stale]))")
        if picture.waits_for:
            await tab.wait_for_selector(picture.waits_for)
        yield tab
        await context.close()


async def for_admins(camera: Camera, folder: Path) -> None:
    """The pictures of what admins do, in one size."""
    async with camera.sits(ADMIN, OF_ADMINS) as desk:
        for names in (write_script(desk.page, camera.day.url), read_file(desk.page, camera.day.url, folder)):
            async for name in names:
                if camera.wants(name):
                    await camera.keep(name, desk.page)


async def for_supervisors(browser: Browser, names: AbstractSet[str], folder: Path) -> None:
    """The pictures of boards and reports, of six queues and of fifty."""
    for floor in (SIX, FIFTY):
        if names and not names & set(names_of(floor)):
            continue
        place = folder / str(len(floor.queues))
        place.mkdir()
        async with morning(place, floor) as day:
            camera = Camera(browser, day, await browser.new_page(), names)
            await camera.knows(SUPERVISOR)
            async for picture in on_the_floor(day, floor):
                await camera.take(picture)


async def main(names: AbstractSet[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=present("chromium")[0], args=[*FLAGS])
            if not names or not names <= {name for floor in (SIX, FIFTY) for name in names_of(floor)}:
                await _of_the_desk(browser, names, folder)
            await for_supervisors(browser, names, folder)
            await browser.close()


async def _of_the_desk(browser: Browser, names: AbstractSet[str], folder: Path) -> None:
    async with morning(folder) as day:
        camera = Camera(browser, day, await browser.new_page(), names)
        async for picture in story(day, camera.sits):
            await camera.take(picture)
        await for_admins(camera, folder)


if __name__ == "__main__":
    asyncio.run(main(frozenset(sys.argv[1:])))
