"""Nothing moves under the pointer, in a real Chromium: calls that come and go wait for the mouse."""

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.desk_site import Site, note, open_tab, pop
from tests.browser.test_calls_js import is_now, now

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Locator, Page, ViewportSize

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

SIZE: "ViewportSize" = {"width": 1280, "height": 800}


async def point_at(tab: "Page", part: "Locator") -> None:
    box = await part.bounding_box()
    assert box
    await tab.mouse.move(box["x"] + 20, box["y"] + 20)


async def keep_pointing(tab: "Page") -> None:
    """The pointer is at work until the page is told otherwise: each frame says that it moved a little."""
    await tab.evaluate(
        """() => {
          window.pointing = true;
          const move = () => {
            document.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
            if (window.pointing) requestAnimationFrame(move);
          };
          move();
        }"""
    )


async def rest(tab: "Page") -> None:
    await tab.evaluate("() => { window.pointing = false }")


async def test_what_is_known_stays_under_the_pointer_until_it_rests(
    site: Site, profile: "BrowserContext"
) -> None:
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size(SIZE)
    records = pop(tab, "a").locator(".pop-records")
    before = await records.bounding_box()
    await point_at(tab, records)
    await keep_pointing(tab)

    await site.put("b")
    await pop(tab, "b").wait_for()
    assert await records.bounding_box() == before
    assert await pop(tab, "b").get_attribute("data-stands") is None
    await rest(tab)
    await expect(pop(tab, "b")).to_have_attribute("data-stands", "")
    assert await records.bounding_box() != before


async def test_a_pointer_that_leaves_lets_the_second_call_come_at_once(
    site: Site, profile: "BrowserContext"
) -> None:
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size(SIZE)
    await point_at(tab, pop(tab, "a").locator(".pop-records"))
    await keep_pointing(tab)
    await site.put("b")
    await pop(tab, "b").wait_for()
    await tab.mouse.move(2, 2)
    await expect(pop(tab, "b")).to_have_attribute("data-stands", "")


async def test_a_call_that_a_colleague_took_is_not_folded_under_the_pointer(
    site: Site, profile: "BrowserContext"
) -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await tab.set_viewport_size(SIZE)
    who = pop(tab, "a").locator(".pop-who")
    await point_at(tab, who)
    await keep_pointing(tab)
    await site.put("a", state="withdrawn", result="answered_elsewhere", ended_at=now())
    await is_now(pop(tab, "a"), data_state="withdrawn")
    assert await who.is_visible()
    await rest(tab)
    await expect(who).to_be_hidden()


async def test_a_click_of_a_resting_pointer_does_not_hit_what_came_under_it(
    site: Site, profile: "BrowserContext"
) -> None:
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size(SIZE)
    await tab.evaluate(
        """() => {
          window.hit = [];
          document.getElementById("pops").addEventListener("click", ({ detail }) => window.hit.push(detail));
          document.addEventListener("lineside:swapped", () => {
            const pop = document.querySelector("#pops > .pop:nth-of-type(2) .pop-name");
            const click = (detail) => pop?.dispatchEvent(new MouseEvent("click", { bubbles: true, detail }));
            [1, 0].forEach(click);
          });
        }"""
    )
    await site.put("b")
    await pop(tab, "b").wait_for()
    await tab.wait_for_function("() => window.hit.length")
    assert await tab.evaluate("() => window.hit") == [0]  # keys go on


@pytest.mark.parametrize("width", [640, 900, 1280])
async def test_what_is_typed_stays_in_view_when_the_other_call_ends(
    site: Site, profile: "BrowserContext", width: int
) -> None:
    await site.put("a", state="answered", answered_at=now())
    await site.put("b", state="answered", held=True, answered_at=now())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": width, "height": 800})
    await pop(tab, "b").scroll_into_view_if_needed()
    await note(tab, "b").focus()
    await tab.keyboard.type("wants ")
    card = pop(tab, "b")
    before = await card.bounding_box()
    await site.put("a", state="ended", result="answered", answered_at=now(), ended_at=now())
    await is_now(pop(tab, "a"), data_state="ended")
    await tab.keyboard.type("it")
    after = await card.bounding_box()
    assert before
    assert after
    assert abs(after["x"] - before["x"]) <= 1
    assert abs(after["y"] - before["y"]) <= 1
    await expect(pop(tab, "a")).not_to_have_attribute("data-stands", "", timeout=10_000)
    box = await note(tab, "b").bounding_box()
    assert box
    assert 0 <= box["y"] < 800 - 20
