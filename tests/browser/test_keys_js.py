"""The desk by keys alone, in a real Chromium: what a key does is what the list says, and no key acts while
something is typed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.browser.desk_site import Site, focus, note, open_tab, pop

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


def now() -> str:
    return datetime.now(UTC).isoformat()


async def listed(tab: "Page") -> dict[str, str]:
    """What the list says of each key, once it is open."""
    await tab.get_by_test_id("keys").wait_for()
    found: list[tuple[str, str]] = await tab.get_by_test_id("keys").evaluate(
        """list => [...list.querySelectorAll("dl > div")].map(
            line => [line.querySelector("dt").textContent, line.querySelector("dd").textContent])"""
    )
    keys = [key for key, _ in found]
    assert len(set(keys)) == len(keys), "a key is listed twice"
    return dict(found)


async def open_list(tab: "Page") -> dict[str, str]:
    await tab.keyboard.press("?")
    return await listed(tab)


async def test_the_list_names_what_is_on_the_page(site: Site, profile: "BrowserContext") -> None:
    tab = await open_tab(profile, site)
    empty = await open_list(tab)
    assert empty["/"] == "Search for a customer"
    assert "n" not in empty
    await tab.keyboard.press("Escape")
    await tab.get_by_test_id("keys").wait_for(state="hidden")
    await site.put("a", state="answered", answered_at=now())
    await pop(tab, "a").wait_for()
    on = await open_list(tab)
    assert {key: on[key] for key in ("n", "f", "1", "2", "?")} == {
        "n": "Notes",
        "f": "Find an answer",
        "1": "would rather wait",
        "2": "cancel",
        "?": "Show the keys",
    }
    assert await tab.evaluate("document.activeElement === document.body")


async def test_a_key_of_another_engineer_needs_nothing_but_its_attribute(
    site: Site, profile: "BrowserContext"
) -> None:
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await (
        pop(tab, "a")
        .locator(".pop-strip")
        .evaluate(
            """strip => {
            strip.insertAdjacentHTML("beforeend", '<button type="button" data-key="h">Hang up</button>');
            strip.lastChild.addEventListener("click", () => { document.body.dataset.hungUp = "yes"; });
        }"""
        )
    )
    assert (await open_list(tab))["h"] == "Hang up"
    await tab.keyboard.press("h")
    await tab.wait_for_selector("body[data-hung-up=yes]")
    assert await tab.get_by_test_id("keys").is_hidden()
    await pop(tab, "a").locator("[data-key=h]").evaluate("button => { button.dataset.key = 'X'; }")
    await tab.evaluate("() => { delete document.body.dataset.hungUp; }")
    assert (await open_list(tab))["Shift x"] == "Hang up"
    await tab.keyboard.press("x")
    assert await tab.evaluate("document.body.dataset.hungUp ?? null") is None
    await tab.keyboard.press("Shift+x")
    await tab.wait_for_selector("body[data-hung-up=yes]")


async def test_no_key_acts_while_something_is_typed(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", state="ended", result="answered", answered_at=now(), ended_at=now())
    tab = await open_tab(profile, site)
    await tab.keyboard.press("n")
    assert await focus(tab) == ["sample-a", 0]
    await tab.keyboard.type("add fns?/1")
    assert await note(tab, "a").input_value() == "add fns?/1"
    assert await tab.get_by_test_id("keys").is_hidden()
    await tab.keyboard.press("ArrowLeft")
    await tab.keyboard.press("Escape")
    assert await tab.evaluate("document.activeElement === document.body")
    await tab.keyboard.press("n")
    assert await focus(tab) == ["sample-a", len("add fns?/1") - 1]
    await tab.keyboard.press("Escape")
    await tab.keyboard.press("d")
    await pop(tab, "a").wait_for(state="detached")


async def test_single_keys_can_be_switched_off(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await open_list(tab)
    await tab.get_by_test_id("keys-single").uncheck()
    assert "Alt n" in await listed(tab)
    assert await note(tab, "a").get_attribute("aria-keyshortcuts") == "Alt+n"
    await tab.keyboard.press("Escape")
    await tab.reload()
    await tab.wait_for_selector("body[data-live=connected]")
    await tab.keyboard.press("n")
    assert await focus(tab) == [None, None]
    await tab.keyboard.press("Alt+n")
    assert await focus(tab) == ["sample-a", 0]
    await tab.keyboard.type("not for the next agent at this computer")
    await tab.keyboard.press("Escape")
    await tab.evaluate("() => { document.body.dataset.user = '2'; }")
    kept = await tab.evaluate("() => Object.keys(localStorage).filter(key => key.includes('single-keys'))")
    assert kept == ["lineside-own:1:single-keys"]


async def test_of_two_calls_keys_act_on_the_marked_one(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", state="answered", held=True, answered_at=now())
    tab = await open_tab(profile, site)
    marked = tab.locator('.pop[aria-current="true"]')
    assert await marked.count() == 0
    await site.put("b", state="answered", answered_at=now())
    await pop(tab, "b").and_(marked).wait_for()
    await tab.keyboard.press("n")
    assert await focus(tab) == ["sample-b", 0]
    await tab.keyboard.press("Escape")
    await tab.keyboard.press("j")
    await pop(tab, "a").and_(marked).wait_for()
    await tab.keyboard.press("n")
    assert await focus(tab) == ["sample-a", 0]
    await site.put("c")
    await pop(tab, "c").wait_for()
    assert await focus(tab) == ["sample-a", 0]
    assert await marked.get_attribute("data-leg") == "sample-a"
    await site.put("a", state="ended", result="answered", answered_at=now(), ended_at=now())
    await pop(tab, "a").and_(tab.locator("[data-state=ended]")).wait_for()
    await tab.keyboard.press("Escape")
    await pop(tab, "b").and_(marked).wait_for()
    assert await tab.locator('.row[aria-current="true"]').get_attribute("href") == "#pop-sample-b"
    await tab.keyboard.press("k")  # back to what is over, to write more
    await pop(tab, "a").and_(marked).wait_for()
    await site.put("c", state="answered", answered_at=now())
    await pop(tab, "b").and_(marked).wait_for()  # a call came on meanwhile


async def test_hanging_up_twice_in_haste_ends_one_call(site: Site, profile: "BrowserContext") -> None:
    await site.link("up", "hang_up")
    await site.put("a", state="answered", answered_at=now())
    await site.put("b", state="answered", held=True, answered_at=now())
    tab = await open_tab(profile, site)
    await pop(tab, "b").wait_for()
    hung_up = await tab.evaluate(
        """() => {
          const hungUp = [];
          const key = (letter) => document.body.dispatchEvent(new KeyboardEvent("keydown",
            { key: letter, code: `Key${letter}`, shiftKey: letter === "H", bubbles: true }));
          document.addEventListener("click", (event) => {
            const button = event.target.closest(".control-hangup");
            if (button) hungUp.push(button.closest(".pop").dataset.leg);
            event.stopImmediatePropagation();
          }, true);
          key("H");
          document.querySelector('.pop[data-leg="sample-a"]').dataset.state = "ended";
          key("H");
          const inHaste = [...hungUp];
          key("J");
          key("J"); // there and back: this one is looked for
          key("H");
          return [inHaste, hungUp];
        }"""
    )
    assert hung_up == [["sample-a"], ["sample-a", "sample-b"]]


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({"key": "ľ", "code": "Digit2"}, "2"),  # Slovak: digits need Shift
        ({"key": "2", "code": "Digit2", "shiftKey": True}, "2"),
        ({"key": "т", "code": "KeyN"}, "n"),  # another alphabet
        ({"key": "N", "code": "KeyN", "shiftKey": True}, "n"),
        ({"key": "÷", "code": "Slash"}, "/"),  # with Alt, on some
        ({"key": "n", "code": "KeyN", "ctrlKey": True}, None),
        ({"key": "n", "code": "KeyN", "repeat": True}, None),
    ],
)
async def test_other_keyboards_have_the_same_keys(
    site: Site, profile: "BrowserContext", event: dict[str, object], answer: str | None
) -> None:
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    await tab.evaluate(
        """() => document.querySelectorAll("[data-key]").forEach(each =>
            ["click", "focus"].forEach(what => each.addEventListener(what, event => {
                event.preventDefault();
                document.body.dataset.did = each.dataset.key;
            })))"""
    )
    await tab.evaluate(
        """event => document.body.dispatchEvent(
            new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...event }))""",
        event,
    )
    assert await tab.evaluate("document.body.dataset.did ?? null") == answer


async def hint_of(tab: "Page", what: str) -> str:
    """The letters that lie on an element."""
    await tab.locator(".hints kbd").first.wait_for()
    found: str = await tab.locator(what).first.evaluate(
        """element => {
            const { left, top } = element.getBoundingClientRect();
            const away = hint => {
                const box = hint.getBoundingClientRect();
                return Math.abs(box.left - left + 4) + Math.abs(box.top - top + 6);
            };
            const hints = [...document.querySelectorAll(".hints kbd")];
            return hints.sort((one, other) => away(one) - away(other))[0].textContent;
        }"""
    )
    return found


async def test_everything_else_is_reached_by_letters(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", state="answered", answered_at=now())
    tab = await open_tab(profile, site)
    for what in (".pop-match summary", ".menu summary"):
        assert await tab.locator(what).evaluate("summary => !summary.parentElement.open")
        await tab.keyboard.press(".")
        await tab.keyboard.type(await hint_of(tab, what))
        assert await tab.locator(what).evaluate("summary => summary.parentElement.open")
        assert await tab.locator(".hints").count() == 0
    await tab.keyboard.press("Escape")
    await tab.keyboard.press(".")
    await tab.locator(".hints kbd").first.wait_for()
    await tab.keyboard.press("Escape")
    assert await tab.locator(".hints").count() == 0
    await tab.keyboard.press(".")
    await tab.locator(".hints kbd").first.wait_for()
    await site.put("b")
    await pop(tab, "b").wait_for()
    assert await tab.locator(".hints").count() == 0  # the letters would lie on something else
