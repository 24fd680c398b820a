"""The whole life of a call at the desk, in a real Chromium: nothing that is read or written moves, nothing
typed is lost, and what is not up to date says so."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from console.desk.samples import sample_colleague
from tests.browser.desk_site import DESK, Site, focus, holds, note, open_tab, pop, says

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Locator, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


def now() -> str:
    return datetime.now(UTC).isoformat()


async def is_now(card: "Locator", **attributes: str) -> None:
    """Wait until the card has these attributes (`data_state="answered"`)."""
    wanted = "".join(f'[{name.replace("_", "-")}="{value}"]' for name, value in attributes.items())
    await card.and_(card.page.locator(wanted)).wait_for()


async def place(card: "Locator", part: str) -> tuple[int, ...]:
    """In whole pixels: browsers round shares of a width here and there."""
    box = await card.locator(part).bounding_box()
    assert box
    return tuple(round(number) for number in (box["x"], box["y"], box["width"], box["height"]))


async def places(tab: "Page", name: str) -> list[object]:
    """Where what is read and written stands: the name, the sentence to say, the note."""
    return [await place(pop(tab, name), part) for part in (".pop-name", ".say", "[data-testid=pop-notes]")]


async def test_typing_outlives_the_whole_life_of_a_call(site: Site, profile: "BrowserContext") -> None:
    await site.link("up")
    await site.put("a")
    tab = await open_tab(profile, site)
    card = pop(tab, "a")
    await note(tab, "a").focus()  # which brings it into view
    before = await places(tab, "a")
    on = {"state": "answered", "answered_at": now()}
    eva = {**sample_colleague("Eva Malá", note="On my way"), "before": False}

    await tab.keyboard.type("wa")
    await site.put("a", **on)
    await is_now(card, data_state="answered")
    await tab.keyboard.type("nts ")
    await site.put("a", held=True, **on)
    await is_now(card, data_held="yes")
    await tab.keyboard.type("a vou")
    await site.put("a", held=True, colleagues=[eva], **on)
    await is_now(card, data_consulting="yes")
    await tab.keyboard.type("cher")
    await site.link("down")
    await is_now(card, data_stale="yes")
    await tab.keyboard.type(", asks E")
    assert await places(tab, "a") == before
    await site.link("up")
    await card.and_(tab.locator(":not([data-stale])")).wait_for()
    await tab.keyboard.type("va")
    await site.put("a", **{**on, "state": "ended"}, result="transferred", ended_at=now(), colleagues=[eva])
    await is_now(card, data_state="ended")
    await tab.keyboard.type(" too")

    text = "wants a voucher, asks Eva too"
    assert await focus(tab) == ["sample-a", len(text)]
    assert await places(tab, "a") == before
    await says(tab, "a", "Saved")
    await holds(tab, "a", text)
    assert (await site.bus.snapshot(DESK)).entries["note:sample-a"]["text"] == text


async def test_what_a_link_does_not_keep_up_to_date_says_so(site: Site, profile: "BrowserContext") -> None:
    await site.link("up")
    await site.put("a", state="answered", answered_at=now())
    await site.put("b", state="ended", result="answered", answered_at=now(), ended_at=now())
    await site.put("other", link="branch")
    await site.bus.put(DESK, "presence", {"state": "on_call", "since": now(), "reason": ""})
    tab = await open_tab(profile, site)
    presence = tab.get_by_test_id("presence")
    assert await tab.locator("[data-stale]").count() == 0

    await site.link("stale")  # as LinkWatch says it when nobody listens any more
    await pop(tab, "a").get_by_text("not up to date since").wait_for()
    await is_now(presence, data_stale="yes")
    for kind in (".pop", ".row"):  # neither what is over nor another link's
        assert await tab.locator(f"{kind}[data-stale]").count() == 1

    await site.put("a", state="answered", held=True, answered_at=now())
    await is_now(pop(tab, "a"), data_held="yes", data_stale="yes")
    await site.put("new")
    await is_now(pop(tab, "new"), data_stale="yes")
    await tab.reload()
    await is_now(pop(tab, "a"), data_stale="yes")

    await site.bus.put("links", "branch", {"state": "up", "reason": "", "since": now()})
    await presence.and_(tab.locator(":not([data-stale])")).wait_for()
    assert await pop(tab, "a").get_attribute("data-stale") == "yes"
    await site.link("up")
    await pop(tab, "a").and_(tab.locator(":not([data-stale])")).wait_for()
    assert await tab.locator("[data-stale]").count() == 0
    assert await pop(tab, "a").locator(".pop-stale").is_hidden()


async def buttons(tab: "Page", name: str) -> list[object]:
    """Where stands what a call is ended with."""
    return [await place(pop(tab, name), part) for part in (".control-hangup", ".control-transfer > summary")]


@pytest.mark.parametrize("width", [1240, 1280, 1920, 2560])
async def test_a_second_call_comes_beside_the_first(
    site: Site, profile: "BrowserContext", width: int
) -> None:
    await site.link("up", "hang_up", "transfer_blind", "transfer_attended")
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": width, "height": 800})
    before = [*await places(tab, "a"), *await buttons(tab, "a")]
    await site.put("b")
    await pop(tab, "b").wait_for()
    assert [*await places(tab, "a"), *await buttons(tab, "a")] == before
    first, second = await pop(tab, "a").bounding_box(), await pop(tab, "b").bounding_box()
    assert first
    assert second
    assert first["x"] + first["width"] <= second["x"]
    assert abs(first["y"] - second["y"]) < 1
    assert second["x"] + second["width"] <= width


async def test_where_there_is_no_room_it_comes_below(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": 640, "height": 800})
    await site.put("b")
    await pop(tab, "b").wait_for()
    first, second = await pop(tab, "a").bounding_box(), await pop(tab, "b").bounding_box()
    assert first
    assert second
    assert first["y"] + first["height"] <= second["y"]


async def test_who_calls_again_is_the_current_call(site: Site, profile: "BrowserContext") -> None:
    gone = {"state": "withdrawn", "result": "cancelled", "end": "abandoned", "ended_at": now()}
    await site.put("a", **gone)
    tab = await open_tab(profile, site)
    assert await note(tab, "a").is_hidden()
    await site.put("b")
    await pop(tab, "b").get_by_text("Called 2 minutes ago").wait_for()
    first, second = await pop(tab, "a").bounding_box(), await pop(tab, "b").bounding_box()
    assert first
    assert second
    assert second["y"] < first["y"]
    await pop(tab, "a").get_by_text("The caller hung up before an answer").wait_for()
    assert await note(tab, "b").is_visible()


async def test_what_a_colleague_writes_appears_without_taking_the_focus(
    site: Site, profile: "BrowserContext"
) -> None:
    ana = sample_colleague("Ana Nováková", answered_at=now())
    await site.put("a", colleagues=[ana], state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await note(tab, "a").press_sequentially("My")
    before = await places(tab, "a")
    await site.put("a", colleagues=[{**ana, "note": "Hers"}], state="answered", answered_at=now())
    await pop(tab, "a").get_by_test_id("pop-colleague-note").get_by_text("Hers").wait_for()
    await tab.keyboard.type(" own")
    assert await focus(tab) == ["sample-a", len("My own")]
    assert await note(tab, "a").input_value() == "My own"
    assert await places(tab, "a") == before


async def test_the_tab_says_what_is_going_on(site: Site, profile: "BrowserContext") -> None:
    tab = await open_tab(profile, site)
    for changes, title, icon in (
        ({"dialling": True, "direction": "outbound"}, "Calling: Jozef Mrkva", "on-call"),
        ({"state": "answered", "answered_at": now()}, "On call: Jozef Mrkva", "on-call"),
        ({"state": "ended", "ended_at": now()}, "Desk · Lineside", "quiet"),
    ):
        await site.put("a", **changes)
        await tab.wait_for_function("(title) => document.title === title", arg=title)
        assert f"{icon}.svg" in (await tab.locator('link[rel="icon"]').get_attribute("href") or "")
    await site.put("b", state="answered", answered_at=now())
    await site.put("c")
    await tab.wait_for_function("() => document.title === 'Ringing: Jozef Mrkva'")


async def test_late_events_are_said(site: Site, profile: "BrowserContext") -> None:
    tab = await open_tab(profile, site)
    late = {"state": "up", "reason": "", "since": now(), "lag_s": 12}
    await site.bus.put("links", "main", late)
    await tab.get_by_text("phone system main: events arrive 12 s late").wait_for()
    await site.bus.put("links", "main", {**late, "lag_s": 0})
    await tab.get_by_text("phone system main up").wait_for()


async def test_an_empty_desk_is_not_ready_while_its_agent_calls_a_colleague(
    site: Site, profile: "BrowserContext"
) -> None:
    tab = await open_tab(profile, site)
    ready, on_call = tab.get_by_text("You are ready."), tab.get_by_text("You are on a call to a colleague.")
    for state, said, unsaid in (("on_call", on_call, ready), ("available", ready, on_call)):
        await site.bus.put(DESK, "presence", {"state": state, "since": now(), "reason": ""})
        await said.wait_for()
        assert await unsaid.is_hidden()
