"""The knowledge base in a real Chromium: an admin writes a letter and puts it beside a script; an agent opens
it filled in, and finds answers while they type."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.knowledge.article import Article, Kind
from console.knowledge.saving import save_article
from console.scripts.actions import By
from console.settings import Settings
from telephony.events import CallId
from tests.browser.serving import quiet_tab, served
from tests.browser.studio_site import make_app
from tests.browser.world_site import serving
from tests.conftest import NOW
from tests.console.desk.day import World, a_world, opened
from tests.console.desk.run_stage import publish, talks
from tests.fakes.story import people

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

WITHIN_MS = 10_000
NONE_KEPT_OPEN = """() => Object.entries(sessionStorage)
  .every(([key, value]) => !key.startsWith("lineside-open:") || value === "[]")"""
FOCUSED = "element => element === document.activeElement"
ANSWER = "Within 14 days.\n\nTake it to any shop, or print the label and send it by post."


@pytest_asyncio.fixture(loop_scope="session")
async def world(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await people(sessions)
        await publish(sessions)
        async with sessions.begin() as session:
            answer = Article(key="returns", kind=Kind.QUESTION, title="How to return goods", text=ANSWER)
            await save_article(session, answer, based_on=None, by=By("eva@example.org", NOW))
        async with a_world(sessions, url) as world:
            yield world


@pytest_asyncio.fixture(loop_scope="session")
async def studio(world: World, tmp_path: Path) -> AsyncIterator[str]:
    """The address of the studio over the same database."""
    database = f"sqlite+aiosqlite:///{tmp_path}/lineside.sqlite"
    settings = Settings(region="SK", database_url=database)
    async with open_fact_reader(database) as reader:
        app = make_app(world.on.sessions, settings, Knowledge(reader, settings), world.on.running.library)
        async with served(app) as url:
            yield f"{url}/studio"


async def refresh(world: World) -> None:
    """What was published reaches the desks."""
    async with world.on.sessions() as session:
        await world.on.running.library.refresh(session)


async def writes_a_letter(tab: "Page", studio: str) -> None:
    await tab.goto(f"{studio}/articles")
    await tab.get_by_test_id("article-new").click()
    await tab.get_by_test_id("article-title").fill("Apology for a late order")
    await tab.get_by_test_id("article-kind").select_option("letter")
    text = tab.get_by_test_id("article-text")
    await text.fill("Dear , we are sorry.")
    await text.evaluate("text => text.setSelectionRange(5, 5)")
    await tab.get_by_test_id("article-insert").select_option(label="customer's name")
    assert await text.input_value() == "Dear ‹customer's name›, we are sorry."
    await text.press("End")
    await text.press_sequentially(" {{ late_orders[0].reff }}")
    finding = tab.get_by_test_id("article-finding")
    await finding.get_by_text("reff").wait_for(timeout=WITHIN_MS)
    for _ in range(len("f }}")):
        await text.press("Backspace")
    await text.press_sequentially(" }}")
    await finding.wait_for(state="detached", timeout=WITHIN_MS)
    await tab.get_by_test_id("article-people").press_sequentially("C-1")
    await tab.get_by_test_id("person").click()
    await tab.get_by_test_id("article-tried").get_by_text("Jozef Mrkva").wait_for(timeout=WITHIN_MS)
    assert "Dear Jozef Mrkva, we are sorry." in await tab.get_by_test_id("article-reads").inner_text()
    await tab.get_by_test_id("article-save").click()
    await tab.get_by_test_id("done").get_by_text("Version 1 is saved").wait_for(timeout=WITHIN_MS)


async def adds(tab: "Page", article: str) -> None:
    menu = tab.get_by_test_id("article.add")
    await menu.focus()  # it is filled when somebody comes to it
    await menu.select_option(article)


async def attaches_it(tab: "Page", studio: str) -> None:
    await tab.goto(f"{studio}/scripts/late-delivery/edit")
    await adds(tab, "apology-for-a-late-order")
    beside = tab.locator('[data-testid="beside-article"][data-article="apology-for-a-late-order"]')
    await beside.get_by_text("Apology for a late order").wait_for(timeout=WITHIN_MS)
    await adds(tab, "returns")
    await tab.locator('[data-testid="beside-article"][data-article="returns"]').wait_for(timeout=WITHIN_MS)
    assert "articles: [apology-for-a-late-order, returns]" in await tab.get_by_test_id("yaml").input_value()
    await tab.get_by_test_id("article.remove").nth(1).click()
    await tab.locator('[data-testid="beside-article"][data-article="returns"]').wait_for(
        state="detached", timeout=WITHIN_MS
    )
    await tab.get_by_test_id("save-publish").click()
    await tab.get_by_test_id("difference-words").get_by_text("article added").wait_for(timeout=WITHIN_MS)
    await tab.get_by_test_id("release-do").click()
    await tab.get_by_test_id("done").wait_for(timeout=WITHIN_MS)
    await tab.goto(f"{studio}/articles")
    row = tab.locator('[data-testid="article-row"][data-article="apology-for-a-late-order"]')
    await row.get_by_text("Apologise for a late delivery").wait_for(timeout=WITHIN_MS)


async def test_a_letter_from_the_studio_to_the_desk(chromium: "Browser", world: World, studio: str) -> None:
    async with quiet_tab(chromium) as tab:
        await writes_a_letter(tab, studio)
        await attaches_it(tab, studio)
    await refresh(world)
    on = world.on
    async with serving(world) as address, quiet_tab(chromium) as desk:
        await desk.goto(address)
        await desk.wait_for_selector("body[data-live=connected]")
        await talks(on)
        letter = desk.get_by_test_id("pop-articles").get_by_test_id("article")
        await letter.get_by_text("Apology for a late order").wait_for(timeout=WITHIN_MS)
        await desk.get_by_test_id("pop-notes").press_sequentially("He is ")
        await letter.locator("summary").click()
        text = letter.get_by_test_id("article-text")
        await text.get_by_text("Dear Jozef Mrkva, we are sorry.").wait_for(timeout=WITHIN_MS)
        await desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await letter.get_by_test_id("article-copy").click()
        await letter.get_by_text("Copied").wait_for(timeout=WITHIN_MS)
        copied = await desk.evaluate("() => navigator.clipboard.readText()")
        assert copied.startswith("Dear Jozef Mrkva, we are sorry.")
        await desk.get_by_test_id("step-next").click()
        await desk.locator('[data-testid="step"][data-step="wish"]').wait_for(timeout=WITHIN_MS)
        await on.take(on.held(1))
        await desk.locator('[data-testid="pop"][data-held="yes"]').wait_for(timeout=WITHIN_MS)
        assert await text.is_visible()
        assert await desk.get_by_test_id("pop-notes").input_value() == "He is "
        await desk.reload()
        await text.get_by_text("Dear Jozef Mrkva, we are sorry.").wait_for(timeout=WITHIN_MS)
        await letter.locator("summary").click()
        await desk.wait_for_function(NONE_KEPT_OPEN)
        await desk.reload()
        await letter.get_by_text("Apology for a late order").wait_for(timeout=WITHIN_MS)
        assert await letter.get_attribute("open") is None


async def test_every_call_has_what_stands_beside_its_script(
    chromium: "Browser", world: World, studio: str
) -> None:
    on = world.on
    async with quiet_tab(chromium) as tab:
        await tab.goto(f"{studio}/scripts/late-delivery/edit")
        await adds(tab, "returns")
        await tab.locator('[data-testid="beside-article"]').wait_for(timeout=WITHIN_MS)
        await tab.get_by_test_id("save-publish").click()
        await tab.get_by_test_id("release-do").click()
        await tab.get_by_test_id("done").wait_for(timeout=WITHIN_MS)
    await refresh(world)
    for number in range(5):
        on.call = CallId(f"call-{number}")
        await talks(on)
        await on.take(on.leg_ended(1), on.ended())
    async with serving(world) as address, quiet_tab(chromium) as desk:
        await desk.goto(address)
        titles = desk.get_by_test_id("pop-articles").get_by_test_id("article")
        await titles.nth(4).wait_for(timeout=WITHIN_MS)
        assert await titles.count() == 5


async def test_answers_are_found_while_somebody_types(chromium: "Browser", world: World) -> None:
    on = world.on
    async with serving(world) as address, quiet_tab(chromium) as desk:
        await desk.goto(address)
        await desk.wait_for_selector("body[data-live=connected]")
        await talks(on)
        await desk.get_by_test_id("pop-notes").focus()
        lookup = desk.get_by_test_id("pop-lookup")
        await lookup.locator("summary").first.focus()
        await desk.keyboard.press("Enter")
        box = desk.get_by_test_id("pop-lookup-box")
        await desk.wait_for_function(FOCUSED, arg=await box.element_handle())
        await desk.keyboard.type("retu lab")
        found = lookup.get_by_test_id("article")
        await found.locator("mark").get_by_text("label").wait_for(timeout=WITHIN_MS)
        await on.take(on.held(1))
        await desk.locator('[data-testid="pop"][data-held="yes"]').wait_for(timeout=WITHIN_MS)
        assert await box.input_value() == "retu lab"
        assert await box.evaluate(FOCUSED)
        await desk.keyboard.press("Tab")
        await desk.keyboard.press("Enter")
        await found.get_by_test_id("article-text").get_by_text("Within 14 days.").wait_for(timeout=WITHIN_MS)
        await box.fill("elephants")
        await lookup.get_by_test_id("articles-none").wait_for(timeout=WITHIN_MS)
