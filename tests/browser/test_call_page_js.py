"""The page of a call in a real Chromium: the note of a call whose pop is gone is written there as at the
desk."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from console.calls.models import Note
from console.desk.actions import put_away
from tests.browser.seat import Seat, sits
from tests.browser.world_site import ANA
from tests.console.desk.day import World, a_world, opened
from tests.console.desk.learning_stage import with_scripts
from tests.fakes.story import CALL, leg_of

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def world(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    """Ana talked with Jozef, and put the pop away."""
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await with_scripts(sessions)
        async with a_world(sessions, url) as world:
            on = world.on
            await on.take(on.up(), on.queued(), on.offered(1), on.answered(1), on.leg_ended(1), on.ended())
            await put_away(world.bus, ANA, leg_of(1))
            yield world


async def opens(seat: Seat) -> None:
    await seat.tab.goto(seat.tab.url.replace("/desk", f"/calls/{CALL}"))


async def stored(world: World) -> str | None:
    async with world.on.sessions() as session:
        return await session.scalar(select(Note.text).where(Note.leg_id == leg_of(1)))


async def test_what_is_typed_is_saved_and_stays_after_a_reload(chromium: "Browser", world: World) -> None:
    async with sits(chromium, world) as seat:
        await opens(seat)
        note = seat.part("call-own-note")
        await note.press_sequentially("Wants his mony")
        await expect(seat.tab.locator("[data-note-state]")).to_contain_text("Saved")
        assert await stored(world) == "Wants his mony"
        await note.press("ArrowLeft")
        await seat.tab.reload()
        await expect(note).to_be_focused()
        await seat.tab.keyboard.type("e")
        await expect(seat.tab.locator("[data-note-state]")).to_contain_text("Saved")
        assert await stored(world) == "Wants his money"


async def test_a_server_that_is_away_loses_nothing(chromium: "Browser", world: World) -> None:
    async with sits(chromium, world) as seat:
        await opens(seat)
        await seat.tab.route("**/desk/notes/**", lambda route: route.abort())
        await seat.part("call-own-note").press_sequentially("Call him back")
        await expect(seat.tab.locator("[data-note-state]")).to_contain_text("Not saved yet")
        await seat.tab.unroute("**/desk/notes/**")
        await seat.tab.reload()
        await expect(seat.part("call-own-note")).to_have_value("Call him back")
        await expect(seat.tab.locator("[data-note-state]")).to_contain_text("Saved")
        assert await stored(world) == "Call him back"
