"""The wallboard in a real Chromium: it reads from afar, ticks, turns its pages, says when it is old, and goes
blank when its link is revoked."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from console.boards.models import WallLink
from telephony.events import CallQueued, LinkLost, LinkUp
from tests.browser.board_site import clock
from tests.browser.serving import quiet_tab
from tests.browser.wall_site import WallSite, fifty, red, wall_site
from tests.console.desk.day import Step

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

SCREENS = [(1920, 1080), (3840, 2160), (1280, 720)]
PART = 12
"""Main figures are at least this part of the screen's height."""

DIGITS = """() => [...document.querySelectorAll("[data-testid=wall-figure]")].map((figure) => {
  const value = figure.querySelector("dd");
  const style = getComputedStyle(value);
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { actualBoundingBoxAscent, actualBoundingBoxDescent } = canvas.measureText("0");
  return { figure: figure.dataset.figure, glyph: actualBoundingBoxAscent + actualBoundingBoxDescent };
})"""
"""How high a digit is, as it is painted."""

OUTSIDE = """() => [...document.querySelectorAll("main *, footer *")]
    .filter((part) => part.checkVisibility() && !part.matches(".unseen, .unseen *"))
    .filter((part) => {
      const { right, bottom } = part.getBoundingClientRect();
      return right > innerWidth + 1 || bottom > innerHeight + 1;
    }).map((part) => part.outerHTML.slice(0, 100))"""

SHOWN = """() => [...document.querySelectorAll("[data-testid=wall-queue]")]
    .filter((row) => row.checkVisibility()).map((row) => row.dataset.queue)"""

CUT = """() => [...document.querySelectorAll(".wall-figure dt, .wall-figure dd:not(.wall-said), .wall-cell")]
    .filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1)
    .map((part) => part.outerHTML.slice(0, 100))"""


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[WallSite]:
    file = Path(shutil.copy(sqlite_template, tmp_path / "lineside.sqlite"))
    async with wall_site(file) as site:
        site.world.at = clock()
        await site.world.play(Step(LinkUp, 0, 0, 1, 0))
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser", site: WallSite) -> "AsyncIterator[Page]":
    made = await site.link("TV in the sales room")
    async with quiet_tab(chromium, "WebSocket") as tab:
        await tab.goto(f"{site.url}/wall/{made.token}")
        await tab.wait_for_selector("body[data-live=connected]")
        yield tab


async def shows(tab: "Page", selector: str) -> None:
    await tab.wait_for_selector(selector, timeout=10_000, state="attached")


@pytest.mark.parametrize(("width", "height"), SCREENS)
async def test_main_figures_are_a_twelfth_of_the_screen_and_nothing_is_cut_off(
    site: WallSite, chromium: "Browser", width: int, height: int
) -> None:
    await site.add(*fifty())
    async with quiet_tab(chromium, width=width, height=height) as tab:
        await site.world.play(Step(CallQueued, 0, 0, 1, 0))
        await tab.goto(f"{site.url}/board/wall")
        await tab.wait_for_selector("body[data-live=connected]")
        digits = await tab.evaluate(DIGITS)
        assert len(digits) == 7
        assert [each for each in digits if each["glyph"] < height / PART] == []
        assert await tab.evaluate(OUTSIDE) == []
        assert await tab.evaluate(CUT) == []
        assert await tab.evaluate("document.documentElement.scrollHeight <= innerHeight")


async def test_a_caller_joins_and_the_wait_ticks(site: WallSite, tab: "Page") -> None:
    await site.world.play(Step(CallQueued, 0, 0, 1, 0))
    await shows(tab, "[data-testid=wall-figure][data-figure=waiting] dd:first-of-type:text-is('1')")
    ticking = "[data-testid=wall-figure][data-figure=longest] .tick"
    before = await tab.locator(ticking).inner_text()
    await tab.wait_for_function(
        "([where, text]) => document.querySelector(where).textContent !== text", arg=[ticking, before]
    )


async def test_a_wait_that_becomes_too_long_says_so_by_itself(site: WallSite, tab: "Page") -> None:
    await site.add(red("support", longest_yellow_s=1, longest_red_s=3))
    await site.world.play(Step(CallQueued, 0, 0, 1, 0))
    cell = "[data-testid=wall-queue][data-queue=support] [data-figure=longest]"
    await shows(tab, f"{cell}[data-level=red]")
    assert "alarm" in await tab.locator(cell).inner_text()
    figure = tab.locator("[data-testid=wall-figure][data-figure=longest]")
    assert await figure.get_attribute("data-said") == "red"
    assert "alarm: " in await figure.locator(".wall-said").inner_text()


async def test_queues_that_do_not_fit_take_turns_until_they_are_stopped(
    site: WallSite, chromium: "Browser"
) -> None:
    await site.add(*fifty())
    async with quiet_tab(chromium, "WebSocket", width=1920, height=1080) as tab:
        await tab.clock.install()
        await tab.goto(f"{site.url}/board/wall?turn=5")
        said = tab.locator("#wall-at")
        first = await tab.evaluate(SHOWN)
        assert "turns every 5 seconds" in await said.inner_text()
        seen = {*first}
        for _ in range(5):
            await tab.clock.run_for(5_000)
            seen.update(await tab.evaluate(SHOWN))
        assert len(seen) == len(site.boards.feed.board.queues())
        await tab.keyboard.press("Space")
        assert "stopped" in await said.inner_text()
        stays = await tab.evaluate(SHOWN)
        await tab.clock.run_for(60_000)
        assert await tab.evaluate(SHOWN) == stays
        await tab.keyboard.press("ArrowRight")
        assert await tab.evaluate(SHOWN) != stays


async def test_a_link_that_is_cut_and_a_page_that_hears_nothing_say_so(site: WallSite, tab: "Page") -> None:
    await site.world.play(Step(CallQueued, 0, 0, 1, 0))
    await site.world.play(Step(LinkLost, 0, 0, 1, 0))
    await shows(tab, "#wall-all[data-stale=yes]")
    assert "phone system main is away" in await tab.locator("[data-testid=wall-age]").inner_text()
    await site.world.play(Step(LinkUp, 0, 0, 1, 0))
    await shows(tab, "#wall-all:not([data-stale])")
    site.boards.walls.hub._beat_s = 3600  # no more beats: as if a cable was pulled
    await shows(tab, "body[data-apart]")
    assert "no connection to the console" in await tab.locator("[data-testid=wall-apart]").inner_text()
    await site.world.play(Step(CallQueued, 0, 1, 1, 0))
    await shows(tab, "body:not([data-apart])")


async def test_a_screen_goes_blank_when_its_link_is_revoked(site: WallSite, chromium: "Browser") -> None:
    made = await site.link()
    async with quiet_tab(chromium, "410") as tab:
        requests: list[tuple[str, str | None]] = []
        tab.on("request", lambda sent: requests.append((sent.url, sent.headers.get("referer"))))
        await tab.goto(f"{site.url}/wall/{made.token}")
        await tab.wait_for_selector("body[data-live=connected]")
        await site.revoke(made)
        await shows(tab, "[data-testid=wall-gone]")
        assert "This link was revoked" in await tab.locator("main").inner_text()
        assert await tab.locator("[data-testid=wall-figure]").count() == 0
    assert [url for url, referrer in requests if made.token in (referrer or "")] == []


async def test_a_link_that_was_revoked_while_the_screen_was_cut_off_shows_nothing(
    site: WallSite, chromium: "Browser"
) -> None:
    made = await site.link()
    async with quiet_tab(chromium, "410", "WebSocket") as tab:
        await tab.goto(f"{site.url}/wall/{made.token}")
        await tab.wait_for_selector("body[data-live=connected]")
        async with site.world.on.sessions.begin() as session:  # nobody tells the processes
            (await session.get_one(WallLink, made.number)).revoked_at = clock()
        for connection in site.boards.walls.hub._open:
            connection.wire.close(1013, "try again later")
        await shows(tab, "[data-testid=wall-gone]")


async def test_the_page_does_not_grow(site: WallSite, tab: "Page") -> None:
    count = "document.querySelectorAll('*').length"
    await site.world.play(Step(CallQueued, 0, 0, 1, 0))
    await shows(tab, "[data-testid=wall-figure][data-figure=longest] .tick")
    before = await tab.evaluate(count)
    for turn in range(20):
        what = LinkLost if turn % 2 else LinkUp
        await site.world.play(Step(what, 0, 0, 1, 0))
    await site.world.play(Step(LinkUp, 0, 0, 1, 0))
    await shows(tab, "#wall-all:not([data-stale])")
    assert await tab.evaluate(count) == before
