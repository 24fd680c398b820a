"""An agent at their desk in a real Chromium, in mid-call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from console.calls.models import StoredRun
from console.identity.viewer import Viewer
from tests.browser.world_site import ANA, serving
from tests.console.desk.day import World
from tests.fakes.phones import Phones

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

WITHIN_MS = 10_000


@dataclass
class Seat:
    """An agent at their desk."""

    world: World
    tab: "Page"

    def part(self, name: str) -> "Locator":
        return self.tab.get_by_test_id(name)

    async def is_at(self, step: str) -> None:
        await self.tab.locator(f'[data-testid="step"][data-step="{step}"]').wait_for(timeout=WITHIN_MS)

    async def answers(self, text: str) -> None:
        await self.tab.locator(f'[data-testid="step-answer"][data-answer="{text}"]').click()

    async def types(self, text: str) -> None:
        await self.part("step-capture").fill(text)
        await self.part("step-capture").press("Enter")

    async def goes_on(self) -> None:
        await self.part("step-next").click()

    async def is_told(self, text: str) -> None:
        await self.part("step-error").get_by_text(text).wait_for(timeout=WITHIN_MS)

    async def runs(self) -> list[StoredRun]:
        async with self.world.on.sessions() as session:
            return list(await session.scalars(select(StoredRun).order_by(StoredRun.id)))


@asynccontextmanager
async def sits(
    chromium: "Browser", world: World, viewer: Viewer = ANA, phones: Phones | None = None
) -> AsyncIterator[Seat]:
    async with serving(world, viewer, phones) as address:
        context = await chromium.new_context(viewport={"width": 1280, "height": 720})
        tab = await context.new_page()
        await tab.goto(address)
        await tab.wait_for_selector("body[data-live=connected]")
        yield Seat(world, tab)
        await context.close()
