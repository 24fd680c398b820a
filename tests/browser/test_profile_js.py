"""The customer page in a real Chromium: it is read without scripts, nothing is cut off, and what two people
change at the same time is shown to the second one."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from console.customers.models import Company, Customer
from console.identity.models import User
from tests.browser.profile_site import (
    LONG_COMPANY,
    LONG_NAME,
    LONG_WORD,
    SIDEWAYS,
    Profiles,
    profiles_in,
)
from tests.browser.serving import quiet_tab
from tests.console.facts.records import Records
from tests.fakes.pages import ANA

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

SEEN = """part => {
    const {top, bottom} = part.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def pages(tmp_path: Path) -> AsyncIterator[Profiles]:
    async with profiles_in(tmp_path) as pages:
        yield pages


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: "Browser") -> "AsyncIterator[Page]":
    async with quiet_tab(chromium, "409 (Conflict)", "422 (Unprocessable", scripts=False) as tab:
        yield tab


async def somebody(records: Records) -> Customer:
    """With long names, something wrong, and something of everything."""
    company = Company(ref="A", name=LONG_COMPANY)
    await records.add(company)
    customer = await records.customer(
        "C-1",
        "+421905123456",
        name=LONG_NAME,
        company_id=company.id,
        segment=LONG_WORD,
        attributes={"employees": 60, "consent": "calls and e-mail"},
    )
    late = {"status": "shipped", "promised_at": records.ago(days=4)}
    await records.purchase(customer, records.ago(days=9), "Ink", ref="P-1", **late)
    await records.case(
        customer, records.ago(days=2), due_at=records.ago(days=1), owner=f"{LONG_WORD}@example.com"
    )
    await records.call(customer, records.ago(hours=2), queue=LONG_WORD)
    user = {"email": ANA.email, "role": ANA.role, "password_hash": "", "created_at": datetime.now(UTC)}
    await records.add(User(id=1, name=ANA.name, **user))
    return customer


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (640, 900)])
async def test_what_matters_is_seen_without_scrolling_and_nothing_is_cut_off(
    pages: Profiles, chromium: "Browser", width: int, height: int
) -> None:
    await somebody(pages.records)
    context = await chromium.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    for path in (
        "/customers/C-1",
        "/companies/A",
        "/customers/C-1/change",
        "/customers/C-1/erase",
        "/erasures",
    ):
        await page.goto(pages.url + path)
        assert not await page.evaluate(SIDEWAYS), path
    await page.goto(f"{pages.url}/customers/C-1")
    parts = ["customer-company", "customer-now", "customer-numbers"]
    for part in [*parts, "customer-figures", "customer-about"] if width > 1000 else parts:
        assert await page.get_by_test_id(part).evaluate(SEEN), part
    await context.close()


async def test_everything_is_read_without_javascript(pages: Profiles, tab: "Page") -> None:
    customer = await somebody(pages.records)
    for _ in range(50):
        await pages.records.call(customer, pages.records.ago(days=3))
    await tab.goto(f"{pages.url}/customers/C-1")
    await tab.get_by_role("link", name="Calls", exact=True).click()
    await expect(tab.locator('[data-happened="called"]')).to_have_count(40)
    await tab.get_by_test_id("timeline-older").click()
    await expect(tab.locator('[data-happened="called"]')).to_have_count(11)
    await tab.get_by_test_id("customer-company").click()
    await tab.get_by_test_id("company-people").get_by_role("link").click()
    order = tab.get_by_test_id("customer-orders").locator('[data-ref="P-1"]')
    await order.locator("summary").click()
    await expect(order.get_by_text("Thing 0").last).to_be_visible()


async def test_the_second_of_two_sees_what_the_first_one_changed(
    pages: Profiles, chromium: "Browser", tab: "Page"
) -> None:
    await somebody(pages.records)
    other = await tab.context.new_page()
    for each in (tab, other):
        await each.goto(f"{pages.url}/customers/C-1")
        await each.get_by_test_id("customer-change").click()
    await other.get_by_label("Name").fill("By the first")
    await other.get_by_label("Segment").fill("gold")
    await other.get_by_role("button", name="Save the changes").click()
    await tab.get_by_label("Name").fill("By the second")
    await tab.get_by_label("Notes").fill("Kept")
    await tab.get_by_role("button", name="Save the changes").click()
    await expect(tab.get_by_test_id("outdated")).to_be_visible()
    assert "By the first" in await tab.locator('[data-field="name"]').inner_text()
    assert await tab.get_by_label("Name").input_value() == "By the second"
    assert await tab.get_by_label("Segment").input_value() == "gold"
    assert await tab.get_by_label("Notes").input_value() == "Kept"
    await tab.get_by_label("Keep what is stored").check()
    await tab.get_by_role("button", name="Save the changes").click()
    await expect(tab.get_by_role("heading", level=1)).to_have_text("By the first")
    assert "Kept" in await tab.get_by_test_id("customer-about").inner_text()


async def test_a_person_is_exported_and_erased(pages: Profiles, tab: "Page") -> None:
    await somebody(pages.records)
    await tab.goto(f"{pages.url}/customers/C-1")
    await tab.get_by_test_id("customer-more").locator("summary").click()
    async with tab.expect_download() as download:
        await tab.get_by_test_id("customer-export").click()
    file = await download.value
    assert file.suggested_filename == "customer-C-1.json"
    exported = json.loads(Path(await file.path()).read_text())
    assert exported["customer"]["name"] == LONG_NAME
    assert [each["ref"] for each in exported["purchases"]] == ["P-1"]
    await tab.get_by_test_id("customer-erase").click()
    await tab.get_by_label("To erase, type the reference").fill("C-2")
    await tab.get_by_test_id("erase-do").click()
    await expect(tab.get_by_test_id("erase-problem")).to_be_visible()
    await tab.get_by_label("To erase, type the reference").fill("C-1")
    await tab.get_by_test_id("erase-do").click()
    await tab.wait_for_url("**/erasures?done=1")
    assert "1 purchase, 1 case, 1 call." in await tab.get_by_test_id("erased").inner_text()
    assert LONG_NAME not in await tab.content()
    await tab.reload()
    await expect(tab.get_by_test_id("erased")).to_be_visible()
    async with pages.sessions() as session:
        assert list(await session.scalars(select(Customer))) == []
