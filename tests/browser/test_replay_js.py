"""Trying scripts on past calls in a real Chromium, by a process of its own: the whole way from a draft to the
list of exactly those calls that differ."""

import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from console import clock
from console.db import schema
from console.db.engine import create_engine, create_sessions
from console.settings import Settings
from console.studio.routes import build_replay
from scripts_engine.facts import FactValue
from tests.browser.serving import quiet_tab, served, site_of
from tests.console.studio.calls_of_yesterday import (
    ANYTHING,
    CHANGED,
    LATE,
    PUBLISHED,
    REPEAT,
    Yesterday,
    plainly,
    publish,
)

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

WHILE_IT_RUNS_MS = 60_000
CALLS = 80
SCROLLS_SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Replays:
    """A console with nothing but the replay, and its calls."""

    url: str
    yesterday: Yesterday


@pytest_asyncio.fixture(loop_scope="session")
async def replays(tmp_path: Path) -> AsyncIterator[Replays]:
    database = f"sqlite+aiosqlite:///{tmp_path}/replays.sqlite"
    engine = create_engine(database)
    await schema.ensure(engine)
    yesterday = Yesterday(create_sessions(engine), clock.now())
    await yesterday.people()
    state = {"sessions": yesterday.sessions, "settings": Settings(database_url=database)}
    async with served(site_of(build_replay(), state)) as url:
        yield Replays(f"{url}/studio/replay", yesterday)
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session", params=[(1280, 720), (640, 900)])
async def tab(chromium: "Browser", request: pytest.FixtureRequest) -> "AsyncIterator[Page]":
    """A wide and a narrow tab."""
    width, height = request.param
    async with quiet_tab(chromium, width=width, height=height) as tab:
        yield tab


async def calls(yesterday: Yesterday) -> None:
    """Calls of the last days, with a few late orders and earlier calls each."""
    chance = Random(5)  # noqa: S311 - the same calls in each run
    for _ in range(CALLS):
        facts: dict[str, FactValue] = {"purchases.late_open": chance.randint(0, 4)}
        await yesterday.call(facts | {"contacts.calls_7d": chance.randint(0, 3)}, customer_id=1)


async def test_exactly_the_calls_that_differ(replays: Replays, tab: "Page") -> None:
    yesterday = replays.yesterday
    await publish(yesterday.sessions, yesterday.now)
    await publish(yesterday.sessions, yesterday.now, CHANGED, draft=True)
    await calls(yesterday)
    await tab.goto(replays.url)
    assert not await tab.evaluate(SCROLLS_SIDEWAYS)
    await tab.get_by_test_id("replay-what").select_option("draft:late")
    await tab.get_by_test_id("replay-period").select_option("month")
    await tab.get_by_test_id("replay-begin").click()
    result = tab.get_by_test_id("replay-result")
    await result.wait_for(timeout=WHILE_IT_RUNS_MS)
    assert await result.get_attribute("data-state") == "done"
    assert not await tab.evaluate(SCROLLS_SIDEWAYS)

    after = f"{CHANGED}---{REPEAT}---{ANYTHING}"
    facts = await yesterday.facts()
    picks = {call: (plainly(PUBLISHED, found), plainly(after, found)) for call, found in facts.items()}
    expected = {call: pick for call, pick in picks.items() if pick[0] != pick[1]}
    assert 10 < len(expected) < CALLS
    told = f"{len(expected)} of {CALLS} calls would get another script."
    assert await tab.get_by_test_id("replay-answer").inner_text() == told
    async with tab.expect_download() as download:
        await tab.get_by_test_id("replay-file").click()
    text = (await (await download.value).path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["call"]: (row["from"], row["to"]) for row in rows} == expected
    assert all("needs 3 or more" in row["reason"] for row in rows)
    shown = tab.locator('[data-testid="replay-calls"] tbody tr')
    assert await shown.count() == min(len(expected), 50)

    move = tab.locator('[data-testid="replay-moves"] tr[data-to="repeat"] a')
    number = int(await move.inner_text())
    await move.click()
    await tab.get_by_test_id("replay-all").wait_for()
    assert await shown.count() == number == sum(to == "repeat" for _from, to in expected.values())


async def test_pasted_scripts_from_a_file(replays: Replays, tab: "Page", tmp_path: Path) -> None:
    yesterday = replays.yesterday
    await publish(yesterday.sessions, yesterday.now)
    await yesterday.call({"purchases.late_open": 1})
    await tab.goto(replays.url)
    source, days = tab.get_by_test_id("replay-source"), tab.get_by_test_id("replay-from")
    await tab.get_by_test_id("replay-what").select_option("without:late")
    await source.wait_for(state="hidden")
    await tab.get_by_test_id("replay-period").select_option("days")
    await days.wait_for()
    await tab.get_by_test_id("replay-period").select_option("week")
    await tab.get_by_test_id("replay-what").select_option("given")
    file = tmp_path / "late.yaml"
    file.write_text(LATE.replace("late_open", "late_opne"))
    await tab.get_by_test_id("replay-file").set_input_files(file)
    await tab.wait_for_function("() => document.getElementById('replay-source').value.includes('late_opne')")
    await tab.get_by_test_id("replay-begin").click()
    await tab.get_by_text("Did you mean purchases.late_open?").wait_for(timeout=WHILE_IT_RUNS_MS)
    await tab.get_by_test_id("replay-again").click()
    assert "late_opne" in await source.input_value()
    await source.fill(CHANGED)
    await tab.get_by_test_id("replay-begin").click()
    await tab.get_by_text("The one call would get another script.").wait_for(timeout=WHILE_IT_RUNS_MS)
