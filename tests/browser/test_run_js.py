"""Walking through a script in a real Chromium, in mid-call: by mouse and by keys, with what is typed kept
through pushes, reloads and a console that does not answer; and on to the second line's desk."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from console.cases.models import Case
from console.desk.run_moves import answered, went_back
from tests.browser.seat import WITHIN_MS, Seat, sits
from tests.browser.world_site import ANA
from tests.conftest import NOW
from tests.console.desk.day import World, a_world, opened, viewer_of
from tests.console.desk.run_stage import SCRIPTS, STRANGER, publish, stand_of, talks
from tests.fakes.story import leg_of, people

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def world(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await people(sessions)
        await publish(sessions)
        async with a_world(sessions, url) as world:
            yield world


@pytest_asyncio.fixture(loop_scope="session")
async def seat(chromium: "Browser", world: World) -> AsyncIterator[Seat]:
    async with sits(chromium, world) as seat:
        yield seat


async def test_a_whole_script_and_on_with_the_second_line(chromium: "Browser", seat: Seat) -> None:
    on = seat.world.on
    await talks(on)
    await seat.is_at("greet")
    await seat.goes_on()
    await seat.is_at("wish")
    await seat.answers("wait")
    await seat.is_at("mail")
    await seat.types("jozef@example")
    await seat.is_told("is no e-mail address; write one such as ana@example.org")
    assert await seat.part("step-capture").input_value() == "jozef@example"
    await seat.types("jozef@example.org")
    await seat.is_at("thanks")
    await seat.part("step-back").click()
    await seat.is_at("mail")
    assert await seat.part("step-capture").input_value() == "jozef@example.org"
    await seat.part("step-back").click()
    await seat.is_at("wish")
    pressed = seat.tab.locator('[data-testid="step-answer"][aria-pressed="true"]')
    assert await pressed.get_attribute("data-answer") == "wait"
    await seat.answers("cancel")
    await seat.is_at("terms")
    assert await seat.part("step-forward").count() == 0
    await seat.goes_on()
    await seat.is_at("amount")
    await seat.types("120,50 €")
    await seat.is_at("refund")
    await seat.goes_on()
    await seat.is_at("promise")
    await seat.tab.reload()
    await seat.is_at("promise")
    async with on.sessions() as session:
        [case] = await session.scalars(select(Case))
    assert await seat.part("run-so-far").get_by_text(case.ref).is_visible()
    async with sits(chromium, seat.world, viewer_of(2)) as second:
        await on.take(on.transferred(1), on.leg_ended(1), on.offered(2, "second"), on.answered(2))
        await second.is_at("promise")
        assert await second.part("script-offered").get_by_text("Second line takes over").is_visible()
        await second.goes_on()
        await second.is_at("back")
        await second.types("+421 905 123 456")
        await second.is_at("thanks")
        await second.goes_on()
        await second.part("run-outcome").get_by_text("Outcome: resolved").wait_for(timeout=WITHIN_MS)
        assert await second.part("step").count() == 0
    [run] = await seat.runs()
    assert run.answers == {"wish": "cancel", "paid": 120.5, "number": "+421905123456"}


async def test_a_refusal_goes_with_its_reason(seat: Seat) -> None:
    on = seat.world.on
    await on.take(on.queued(), on.offered(1))
    await seat.is_at("greet")
    await seat.goes_on()
    await seat.is_told("This call still rings.")
    await on.take(on.answered(1))
    await seat.part("step-error").wait_for(state="detached", timeout=WITHIN_MS)
    await seat.goes_on()
    await seat.is_at("wish")
    await on.take(on.transferred(1), on.leg_ended(1))
    await seat.part("step-answer").first.wait_for(state="hidden", timeout=WITHIN_MS)
    for name in ("step-answer", "step-back", "step-forward"):
        assert not [button for button in await seat.part(name).all() if await button.is_visible()]
    assert await seat.part("step").is_visible()


async def test_another_version_is_for_another_call(seat: Seat) -> None:
    await talks(seat.world.on)
    await seat.is_at("greet")
    await seat.goes_on()
    await seat.is_at("wish")
    await publish(seat.world.on.sessions, SCRIPTS.replace("Which e-mail?", "To which address?"))
    await seat.answers("wait")
    await seat.is_at("mail")
    assert await seat.part("step").get_by_text("Which e-mail?").is_visible()


async def test_by_keys_alone_and_notes_keep_theirs(seat: Seat) -> None:
    await talks(seat.world.on)
    await seat.is_at("greet")
    await seat.part("step-next").focus()
    await seat.tab.keyboard.press("Enter")
    await seat.is_at("wish")
    await seat.part("pop-notes").press_sequentially("1 and 2")
    assert await seat.part("pop-notes").input_value() == "1 and 2"
    await seat.is_at("wish")
    await seat.part("pop-notes").blur()
    await seat.tab.keyboard.press("1")
    await seat.is_at("mail")
    await seat.tab.wait_for_function("() => document.activeElement.matches('[data-testid=step-capture]')")
    await seat.tab.keyboard.type("jozef@example.org")
    await seat.tab.keyboard.press("Enter")
    await seat.is_at("thanks")


async def test_what_is_typed_stays_through_pushes_reloads_and_silence(seat: Seat) -> None:
    on = seat.world.on
    await talks(on)
    for text in (None, "wait"):
        await on.running.move(ANA, leg_of(1), await stand_of(on), answered(text), NOW)
    await seat.is_at("mail")
    field = seat.part("step-capture")
    await field.press_sequentially("joz")
    await on.take(on.held(1))
    await field.press_sequentially("ef@")
    await seat.tab.reload()
    await seat.is_at("mail")
    assert await field.input_value() == "jozef@"
    await seat.tab.route("**/desk/runs/**", lambda route: route.abort())
    await seat.types("jozef@example.org")
    await seat.is_told("The console did not answer. Nothing that you typed is lost: try again.")
    assert await field.input_value() == "jozef@example.org"
    await seat.tab.unroute("**/desk/runs/**")
    await field.press("Enter")
    await seat.is_at("thanks")
    assert await seat.part("step-error").count() == 0


async def test_another_tab_goes_on(seat: Seat) -> None:
    on = seat.world.on
    await talks(on)
    await seat.is_at("greet")
    other = await seat.tab.context.new_page()
    await other.goto(seat.tab.url)
    await seat.goes_on()
    await other.locator('[data-testid="step"][data-step="wish"]').wait_for(timeout=WITHIN_MS)
    await seat.answers("wait")
    await other.get_by_test_id("step-capture").wait_for(timeout=WITHIN_MS)
    await seat.types("jozef@example.org")
    await other.locator('[data-testid="step"][data-step="thanks"]').wait_for(timeout=WITHIN_MS)
    await on.running.move(ANA, leg_of(1), await stand_of(on), went_back(), NOW)
    await seat.is_at("mail")


async def test_a_script_is_taken_where_none_applies(seat: Seat) -> None:
    on = seat.world.on
    await talks(on)
    await on.screens.change(leg_of(1), script=None)
    await seat.part("pop-script").get_by_text("No script applies").wait_for(timeout=WITHIN_MS)
    await seat.tab.get_by_text("Take another script").click()
    await seat.part("take-script").select_option("fallback")
    await seat.part("take-reason").fill("Better than nothing")
    await seat.part("take-save").click()
    await seat.is_at("greet")
    await seat.goes_on()
    await seat.is_at("bye")


async def test_another_script_is_taken_for_a_reason(seat: Seat) -> None:
    seat.world.on.caller = STRANGER
    await talks(seat.world.on)
    await seat.is_at("ask")
    await seat.tab.get_by_text("Take another script").click()
    await seat.part("take-script").select_option("fallback")
    await seat.part("take-reason").fill("Wants something else")
    await seat.part("take-save").click()
    await seat.is_at("greet")
    assert await seat.part("run-reason").get_by_text("Wants something else").is_visible()
    await seat.part("take-save").wait_for(state="hidden", timeout=WITHIN_MS)
    await seat.tab.get_by_text("Take another script").click()
    assert await seat.part("take-reason").input_value() == await seat.part("take-script").input_value() == ""
    await seat.part("script-offered").get_by_role("button").click()
    await seat.is_at("ask")
    assert [run.script_key for run in await seat.runs()] == ["fallback", "stranger"]
