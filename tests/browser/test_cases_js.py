"""Cases are worked on in mid-call in a real Chromium: each in a small form where the case stands, while
others work on the same: nothing typed is lost, nobody's focus is taken, and who is second is told so."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from console.cases.actions import save_cases, take_step
from console.cases.models import Case
from console.cases.news import announce
from console.cases.queries import cases_of_call
from console.cases.records import CaseRecord
from console.cases.steps import By, Seen, Step, StepKind
from console.db.writing import write
from telephony.events import CallId
from tests.browser.profile_site import profiles_in
from tests.browser.seat import Seat, sits
from tests.browser.serving import quiet_tab
from tests.browser.world_site import ANA
from tests.conftest import NOW
from tests.console.desk.day import a_world, opened, viewer_of
from tests.console.desk.learning_stage import with_scripts
from tests.fakes.story import CALL, ZONE

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

BORIS = viewer_of(2)
SEEN = Seen("normal", 1, None, None)


@dataclass
class Worker(Seat):
    """Somebody who works on cases at their desk."""

    def case(self, ref: str = "K-1") -> "Locator":
        return self.tab.locator(f'[data-testid="pop-case"][data-ref="{ref}"]')

    async def opens(self, ref: str = "K-1") -> "Locator":
        """The form of the case."""
        await self.case(ref).locator(".case-open > summary").click()
        form = self.case(ref).get_by_test_id("case-form")
        await form.wait_for()
        return form


@pytest_asyncio.fixture(loop_scope="session")
async def desks(
    chromium: "Browser", sqlite_template: Path, tmp_path: Path
) -> AsyncIterator[tuple[Worker, Worker]]:
    """Ana and Boris: Jozef, who has the cases K-1 and K-2, calls and rings both; Ana answers."""
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with AsyncExitStack() as stack:
        sessions = await stack.enter_async_context(opened(url))
        await with_scripts(sessions)
        async with sessions.begin() as session:
            await save_cases(
                session,
                [
                    CaseRecord(ref, "C-1", {"subject": subject, "opened_at": NOW - timedelta(days=ago)})
                    for ref, subject, ago in (("K-1", "Broken chair", 2), ("K-2", "Wrong invoice", 1))
                ],
                NOW,
            )
        world = await stack.enter_async_context(a_world(sessions, url))
        seats = [await stack.enter_async_context(sits(chromium, world, who)) for who in (ANA, BORIS)]
        on = world.on
        await on.take(on.up(), on.queued(), on.offered(1), on.offered(2), on.answered(1))
        workers = [Worker(seat.world, seat.tab) for seat in seats]
        for each in workers:
            await each.case().wait_for()
        yield workers[0], workers[1]


async def elsewhere(worker: Worker, kind: StepKind, text: str = "", **more: Any) -> None:
    """Boris does it at another place."""
    by = By(BORIS.email, NOW, None, ZONE)
    step = Step(kind, text, SEEN, **{"priority": SEEN.priority, **more})
    await write(worker.world.on.sessions, lambda session: take_step(session, "K-1", step, by))
    await announce(worker.world.bus, "C-1")


async def caret(worker: Worker) -> Any:
    return await worker.tab.evaluate(
        "() => [document.activeElement.dataset.testid, document.activeElement.selectionStart]"
    )


async def test_what_is_typed_stays_while_the_pop_is_drawn_anew(desks: tuple[Worker, Worker]) -> None:
    ana, _boris = desks
    form = await ana.opens("K-1")
    await form.get_by_test_id("case-text").press_sequentially("Sent a new one")
    for _ in range(4):
        await ana.tab.keyboard.press("ArrowLeft")
    await elsewhere(ana, StepKind.CHANGE, priority="urgent")
    for each in desks:
        await expect(each.case()).to_contain_text("urgent")
    await elsewhere(ana, StepKind.TAKE)
    await expect(ana.case()).to_contain_text("Boris")
    assert await form.get_by_test_id("case-text").input_value() == "Sent a new one"
    assert await caret(ana) == ["case-text", len("Sent a new one") - 4]
    await ana.tab.keyboard.type(" brand")
    assert await form.get_by_test_id("case-text").input_value() == "Sent a new brand one"


async def test_of_two_who_close_a_case_at_once_one_is_told_of_the_other(
    desks: tuple[Worker, Worker],
) -> None:
    ana, boris = desks
    for each, text in ((ana, "Refunded"), (boris, "Sent a new one")):
        form = await each.opens("K-1")
        await form.get_by_test_id("case-text").fill(text)
    told = [each.case().get_by_test_id("case-refused") for each in desks]
    waits = [asyncio.create_task(each.get_by_text("Nothing was changed").wait_for()) for each in told]
    await asyncio.gather(*(each.case().get_by_test_id("case-close").click() for each in desks))
    for each in desks:
        await expect(each.case()).to_have_attribute("data-status", "closed")
    _, others = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in others:
        wait.cancel()
    texts = [await each.inner_text() for each in told]
    first, second = (0, 1) if not texts[0] else (1, 0)
    name, text = (("Ana", "Refunded"), ("Boris", "Sent a new one"))[first]
    assert f"{name} closed this case at" in texts[second]
    assert f"“{text}” Nothing was changed, and what you wrote is still here." in texts[second]
    mine = desks[second].case().get_by_test_id("case-text")
    assert await mine.input_value() == ("Refunded", "Sent a new one")[second]
    assert await desks[first].case().get_by_test_id("case-text").input_value() == ""
    await desks[second].case().get_by_test_id("case-comment").click()
    await expect(mine).to_have_value("")
    await expect(desks[second].case().get_by_test_id("case-told")).to_contain_text("Sent a new one")


async def test_several_cases_are_worked_on_in_a_call(desks: tuple[Worker, Worker]) -> None:
    ana, boris = desks
    form = await ana.opens("K-1")
    await form.get_by_test_id("case-take").click()
    await expect(boris.case()).to_contain_text("Ana")
    await form.get_by_test_id("case-second-line").click()
    await expect(form.get_by_test_id("case-refused")).to_contain_text("Write why")
    await form.get_by_test_id("case-text").fill("Needs a refund")
    await form.get_by_test_id("case-second-line").click()
    await expect(boris.case()).to_contain_text("second line")
    other = await ana.opens("K-2")
    await other.get_by_test_id("case-priority").select_option("urgent")
    await other.get_by_test_id("case-day").fill("2026-12-24")
    await other.get_by_test_id("case-time").fill("10:30")
    await other.get_by_test_id("case-time").press("Enter")
    await expect(boris.case("K-2")).to_contain_text("due Dec 24, 10:30")
    await expect(ana.case("K-2")).to_contain_text("in this call")
    async with ana.world.on.sessions() as session:
        assert [each.ref for each in await cases_of_call(session, CALL)] == ["K-1", "K-2"]


async def test_a_case_is_opened_with_the_keyboard_alone(desks: tuple[Worker, Worker]) -> None:
    ana, boris = desks
    await ana.tab.keyboard.press("c")
    await expect(ana.part("case-subject")).to_be_focused()
    await ana.tab.keyboard.type("Wrong colour")
    await ana.tab.keyboard.press("Tab")
    await ana.tab.keyboard.type("Green, not red")
    for _ in range(3):
        await ana.tab.keyboard.press("Tab")
    await ana.tab.keyboard.press("Enter")
    await expect(boris.tab.get_by_test_id("pop-case").filter(has_text="Wrong colour")).to_be_visible()
    assert await ana.tab.evaluate("() => document.activeElement.tagName") == "SUMMARY"
    async with ana.world.on.sessions() as session:
        assert await session.scalar(select(Case.due_by_rule).where(Case.subject == "Wrong colour"))
    await ana.part("case-new").locator("summary").click()
    assert await ana.part("case-subject").input_value() == ""


async def test_a_case_that_is_written_in_one_call_is_not_in_the_next(desks: tuple[Worker, Worker]) -> None:
    ana, _boris = desks
    on = ana.world.on
    await ana.part("case-new").locator("summary").click()
    await ana.part("case-subject").fill("Wrong colour")
    await on.take(on.ended())
    await expect(ana.tab.locator('.pop[data-state="ended"]')).to_have_count(1)
    on.call = CallId("main-another")
    await on.take(on.queued(), on.offered(1), on.answered(1))
    new = ana.tab.locator('.pop[data-state="answered"]')
    await expect(new).to_have_attribute("data-call-id", on.call)
    assert await new.get_by_test_id("case-new").get_attribute("open") is None
    await new.get_by_test_id("case-new").locator("summary").click()
    await expect(new.get_by_test_id("case-subject")).to_have_value("")
    kept = "() => [...document.querySelectorAll('[data-testid=case-subject]')].map(({ value }) => value)"
    assert "Wrong colour" in await ana.tab.evaluate(kept)


async def test_a_key_goes_from_case_to_case(desks: tuple[Worker, Worker]) -> None:
    ana, _boris = desks
    refs = await ana.part("pop-case").evaluate_all("cases => cases.map(({ dataset }) => dataset.ref)")
    for ref in [*refs, *refs]:
        await ana.tab.keyboard.press("Shift+c")
        await expect(ana.case(ref).locator("summary")).to_be_focused()
    await ana.tab.keyboard.press("Enter")
    await expect(ana.case(refs[-1]).get_by_test_id("case-text")).to_be_focused()
    await ana.tab.keyboard.type("Refunded")
    await ana.tab.keyboard.press("Tab")
    await ana.tab.keyboard.press("Tab")
    await ana.tab.keyboard.press("Enter")
    await expect(ana.case(refs[-1])).to_have_attribute("data-status", "closed")


async def test_what_is_typed_survives_a_reload(desks: tuple[Worker, Worker]) -> None:
    ana, _boris = desks
    form = await ana.opens("K-2")
    await form.get_by_test_id("case-text").fill("Half a sent")
    await form.get_by_test_id("case-priority").select_option("high")
    for _ in range(4):
        await form.get_by_test_id("case-text").press("ArrowLeft")
    await ana.tab.reload()
    form = ana.case("K-2").get_by_test_id("case-form")
    await expect(form.get_by_test_id("case-text")).to_have_value("Half a sent")
    await expect(form.get_by_test_id("case-text")).to_be_focused()
    assert await caret(ana) == ["case-text", len("Half a ")]
    await expect(form.get_by_test_id("case-priority")).to_have_value("high")
    await form.get_by_test_id("case-text").fill("Half a sentence more")
    await form.get_by_test_id("case-change").click()
    await expect(form.get_by_test_id("case-text")).to_have_value("")
    await ana.tab.reload()
    await ana.case("K-2").wait_for()
    await expect(ana.case("K-2").get_by_test_id("case-form")).to_have_count(0)


async def test_what_is_typed_while_the_rest_is_on_its_way_stays(desks: tuple[Worker, Worker]) -> None:
    ana, boris = desks
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def hold(route: Any) -> None:
        arrived.set()
        await go_on.wait()
        await route.continue_()

    form = await ana.opens("K-1")
    text = form.get_by_test_id("case-text")
    await text.fill("Rang the carrier. ")
    await ana.tab.route("**/desk/cases/**", hold)
    await form.get_by_test_id("case-comment").click()
    await arrived.wait()
    await text.press_sequentially("They ring ba")
    go_on.set()
    await expect(form.locator("xpath=..").get_by_test_id("case-told")).to_contain_text("Rang the carrier.")
    await expect(text).to_have_value("They ring ba")
    await text.press_sequentially("ck")
    await form.get_by_test_id("case-comment").click()
    await expect(text).to_have_value("")
    await expect(boris.case()).to_contain_text("in this call")


async def test_a_server_that_is_away_loses_nothing(desks: tuple[Worker, Worker]) -> None:
    ana, _boris = desks
    form = await ana.opens("K-1")
    await form.get_by_test_id("case-text").fill("Refunded")
    await ana.tab.route("**/desk/cases/**", lambda route: route.abort())
    await form.get_by_test_id("case-close").click()
    await expect(form.get_by_test_id("case-refused")).to_contain_text("did not answer")
    await ana.tab.unroute("**/desk/cases/**")
    await form.get_by_test_id("case-close").click()
    await expect(ana.case()).to_have_attribute("data-status", "closed")


async def test_on_the_page_of_a_customer(chromium: "Browser", tmp_path: Path) -> None:
    async with profiles_in(tmp_path) as pages, quiet_tab(chromium) as tab:
        customer = await pages.records.customer("C-1", name="Jana")
        await pages.records.case(customer, pages.records.ago(days=2))
        await tab.goto(f"{pages.url}/customers/C-1")
        case = tab.get_by_test_id("customer-case").filter(has_text="Subject 1")
        await case.locator(".case-open > summary").click()
        await case.get_by_test_id("case-text").fill("Will call back <b>tomorrow</b>")
        await case.get_by_test_id("case-comment").click()
        await expect(case.get_by_test_id("case-told")).to_contain_text("Will call back <b>tomorrow</b>")
        await expect(case.get_by_text("Comments and history: 1")).to_be_visible()
        await case.get_by_test_id("case-text").press_sequentially("Called bak")
        await case.get_by_test_id("case-text").press("ArrowLeft")
        await tab.reload()
        await expect(case.get_by_test_id("case-text")).to_be_focused()
        await tab.keyboard.type("c")
        await expect(case.get_by_test_id("case-text")).to_have_value("Called back")
        await case.get_by_test_id("case-text").fill("")
        await case.get_by_test_id("case-priority").select_option("urgent")
        await case.get_by_test_id("case-change").click()
        await expect(case.locator(".list-head")).to_contain_text("urgent")
        await tab.get_by_test_id("case-new").locator("summary").click()
        await tab.get_by_test_id("case-subject").fill("Wrong colour")
        await tab.get_by_test_id("case-new-open").click()
        await expect(tab.get_by_test_id("customer-case")).to_have_count(2)
        await case.get_by_test_id("case-text").fill("Refunded")
        await case.get_by_test_id("case-close").click()
        await expect(tab.locator("#cases-closed summary").first).to_be_visible()
