"""`python -m tests.browser.pictures`: the desk for the documentation, in both themes and two sizes, with
made-up records. Look at every picture before you commit it."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from console.db import schema
from console.db.engine import create_engine, create_sessions
from tests.browser.desk_site import DESK, Site, open_tab
from tests.browser.fixtures import FLAGS
from tests.browser.serving import served
from tests.rig.parts import present

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SIZES = ((1280, 720), (2560, 1440))
THEMES = ("light", "dark")


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


async def is_in(site: Site, state: str) -> None:
    """The agent is in this state."""
    await site.link("up")
    await site.bus.put(DESK, "presence", {"state": state, "since": ago(42), "reason": ""})


async def idle(site: Site) -> None:
    await is_in(site, "available")


async def ringing(site: Site) -> None:
    await is_in(site, "ringing")
    await site.put("a")


async def on_call(site: Site) -> None:
    await is_in(site, "on_call")
    await site.put("a", state="answered", answered_at=ago(221))
    note = {"leg": "sample-a", "call": "sample-call", "text": "Would rather wait. ", "version": 1}
    await site.bus.put(DESK, "note:sample-a", note)


PICTURES: dict[str, Callable[[Site], Awaitable[None]]] = {
    "idle": idle,
    "ringing": ringing,
    "on-call": on_call,
}


async def take(browser: Browser, site: Site, name: str) -> None:
    for width, height in SIZES:
        for theme in THEMES:
            size = {"width": width, "height": height}
            context = await browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            tab = await open_tab(context, site)
            await tab.screenshot(path=FOLDER / f"desk-{name}-{width}-{theme}.png")
            await context.close()


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite+aiosqlite:///{folder}/desk.sqlite")
        await schema.ensure(engine)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=present("chromium")[0], args=[*FLAGS])
            for name, prepare in PICTURES.items():
                site = Site(create_sessions(engine))
                async with served(site.app(), "on") as url:
                    site.url = f"{url}/desk"
                    await site.started.wait()
                    await prepare(site)
                    await take(browser, site, name)
            await browser.close()
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
