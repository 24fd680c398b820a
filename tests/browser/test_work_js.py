"""The work list in a real Chromium: two desks, one caller; by mouse and by keys; what comes later is told
apart as what was there when the page was loaded."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from console.cases.actions import save_cases
from console.cases.records import CaseRecord
from console.worklist.actions import Doing, Kind, change, claiming
from tests.browser.work_site import WorkSite, at_work, work_site
from tests.conftest import NOW
from tests.console.desk.day import opened, viewer_of
from tests.console.promises.made import callback
from tests.console.worklist.called import LASTS, MINUTE, MISSED_AT, happened, record
from tests.fakes.story import JOZEF, ZONE, people

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page, Route

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

BORIS = "a2@x.example"
WITHIN_MS = 10_000


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[WorkSite]:
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await people(sessions)
        async with work_site(sessions) as site:
            yield site


def row(tab: "Page", state: str, of: str = "missed") -> "Locator":
    return tab.locator(f'[data-testid="{of}"][data-state="{state}"]')


async def becomes(tab: "Page", state: str) -> None:
    await row(tab, state).wait_for(timeout=WITHIN_MS)


async def counts(tab: "Page") -> tuple[str, str]:
    parts = [tab.get_by_test_id(name) for name in ("work-missed", "work-due")]
    return (await parts[0].inner_text(), await parts[1].inner_text())


async def test_one_claims_and_the_other_is_told(chromium: "Browser", site: WorkSite) -> None:
    async with at_work(chromium, site) as ana, at_work(chromium, site, "/desk/work", BORIS) as boris:
        for tab in (ana, boris):
            assert await tab.get_by_text("Nobody waits to be called.").is_visible()
        await happened(site.sessions, record(MISSED_AT, customer_id=1))
        await site.worklist.compare()
        for tab in (ana, boris):
            await becomes(tab, "open")
            assert await counts(tab) == ("1", "0")
            assert not await tab.get_by_text("Nobody waits to be called.").is_visible()
        assert await ana.locator(".work-ago").inner_text() == "1h ago"
        await ana.get_by_test_id("missed-claim").click()
        for tab in (ana, boris):
            await becomes(tab, "claimed")
        assert await ana.get_by_text("Yours since 13:00").is_visible()
        assert await ana.get_by_test_id("missed-release").is_visible()
        assert await boris.get_by_text("Ana has this, since 13:00").is_visible()
        assert not await boris.get_by_test_id("missed-release").is_visible()
        await happened(site.sessions, record(MISSED_AT + MINUTE, answered=2))
        await site.worklist.compare()
        for tab in (ana, boris):
            await becomes(tab, "done")
            assert await tab.get_by_text("Called again, answered by Boris, 12:01").is_visible()
            assert await counts(tab) == ("0", "0")


async def test_who_comes_second_reads_who_has_it(chromium: "Browser", site: WorkSite) -> None:
    await happened(site.sessions, record(MISSED_AT))
    await site.worklist.compare()
    async with at_work(chromium, site, "/desk/work", BORIS) as boris:
        await boris.route("**/claim", lambda route: _after_ana(site, route))
        await boris.get_by_test_id("missed-claim").click()
        await boris.get_by_test_id("missed-refused").get_by_text("Ana took this at 13:00.").wait_for()
        await becomes(boris, "claimed")


async def _after_ana(site: WorkSite, route: "Route") -> None:
    """Ana's click arrives a moment before."""
    await change(site.sessions, Kind.MISSED, 1, claiming, Doing(viewer_of(1), NOW.astimezone(ZONE), LASTS))
    await route.continue_()


async def test_two_click_at_the_same_moment(chromium: "Browser", site: WorkSite) -> None:
    """One has it, and both desks say who; the other reads it beside where they clicked."""
    await happened(site.sessions, record(MISSED_AT))
    await site.worklist.compare()
    async with at_work(chromium, site) as ana, at_work(chromium, site, "/desk/work", BORIS) as boris:
        together = asyncio.Barrier(2)

        async def meet(route: "Route") -> None:
            async with asyncio.timeout(WITHIN_MS / 1000):
                await together.wait()
            await route.continue_()

        for tab in (ana, boris):
            await tab.route("**/claim", meet)
        await asyncio.gather(*(tab.get_by_test_id("missed-claim").click() for tab in (ana, boris)))
        for tab in (ana, boris):
            await becomes(tab, "claimed")
        entries = (await site.bus.snapshot("work:1")).entries.values()
        [name] = [entry["claim"]["name"] for entry in entries]
        won, lost = (ana, boris) if name == "Ana" else (boris, ana)
        assert await won.get_by_text("Yours since 13:00").is_visible()
        assert await won.get_by_test_id("missed-refused").inner_text() == ""
        await lost.get_by_test_id("missed-refused").get_by_text(f"{name} took this at 13:00.").wait_for()
        assert await lost.get_by_text(f"{name} has this, since 13:00").is_visible()


async def test_by_keys_alone(chromium: "Browser", site: WorkSite) -> None:
    """Whoever claims goes on in the same row, and closes it."""
    await happened(site.sessions, record(MISSED_AT))
    await site.worklist.compare()
    async with at_work(chromium, site) as tab:
        await tab.get_by_test_id("missed-claim").focus()
        await tab.keyboard.press("Enter")
        await becomes(tab, "claimed")
        focused = 'document.activeElement.getAttribute("data-testid")'
        await tab.wait_for_function(f'{focused} === "missed-release"', timeout=WITHIN_MS)
        await tab.keyboard.press("Tab")
        await tab.keyboard.press("Enter")
        await tab.keyboard.press("Tab")
        await tab.keyboard.press("Tab")
        assert await tab.evaluate(focused) == "missed-close-no_need"
        await tab.keyboard.press("Enter")
        await becomes(tab, "done")
        assert await tab.get_by_text("No need to call: Ana, 13:00").is_visible()


async def test_a_key_goes_from_one_caller_to_the_next(chromium: "Browser", site: WorkSite) -> None:
    """To what can be done: past those whom a colleague has."""
    for ago, number in ((0, JOZEF), (1, "+421905000002"), (2, "+421905000003")):
        await happened(site.sessions, record(MISSED_AT - ago * MINUTE, number=number))
    await site.worklist.compare()
    async with at_work(chromium, site) as tab:
        rows = tab.get_by_test_id("missed")
        await rows.nth(2).wait_for()
        order = await rows.evaluate_all(
            "rows => rows.toSorted((one, other) => one.offsetTop - other.offsetTop).map(({ id }) => id)"
        )
        focused = "document.activeElement.closest('.work-row')?.id"
        await tab.keyboard.press("m")
        assert await tab.evaluate(focused) == order[0]
        await tab.keyboard.press("m")
        await tab.keyboard.press("Enter")
        await becomes(tab, "claimed")
        await tab.wait_for_function(f"{focused} === '{order[1]}'")
        await tab.keyboard.press("m")
        await tab.keyboard.press("m")
        assert await tab.evaluate(focused) == order[2]


async def test_own_call_backs_come_first_and_others_only_overdue(chromium: "Browser", site: WorkSite) -> None:
    async with at_work(chromium, site) as ana, at_work(chromium, site, email=BORIS) as boris:
        async with site.sessions.begin() as session:
            session.add(callback(1, NOW - 20 * MINUTE, owner=BORIS, note="Overdue"))
            session.add(callback(1, NOW - 5 * MINUTE, owner="a1@x.example", note="Roses"))
            session.add(callback(1, NOW - MINUTE, owner=BORIS, note="Lilies"))
        await site.worklist.compare()
        seen = {}
        for tab in (ana, boris):
            due = row(tab, "open", "callback-due").and_(tab.locator(":visible"))
            await due.nth(1).wait_for(timeout=WITHIN_MS)
            boxes = [(await each.bounding_box(), each) for each in await due.all()]
            boxes.sort(key=lambda box: box[0]["y"] if box[0] else 0)
            seen[tab] = [await each.locator(".work-note").text_content() for _, each in boxes]
            assert await counts(tab) == ("0", "2")
        assert (seen[ana], seen[boris]) == (["Roses", "Overdue"], ["Overdue", "Lilies"])


async def test_an_overdue_case_is_taken_over_by_one(chromium: "Browser", site: WorkSite) -> None:
    """With the keyboard: the focus goes on to where it leads; the other desk reads who was faster."""
    values = {"subject": "Broken chair", "opened_at": NOW - 600 * MINUTE, "due_at": NOW - 10 * MINUTE}
    async with at_work(chromium, site) as ana, at_work(chromium, site, "/desk/work", BORIS) as boris:
        async with site.sessions.begin() as session:
            await save_cases(session, [CaseRecord("K-1", "C-1", values)], NOW)
        await site.worklist.compare()
        held, come = asyncio.Event(), asyncio.Event()

        async def late(route: "Route") -> None:
            come.set()
            await held.wait()
            await route.continue_()

        await boris.route("**/take", late)
        await boris.get_by_test_id("work-case-take").click()
        await come.wait()
        assert await ana.get_by_test_id("work-cases").inner_text() == "1"
        await ana.get_by_test_id("work-case-take").press("Enter")
        await ana.get_by_text("Case K-1 is yours now.").wait_for(timeout=WITHIN_MS)
        held.set()
        await boris.get_by_test_id("work-told").get_by_text("Ana took this case over at 13:00").wait_for()
        for tab in (ana, boris):
            await tab.get_by_test_id("work-case").wait_for(state="detached", timeout=WITHIN_MS)
            assert await tab.get_by_test_id("work-cases").inner_text() == "0"
        focused = "document.activeElement.textContent"
        await ana.wait_for_function(f'{focused} === "Work on it"', timeout=WITHIN_MS)
