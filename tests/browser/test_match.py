"""How the caller was identified, at the desk: one line, and the steps behind it that stay open."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.desk_site import Site, open_tab, pop

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


async def test_the_steps_open_by_keyboard_and_stay_open(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", set_aside=[{"ref": "C-9", "why": "ends alike"}])
    tab = await open_tab(profile, site)
    match = pop(tab, "a").get_by_test_id("pop-match")
    step = match.get_by_text("Removed the outside-line prefix 9.")
    assert not await step.is_visible()
    await match.locator("summary").focus()
    await tab.keyboard.press("Enter")
    await step.wait_for(timeout=5000)
    assert await match.get_by_text("ends alike").is_visible()
    await site.put("a", state="answered", set_aside=[])
    await tab.wait_for_selector('[data-leg="sample-a"][data-state="answered"]')
    assert await step.is_visible()
    assert not await match.get_by_text("ends alike").count()
    assert await match.locator("summary").evaluate("summary => summary === document.activeElement")
