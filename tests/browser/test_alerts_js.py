"""The alerts of the board in a real Chromium: what begins appears, who has seen it is said on every board,
the tiles stay where they are, and it is heard until somebody has seen it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
import pytest_asyncio

from console.alerts.course import Alert, Figure
from console.queues.models import QueueThresholds
from console.queues.thresholds import Level
from telephony.events import CallQueued, LinkUp
from tests.browser.board_site import BoardSite, board_site, clock
from tests.browser.serving import quiet_tab
from tests.browser.test_axe_js import AXE, EVERYTHING, LOOK
from tests.browser.test_board_js import shows
from tests.console.alerts.test_log import keep
from tests.console.desk.day import Step

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

TOP = "() => document.querySelector('.tile').getBoundingClientRect().top"
HEARD = """() => {
  window.heard = 0;
  window.AudioContext = class { constructor() { window.heard += 1; throw new Error("no device"); } };
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[BoardSite]:
    file = Path(shutil.copy(sqlite_template, tmp_path / "lineside.sqlite"))
    async with board_site(file) as site:
        async with site.world.on.sessions.begin() as session:
            session.add(QueueThresholds(queue="support", waiting_red=1, sound=True))
        async with site.world.on.sessions() as session:
            await site.world.on.directory.refresh(session)
        site.boards.feed.employ()
        site.world.at = clock()
        await site.world.play(Step(LinkUp, 0, 0, 1, 0))
        await site.world.play(Step(CallQueued, 0, 0, 1, 0))
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser", site: BoardSite) -> "AsyncIterator[Page]":
    async with quiet_tab(chromium, "WebSocket") as tab:
        await tab.add_init_script(f"({HEARD})()")
        await tab.goto(site.url)
        await tab.wait_for_selector("body[data-live=connected]")
        await shows(tab, '[data-testid=queue][data-queue=support][data-waiting="1"]')
        yield tab


def an_alert(figure: Figure = Figure.WAITING) -> Alert:
    at = clock()
    return Alert("support", figure, Level.RED, Level.RED, 1, at, at, at)


async def tell(site: BoardSite, *alerts: Alert) -> None:
    await keep(site.world.on.sessions, *alerts)
    await site.alerts.compare()


async def test_an_alert_comes_and_goes_and_no_tile_moves(site: BoardSite, tab: "Page") -> None:
    top = await tab.evaluate(TOP)
    alert = an_alert()
    await tell(site, alert)
    await shows(tab, "[data-testid=alert][data-queue=support][data-open=yes][data-level=red]")
    assert "1 not seen by anybody" in await tab.locator("[data-testid=alerts-said]").inner_text()
    await tell(site, *(an_alert(figure) for figure in (Figure.LONGEST, Figure.LEVEL)))
    await shows(tab, "[data-testid=alert]:nth-of-type(3)")
    assert await tab.evaluate(TOP) == top
    ended = clock()
    await tell(site, replace(alert, known_at=ended, ended_at=ended))
    await shows(tab, "[data-testid=alert][data-figure=waiting][data-open=no]")
    assert await tab.evaluate(TOP) == top


async def test_the_watch_itself_tells_of_a_caller_too_many(site: BoardSite, tab: "Page") -> None:
    watching = asyncio.create_task(site.watch.run())
    try:
        await tab.wait_for_selector("[data-testid=alert][data-figure=waiting][data-open=yes]", timeout=30_000)
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def test_seen_is_said_on_every_board_and_makes_them_quiet(
    site: BoardSite, tab: "Page", chromium: "Browser"
) -> None:
    await tab.check("#board-sound")
    await tab.evaluate("window.heard = 0")
    await tell(site, an_alert())
    await tab.wait_for_function("() => window.heard > 0")
    async with quiet_tab(chromium, "WebSocket") as other:
        await other.goto(site.url)
        await other.wait_for_selector("body[data-live=connected]")
        await tab.keyboard.press("a")
        await tab.keyboard.press("Enter")
        for page in (tab, other):
            await shows(page, '[data-testid=alert][data-seen-by="1"]')
            assert "seen by" in await page.locator("[data-testid=alert]").inner_text()
    assert await tab.locator("[data-testid=alert-see]").is_hidden()
    await tab.evaluate("window.heard = 0")
    await tab.evaluate(
        "document.dispatchEvent(new CustomEvent('lineside:swapped', {detail: {}}))"
    )  # it looks again
    assert await tab.evaluate("window.heard") == 0


async def test_of_queues_that_are_not_shown_only_how_many_is_said(site: BoardSite, tab: "Page") -> None:
    await tell(site, an_alert())
    await shows(tab, "[data-testid=alert][data-open=yes]")
    await tab.select_option("#board-line", "2")
    assert await tab.locator("[data-testid=alert]:visible").count() == 0
    assert await tab.locator("#alerts-away").inner_text() == "1 of queues that are not shown"
    await tell(site, an_alert(Figure.LEVEL))
    await tab.wait_for_function("() => document.getElementById('alerts-away').textContent.startsWith('2')")
    assert await tab.locator("[data-testid=alert]:visible").count() == 0
    await tab.select_option("#board-line", "")
    assert await tab.locator("[data-testid=alert]:visible").count() == 2
    assert await tab.locator("#alerts-away").inner_text() == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_where_there_are_alerts_and_menus_are_open(
    site: BoardSite, tab: "Page", theme: Literal["light", "dark"]
) -> None:
    await tell(site, an_alert(), replace(an_alert(Figure.LEVEL), ended_at=clock(), end_known=False))
    await tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await shows(tab, "[data-testid=alert]:nth-of-type(2)")
    await tab.select_option("#board-line", "apart")
    for menu in ("#board-views", "#board-shown"):
        await tab.locator(menu).evaluate("(menu) => { menu.open = true; }")
        await tab.evaluate(f"() => {{ {AXE} }}")
        assert await tab.evaluate(LOOK, EVERYTHING) == []
        await tab.keyboard.press("Escape")
        await tab.locator(menu).evaluate("(menu) => { menu.open = false; }")
