"""The shift at the desk, in a real Chromium: the time left ticks, what is chosen and not kept yet stays, the
day is read anew when a call is over."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from playwright.async_api import expect

from tests.browser.desk_site import DESK, Site, open_tab, pop

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


async def finishes(site: Site, seconds: float, **more: object) -> None:
    """Ana finishes a call for so many seconds more."""
    now = datetime.now(UTC)
    until = (now + timedelta(seconds=seconds)).isoformat()
    word = {"state": "wrap_up", "reason": "", "since": now.isoformat(), "until": until, "owes": False}
    await site.bus.put(DESK, "presence", {**word, **more})


async def test_the_time_left_ticks_and_stops_at_nothing(profile: "BrowserContext", site: Site) -> None:
    tab = await open_tab(profile, site)
    await finishes(site, 2.5)
    ticking = tab.get_by_test_id("wrap-up-left")
    await expect(ticking).to_have_text("00:02")
    await expect(ticking).to_have_text("00:00")
    await finishes(site, 62.5)
    await expect(ticking).to_have_text("01:02")


async def test_where_an_outcome_is_owed_it_is_said(profile: "BrowserContext", site: Site) -> None:
    tab = await open_tab(profile, site)
    await finishes(site, -5, owes=True, then="lunch")
    await expect(tab.get_by_test_id("wrap-up")).to_have_attribute("data-owes", "yes")
    await expect(tab.get_by_test_id("presence")).to_contain_text("its queue asks for it")
    await expect(tab.get_by_test_id("presence-then")).to_have_text("then a break: Lunch")


async def test_what_is_chosen_and_not_kept_yet_stays(profile: "BrowserContext", site: Site) -> None:
    over = {"state": "ended", "answered_at": datetime.now(UTC).isoformat()}
    over |= {"ended_at": datetime.now(UTC).isoformat(), "result": "answered"}
    tab = await open_tab(profile, site)
    await site.put("x", **over)
    outcome = pop(tab, "x").get_by_test_id("outcome")
    await outcome.select_option("case opened")
    await site.put("x", **over, satisfaction=3)
    await expect(pop(tab, "x").get_by_test_id("pop-satisfaction")).to_have_attribute("data-mark", "3")
    await expect(outcome).to_have_value("case opened")
    await site.put("x", **over, satisfaction=3, outcome="resolved")  # a colleague's word
    await expect(pop(tab, "x").get_by_test_id("outcome-kept")).to_have_text(
        "Kept: resolved"
    )  # by a colleague
    await expect(outcome).to_have_value("case opened")


async def test_a_queues_own_words(profile: "BrowserContext", site: Site) -> None:
    now = datetime.now(UTC).isoformat()
    tab = await open_tab(profile, site)
    await site.put("x", state="ended", answered_at=now, ended_at=now, outcomes=["sold", "not sold"])
    words = pop(tab, "x").get_by_test_id("outcome").locator("option")
    await expect(words).to_have_text(["Choose …", "sold", "not sold"])


async def test_no_outcome_is_asked_for_before_the_end(profile: "BrowserContext", site: Site) -> None:
    tab = await open_tab(profile, site)
    await site.put("x", state="answered", answered_at=datetime.now(UTC).isoformat())
    await expect(pop(tab, "x")).to_have_attribute("data-state", "answered")
    await expect(pop(tab, "x").get_by_test_id("outcome")).to_have_count(0)


async def test_the_day_is_read_anew_when_a_call_is_over(profile: "BrowserContext", site: Site) -> None:
    tab = await open_tab(profile, site)
    await expect(tab.get_by_test_id("day-answered")).to_have_text("0")
    async with tab.expect_response("**/desk/day"):
        await site.put("x", state="withdrawn", result="no_answer")


async def test_a_break_by_keys_alone(profile: "BrowserContext", site: Site) -> None:
    """Also a field beside all calls is left by Escape, so that keys act again."""
    value = {"state": "up", "reason": "", "since": datetime.now(UTC).isoformat(), "can": ["set_pause"]}
    await site.bus.put("links", "main", value)
    tab = await open_tab(profile, site)
    await tab.keyboard.press("Shift+r")
    await expect(tab.get_by_test_id("presence-reason")).to_be_focused()
    await tab.keyboard.type("Train")
    await tab.keyboard.press("Escape")
    async with tab.expect_request("**/desk/presence") as asked:
        await tab.keyboard.press("p")
    assert parse_qs((await asked.value).post_data or "") == {"state": ["on_break"], "reason": ["training"]}


async def test_of_log_in_and_log_out_the_key_does_what_is_there(
    profile: "BrowserContext", site: Site
) -> None:
    can = ["set_pause", "set_queues"]
    value = {"state": "up", "reason": "", "since": datetime.now(UTC).isoformat(), "can": can}
    await site.bus.put("links", "main", value)
    tab = await open_tab(profile, site)
    for state, key, asks in (("offline", "Shift+i", "online"), ("available", "Shift+q", "offline")):
        await site.bus.put(DESK, "presence", {"state": state, "since": datetime.now(UTC).isoformat()})
        await expect(tab.get_by_test_id("presence")).to_have_attribute("data-state", state)
        async with tab.expect_request("**/desk/presence") as asked:
            await tab.keyboard.press(key)
        assert parse_qs((await asked.value).post_data or "")["state"] == [asks]


async def test_what_the_phone_systems_can_is_asked_when_one_comes_up(
    profile: "BrowserContext", site: Site
) -> None:
    await site.link("down")
    tab = await open_tab(profile, site)
    await expect(tab.get_by_test_id("presence-no-pause")).to_be_visible()
    await expect(tab.get_by_test_id("presence-set-on_break")).to_have_count(0)
    value = {"state": "up", "reason": "", "since": datetime.now(UTC).isoformat(), "can": ["set_pause"]}
    await site.bus.put("links", "main", value)
    await expect(tab.get_by_test_id("presence-set-on_break")).to_be_visible()
    await expect(tab.get_by_test_id("presence-no-pause")).to_have_count(0)
