"""A call is handed over in a real Chromium: what is typed for it is never lost and never moved, whatever
happens meanwhile, and nobody's focus is taken."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from console.desk.handing_over import HandingOver
from console.queues.actions import QueueChange, set_queue
from console.scripts.actions import import_scripts
from telephony.commands import ToQueue, TransferBlind
from telephony.events import LegId
from tests.browser.seat import WITHIN_MS, Seat, sits
from tests.browser.world_site import ANA
from tests.conftest import NOW
from tests.console.desk.day import World, a_world, opened, viewer_of
from tests.console.desk.learning_stage import with_scripts
from tests.fakes.phones import Phones
from tests.fakes.story import leg_of

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

BORIS = viewer_of(2)
WHY = "hand-over-reason"
FOCUSED = "() => document.activeElement.dataset.testid"
CARET = "field => [field.selectionStart, field.value]"


@pytest_asyncio.fixture(loop_scope="session")
async def world(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    """Ana talks with Jozef."""
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await with_scripts(sessions)
        async with a_world(sessions, url) as world:
            on = world.on
            await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
            yield world


async def passes_on(world: World) -> None:
    on = world.on
    await on.take(on.transferred(1), on.leg_ended(1), on.offered(2, "second"))


async def says_why(seat: Seat, text: str) -> None:
    await seat.part("hand-over").locator("summary").click()
    await seat.part(WHY).press_sequentially(text)


async def shows_why(seat: Seat, text: str) -> None:
    await seat.tab.locator("[data-handed]", has_text=text).wait_for(state="attached", timeout=WITHIN_MS)


async def test_why_is_saved_while_it_is_typed_and_stays_after_a_reload(
    chromium: "Browser", world: World
) -> None:
    async with sits(chromium, world) as seat:
        await says_why(seat, "Wants a refund")
        await shows_why(seat, "Wants a refund")
        await world.on.take(world.on.held(1))  # the pop is drawn anew
        await seat.part(WHY).press_sequentially(" above my limit")
        assert await seat.tab.evaluate(FOCUSED) == WHY
        await shows_why(seat, "Wants a refund above my limit")
        await seat.tab.reload()
        await seat.tab.wait_for_selector("body[data-live=connected]")
        assert await seat.part(WHY).input_value() == "Wants a refund above my limit"
        await seat.part(WHY).wait_for(timeout=WITHIN_MS)  # in sight
        await passes_on(world)
        await seat.tab.locator('.pop[data-state="ended"]').wait_for(timeout=WITHIN_MS)
        assert await seat.part(WHY).input_value() == "Wants a refund above my limit"


async def test_why_is_said_again_when_the_console_did_not_answer(chromium: "Browser", world: World) -> None:
    async def lost(route: "Route") -> None:
        await (route.abort() if route.request.method == "POST" else route.continue_())

    async with sits(chromium, world) as seat:
        await seat.tab.route("**/hand-over", lost)
        await says_why(seat, "Needs a specialist")
        await seat.part("hand-over").get_by_text("The console did not answer").wait_for(timeout=WITHIN_MS)
        await seat.tab.unroute("**/hand-over", lost)
        await seat.tab.evaluate("() => document.dispatchEvent(new Event('lineside:live'))")
        await shows_why(seat, "Needs a specialist")
        assert await seat.part("hand-over").get_by_text("The console did not answer").count() == 0


async def test_what_was_typed_in_another_tab_stands_here_too(chromium: "Browser", world: World) -> None:
    async with sits(chromium, world) as seat:
        await HandingOver(world.on.sessions, world.bus).explain(ANA, leg_of(1), "From elsewhere", NOW)
        await shows_why(seat, "From elsewhere")
        assert await seat.part(WHY).input_value() == "From elsewhere"


async def test_whoever_got_it_types_in_peace_and_whoever_had_it_reads_it(
    chromium: "Browser", world: World
) -> None:
    async with sits(chromium, world) as ana, sits(chromium, world, BORIS) as boris:
        await passes_on(world)
        text = boris.part("packet-text")
        await text.wait_for(timeout=WITHIN_MS)
        await boris.tab.keyboard.press("Shift+x")
        await boris.tab.keyboard.type("Why not ")
        await ana.part("pop-notes").fill("He is angry")
        await boris.part("pop-colleague-note").get_by_text("He is angry").wait_for(timeout=WITHIN_MS)
        await world.on.take(world.on.answered(2))
        await boris.tab.locator('.pop[data-state="answered"]').wait_for(timeout=WITHIN_MS)
        await text.press_sequentially("you?")
        assert await text.evaluate(CARET) == [12, "Why not you?"]
        assert await boris.tab.evaluate(FOCUSED) == "packet-text"
        await text.press("Enter")  # asks: the button that does least
        await boris.part("packet-answer").get_by_text("Why not you?").wait_for(timeout=WITHIN_MS)
        assert await text.input_value() == ""
        await ana.part("pop-answer").get_by_text("Why not you?").wait_for(timeout=WITHIN_MS)
        await boris.part("packet-take").dblclick()  # the second click is none
        await ana.part("row-answer").get_by_text("took it over").wait_for(timeout=WITHIN_MS)
        assert await ana.part("pop-answer").count() == 2


async def test_in_a_low_window_the_next_step_stands_above_the_note(chromium: "Browser", world: World) -> None:
    async with sits(chromium, world) as ana, sits(chromium, world, BORIS) as boris:
        await says_why(ana, "A refund is yours to give")
        await ana.part("pop-notes").fill("He wants his money back. " * 8)
        await shows_why(ana, "A refund is yours to give")
        await passes_on(world)
        await boris.part("pop-colleague-note").get_by_text("money back").wait_for(timeout=WITHIN_MS)
        await world.on.take(world.on.answered(2))
        await boris.tab.locator('.pop[data-state="answered"]').wait_for(timeout=WITHIN_MS)
        upper = await boris.part("step-next").or_(boris.part("step-answer")).last.bounding_box()
        lower = await boris.tab.locator(".note").bounding_box()
        assert upper
        assert lower
        assert upper["y"] + upper["height"] < lower["y"]


async def test_what_is_typed_while_a_question_is_on_its_way_stays(chromium: "Browser", world: World) -> None:
    answer = asyncio.Event()

    async def hold(route: "Route") -> None:
        await answer.wait()
        await route.continue_()

    async with sits(chromium, world, BORIS) as boris:
        await passes_on(world)
        text = boris.part("packet-text")
        await text.fill("Which account?")
        await boris.tab.route("**/answer", hold)
        async with boris.tab.expect_request("**/answer"):
            await text.press("Enter")
        await text.press_sequentially(" And who signed")
        answer.set()
        await boris.part("packet-answer").get_by_text("Which account?").wait_for(timeout=WITHIN_MS)
        assert await text.evaluate(CARET) == [15, " And who signed"]
        assert await boris.tab.evaluate(FOCUSED) == "packet-text"


async def test_a_reload_keeps_what_was_not_sent(chromium: "Browser", world: World) -> None:
    async with sits(chromium, world, BORIS) as boris:
        await passes_on(world)
        await boris.part("packet-text").fill("Not ours")
        await boris.tab.reload()
        await boris.tab.wait_for_selector("body[data-live=connected]")
        await boris.tab.wait_for_function(
            "() => document.querySelector('[data-testid=packet-text]').value === 'Not ours'"
        )


PASS_ON = """
- script: pass-on
  title: Pass it on
  priority: 90
  when: {all: ["purchases.late_open >= 1"]}
  steps:
    - {id: hand, do: transfer, with: {queue: second, note: "Wants a refund"}, next: bye}
    - {id: bye, say: "Goodbye.", end: done}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def passing(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    """Ana talks with Jozef, by a script that has the call passed on; the second line has an extension."""
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await with_scripts(sessions)
        async with sessions.begin() as session:
            await import_scripts(session, PASS_ON, publish=True, at=NOW, author="test")
            await set_queue(session, "second", QueueChange(extension="602"))
        async with a_world(sessions, url) as world:
            on = world.on
            await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
            yield world


async def test_a_step_that_has_the_call_passed_on_opens_the_control_for_it(
    chromium: "Browser", passing: World
) -> None:
    """By one click, or key: to whom and why are filled in; what the agent wrote themselves stays."""
    phones = Phones()
    async with sits(chromium, passing, phones=phones) as seat:
        await seat.part("step-next").click()
        await seat.is_at("bye")
        assert await seat.part("transfer-target").input_value() == "second"
        assert await seat.tab.evaluate(FOCUSED) == "transfer-target"
        await shows_why(seat, "Wants a refund")
        assert await seat.part(WHY).input_value() == "Wants a refund"
        await seat.tab.keyboard.press("Escape")
        await seat.part(WHY).fill("Is angry")
        await seat.part("step-back").click()
        await seat.part("step-done").wait_for(timeout=WITHIN_MS)
        assert not await seat.part("step-pass-on-not").is_visible()
        await seat.part("step-transfer").click()
        assert await seat.part(WHY).input_value() == "Is angry"
        await seat.part("transfer-blind").click()
        await seat.part("transfer-blind").wait_for(state="hidden", timeout=WITHIN_MS)
        assert phones.told == [TransferBlind(LegId(leg_of(1)), ToQueue("second", "602"))]
        [run] = await seat.runs()
        assert [done["action"] for done in run.walk["done"]] == ["transfer"]


async def test_where_it_cannot_be_passed_on_from_here_the_step_says_so(
    chromium: "Browser", passing: World
) -> None:
    async with sits(chromium, passing) as seat:
        await passing.on.screens.change(LegId(leg_of(1)), can=["hang_up"])
        await seat.part("cannot").wait_for(timeout=WITHIN_MS)
        assert await seat.part("step-pass-on-not").is_visible()
        assert not await seat.part("step-pass-on").is_visible()
        await seat.part("step-next").click()
        await seat.is_at("bye")
        await seat.part("step-back").click()
        await seat.part("step-done").wait_for(timeout=WITHIN_MS)
        assert await seat.part("step-pass-on-not").is_visible()
        assert not await seat.part("step-transfer").is_visible()
