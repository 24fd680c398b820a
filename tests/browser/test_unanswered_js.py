"""Whatever is clicked at a desk while the console does not answer: it is said, and can be done again."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.desk_site import DESK, Site, open_tab, pop

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

SAID = "The console did not answer"


async def at_a_finished_call(profile: "BrowserContext", site: Site) -> "Page":
    """Ana finishes a call, and nothing answers what she posts."""
    now = datetime.now(UTC).isoformat()
    await site.link("up", "set_pause")
    await site.put("x", state="ended", answered_at=now, ended_at=now, result="answered")
    await site.bus.put(DESK, "presence", {"state": "wrap_up", "since": now, "until": now, "owes": False})
    tab = await open_tab(profile, site)
    await tab.route("**/desk/**", lambda route: route.abort())
    return tab


@pytest.mark.parametrize(
    ("button", "place"),
    [
        ('[data-testid="outcome-save"]', '[id^="unchosen-"]'),
        ('[data-testid="wrap-up-more"]', "#presence-said"),
        ('[data-testid="wrap-up-done"]', "#presence-said"),
        ('[data-testid="presence-set-on_break"]', "#presence-said"),
        (".pop-done", "#presence-said"),
    ],
)
async def test_it_is_said(profile: "BrowserContext", site: Site, button: str, place: str) -> None:
    tab = await at_a_finished_call(profile, site)
    await tab.locator(button).click()
    await expect(tab.locator(place)).to_contain_text(SAID)


async def test_a_mark_that_was_not_stored_does_not_look_so_and_can_be_given_again(
    profile: "BrowserContext", site: Site
) -> None:
    tab = await at_a_finished_call(profile, site)
    satisfaction = pop(tab, "x").get_by_test_id("pop-satisfaction")
    await satisfaction.locator("summary").click()
    four = satisfaction.locator('[value="4"]')
    await four.click()
    await expect(satisfaction.locator(".refused")).to_contain_text(SAID)
    await expect(four).not_to_be_checked()
    async with tab.expect_request("**/satisfaction"):
        await four.click()


async def test_the_page_of_a_proxy_is_no_answer(profile: "BrowserContext", site: Site) -> None:
    tab = await at_a_finished_call(profile, site)
    await tab.route("**/outcome", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"))
    await tab.get_by_test_id("outcome-save").click()
    await expect(tab.locator('[id^="unchosen-"]')).to_contain_text(SAID)
    await expect(tab.get_by_text("Bad Gateway")).to_have_count(0)
