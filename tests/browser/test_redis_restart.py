"""Redis is killed and started anew in mid-call, without what it had: a desk that nobody can tell anything
says so, what is typed stays under the hands, and all is there again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.product_site import alive, at_desk, install
from tests.fakes.asterisk_frames import ANA, CALLER, called, connected, dial_end, joined, left, new, row
from tests.fakes.asterisk_server import AsteriskServer
from tests.rig.processes import free_port
from tests.rig.servers import redis_on

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real("chromium", "redis", "postgresql"),
    pytest.mark.asyncio(loop_scope="session"),
]

PACE_S = 0.05


class Frail:
    """A Redis that can be killed, and begun anew."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._stack = ExitStack()

    def begin(self) -> None:
        self._process = self._stack.enter_context(redis_on(self.port, self._folder))

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self._stack.close()


@asynccontextmanager
async def typing(page: "Page", text: str) -> AsyncIterator[list[str]]:
    """Somebody types without a pause; what was typed by then."""
    typed: list[str] = []

    async def type_on() -> None:
        while True:
            for letter in text:
                await page.keyboard.press("Space" if letter == " " else letter)
                typed.append(letter)
                await asyncio.sleep(PACE_S)

    task = asyncio.create_task(type_on())
    try:
        yield typed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_nothing_is_lost_and_nobody_is_told_that_all_is_well(
    chromium: "Browser", tmp_path: Path, database_url: str
) -> None:
    with closing(Frail(tmp_path)) as redis:
        await asyncio.to_thread(redis.begin)
        await _type_through_a_restart(chromium, tmp_path, database_url, redis)


async def _type_through_a_restart(
    chromium: "Browser", tmp_path: Path, database_url: str, redis: Frail
) -> None:
    stores = {"DATABASE_URL": database_url, "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0"}
    async with AsteriskServer(secret="s") as server:
        product = await asyncio.to_thread(install, tmp_path, server, stores)
        async with alive(product), at_desk(chromium, product, "ana@x.example") as ana:
            server.play(new(CALLER) + joined() + new(ANA) + called())
            pop = await ana.ringing()
            server.play(dial_end("ANSWER") + left() + connected())
            await pop.becomes("answered")
            server.rows["Status"] = [
                row("Status", CALLER, BridgeID="b", Application="Queue", Data="support,tT,,,20"),
                row("Status", ANA, BridgeID="b", Application="AppQueue", Data="(Outgoing Line)", state="6"),
            ]
            await pop.part("pop-notes").click()
            await ana.page.evaluate(
                """() => {
                  window.gone = [];
                  new MutationObserver(() => {
                    const there = document.querySelector(".pop[data-state=answered] [data-testid=pop-notes]");
                    const { activeElement } = document;
                    if (!there || activeElement !== there) window.gone.push(activeElement.tagName);
                  }).observe(document.body, { childList: true, subtree: true, attributes: true });
                }"""
            )
            async with typing(ana.page, "wants a voucher ") as typed:
                await asyncio.to_thread(redis.kill)
                cut_off = ana.page.locator("body[data-live=reconnecting] .pop[data-stale]")
                await cut_off.wait_for(timeout=10_000)
                await asyncio.to_thread(redis.begin)
                await ana.page.locator("body[data-live=connected]").wait_for(timeout=30_000)
                await ana.page.locator(".pop[data-state=answered]:not([data-stale])").wait_for(timeout=10_000)
            text = await pop.part("pop-notes").input_value()
            assert text == "".join(typed)
            assert await ana.page.evaluate("() => window.gone") == []
            await ana.page.get_by_test_id("presence-set-on_break").wait_for(timeout=10_000)
            await ana.page.locator("[data-note-state]", has_text="Saved").wait_for(timeout=10_000)
