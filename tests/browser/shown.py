"""What the pages of one agent show, to compare them."""

import json
from typing import TYPE_CHECKING

from tests.console.desk.day import Step, World
from tests.console.live.screens import until

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

WATCH = """
  window.seqs = {};
  document.addEventListener("lineside:swapped", ({ detail }) => { window.seqs[detail.topic] = detail.seq; });
"""
CAUGHT_UP = "seqs => Object.entries(seqs).every(([topic, seq]) => window.seqs[topic] === seq)"
NOTES_TAKEN_OVER = """() => [...document.querySelectorAll("#notes-saved [data-leg]")].every((saved) => {
  const area = document.querySelector(`textarea[data-note="${CSS.escape(saved.dataset.leg)}"]`);
  return !area || area.value === saved.textContent;
})"""
SHOWN = """() => {
  // What ticks, and what only the tab knows in which somebody writes, is left out.
  const left = new Set([
    "aria-current", "aria-keyshortcuts", "data-htmx-powered", "data-kept", "data-version", "data-wrong",
    "open",
  ]);
  const show = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim().replace(/\\s+/g, " ") || null;
    if (node.nodeType !== Node.ELEMENT_NODE) return null;
    if (node.matches("#presence-set, #own-day")) return null; // each tab asks for them by itself
    const kept = [...node.attributes].filter((each) => !left.has(each.name));
    const named = kept.map((each) => [each.name, each.value]);
    if (node.matches("textarea")) return [node.tagName, named.sort(), node.value];
    if (node.matches(".tick, [data-note-state]")) return [node.tagName, named.sort()];
    return [node.tagName, named.sort(), [...node.childNodes].map(show).filter((child) => child !== null)];
  };
  return JSON.stringify([...document.querySelectorAll("[data-topic]")].map(show));
}"""


class Desks:
    """The pages of one agent: two tabs of a browser, and one of another."""

    def __init__(self, world: World, url: str) -> None:
        self.world = world
        self.url = url
        self.pages: dict[str, Page] = {}

    async def open(self, profile: "BrowserContext") -> "Page":
        page = await profile.new_page()
        await page.add_init_script(WATCH)
        await page.goto(self.url)
        return page

    async def shown(self, page: "Page") -> object:
        """What the page shows once it has the last change of each topic, and its notes."""
        last = {topic: self.world.bus.number(topic) for topic in ("desk:1", "links")}
        await page.wait_for_function(CAUGHT_UP, arg=last)
        await page.wait_for_function(NOTES_TAKEN_OVER)
        return json.loads(await page.evaluate(SHOWN))

    async def agree(self, what: object) -> None:
        """All pages show what a fresh one shows."""
        fresh = await self.open(self.pages["tab"].context)
        expected = await self.shown(fresh)
        await fresh.close()
        for name, page in self.pages.items():
            assert await self.shown(page) == expected, f"{name} after {what}"

    async def type_a_note(self, step: Step) -> None:
        """In one tab; `agree` sees it in the others."""
        leg = self.world.leg(step)
        await self.pages["tab"].locator(f'[data-note="{leg}"]').fill(f"wants\n <to> wait {step.number}")
        await until(lambda: f"note:{leg}" in self.world.bus.entries("desk:1"))

    async def put_away(self, step: Step) -> None:
        """In the other browser; `agree` sees that it goes from the others."""
        leg = self.world.leg(step)
        await self.pages["other browser"].locator(f'[data-testid="pop"][data-leg="{leg}"] .pop-done').click()
        await until(lambda: leg not in self.world.bus.entries("desk:1"))
