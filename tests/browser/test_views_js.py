"""Views of the board in a real Chromium: what is chosen is shown, and kept under a name."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from telephony.events import CallQueued, LinkUp
from tests.browser.board_site import BoardSite, board_site, clock
from tests.browser.serving import quiet_tab
from tests.browser.test_board_js import shows
from tests.console.desk.day import Step

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

TILES = "[data-testid=queue]:visible"
AGENTS = "[data-testid=agent]:visible"


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[BoardSite]:
    file = Path(shutil.copy(sqlite_template, tmp_path / "lineside.sqlite"))
    async with board_site(file) as site:
        site.world.at = clock()
        await site.world.play(Step(LinkUp, 0, 0, 1, 0))
        await site.world.play(Step(CallQueued, 0, 0, 1, 0))
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser", site: BoardSite) -> "AsyncIterator[Page]":
    async with quiet_tab(chromium, "WebSocket") as tab:
        await opened(tab, site.url)
        yield tab


async def opened(tab: "Page", url: str) -> None:
    await tab.goto(url)
    await tab.wait_for_selector("body[data-live=connected]")
    await shows(tab, '[data-testid=queue][data-queue=support][data-waiting="1"]')


async def queues(tab: "Page") -> list[str]:
    """The queues that are seen, in their order."""
    return [str(await each.get_attribute("data-queue")) for each in await tab.locator(TILES).all()]


async def test_what_is_chosen_is_kept_under_a_name_and_opened_by_its_link(
    site: BoardSite, tab: "Page"
) -> None:
    all_queues = await queues(tab)
    assert len(all_queues) > 1
    await tab.keyboard.press("w")
    await tab.check('[name=queues][value="support"]')
    await tab.uncheck('[name=figures][value="asa"]')
    await tab.uncheck('[name=parts][value="agents"]')
    await tab.keyboard.press("Escape")
    assert await queues(tab) == ["support"]
    assert await tab.locator("tr[data-figure=asa]:visible, .board-agents:visible").count() == 0
    await tab.reload()
    await tab.wait_for_selector("body[data-live=connected]")
    assert await queues(tab) == ["support"]
    await tab.keyboard.press("v")
    await tab.fill("#view-name", "Support alone")
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/board?view=*")
    await shows(tab, '[data-testid=queue][data-queue=support][data-waiting="1"]')
    link = tab.url
    await opened(tab, site.url)
    assert await queues(tab) == all_queues
    await opened(tab, link)
    assert await queues(tab) == ["support"]
    assert "Support alone" in await tab.locator("[data-testid=view]").inner_text()
    assert await tab.locator(".board-changed:visible").count() == 0


async def test_a_change_is_said_until_it_is_saved(site: BoardSite, tab: "Page") -> None:
    await tab.keyboard.press("v")
    await tab.fill("#view-name", "Mine")
    await tab.click("[data-testid=view-add]")
    await tab.wait_for_url("**/board?view=*")
    await tab.select_option("#board-line", "2")
    await tab.wait_for_selector(".board-changed:visible")
    await tab.keyboard.press("v")
    await tab.click("[data-testid=view-save]")
    await tab.wait_for_selector("body[data-live=connected]")
    assert await tab.locator("#board-line").input_value() == "2"
    assert await tab.locator(".board-changed:visible").count() == 0


async def test_lines_stand_apart_and_stay_so(site: BoardSite, tab: "Page") -> None:
    await tab.select_option("#board-line", "apart")
    order = """() => [...document.querySelectorAll('#tiles > :is(.tile, [data-head])')]
        .filter((each) => each.checkVisibility())
        .map(({ dataset }) => dataset.head ?? dataset.line).join("")"""
    before = await tab.evaluate(order)
    assert before.startswith("11")
    assert "22" in before
    await site.world.play(Step(CallQueued, 0, 1, 1, 1))
    await shows(tab, '[data-testid=queue][data-queue=unknown][data-waiting="1"]')
    after = await tab.evaluate(order)
    assert after == "".join(sorted(after))
    assert await tab.locator("#board-sort").is_hidden()


async def test_agents_of_the_queues_that_were_picked_out(site: BoardSite, tab: "Page") -> None:
    assert await tab.locator(AGENTS).count() == 3
    await tab.keyboard.press("w")
    await tab.check('[name=queues][value="support"]')
    picked = await tab.locator(AGENTS).count()
    working = await tab.locator('[data-testid=agent]:has([data-of="support"])').count()
    assert picked == working
