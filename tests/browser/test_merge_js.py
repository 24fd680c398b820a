"""Duplicates are found, compared, merged and taken apart in a real Chromium, without any script; and nothing
is cut off, however long the names are."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from console.customers.models import Company
from console.customers.search_keys import Named, write_customer_keys
from tests.browser.profile_site import (
    LONG_COMPANY,
    LONG_NAME,
    LONG_WORD,
    SIDEWAYS,
    Profiles,
    profiles_in,
)
from tests.browser.serving import quiet_tab

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

HOME, WORK = "+421905111111", "+421905222222"


@pytest_asyncio.fixture(loop_scope="session")
async def pages(tmp_path: Path) -> AsyncIterator[Profiles]:
    async with profiles_in(tmp_path) as pages:
        yield pages


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser") -> "AsyncIterator[Page]":
    async with quiet_tab(chromium, "409 (Conflict)", scripts=False) as tab:
        yield tab


async def two_of_one(pages: Profiles) -> None:
    """The same person twice, with long names."""
    records, company = pages.records, Company(ref="A", name=LONG_COMPANY)
    await records.add(company)
    values: dict[str, Any] = {
        "company_id": company.id,
        "notes": f"Likes {LONG_WORD}",
        "attributes": {LONG_WORD: LONG_WORD},
    }
    one = await records.customer("C-1", HOME, name=LONG_NAME, **values, segment="gold")
    values |= {"notes": "Prefers the afternoon", "attributes": {LONG_WORD: "60", "consent": "calls"}}
    mail = f"{LONG_WORD}@{LONG_WORD}.example"
    two = await records.customer(f"OLD/{LONG_WORD}", HOME, WORK, name=LONG_NAME.upper(), email=mail, **values)
    await records.purchase(one, records.ago(days=9), "Ink", ref="P-1")
    await records.purchase(two, records.ago(days=8), "Ink", ref="P-2")
    await records.case(two, records.ago(days=2))
    await records.call(two, records.ago(hours=2), number=WORK)
    async with pages.sessions.begin() as session:
        await write_customer_keys(session, {each.id: Named(each.name, each.email) for each in (one, two)})


async def test_from_the_list_to_one_record_and_back_to_two(pages: Profiles, tab: "Page") -> None:
    await two_of_one(pages)
    await tab.goto(f"{pages.url}/duplicates")
    await tab.get_by_role("link", name="Same name and company").click()
    await tab.get_by_test_id("duplicate-compare").click()
    merge = tab.get_by_test_id("merge")
    assert await merge.get_attribute("data-kept") == "C-1"
    await merge.get_by_role("radio", name="Notes Prefers the afternoon").check()
    await merge.get_by_role("radio", name="Notes Keep both").focus()
    await tab.keyboard.press("Space")
    await tab.get_by_test_id("merge-do").click()
    assert "was merged into this customer" in await tab.get_by_test_id("was-merged").inner_text()
    about = await tab.get_by_test_id("customer-about").inner_text()
    assert "Prefers the afternoon" in about
    assert LONG_WORD in about
    assert "0905 222 222" in (await tab.get_by_test_id("customer-numbers").inner_text()).replace("+421 ", "0")
    orders = tab.get_by_test_id("customer-orders")
    assert await orders.locator('[data-ref="P-1"], [data-ref="P-2"]').count() == 2

    await tab.goto(f"{pages.url}/customers/OLD%2F{LONG_WORD}")
    assert await tab.get_by_test_id("customer").get_attribute("data-ref") == "C-1"
    await tab.get_by_test_id("customer-unmerge").click()
    assert "1 purchase, 1 case, 1 call" in await tab.get_by_test_id("goes-back").inner_text()
    await tab.get_by_test_id("unmerge-do").click()
    assert "taken apart by" in await tab.get_by_test_id("customer-merges").inner_text()
    await tab.get_by_test_id("customer-merges").get_by_role("link").click()
    await expect(tab.get_by_test_id("customer")).to_have_attribute("data-ref", f"OLD/{LONG_WORD}")
    assert "Prefers the afternoon" in await tab.get_by_test_id("customer-about").inner_text()


async def test_two_people_are_told_once_only(pages: Profiles, tab: "Page") -> None:
    await two_of_one(pages)
    await tab.goto(f"{pages.url}/customers/C-1")
    await tab.get_by_test_id("customer-merge").click()
    await tab.get_by_test_id("merge-with").get_by_role("link", name="Compare").click()
    await tab.get_by_test_id("merge-different").click()
    await expect(tab.get_by_test_id("duplicates")).to_be_visible()
    assert await tab.get_by_test_id("duplicate").count() == 0
    assert "Nobody is on record twice" in await tab.get_by_role("main").inner_text()


async def test_what_somebody_changes_meanwhile_is_told_and_the_choice_stays(
    pages: Profiles, tab: "Page"
) -> None:
    await two_of_one(pages)
    await tab.goto(f"{pages.url}/customers/C-1/merge?with=OLD/{LONG_WORD}")
    await tab.get_by_role("radio", name="Notes Keep both").check()
    other = await tab.context.new_page()
    await other.goto(f"{pages.url}/customers/C-1/change")
    await other.get_by_label("Segment").fill("silver")
    await other.get_by_role("button", name="Save the changes").click()
    await tab.get_by_test_id("merge-do").click()
    assert "Nothing was merged yet" in await tab.get_by_test_id("outdated").inner_text()
    assert await tab.get_by_role("radio", name="Notes Keep both").is_checked()
    assert "silver" in await tab.get_by_test_id("merge").inner_text()
    await tab.get_by_test_id("merge-do").click()
    await expect(tab.get_by_test_id("was-merged")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (640, 900)])
async def test_nothing_is_cut_off(pages: Profiles, chromium: "Browser", width: int, height: int) -> None:
    context = await chromium.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    await page.goto(f"{pages.url}/duplicates")
    assert not await page.evaluate(SIDEWAYS)
    await two_of_one(pages)
    preview = f"/customers/C-1/merge?with=OLD/{LONG_WORD}"
    for path in ("/duplicates", "/customers/C-1/merge", preview):
        await page.goto(pages.url + path)
        assert not await page.evaluate(SIDEWAYS), path
    await page.get_by_test_id("merge-do").click()
    for path in ("/customers/C-1", "/customers/C-1/unmerge"):
        await page.goto(pages.url + path)
        assert not await page.evaluate(SIDEWAYS), path
    await context.close()
