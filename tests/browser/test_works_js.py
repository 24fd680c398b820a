"""What works in a real Chromium, without any JavaScript: from the list to two versions side by side and the
file; nothing is cut off, however long the words are."""

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from console.clock import now
from console.scripts.actions import import_scripts
from tests.browser.profile_site import LONG_COMPANY, LONG_WORD, SIDEWAYS
from tests.browser.serving import quiet_tab
from tests.browser.studio_site import Studio, studio_in
from tests.fakes.past_runs import OFFER, BelievableCalls, Manner, script_of, store

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

LONG = (
    OFFER.replace("Thank a good customer", LONG_COMPANY)
    .replace("wish", LONG_WORD.replace("æ", "ae"))
    .replace("How can I help you today?", f"{LONG_WORD}{LONG_WORD}{LONG_WORD}")
    .replace("helped", LONG_WORD)
)


@pytest_asyncio.fixture(loop_scope="session")
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio_in(tmp_path) as studio:
        yield studio


@pytest_asyncio.fixture(loop_scope="session", params=[(1280, 720), (1920, 1080), (640, 900)])
async def tab(chromium: "Browser", request: pytest.FixtureRequest) -> "AsyncIterator[Page]":
    width, height = request.param
    async with quiet_tab(chromium, "422 (Unproc", width=width, height=height, scripts=False) as tab:
        yield tab


async def seed(studio: Studio) -> None:
    """Two versions, each on some calls, the second one followed to its end more often."""
    at, calls = now(), BelievableCalls(seed=5, people=50)
    for text in (LONG, LONG.replace("look that up", "look")):
        async with studio.sessions.begin() as session:
            await import_scripts(session, text, publish=True, at=at - timedelta(days=30))
    for number in range(160):
        leaves = 0.25 if number % 2 else 0.02
        manner = Manner(2 - number % 2, script_of(LONG), leaves=leaves)
        calls.add(manner, at - timedelta(days=0.2 + number / 7))
    await store(studio.sessions, calls.calls, calls.runs)


async def test_from_the_list_to_two_versions_and_the_file(studio: Studio, tab: "Page") -> None:
    await seed(studio)
    await tab.goto(studio.url)
    await tab.get_by_test_id("script-works").click()
    await expect(tab.get_by_test_id("works-period")).to_have_value("7")
    await expect(tab.get_by_test_id("works-from")).to_be_hidden()
    assert not await tab.evaluate(SIDEWAYS)
    await tab.get_by_test_id("works-period").select_option("days")
    await tab.get_by_test_id("works-show").click()
    assert await tab.get_by_test_id("works-problem").count() == 2
    await expect(tab.get_by_test_id("works-from")).to_be_visible()
    await tab.get_by_test_id("works-period").select_option("28")
    await tab.get_by_test_id("works-version").select_option("2")
    await tab.get_by_test_id("works-beside").select_option("1")
    await tab.get_by_test_id("works-show").click()
    completed = tab.locator('[data-testid="works-figures"] [data-name="completed"]')
    await expect(completed.locator('[data-verdict="higher"]')).to_contain_text("version 2 is higher")
    assert await completed.locator("svg").count() == 2
    assert not await tab.evaluate(SIDEWAYS)
    async with tab.expect_download() as download:
        await tab.get_by_test_id("works-file").click()
    text = (await (await download.value).path()).read_text("utf-8-sig")
    versions = {row["version"] for row in csv.DictReader(text.splitlines())}
    assert versions == {"1", "2"}
