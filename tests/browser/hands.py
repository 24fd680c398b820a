"""What people do at a page, with a mouse or by keys alone: only how they come somewhere differs."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.browser.desk import APPEAR_LIMIT_MS, Desk

MOST_STEPS = 9
"""So often a key is pressed that leads on from one to the next; more would be clumsy."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on a page. `hook` (a selector) is where the mouse goes.

    By keys it is what the list behind `?` calls `said`, or has letters on it (`lettered`), or the `keys` lead
    to it from where one is. `walked`: its key leads from one such thing to the next, and Enter does it.
    """

    hook: str
    said: str = ""
    keys: tuple[str, ...] = ()
    walked: bool = False
    lettered: bool = False


def part(name: str, said: str = "", *keys: str) -> Thing:
    """What automation finds by its name."""
    return Thing(f'[data-testid="{name}"]', said, keys)


class Hand(ABC):
    """Whoever sits at a desk. Everybody types."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def page(self) -> Page:
        return self.desk.page

    @abstractmethod
    async def uses(self, thing: Thing) -> None:
        """Press a button, follow a link, open a panel, go to a field."""

    @abstractmethod
    async def chooses(self, thing: Thing, words: str) -> None:
        """Choose from a menu what reads so."""

    @abstractmethod
    async def writes(self, thing: Thing, text: str) -> None:
        """Type it there, and be done with that."""

    @abstractmethod
    async def leaves(self) -> None:
        """Be done with what is typed in."""

    async def types(self, text: str) -> None:
        """Type where one is."""
        await self.page.keyboard.type(text)

    async def sends(self) -> None:
        """What was typed in a line."""
        await self.page.keyboard.press("Enter")

    async def _seen(self, thing: Thing) -> Locator:
        found = self.page.locator(thing.hook)
        await expect(found).to_be_visible(timeout=APPEAR_LIMIT_MS)
        return found


class MouseHand(Hand):
    """Comes everywhere by clicks."""

    async def uses(self, thing: Thing) -> None:
        await (await self._seen(thing)).click()

    async def chooses(self, thing: Thing, words: str) -> None:
        await (await self._seen(thing)).select_option(label=words)

    async def writes(self, thing: Thing, text: str) -> None:
        await self.uses(thing)
        await self.types(text)

    async def leaves(self) -> None:
        """The next click does it."""


class KeyboardHand(Hand):
    """Comes everywhere by keys, which are read in the list behind `?`."""

    async def uses(self, thing: Thing) -> None:
        found = await self._seen(thing)
        if thing.walked:
            await self._walk(found, await self._key(thing.said))
        elif thing.lettered:
            await self._follow_letters(found)
        elif thing.said:
            await self.page.keyboard.press(await self._key(thing.said))
        for key in thing.keys:
            await self.page.keyboard.press(key)

    async def chooses(self, thing: Thing, words: str) -> None:
        await self.writes(thing, words)

    async def writes(self, thing: Thing, text: str) -> None:
        await self.uses(thing)
        await self.types(text)
        await self.leaves()

    async def leaves(self) -> None:
        await self.page.keyboard.press("Escape")

    async def _key(self, said: str) -> str:
        await self.page.keyboard.press("?")
        says = self.page.locator("dd").get_by_text(said, exact=True)
        line = self.page.locator("#keys dl > div").filter(has=says)
        await expect(line, f"“{said}” in the list of keys").to_be_visible()
        return "+".join((await line.locator("dt").inner_text()).split())

    async def _walk(self, to: Locator, key: str) -> None:
        for _ in range(MOST_STEPS):
            await self.page.keyboard.press(key)
            if await to.evaluate("element => element === document.activeElement"):
                return await self.sends()
        raise AssertionError(f"{key} does not lead to {to}")

    async def _follow_letters(self, to: Locator) -> None:
        await self.page.keyboard.press(".")
        letters = await to.evaluate(LETTERS_ON)
        assert letters, f"no letters on {to}"
        await self.types(letters)


LETTERS_ON = """element => {
    const { left, top } = element.getBoundingClientRect();
    const away = hint => {
        const box = hint.getBoundingClientRect();
        return Math.abs(box.left - Math.max(0, left - 4)) + Math.abs(box.top - Math.max(0, top - 6));
    };
    const hint = [...document.querySelectorAll(".hints kbd")].find(hint => away(hint) < 1);
    return hint?.textContent ?? "";
}"""

HANDS: dict[str, type[Hand]] = {"mouse": MouseHand, "keyboard": KeyboardHand}
