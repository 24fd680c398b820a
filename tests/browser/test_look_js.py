"""What the desk shows can be seen, in a real Chromium: nothing that matters is cut off, and a call that is
over does not look like the one that is on."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from console.desk.samples import sample_colleague
from tests.browser.desk_site import DESK, Site, open_tab, pop

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Locator

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

LONG_NAME = "Maximiliána Konštantínopolitančanová-Šťastnohorská"
LONG_QUEUE = "Speciallægepraksisplanlægningsstabiliseringsperiode"

CUT_OFF = """strip => [strip, ...strip.querySelectorAll("strong, button, [class^=pop-], .tick")]
    .filter(part => {
        const [inner, outer] = [part.getBoundingClientRect(), strip.getBoundingClientRect()];
        const wider = part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline";
        return part.checkVisibility() && (wider
            || inner.width && (inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1));
    })
    .map(part => part.textContent)"""
COLOURED = ".pop-name, .say, .pop-alerts .chip[class*=chip-]"
LOOK = f"""card => [card, ...card.querySelectorAll("{COLOURED}")].map(part => {{
    const {{color, backgroundColor}} = getComputedStyle(part);
    return [color, backgroundColor];
}})"""


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def talked(seconds: float = 4000, **more: object) -> dict[str, Any]:
    return {"state": "answered", "answered_at": ago(seconds), **more}


async def cut_off(strip: "Locator") -> list[str]:
    """What does not fit into a strip."""
    found: list[str] = await strip.evaluate(CUT_OFF)
    return found


@pytest.mark.parametrize("width", [640, 1280, 1920, 2560])
@pytest.mark.parametrize("state", ["up", "down"])
async def test_the_strips_of_two_calls_are_read_to_the_end(
    site: Site, profile: "BrowserContext", state: str, width: int
) -> None:
    await site.link(state)
    await site.put("a", **talked(held=True))
    await site.put("b", **talked())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": width, "height": 800})
    for name in "ab":
        assert await cut_off(pop(tab, name).locator(".pop-strip")) == []
    asked = {**sample_colleague(LONG_NAME), "before": False}
    asks = sample_colleague(LONG_NAME, answered_at=ago(4000))
    await site.put("a", **talked(held=True, queue_title=LONG_QUEUE, colleagues=[asked]))
    await site.put("b", **talked(queue_title=LONG_QUEUE, colleagues=[asks]))
    for name in "ab":
        strip = pop(tab, name).locator(".pop-strip")
        await strip.get_by_text(LONG_NAME).wait_for()
        assert await cut_off(strip) == []


@pytest.mark.parametrize("width", [640, 1280])
async def test_the_strip_of_a_call_that_was_passed_on_is_read_to_the_end(
    site: Site, profile: "BrowserContext", width: int
) -> None:
    rung = {**sample_colleague(LONG_NAME), "before": False, "state": "ringing"}
    await site.put(
        "a", **talked(result="transferred", colleagues=[rung]) | {"state": "ended", "ended_at": ago(1)}
    )
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": width, "height": 800})
    assert await cut_off(pop(tab, "a").locator(".pop-strip")) == []
    await site.put("b")  # and steps back to a line of its own
    await pop(tab, "a").locator(".pop-strip-name").wait_for()
    assert await cut_off(pop(tab, "a").locator(".pop-strip")) == []


@pytest.mark.parametrize("width", [640, 1280])
async def test_the_line_of_a_call_that_was_lost_names_the_caller(
    site: Site, profile: "BrowserContext", width: int
) -> None:
    over = {"state": "ended", "end": "lost", "ended_at": ago(1), "queue_title": "Customer support"}
    await site.put("a", **talked(result="answered") | over)
    await site.put("b")
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": width, "height": 800})
    assert await cut_off(pop(tab, "a").locator(".pop-strip")) == []


async def test_what_the_records_say_goes_on_in_a_second_line(site: Site, profile: "BrowserContext") -> None:
    await site.put("a")
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": 1280, "height": 720})
    for line in await tab.locator(".list-line").all():
        cut = "line => line.scrollHeight > line.clientHeight + 1 || line.scrollWidth > line.clientWidth + 1"
        assert not await line.evaluate(cut), await line.text_content()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_call_that_is_over_does_not_look_like_one_that_is_on(
    site: Site, profile: "BrowserContext", theme: Any
) -> None:
    await site.put("a", **talked())
    tab = await open_tab(profile, site)
    await tab.emulate_media(color_scheme=theme)
    card = pop(tab, "a")
    on = await card.evaluate(LOOK)
    await site.put("a", **talked(result="answered") | {"state": "ended", "ended_at": ago(1)})
    await card.and_(tab.locator("[data-state=ended]")).wait_for()
    over = await card.evaluate(LOOK)
    assert len(over) == len(on) > 4
    assert not [look for look in over if look in on]
    assert await card.get_by_test_id("pop-notes").is_visible()


async def test_a_line_of_the_list_is_as_stale_as_its_call(site: Site, profile: "BrowserContext") -> None:
    await site.link("up")
    await site.put("a")
    tab = await open_tab(profile, site)
    row = tab.locator("#row-sample-a")
    rings = await row.evaluate("row => getComputedStyle(row).backgroundColor")
    height = await row.evaluate("row => row.offsetHeight")
    await site.link("down")
    await row.and_(tab.locator("[data-stale=yes]")).wait_for()
    assert await row.evaluate("row => getComputedStyle(row, '::after').content") == '"not up to date"'
    assert await row.evaluate("row => getComputedStyle(row).backgroundColor") != rings
    assert await row.evaluate("row => row.offsetHeight") == height


async def test_a_page_that_is_not_connected_takes_nothing_for_true(
    site: Site, profile: "BrowserContext"
) -> None:
    await site.link("up")
    await site.put("a")
    tab = await open_tab(profile, site)
    (connection,) = site.hub._topics[DESK].current
    connection.wire.close(1000, "for good")
    await tab.wait_for_selector("body[data-live=closed]")
    for stale in (tab.get_by_test_id("link"), pop(tab, "a"), tab.locator("#row-sample-a")):
        assert await stale.get_attribute("data-stale-says") == "not up to date"
    assert await tab.title() == "Ringing: Jozef Mrkva · not up to date"


OVERLAPS = """bar => {
    const boxes = [...bar.querySelectorAll(".bar-product, .search, .bar-end > *, .menu > summary")]
        .map(part => [part, part.getBoundingClientRect()]).filter(([, box]) => box.width);
    return boxes.flatMap(([one, a]) => boxes
        .filter(([other, b]) => one !== other && !one.contains(other) && !other.contains(one)
            && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map(([other]) => `${one.className || one.tagName} and ${other.className || other.tagName}`));
}"""


@pytest.mark.parametrize("width", [320, 640, 830, 1280])
@pytest.mark.parametrize("state", ["up", "down"])
async def test_nothing_in_the_bar_lies_over_anything_else(
    site: Site, profile: "BrowserContext", state: str, width: int
) -> None:
    await site.link(state)
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": width, "height": 800})
    assert await tab.locator(".bar").evaluate(OVERLAPS) == []
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


HIDDEN = """parts => parts
    .filter(part => {
        const box = part.getBoundingClientRect();
        return [box.top + 1, box.bottom - 1].some(y => {
            const top = document.elementFromPoint(box.left + 5, y);
            return !top || !(part.contains(top) || top.contains(part));
        });
    })
    .map(part => part.outerHTML.slice(0, 80))"""
READ = ".pop-name, .pop-alerts .chip, .say, .step-answer, .note > .note-label, .note-text"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (3840, 2160)])
async def test_what_a_call_needs_is_in_view_at_once(
    site: Site, profile: "BrowserContext", width: int, height: int
) -> None:
    await site.put("a", **talked())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": width, "height": height})
    parts = pop(tab, "a").locator(READ)
    assert await parts.count() > 10
    assert await parts.evaluate_all(HIDDEN) == []


async def test_how_a_call_ended_is_in_view_and_the_note_does_not_move_while_it_is_written(
    site: Site, profile: "BrowserContext"
) -> None:
    await site.put("a", **talked())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": 1280, "height": 720})
    note = pop(tab, "a").get_by_test_id("pop-notes")
    await note.focus()
    before = await note.bounding_box()
    await site.put("a", **talked(result="answered") | {"state": "ended", "ended_at": ago(1)})
    outcome = pop(tab, "a").get_by_test_id("outcome")
    await outcome.wait_for()
    assert await note.bounding_box() == before
    await note.blur()
    parts = pop(tab, "a").locator(".outcome select, .outcome button, .note > .note-label, .note-text")
    assert await parts.count() == 4
    assert await parts.evaluate_all(HIDDEN) == []


async def test_a_wide_window_is_used(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", **talked())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": 2560, "height": 1440})
    card = await pop(tab, "a").bounding_box()
    cases = await pop(tab, "a").get_by_test_id("pop-cases").bounding_box()
    purchases = await pop(tab, "a").get_by_test_id("pop-purchases").bounding_box()
    assert card
    assert cases
    assert purchases
    assert card["x"] + card["width"] > 2500
    assert cases["y"] == purchases["y"]


@pytest.mark.parametrize(("width", "height"), [(480, 720), (480, 1080)])
async def test_a_window_beside_another_program_shows_who_calls_and_the_note(
    site: Site, profile: "BrowserContext", width: int, height: int
) -> None:
    await site.put("a", **talked())
    await site.put("b")
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": width, "height": height})
    read = pop(tab, "a").locator(".pop-name, .pop-alerts .chip, .note > .note-label, .note-text")
    assert await read.evaluate_all(HIDDEN) == []
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_has_the_focus_is_not_behind_the_note(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", **talked())
    tab = await open_tab(profile, site)
    await tab.set_viewport_size({"width": 1280, "height": 620})
    for what in (".why summary", ".other-script > summary", ".lookup > summary", ".satisfaction > summary"):
        part = pop(tab, "a").locator(what)
        await part.focus()
        assert await part.evaluate("part => part === document.activeElement")
        assert await pop(tab, "a").locator(what).evaluate_all(HIDDEN) == [], what


async def test_a_compact_desk_takes_less_room(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", **talked())
    tab = await open_tab(profile, site)
    roomy = await pop(tab, "a").bounding_box()
    await tab.locator(".menu summary").click()
    await tab.locator("[data-toggle=density]").click()
    await tab.get_by_text("Density: compact").wait_for()
    await tab.reload()
    await tab.wait_for_selector("html[data-density=compact]")
    compact = await pop(tab, "a").bounding_box()
    assert roomy
    assert compact
    assert compact["height"] < 0.93 * roomy["height"]
