"""Two tabs and two browsers of one agent show the same, and what a page shows that is loaded now: after
everything that can happen, in a real Chromium."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.browser.shown import Desks
from tests.browser.world_site import serving
from tests.console.desk.day import A_DAY, a_populated_world

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real("chromium"),
    pytest.mark.asyncio(loop_scope="session"),
]


@pytest_asyncio.fixture(loop_scope="session")
async def desks(chromium: "Browser", sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Desks]:
    file = shutil.copy(sqlite_template, tmp_path / "lineside.sqlite")
    async with a_populated_world(f"sqlite+aiosqlite:///{file}") as world, serving(world) as url:
        desks = Desks(world, url)
        one, other = await chromium.new_context(), await chromium.new_context()
        for name, profile in (("tab", one), ("other tab", one), ("other browser", other)):
            desks.pages[name] = await desks.open(profile)
        yield desks
        await one.close()
        await other.close()


async def test_all_pages_agree_after_everything_that_can_happen(desks: Desks) -> None:
    for step in A_DAY:
        if step.agent == 1 and step.what == "type a note":
            await desks.type_a_note(step)
        elif step.agent == 1 and step.what == "put away":
            await desks.put_away(step)
        elif step.what not in {"open a page", "close a page", "ask for a resync"}:
            await desks.world.play(step)
        await desks.agree(step)
