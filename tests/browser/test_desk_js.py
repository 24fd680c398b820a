"""The desk's own JavaScript in a real Chromium: notes, folding, theme; under the real security policy."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from console.desk.samples import sample_pop
from tests.browser.desk_site import DESK, Site, focus, holds, note, open_tab, pop, says

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

NOTES = "**/desk/notes/**"


async def test_a_note_is_saved_and_shown_in_the_other_tab(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    one, other = await open_tab(profile, site), await open_tab(profile, site)
    await note(one, "a").press_sequentially("Would wait")
    await says(one, "a", "Saved")
    await holds(other, "a", "Would wait")
    assert (await site.bus.snapshot(DESK)).entries["note:sample-a"]["text"] == "Would wait"


async def test_typing_outlives_every_swap(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await note(tab, "a").press_sequentially("Wo")
    now = datetime.now(UTC).isoformat()
    await site.put("a", state="answered", answered_at=now)
    await pop(tab, "a").and_(tab.locator("[data-state=answered]")).wait_for()
    await site.put("b")
    await pop(tab, "b").wait_for()
    await tab.keyboard.type("uld wait")
    assert await focus(tab) == ["sample-a", len("Would wait")]
    await says(tab, "a", "Saved")
    await holds(tab, "a", "Would wait")


async def test_what_cannot_be_saved_is_kept_and_tried_again(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await tab.route(NOTES, lambda route: route.abort())
    await note(tab, "a").press_sequentially("Would wait")
    await says(tab, "a", "Not saved yet")
    await tab.reload()
    await tab.wait_for_selector("body[data-live=connected]")
    await holds(tab, "a", "Would wait")
    assert await focus(tab) == ["sample-a", len("Would wait")]
    await tab.unroute(NOTES)
    await says(tab, "a", "Saved")
    assert (await site.bus.snapshot(DESK)).entries["note:sample-a"]["text"] == "Would wait"


async def test_two_tabs_that_write_lose_nothing(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    one, other = await open_tab(profile, site), await open_tab(profile, site)
    await other.route(NOTES, lambda route: route.abort())
    await note(other, "a").press_sequentially("money")
    await says(other, "a", "Not saved yet")
    await note(one, "a").press_sequentially("wait")
    await says(one, "a", "Saved")
    await other.unroute(NOTES)
    await says(other, "a", "both texts are kept")
    both = await note(other, "a").input_value()
    assert both.startswith("wait\n\n— also written at ")
    assert both.endswith("—\nmoney")
    await holds(one, "a", both)


async def test_a_refused_note_says_why_and_keeps_the_text(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await site.bus.put(DESK, "sample-a", None)
    await pop(tab, "a").wait_for(state="detached")
    await site.bus.put("desk:2", "sample-b", sample_pop("b", datetime.now(UTC)))
    # a page that still shows a call which has become somebody else's
    await tab.evaluate(
        """() => document.querySelector("#pops").insertAdjacentHTML("beforeend", `<article data-testid="pop"
           data-leg="sample-b"><div class="note"><span data-note-state></span>
           <textarea data-testid="pop-notes" data-note="sample-b" data-path="sample-b" data-version="0">
           </textarea></div></article>`)"""
    )
    await note(tab, "b").press_sequentially("mine")
    await says(tab, "b", "This call is not yours")
    assert (await note(tab, "b").input_value()).strip() == "mine"


async def test_a_finished_call_folds_when_the_next_one_rings(site: Site, profile: "BrowserContext") -> None:
    at = datetime.now(UTC).isoformat()
    await site.put("a", state="ended", result="answered", answered_at=at, ended_at=at)
    tab = await open_tab(profile, site)
    assert await note(tab, "a").is_visible()
    await site.put("b")
    await note(tab, "a").wait_for(state="hidden")
    await tab.locator('.row[href="#pop-sample-a"]').click()
    await note(tab, "a").wait_for()
    await pop(tab, "a").get_by_text("Hide").click()
    await note(tab, "a").wait_for(state="hidden")
    await pop(tab, "a").get_by_role("button", name="Done").click()
    await pop(tab, "a").wait_for(state="detached")
    await tab.locator('.row[href="#pop-sample-a"]').wait_for(state="detached")


async def test_what_is_being_written_is_not_folded(site: Site, profile: "BrowserContext") -> None:
    at = datetime.now(UTC).isoformat()
    over = {"result": "answered", "answered_at": at, "ended_at": at}
    await site.put("a", state="answered", answered_at=at)
    tab = await open_tab(profile, site)
    await note(tab, "a").press_sequentially("Wants")
    top = await note(tab, "a").bounding_box()
    await site.put("a", state="ended", **over)
    await site.put("b", state="answered", answered_at=at)
    await pop(tab, "b").wait_for()
    assert await note(tab, "a").bounding_box() == top
    await pop(tab, "a").locator(".script").wait_for(state="hidden")  # the hands rest
    assert await note(tab, "a").evaluate("element => element === document.activeElement")
    await tab.keyboard.type(" money")
    await says(tab, "a", "Saved")
    await pop(tab, "a").get_by_role("button", name="Done").click()
    await pop(tab, "a").wait_for(state="detached")


async def test_the_tab_tells_who_rings(site: Site, profile: "BrowserContext") -> None:
    tab = await open_tab(profile, site)
    assert await tab.title() == "Desk · Lineside"
    await site.put("a")
    await tab.wait_for_function("() => document.title === 'Ringing: Jozef Mrkva'")
    assert "ringing.svg" in (await tab.locator('link[rel="icon"]').get_attribute("href") or "")


async def test_the_theme_is_kept(site: Site, profile: "BrowserContext") -> None:
    tab = await open_tab(profile, site)
    await tab.locator(".menu summary").click()
    button = tab.locator("[data-toggle=theme]")
    for theme, label in (("light", "Theme: light"), ("dark", "Theme: dark")):
        await button.click()
        assert await button.text_content() == label
        assert await tab.evaluate("document.documentElement.dataset.theme") == theme
    await tab.reload()
    assert await tab.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = await tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark == "rgb(14, 17, 21)"


async def test_an_open_explanation_stays_open(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await pop(tab, "a").get_by_test_id("pop-why").locator("summary").click()
    await site.put("a", state="answered", answered_at=datetime.now(UTC).isoformat())
    await pop(tab, "a").and_(tab.locator("[data-state=answered]")).wait_for()
    assert await pop(tab, "a").locator(".reasons").is_visible()


SAVED = "([text, other]) => [text, other].every(part => document.activeElement.value.includes(part))"


async def test_two_tabs_that_type_at_once_keep_every_character(site: Site, profile: "BrowserContext") -> None:
    """One without a pause, the other so slowly that it is saved and takes over the other text in between."""
    await site.put("a")
    one, other = await open_tab(profile, site), await open_tab(profile, site)
    fast, slow = "wants to wait for it, and a voucher of 10 euros for that", "GETS 10"
    await asyncio.gather(
        note(one, "a").press_sequentially(fast, delay=50),
        note(other, "a").press_sequentially(slow, delay=450),
    )
    for tab in (one, other):
        await tab.wait_for_function(SAVED, arg=[fast, slow], timeout=10_000)
    await holds(one, "a", await note(other, "a").input_value())
