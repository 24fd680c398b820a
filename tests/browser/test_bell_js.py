"""What tells of a call while the agent is somewhere else, in a real Chromium: what they chose, and once."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.desk_site import DESK, Site, open_tab, pop

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

WATCHED = """
  window.told = [];
  window.asked = 0;
  window.away = false;
  document.hasFocus = () => !window.away;
  class Watched {
    static permission = "default";
    static async requestPermission() {
      window.asked += 1;
      return (Watched.permission = window.answer ?? "granted");
    }
    constructor(title, { body, tag }) { Object.assign(this, { title, body, tag }); window.told.push(this); }
    close() { this.closed = true; }
  }
  window.Notification = Watched;
  const { createOscillator } = AudioContext.prototype;
  window.notes = 0;
  AudioContext.prototype.createOscillator = function () {
    window.notes += 1;
    return createOscillator.call(this);
  };
"""
HELD = "async name => (await navigator.locks.query()).held.some(lock => lock.name.includes(name))"
GO_AWAY = "() => { window.away = true; window.dispatchEvent(new Event('blur')); }"


async def sit_down(profile: "BrowserContext", site: Site) -> "Page":
    await profile.add_init_script(WATCHED)
    return await open_tab(profile, site)


async def turn(tab: "Page", what: str, text: str) -> None:
    await tab.locator(".menu summary").click()
    button = tab.get_by_test_id(f"bell-{what}")
    await button.click()
    await button.get_by_text(text).wait_for()
    await tab.locator(".menu summary").click()


async def told(tab: "Page") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await tab.evaluate(
        "() => told.map(({ title, body, tag, closed = false }) => ({ title, body, tag, closed }))"
    )
    return found


async def test_nothing_is_asked_or_told_that_was_not_chosen(site: Site, profile: "BrowserContext") -> None:
    tab = await sit_down(profile, site)
    await tab.evaluate(GO_AWAY)
    await site.put("a")
    await pop(tab, "a").wait_for()
    await tab.evaluate("() => navigator.locks.query()")
    assert await tab.evaluate("() => [window.asked, window.told.length, window.notes]") == [0, 0, 0]


async def test_a_call_is_told_once_while_the_agent_is_away(site: Site, profile: "BrowserContext") -> None:
    tab = await sit_down(profile, site)
    await turn(tab, "notify", "Notifications: on")
    assert await tab.evaluate("window.asked") == 1
    await site.put("seen")
    await pop(tab, "seen").wait_for()
    assert await told(tab) == []
    await tab.evaluate(GO_AWAY)
    await site.put("a")
    await tab.wait_for_function("() => window.told.length")
    await site.put("a", caller_name="CHANGED")
    await pop(tab, "a").get_by_text("CHANGED").wait_for()
    notice = {
        "title": "Ringing: Jozef Mrkva",
        "body": "+421 905 123 456 · Support · first line",
        "tag": "sample-a",
        "closed": False,
    }
    assert await told(tab) == [notice]
    await site.put("a", state="withdrawn", result="withdrawn", withdrawn_by="Boris Kováč")
    await tab.wait_for_function("() => window.told[0].closed")


async def test_a_sound_is_a_choice_of_its_own_and_is_kept(site: Site, profile: "BrowserContext") -> None:
    tab = await sit_down(profile, site)
    await turn(tab, "sound", "Sound: on")
    await tab.wait_for_function("() => window.notes === 2")  # as it will sound
    await tab.reload()
    await tab.wait_for_selector("body[data-live=connected]")
    assert await tab.get_by_test_id("bell-sound").text_content() == "Sound: on"
    assert await tab.get_by_test_id("bell-notify").text_content() == "Notifications: off"
    await tab.locator(".menu summary").click()
    await tab.evaluate(GO_AWAY)
    await site.put("a")
    await tab.wait_for_function("() => window.notes === 2")
    assert await tab.evaluate("() => window.told.length + window.asked") == 0


async def test_what_the_browser_refuses_is_said(site: Site, profile: "BrowserContext") -> None:
    tab = await sit_down(profile, site)
    await tab.evaluate("() => { window.answer = 'denied'; }")
    await turn(tab, "notify", "Notifications: blocked in this browser")
    await tab.evaluate(GO_AWAY)
    await site.put("a")
    await pop(tab, "a").wait_for()
    assert await told(tab) == []


async def test_one_tab_tells_and_none_while_another_is_in_front(
    site: Site, profile: "BrowserContext"
) -> None:
    tab = await sit_down(profile, site)
    await turn(tab, "notify", "Notifications: on")
    tabs = [tab, await open_tab(profile, site)]
    await tabs[1].evaluate("() => { Notification.permission = 'granted'; }")
    await tab.evaluate(GO_AWAY)
    await site.put("a")
    for each in tabs:
        await pop(each, "a").wait_for()
    assert await told(tab) == []
    await tabs[1].evaluate(GO_AWAY)
    await tab.wait_for_function(
        "async () => !(await navigator.locks.query()).held.some(lock => lock.name.includes('in-front'))"
    )
    await site.put("b")
    for each in tabs:
        await each.wait_for_function(HELD, arg="ring:sample-b")
    async with asyncio.timeout(10):
        while not (heard := await told(tab) + await told(tabs[1])):
            pass  # a lock is held a moment before its holder hears of it
    assert len(heard) == 1


async def test_the_tab_says_what_keeps_calls_away(site: Site, profile: "BrowserContext") -> None:
    await site.link("up")
    tab = await open_tab(profile, site)
    since = datetime.now(UTC).isoformat()
    for state, title, icon in (
        ("wrap_up", "Wrap-up · Lineside", "wrap-up"),
        ("on_break", "On a break · Lineside", "quiet"),
        ("available", "Desk · Lineside", "quiet"),
    ):
        await site.bus.put(DESK, "presence", {"state": state, "since": since, "reason": ""})
        await tab.wait_for_function("(title) => document.title === title", arg=title)
        assert f"/{icon}.svg" in (await tab.locator('link[rel="icon"]').get_attribute("href") or "")
    await site.link("down")
    await tab.wait_for_function("() => document.title === 'No phone system · Lineside'")
    assert "/down.svg" in (await tab.locator('link[rel="icon"]').get_attribute("href") or "")
    (connection,) = site.hub._topics[DESK].current
    connection.wire.close(1000, "for good")
    await tab.wait_for_function("() => document.title === 'Not connected · Lineside'")


async def test_a_call_is_read_out_once_per_step(site: Site, profile: "BrowserContext") -> None:
    await site.put("over", state="ended", result="answered")
    tab = await open_tab(profile, site)
    said = tab.locator("#desk-said")
    assert await said.get_attribute("role") == "status"  # polite
    assert await said.text_content() == ""
    await tab.evaluate(
        """() => {
            window.said = [];
            new MutationObserver(() => window.said.push(document.getElementById("desk-said").textContent))
                .observe(document.getElementById("desk-said"), { childList: true });
        }"""
    )
    await site.put("a")
    await site.put("a", caller_name="CHANGED")
    await site.put("a", state="answered")
    await site.put("b", customer=None, match="none")
    await site.put("b", customer=None, match="none", state="withdrawn", withdrawn_by="Boris Kováč")
    await pop(tab, "b").and_(tab.locator("[data-state=withdrawn]")).wait_for()
    assert await tab.evaluate("window.said") == [
        "Ringing: Jozef Mrkva",
        "On call: Jozef Mrkva",
        "Ringing: Unknown caller",
        "Answered by Boris Kováč: Unknown caller",
    ]
