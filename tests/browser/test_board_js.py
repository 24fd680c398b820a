"""The board in a real Chromium: callers come and go, it says when it is old, and nothing on it jumps."""

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from telephony.events import AgentPaused, CallAnswered, CallOffered, CallQueued, LinkLost, LinkUp
from tests.browser.board_site import BoardSite, board_site, clock
from tests.browser.serving import quiet_tab
from tests.console.desk.day import Step

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

WITHIN_MS = 10_000


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[BoardSite]:
    file = Path(shutil.copy(sqlite_template, tmp_path / "lineside.sqlite"))
    async with board_site(file) as site:
        site.world.at = clock()
        await site.world.play(Step(LinkUp, 0, 0, 1, 0))
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser", site: BoardSite) -> "AsyncIterator[Page]":
    async with quiet_tab(chromium, "WebSocket") as tab:
        await tab.goto(site.url)
        await tab.wait_for_selector("body[data-live=connected]")
        yield tab


async def shows(tab: "Page", selector: str) -> None:
    await tab.wait_for_selector(selector, timeout=WITHIN_MS, state="attached")


async def test_a_caller_joins_waits_and_is_answered(site: BoardSite, tab: "Page") -> None:
    await site.world.play(Step(CallQueued, 0, 0, 1, 0))
    await shows(tab, '[data-testid=queue][data-queue=support][data-waiting="1"]')
    tile = tab.locator("[data-queue=support]")
    assert "Jozef Mrkva" in await tile.locator(".tile-waiters").inner_text()
    await tab.wait_for_function(
        "() => Number(document.querySelector('[data-queue=support]').dataset.longestS) >= 1"
    )
    await site.world.play(Step(CallOffered, 0, 0, 1, 0))
    await shows(tab, '[data-testid=agent][data-agent="a1@x.example"][data-state=ringing]')
    await site.world.play(Step(CallAnswered, 0, 0, 1, 0))
    await shows(tab, '[data-agent="a1@x.example"][data-state=on_call]')
    await shows(tab, '[data-queue=support][data-waiting="0"]')
    assert "Jozef Mrkva" in str(await tab.locator('[data-agent="a1@x.example"]').text_content())


async def test_an_agent_on_a_break_says_why_and_since_when(site: BoardSite, tab: "Page") -> None:
    await site.world.play(Step(AgentPaused, 0, 0, 2, 3))
    row = '[data-agent="a2@x.example"][data-state=on_break]'
    await shows(tab, row)
    assert "Lunch <1 h>" in str(await tab.locator(row).text_content())
    since = datetime.fromisoformat(str(await tab.locator(row).get_attribute("data-since")))
    assert since.tzinfo is not None


async def test_a_link_that_is_cut_makes_its_tiles_old_until_it_is_back(site: BoardSite, tab: "Page") -> None:
    await site.world.play(Step(CallQueued, 0, 0, 1, 0))
    await shows(tab, "[data-queue=support]:not([data-stale])")
    await site.world.play(Step(LinkLost, 0, 0, 1, 0))
    await shows(tab, "[data-queue=support][data-stale=yes]")
    said = await tab.locator("[data-queue=support] [data-testid=queue-age]").inner_text()
    assert "phone system main is away" in said
    assert "old" in said
    await site.world.play(Step(LinkUp, 0, 0, 1, 0))
    await shows(tab, "[data-queue=support]:not([data-stale])")


async def test_a_page_that_hears_nothing_says_so_on_every_tile(site: BoardSite, tab: "Page") -> None:
    await site.world.play(Step(CallQueued, 0, 0, 1, 0))
    await shows(tab, "[data-queue=support]:not([data-stale])")
    site.boards.hub._beat_s = 3600  # no more beats: as if a cable was pulled
    await shows(tab, "[data-queue=support][data-stale=yes]")
    assert "no connection to the console" in await tab.locator("[data-queue=support]").inner_text()
    await site.world.play(Step(CallQueued, 0, 1, 1, 0))  # it is heard again
    await shows(tab, '[data-queue=support][data-waiting="2"]:not([data-stale])')


async def test_a_chosen_order_stays_and_says_when_it_is_not_the_true_one(
    site: BoardSite, tab: "Page"
) -> None:
    order = "() => [...document.querySelectorAll('#tiles > .tile')].map((each) => each.dataset.queue).join()"
    await site.world.play(Step(CallQueued, 0, 0, 1, 0))
    await shows(tab, '[data-queue=support][data-waiting="1"]')
    await tab.select_option("#board-queues-by", "waiting")
    assert (await tab.evaluate(order)).startswith("support")
    assert await tab.locator("#board-sort").is_hidden()
    for call in (1, 2):
        await site.world.play(Step(CallQueued, 0, call, 1, 1))
    await shows(tab, '[data-queue=unknown][data-waiting="2"]')
    assert (await tab.evaluate(order)).startswith("support")
    await tab.locator("#board-sort").click()
    assert (await tab.evaluate(order)).startswith("unknown")


async def test_what_is_found_is_shown(site: BoardSite, tab: "Page") -> None:
    await tab.fill("#board-find", "bor")
    agents = tab.locator("[data-testid=agent]:visible")
    assert await agents.count() == 1
    assert "Boris" in str(await agents.text_content())
    await tab.fill("#board-find", "")
    assert await agents.count() == 3
