"""Chromium for tests: one browser for the run, a fresh profile for each desk, pictures of what failed.

Playwright's objects belong to one event loop: tests that use them run in the session's, by
`pytest.mark.asyncio(loop_scope="session")`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.rig.parts import present

if TYPE_CHECKING:  # costs a third of a second, and unit tests need none of it
    from playwright.async_api import Browser, StorageState

    from tests.browser.desk import Desk

FLAGS = (
    "--no-sandbox",  # Chromium's own sandbox refuses root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

OpenDesk = Callable[[str, str], Awaitable["Desk"]]
"""Given the console's URL and an agent's e-mail, logs in with a fresh profile."""

OpenTab = Callable[[str, "StorageState | None"], Awaitable["Desk"]]
"""Given an agent's e-mail and the cookies of a log-in, an empty tab in a fresh profile."""


async def open_desks(open_desk: OpenDesk, url: str, *names: str) -> "list[Desk]":
    """The desks of several agents (`NAME@example.com`), opened at the same time."""
    return list(await asyncio.gather(*(open_desk(url, f"{name}@example.com") for name in names)))


_failed = pytest.StashKey[bool]()
_pictures = pytest.StashKey[list[Path]]()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> "AsyncIterator[Browser]":
    """A real Chromium of this run; mark the test `real("chromium")`."""
    from playwright.async_api import async_playwright  # noqa: PLC0415

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=present("chromium")[0], args=[*FLAGS])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def profiles() -> "dict[tuple[str, str], StorageState]":
    """Cookies of the log-ins so far, by console and e-mail: logging in anew for each test costs seconds."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def open_profile(
    chromium: "Browser", request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[OpenTab]:
    """Opens tabs for agents; at the end no browser may have had anything to complain about."""
    from tests.browser.desk import open_tab  # noqa: PLC0415

    desks: list[Desk] = []

    async def open_one(email: str, state: "StorageState | None" = None) -> "Desk":
        context = await chromium.new_context(viewport={"width": 1440, "height": 900}, storage_state=state)
        desks.append(await open_tab(context, email))
        return desks[-1]

    yield open_one
    failed = request.node.stash.get(_failed, False)
    for desk in desks:
        if failed and not desk.page.is_closed():
            picture = tmp_path / f"{desk.email}.png"
            await desk.page.screenshot(path=picture)
            request.config.stash.setdefault(_pictures, []).append(picture)
        await desk.page.context.close()
    complaints = {desk.email: desk.complaints for desk in desks if desk.complaints}
    assert failed or not complaints, complaints


@pytest_asyncio.fixture(loop_scope="session")
async def open_desk(open_profile: OpenTab, profiles: "dict[tuple[str, str], StorageState]") -> OpenDesk:
    """Opens desks, logged in."""
    from tests.browser.desk import come_live, log_in  # noqa: PLC0415

    async def open_one(url: str, email: str) -> "Desk":
        state = profiles.get((url, email))
        desk = await open_profile(email, state)
        if state is None:
            await log_in(desk, url)
            profiles[url, email] = await desk.page.context.storage_state()
        await come_live(desk, url)
        return desk

    return open_one


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for picture in config.stash.get(_pictures, []):
        terminalreporter.line(f"picture of what failed: {picture}")
