"""A browser that slept, or whose line went dead without a word, comes back to what is true by then."""

import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from telephony.events import CallAnswered, CallEnded, CallHeld, CallOffered, CallQueued, LinkUp, OfferEnded
from tests.browser.shown import Desks
from tests.browser.world_site import serving
from tests.console.desk.day import Step, a_call, a_populated_world
from tests.console.live.screens import until
from tests.rig.line import line_to

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

CLOCK = """
  window.slept = 0;
  Date.now = ((now) => () => now() + window.slept)(Date.now);
"""
TEN_MINUTES_MS = 600_000
BEFORE = [
    *a_call(0, LinkUp, CallQueued, CallOffered, CallAnswered),
    *a_call(1, CallQueued, CallOffered),
]
"""The agent talks, and another call rings."""

MEANWHILE = [
    *a_call(0, CallHeld, CallEnded),
    *a_call(1, OfferEnded, CallEnded),
]
LATER = a_call(2, CallQueued, CallOffered)


@pytest_asyncio.fixture(loop_scope="session")
async def desks(
    chromium: "Browser", sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desks]:
    """An agent at work; the server is less patient than in real life."""
    monkeypatch.setattr("console.live.hub.BEAT_S", 0.1)
    monkeypatch.setattr("console.live.server.SILENT_S", 1.5)
    monkeypatch.setattr("console.live.server.CLOSE_WITHIN_S", 0.1)
    file = shutil.copy(sqlite_template, tmp_path / "lineside.sqlite")
    async with a_populated_world(f"sqlite+aiosqlite:///{file}") as world, serving(world) as url:
        desks = Desks(world, url)
        await play(desks, BEFORE)
        profile = await chromium.new_context()
        await profile.add_init_script(CLOCK)
        desks.pages["tab"] = await desks.open(profile)
        await desks.agree("it was opened")
        yield desks
        await profile.close()


async def play(desks: Desks, steps: list[Step]) -> None:
    for step in steps:
        await desks.world.play(step)


@asynccontextmanager
async def asleep(chromium: "Browser") -> AsyncIterator[None]:
    """All processes of the browser stand still, as when a lid is closed."""
    session = await chromium.new_browser_cdp_session()
    info = await session.send("SystemInfo.getProcessInfo")
    pids = [int(each["id"]) for each in info["processInfo"]]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        await session.detach()


async def states(page: "Page") -> list[str]:
    found: list[str] = await page.evaluate(
        "[...document.querySelectorAll('[data-testid=pop]')].map(({ dataset }) => dataset.state)"
    )
    return found


async def test_a_browser_that_slept_comes_back_right(desks: Desks, chromium: "Browser") -> None:
    page, hub, leg = desks.pages["tab"], desks.world.hub, desks.world.leg(BEFORE[-3])
    assert await states(page) == ["answered", "ringing"]
    await until(lambda: hub.connected(1) == 1)
    await page.locator(f'[data-note="{leg}"]').press_sequentially("would rather wait")
    await page.evaluate(f"window.slept = {TEN_MINUTES_MS}")
    async with asleep(chromium):
        await play(desks, MEANWHILE)
        await until(lambda: not hub.connected(1))
        await play(desks, LATER)
    await until(lambda: hub.connected(1) == 1)
    await until(lambda: f"note:{leg}" in desks.world.bus.entries("desk:1"))
    await desks.agree("it woke")
    assert await states(page) == ["ended", "ringing"]
    assert await page.locator(f'[data-note="{leg}"]').input_value() == "would rather wait"
    assert await page.locator("body").get_attribute("data-live") == "connected"
    assert hub.connected(1) == 1  # not once for each who noticed


async def test_a_tab_that_was_frozen_comes_back_right(desks: Desks) -> None:
    page = desks.pages["tab"]
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setWebLifecycleState", {"state": "frozen"})
    await play(desks, [*MEANWHILE, *LATER])
    await session.send("Page.setWebLifecycleState", {"state": "active"})
    await desks.agree("it was thawed")
    assert await states(page) == ["ended", "ringing"]


async def test_a_line_that_died_without_a_word_is_noticed_on_both_sides(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, profile = desks.world.hub, desks.pages["tab"].context
    await desks.pages.pop("tab").close()
    await until(lambda: not hub.connected(1))
    direct, port = desks.url, int(desks.url.split(":")[2].removesuffix("/desk"))
    with line_to(port) as line, monkeypatch.context() as patient:
        desks.url = f"http://127.0.0.1:{line.port}/desk"
        page = await desks.open(profile)
        await page.wait_for_selector("body[data-live=connected]")
        patient.setattr("console.live.server.SILENT_S", 1000)
        line.freeze()
        await play(desks, [*MEANWHILE, *LATER])
        await page.evaluate("window.slept = 30_000")
        await page.wait_for_selector("body[data-live=reconnecting]")  # the page noticed
        words = page.locator("[data-live-state]")
        assert (await words.inner_text()).startswith("reconnecting since ")
        ringing = page.locator('[data-testid="pop"][data-state="ringing"]')
        assert await ringing.get_attribute("data-stale-says") == "not up to date"
        assert hub.connected(1) == 1
        patient.undo()
        await until(lambda: not hub.connected(1))  # and so did the server
        await page.evaluate("window.slept = 60_000")  # nor does it wait for ever for a new connection
        line.mend()
        await page.wait_for_selector("body[data-live=connected]")
        desks.url, desks.pages["tab"] = direct, await desks.open(profile)
        await desks.agree("the line was mended")
        assert await desks.shown(page) == await desks.shown(desks.pages["tab"])
        assert await states(page) == ["ended", "ringing"]
