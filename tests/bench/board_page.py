"""One board in a real Chromium while calls come and go: its memory before and after, rubbish collected."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

from playwright.async_api import CDPSession, Page, async_playwright

from tests.bench.board_records import leaders
from tests.bench.records import token_of
from tests.bench.stage import Stage
from tests.browser.fixtures import FLAGS
from tests.rig.parts import present

COLLECTED_TIMES = 3
"""What a first collection sets free may free more."""

CALM = """() => {
  const {live} = document.body.dataset, busy = ["ringing", "on_call", "wrap_up"];
  const states = [...document.querySelectorAll(".agent")].map(({dataset}) => dataset.state);
  const waiting = [...document.querySelectorAll(".tile")].map(({dataset}) => Number(dataset.waiting));
  return live === "connected" && !waiting.some(Boolean) && !states.some((state) => busy.includes(state));
}"""
CALM_WITHIN_MS = 120_000


@dataclass(frozen=True, slots=True)
class Memory:
    """Of a page: what its scripts hold, its nodes (also those that are in no document), who listens."""

    heap_mb: float
    nodes: int
    listeners: int


@dataclass(frozen=True, slots=True)
class Growth:
    """Of a page: its memory before and after, and how many seconds behind the last call it was calm."""

    before: Memory
    after: Memory
    behind_s: float


async def measure_page(stage: Stage, warm_up: Sequence[float], gaps: Sequence[float]) -> Growth:
    """Open a board; its memory after the calls of `warm_up`, and after those of `gaps`."""
    async with _page(stage) as (page, devtools):
        await stage.rings.round(warm_up)
        await page.wait_for_function(CALM, timeout=CALM_WITHIN_MS)
        before = await _memory(devtools)
        await stage.rings.round(gaps)
        over = perf_counter()
        await page.wait_for_function(CALM, timeout=CALM_WITHIN_MS)
        return Growth(before, await _memory(devtools), perf_counter() - over)


@asynccontextmanager
async def _page(stage: Stage) -> AsyncIterator[tuple[Page, CDPSession]]:
    """The board of somebody who leads, live."""
    [port], user = stage.build.ports, leaders(stage.size.desks)[0]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=present("chromium")[0], args=[*FLAGS])
        context = await browser.new_context(viewport={"width": 1920, "height": 1080})
        url = f"http://127.0.0.1:{port}"
        await context.add_cookies([{"name": "lineside_session", "value": token_of(user), "url": url}])
        page = await context.new_page()
        await page.goto(f"{url}/board")
        yield page, await context.new_cdp_session(page)
        await browser.close()


async def _memory(devtools: CDPSession) -> Memory:
    for _ in range(COLLECTED_TIMES):
        await devtools.send("HeapProfiler.collectGarbage")
        await asyncio.sleep(0.2)
    heap = await devtools.send("Runtime.getHeapUsage")
    counters = await devtools.send("Memory.getDOMCounters")
    return Memory(heap["usedSize"] / 1e6, counters["nodes"], counters["jsEventListeners"])
