"""Scripts in a real Chromium, without any JavaScript: from the gallery to calls and back, two admins at once;
nothing is cut off, however long the words are."""

from collections.abc import AsyncIterator
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
from tests.fakes.pages import WHO

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

LONG_KEY = LONG_WORD.replace("æ", "ae") + LONG_WORD.replace("æ", "ae")[:40]
LONG = f"""\
# {LONG_COMPANY} {LONG_WORD}
script: {LONG_KEY}
title: {LONG_COMPANY}
queues: [{LONG_WORD}, sales]
until: 2030-12-31
when:
  all:
    - caller.segment in ["{LONG_WORD}", "{LONG_COMPANY}"]
    - any: [cases.open = 0, purchases.late_open >= 3]
steps:
  - id: {LONG_KEY}
    ask: "{LONG_COMPANY} {LONG_WORD}{LONG_WORD}?"
    answers: {{"{LONG_COMPANY}": next, no: next}}
  - {{id: next, say: "{LONG_WORD}{LONG_WORD}{LONG_WORD}", end: "{LONG_WORD}"}}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio_in(tmp_path) as studio:
        yield studio


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser") -> "AsyncIterator[Page]":
    async with quiet_tab(chromium, "409 (Conflict)", "422 (Unprocessable", scripts=False) as tab:
        yield tab


async def start(tab: "Page") -> None:
    """A draft from the gallery."""
    await tab.locator('[data-script="fallback-line-1"]').get_by_test_id("sample-start").click()


async def as_text(tab: "Page") -> None:
    """Without scripts in the browser, a script is changed as a text."""
    if tab.url.endswith("/edit"):
        await tab.get_by_test_id("as-text").click()


async def write(tab: "Page", before: str, after: str, note: str = "") -> None:
    """Change the text that is open, and save it."""
    await as_text(tab)
    field = tab.get_by_test_id("text-source")
    await field.fill((await field.input_value()).replace(before, after))
    await tab.get_by_test_id("text-note").fill(note)
    await tab.get_by_test_id("text-save").click()


def version(tab: "Page", number: int) -> "Locator":
    """A version in the list of them."""
    return tab.locator(f'[data-testid="version"][data-version="{number}"]')


async def test_from_the_gallery_to_calls_and_back(studio: Studio, tab: "Page") -> None:
    await tab.goto(studio.url)
    await tab.get_by_test_id("studio-gallery").click()
    await start(tab)
    await write(tab, "What can I do for you?", "How can I help?", "In our words")
    assert "Version 2 is saved" in await tab.get_by_test_id("done").inner_text()

    await tab.get_by_test_id("script-publish").click()
    assert "line 1" in await tab.get_by_test_id("release-mended").inner_text()
    await tab.get_by_test_id("release-do").click()
    script = tab.get_by_test_id("script")
    await expect(script).to_have_attribute("data-published", "2")

    await tab.get_by_test_id("script-edit").click()
    await write(tab, "priority: 0", "priority: 5")
    await version(tab, 3).get_by_role("link", name="What changed").click()
    assert await tab.get_by_test_id("difference-words").inner_text() == "priority: 0 → 5"
    await tab.go_back()
    await tab.get_by_test_id("script-publish").click()
    await tab.get_by_test_id("release-do").click()
    await expect(script).to_have_attribute("data-published", "3")

    await version(tab, 2).get_by_role("link", name="Go back to it").click()
    await tab.get_by_test_id("release-note").fill("It came too early")
    await tab.get_by_test_id("release-do").click()
    await expect(script).to_have_attribute("data-published", "2")
    assert "It came too early" in await tab.get_by_test_id("publications").inner_text()
    await tab.get_by_role("link", name="Call scripts").click()
    row = tab.get_by_test_id("script-row")
    assert "in force: version 2" in await row.inner_text()
    assert "draft: version 3" in await row.inner_text()


async def test_two_admins_lose_nothing(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}/gallery")
    await start(tab)
    await as_text(tab)
    other = await tab.context.new_page()
    await other.goto(tab.url)
    await write(other, "priority: 0", "priority: 10")
    await expect(other.get_by_test_id("script")).to_have_attribute("data-newest", "2")
    await write(tab, "Good day", "Welcome", "Warmer")
    assert "saved version 2" in await tab.get_by_role("alert").inner_text()
    assert await tab.get_by_test_id("conflict-they").inner_text() == "priority: 0 → 10"
    assert ": text: “Good day" in await tab.get_by_test_id("conflict-we").inner_text()
    assert "priority: 10" in await tab.get_by_test_id("conflict-theirs").input_value()
    mine = tab.get_by_test_id("conflict-mine")
    assert "Welcome{% if customer %}" in await mine.input_value()
    await mine.fill((await mine.input_value()).replace("priority: 0", "priority: 10"))
    await tab.get_by_test_id("conflict-save").click()
    await expect(tab.get_by_test_id("script")).to_have_attribute("data-newest", "3")
    assert "Warmer" in await tab.get_by_test_id("versions").inner_text()
    await tab.get_by_test_id("compare").click()
    assert ": text: “Good day" in await tab.get_by_test_id("difference-words").inner_text()


async def test_an_import_with_a_mistake_keeps_what_was_pasted(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}/import")
    text = tab.get_by_test_id("import-text")
    await text.fill(LONG.replace("late_open", "late_opn"))
    await tab.get_by_test_id("import-do").click()
    assert "Did you mean purchases.late_open?" in await tab.get_by_test_id("problem").inner_text()
    await text.fill((await text.input_value()).replace("late_opn", "late_open"))
    await tab.get_by_test_id("import-publish").check()
    await tab.get_by_test_id("import-do").click()
    await expect(tab.get_by_test_id("imported")).to_have_attribute("data-imported", "1")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (640, 900)])
async def test_nothing_is_cut_off(studio: Studio, chromium: "Browser", width: int, height: int) -> None:
    context = await chromium.new_context(viewport={"width": width, "height": height})
    await context.add_cookies([{"name": WHO, "value": f"{LONG_WORD}@example.org", "url": studio.url}])
    page = await context.new_page()
    await page.goto(studio.url)
    assert not await page.evaluate(SIDEWAYS)
    async with studio.sessions.begin() as session:
        await import_scripts(session, LONG, publish=True, at=now(), author="a@b.example", note=LONG_COMPANY)
    script = f"/scripts/{LONG_KEY}"
    await page.goto(f"{studio.url}{script}/text")
    await write(page, "until: 2030", "until: 2031", LONG_WORD)
    shown = ("", "/compare?from=1&to=2", "/copy", "/publish?version=2", "/text", "/versions/2", "/withdraw")
    for path in ("", "/gallery", "/import", *(f"{script}{each}" for each in shown)):
        await page.goto(f"{studio.url}{path}")
        assert not await page.evaluate(SIDEWAYS), path
    await context.close()
