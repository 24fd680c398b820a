"""The agent's page as automation sees it: by the hooks that the contract promises (`data-testid`)."""

import asyncio
import re
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Locator, Page, WebSocket, expect

from tests.rig.product import PASSWORD

APPEAR_LIMIT_MS = 10_000


@dataclass(slots=True)
class Desk:
    """One agent's page in one tab. `complaints` is what the browser had to say against it."""

    email: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def pops(self, call_id: str | None = None, state: str | None = None) -> Locator:
        """The pops in the document, of one call or in one state only."""
        selector = '[data-testid="pop"]'
        selector += f'[data-call-id="{call_id}"]' if call_id else ""
        selector += f'[data-state="{state}"]' if state else ""
        return self.page.locator(selector)

    async def ringing(self) -> "PopCard":
        """The one pop that rings, as soon as it is visible."""
        rings = self.pops(state="ringing")
        await expect(rings).to_have_count(1, timeout=APPEAR_LIMIT_MS)
        await expect(rings).to_be_visible()
        call_id = await rings.get_attribute("data-call-id")
        assert call_id, "a pop without data-call-id"
        return PopCard(self, call_id)

    @property
    def presence(self) -> Locator:
        """What the agent's own page says of the agent."""
        return self.page.locator('[data-testid="presence"]')

    async def presence_is(self, state: str) -> None:
        """Wait until the page says this of the agent."""
        await expect(self.presence).to_have_attribute("data-state", state, timeout=APPEAR_LIMIT_MS)

    async def link_is(self, state: str, name: str = "main", within_s: float = APPEAR_LIMIT_MS / 1000) -> None:
        """Wait until the page says this of a phone system's link."""
        link = self.page.locator(f'[data-testid="link"][data-link="{name}"]')
        await expect(link).to_have_attribute("data-state", state, timeout=within_s * 1000)


@dataclass(frozen=True, slots=True)
class PopCard:
    """One call's pop on one desk."""

    desk: Desk
    call_id: str

    @property
    def card(self) -> Locator:
        return self.desk.pops(self.call_id)

    def part(self, name: str) -> Locator:
        """A part by its hook, e.g. `pop-name`."""
        return self.card.locator(f'[data-testid="{name}"]')

    async def becomes(self, state: str) -> None:
        """Wait until the pop, still the only one of its call, is in this state."""
        await expect(self.card).to_have_count(1)
        await expect(self.card).to_have_attribute("data-state", state, timeout=APPEAR_LIMIT_MS)

    async def is_held(self, held: bool = True) -> None:
        """Wait until the pop says that the caller is on hold, or is not."""
        await expect(self.card).to_have_attribute("data-held", "yes" if held else "no")

    async def is_stale(self) -> None:
        """Wait until the pop, still there, says that it may be out of date."""
        await expect(self.card).to_be_visible()
        await expect(self.card).to_have_attribute("data-stale", "yes")

    async def is_fresh(self) -> None:
        """Wait until the pop does not say so any more."""
        await expect(self.card).to_be_visible()
        await expect(self.card).not_to_have_attribute("data-stale", "yes")

    async def says(self, name: str, *texts: str) -> None:
        """Wait until the part shows every text."""
        for text in texts:
            await expect(self.part(name)).to_contain_text(text)


async def open_tab(context: BrowserContext, email: str) -> Desk:
    """An empty tab that notes whatever the browser complains about."""
    page = await context.new_page()
    desk = Desk(email, page)
    page.on("pageerror", lambda error: desk.complaints.append(f"script error: {error}"))
    page.on("console", lambda line: desk.complaints.append(line.text) if line.type == "error" else None)
    page.on("dialog", lambda dialog: desk.complaints.append(f"dialog: {dialog.message}"))
    return desk


async def log_in(desk: Desk, url: str, password: str = PASSWORD) -> None:
    """Log in as people do, which leads to the desk, or to the board."""
    await desk.page.goto(f"{url}/login")
    await desk.page.locator("[name=email]").fill(desk.email)
    await desk.page.locator("[name=password]").fill(password)
    await desk.page.locator("[name=password]").press("Enter")
    await expect(desk.page).to_have_url(re.compile("/(desk|board)$"), timeout=APPEAR_LIMIT_MS)


async def come_live(desk: Desk, url: str) -> None:
    """Load the desk; return as soon as it hears of calls."""
    live = asyncio.Event()

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda _: live.set())

    desk.page.on("websocket", listen)
    await desk.page.goto(f"{url}/desk")
    async with asyncio.timeout(APPEAR_LIMIT_MS / 1000):
        await live.wait()
