"""Reports in a real Chromium: pictures are drawn from the tables beneath them in the colours of either theme;
all else works without any JavaScript, and nothing is cut off, however long the names are."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from console.clock import now
from console.db import schema
from console.db.engine import create_engine, create_sessions
from console.reports.routes import build_reports
from tests.browser.profile_site import LONG_COMPANY, LONG_WORD
from tests.browser.serving import quiet_tab, served, site_of
from tests.console.reports.storing import Past

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

PICTURES = ["trend?period=last_28_days", "staffing?day={day}"]
INK_OF_CHART = """() => {
  const canvas = document.querySelector(".chart canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3]) sum += data[at] + data[at + 1] + data[at + 2];
  }
  return sum;
}"""
"""What is drawn, as a number: other colours make another one."""

SIDEWAYS = """() => [...document.querySelectorAll("main *")]
    .filter(part => !part.closest(".reports-wide > *"))
    .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(part => part.outerHTML.slice(0, 80))"""
"""What the page is too narrow for; wide tables have a place of their own to be moved in."""


def past_days() -> Past:
    """A call every hour of three weeks, in queues with long names."""
    past, at = Past(), now().replace(minute=10)
    past.agent(1, "ana", "sales")
    past.queue("sales", title=f"{LONG_COMPANY} {LONG_WORD}")
    past.queue("support", 60, title="Support")
    for hour in range(1, 21 * 24):
        queue = "support" if hour % 3 else "sales"
        past.answered(f"c{hour}", at - timedelta(hours=hour), 10 + hour % 30, queue=queue, talk_s=200)
    past.state(1, "available", at - timedelta(days=21), None)
    return past


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path) -> AsyncIterator[str]:
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path}/reports.sqlite")
    await schema.ensure(engine)
    sessions = create_sessions(engine)
    await past_days().store(sessions)
    async with served(site_of(build_reports(), {"sessions": sessions})) as url:
        yield f"{url}/reports"
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser") -> "AsyncIterator[Page]":
    async with quiet_tab(chromium) as tab:
        yield tab


@pytest.mark.parametrize("picture", PICTURES)
async def test_a_picture_is_drawn_anew_when_the_theme_changes(site: str, tab: "Page", picture: str) -> None:
    await tab.goto(f"{site}/{picture.format(day=f'{now() - timedelta(days=2):%Y-%m-%d}')}")
    await tab.locator(".chart canvas").wait_for()
    light = await tab.evaluate(INK_OF_CHART)
    await tab.evaluate('document.documentElement.dataset.theme = "dark"')
    await tab.wait_for_function(f"({INK_OF_CHART})() !== {light}")
    await tab.evaluate('document.documentElement.dataset.theme = "light"')
    await tab.wait_for_function(f"({INK_OF_CHART})() === {light}")
    assert not await tab.evaluate(SIDEWAYS)
    await tab.set_viewport_size({"width": 900, "height": 700})
    await tab.wait_for_function("() => document.querySelector('.chart canvas').clientWidth < 900")
    assert not await tab.evaluate(SIDEWAYS)


async def test_how_a_figure_is_computed_is_one_click_away(site: str, tab: "Page") -> None:
    await tab.goto(f"{site}?period=last_28_days")
    said = tab.get_by_text("answered within T ÷ (answered + abandoned).")
    await expect(said).to_be_hidden()
    await tab.get_by_test_id("how-service_level").click()
    await expect(said).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(said).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 640])
async def test_the_table_works_without_javascript(chromium: "Browser", site: str, width: int) -> None:
    async with quiet_tab(chromium, "422 (Unproc", width=width, scripts=False) as tab:
        await tab.goto(site)
        await tab.get_by_test_id("reports-period").select_option("days")
        await expect(tab.get_by_test_id("reports-from")).to_be_visible()
        await tab.get_by_test_id("reports-show-button").click()
        assert await tab.get_by_test_id("reports-problem").count() == 2
        await tab.get_by_test_id("reports-period").select_option("last_28_days")
        await tab.get_by_test_id("reports-by").select_option("day")
        await tab.get_by_test_id("reports-show").select_option("all")
        await tab.get_by_test_id("reports-show-button").click()
        assert await tab.get_by_test_id("reports-table").locator("tbody tr").count() > 20
        await tab.get_by_test_id("reports-table").get_by_role("link", name="Offered").click()
        await expect(tab.locator('th[aria-sort="descending"]')).to_have_attribute("data-column", "offered")
        assert not await tab.evaluate(SIDEWAYS)
        async with tab.expect_download() as download:
            await tab.get_by_test_id("reports-xlsx").click()
        assert (await download.value).suggested_filename.endswith(".xlsx")
