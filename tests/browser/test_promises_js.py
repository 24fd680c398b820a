"""A call-back is promised and something offered in a real Chromium: a wrong time, then a right one, by mouse
and by keys, once however often it is clicked; and what the pop says of it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from console.calls.models import Call
from console.promises.models import Callback, Offer
from tests.browser.seat import WITHIN_MS, Seat, sits
from tests.console.desk.day import World, a_world, opened
from tests.console.desk.run_stage import publish, talks
from tests.fakes.story import people

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

SCRIPT = """
- script: promises
  title: Promise and offer
  priority: 95
  lines: [1]
  steps:
    - {id: promise, do: schedule_callback, with: {in_days: 2, subject: Whether the roses came}, next: card}
    - {id: card, do: offer, with: {offer: Loyalty card}, next: bye}
    - {id: bye, say: "Goodbye.", end: done}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def world(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await people(sessions)
        await publish(sessions, SCRIPT)
        async with a_world(sessions, url) as world:
            yield world


@pytest_asyncio.fixture(loop_scope="session")
async def seat(chromium: "Browser", world: World) -> AsyncIterator[Seat]:
    async with sits(chromium, world) as seat:
        yield seat


async def callbacks(seat: Seat) -> list[Callback]:
    async with seat.world.on.sessions() as session:
        return list(await session.scalars(select(Callback)))


async def offers(seat: Seat) -> list[Offer]:
    async with seat.world.on.sessions() as session:
        return list(await session.scalars(select(Offer)))


async def test_a_wrong_time_then_a_right_one(seat: Seat) -> None:
    await talks(seat.world.on)
    await seat.is_at("promise")
    day, time = seat.part("step-day"), seat.part("step-time")
    assert (await day.input_value(), await time.input_value()) == ("2026-11-23", "13:00")
    await day.fill("2026-11-20")
    await time.fill("15:30")
    await seat.goes_on()
    await seat.is_told("2026-11-20 15:30 is over already: choose a later time, or another day.")
    assert (await day.input_value(), await time.input_value()) == ("2026-11-20", "15:30")
    await seat.part("step-own").check()
    await seat.tab.reload()
    await seat.is_at("promise")
    assert (await day.input_value(), await time.input_value()) == ("2026-11-20", "15:30")
    assert await seat.part("step-own").is_checked()
    await seat.world.on.take(seat.world.on.held(1))
    await day.fill("2026-11-25")
    await seat.part("step-next").dblclick()
    await seat.is_at("card")
    [made] = await callbacks(seat)
    assert (made.due_at.isoformat(), made.owner) == ("2026-11-25T14:30:00+00:00", made.author)
    owed = seat.part("pop-callback")
    await owed.get_by_text("Call-back promised for Wed, Nov 25, 15:30, by Ana").wait_for(timeout=WITHIN_MS)
    assert "Whether the roses came" in await owed.inner_text()
    await seat.part("step-back").click()
    await seat.is_at("promise")
    assert await seat.part("step-done").get_by_text("Promised for Wed, Nov 25, 15:30").is_visible()
    assert await seat.part("step-day").count() == 0


async def test_an_offer_is_answered_by_its_digit(seat: Seat) -> None:
    await talks(seat.world.on)
    await seat.is_at("promise")
    await seat.part("step-skip").click()
    await seat.is_at("card")
    said = [" ".join(text.split()) for text in await seat.part("step-answer").all_inner_texts()]
    assert said == ["1 Accepted", "2 Declined", "3 Wants to think about it"]
    await seat.tab.reload()
    await seat.is_at("card")
    await seat.tab.keyboard.press("2")
    await seat.is_at("bye")
    await seat.part("pop-offer").get_by_text("Declined on Nov 21").wait_for(timeout=WITHIN_MS)
    [made] = await offers(seat)
    assert (made.what, made.answer, await callbacks(seat)) == ("Loyalty card", "declined", [])
    assert await seat.part("run-so-far").get_by_text("declined").is_visible()


async def says_satisfaction(seat: Seat, mark: int) -> None:
    told = seat.part("pop-satisfaction").get_by_text(f"Caller's satisfaction: {mark} of 5")
    await told.wait_for(timeout=WITHIN_MS)


async def test_how_satisfied_the_caller_was(seat: Seat) -> None:
    on = seat.world.on
    await talks(on)
    await seat.is_at("promise")
    await seat.part("pop-satisfaction").locator("summary").click()
    await seat.tab.get_by_role("radio", name="4").check()
    await (
        seat.part("pop-satisfaction").get_by_text("Caller's satisfaction: 4 of 5").wait_for(timeout=WITHIN_MS)
    )
    assert await seat.tab.evaluate("document.activeElement.value") == "4"
    await seat.tab.keyboard.press("ArrowLeft")
    await (
        seat.part("pop-satisfaction").get_by_text("Caller's satisfaction: 3 of 5").wait_for(timeout=WITHIN_MS)
    )
    await on.take(on.ended())
    await seat.tab.reload()
    await (
        seat.part("pop-satisfaction").get_by_text("Caller's satisfaction: 3 of 5").wait_for(timeout=WITHIN_MS)
    )
    assert await seat.part("pop-satisfaction").get_attribute("open") is None
    async with on.sessions() as session:
        assert [*await session.scalars(select(Call.satisfaction))] == [3]
