"""The search box at the desk: results while typing, all by keyboard, and nothing taken from the notes."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
import pytest_asyncio

from console.customers.actions import save_customers
from console.customers.records import CompanyRecord, CustomerRecord, PhoneRecord
from console.db.engine import Sessions
from tests.browser.desk_site import Site, note, open_tab

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Route

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

FLOWERS = CompanyRecord("F", "Kvetinárstvo s.r.o.")
PHONE = PhoneRecord("0905 123 456", "+421905123456", None, shared=False)
PEOPLE = [
    CustomerRecord("C-1", {"name": "Ján Šťastný"}, True, FLOWERS, (PHONE,)),
    CustomerRecord("C-2", {"name": "Jana Šťastná"}),
    CustomerRecord("C-3", {"name": "Đorđe Müller"}),
]


@pytest_asyncio.fixture(loop_scope="session")
async def tab(site: Site, desk_sessions: Sessions, profile: "BrowserContext") -> "Page":
    async with desk_sessions.begin() as session:
        await save_customers(session, PEOPLE, datetime.now(UTC))
    await site.put("a", state="answered")
    tab = await open_tab(profile, site)
    await tab.route("**/customers/*", lambda route: route.fulfill(body="the customer"))
    return tab


async def chosen(tab: "Page", ref: str) -> None:
    """Wait until this result is the one that Enter opens."""
    option = tab.locator(f'[data-testid="search-result"][data-ref="{ref}"][aria-selected="true"]')
    await option.wait_for(timeout=5000)
    box = tab.get_by_test_id("search")
    assert await box.get_attribute("aria-activedescendant") == await option.get_attribute("id")
    assert await box.evaluate("box => box === document.activeElement")


async def test_results_come_while_typing_and_enter_opens_one(tab: "Page") -> None:
    await tab.keyboard.press("/")
    await tab.keyboard.type("stast")
    await chosen(tab, "C-1")
    await tab.keyboard.press("ArrowDown")
    await chosen(tab, "C-2")
    await tab.keyboard.press("ArrowDown")
    await chosen(tab, "C-1")
    await tab.keyboard.press("ArrowUp")
    await chosen(tab, "C-2")
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/customers/C-2")


async def test_enter_before_the_results_are_there_leads_to_a_page_of_them(tab: "Page") -> None:
    await tab.get_by_test_id("search").fill("stastny")
    await chosen(tab, "C-1")
    await tab.route("**/search?q=djordje", lose_results)
    await tab.get_by_test_id("search").fill("djordje")
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/search?q=djordje")
    result = tab.get_by_test_id("search-result")
    assert await result.get_attribute("data-ref") == "C-3"
    assert await tab.get_by_test_id("search").input_value() == "djordje"
    await result.click()
    await tab.wait_for_url("**/customers/C-3")


async def lose_results(route: "Route") -> None:
    """The box gets no answer, a page does."""
    if "hx-request" in route.request.headers:
        await route.abort()
    else:
        await route.continue_()


async def test_a_click_opens_a_result(tab: "Page") -> None:
    await tab.get_by_test_id("search").fill("kvetin")
    await tab.get_by_test_id("search-result").click()
    await tab.wait_for_url("**/customers/C-1")


async def test_a_slash_in_the_notes_is_a_slash(tab: "Page") -> None:
    await note(tab, "a").focus()
    await tab.keyboard.type("and/or")
    assert await note(tab, "a").input_value() == "and/or"
    assert await note(tab, "a").evaluate("note => note === document.activeElement")


async def test_results_take_no_focus_from_the_notes(site: Site, tab: "Page") -> None:
    async with tab.expect_response("**/search?q=stast"):
        await tab.get_by_test_id("search").fill("stast")
        await note(tab, "a").focus()
    await tab.keyboard.type("x")
    await tab.wait_for_selector('[data-testid="search-result"]', state="attached")
    assert await note(tab, "a").input_value() == "x"
    assert await tab.locator("#search-found").is_hidden()


async def test_escape_closes_and_goes_back_to_where_one_was(tab: "Page") -> None:
    summary = tab.get_by_test_id("pop-match").locator("summary")
    await summary.focus()
    await tab.keyboard.press("/")
    await tab.keyboard.type("stast")
    await chosen(tab, "C-1")
    await tab.keyboard.press("Escape")
    assert await tab.locator("#search-found").is_hidden()
    assert await summary.evaluate("summary => summary === document.activeElement")
    await tab.keyboard.press("/")
    await chosen(tab, "C-1")  # what was found is still there


async def test_where_nobody_is_found_it_says_so(tab: "Page") -> None:
    await tab.get_by_test_id("search").fill("nobody")
    await tab.get_by_text("Nobody is found.").wait_for(timeout=5000)
    await tab.get_by_test_id("search").fill("")
    await tab.locator("#search-found").wait_for(state="hidden", timeout=5000)


async def test_without_an_answer_it_says_so(tab: "Page") -> None:
    await tab.route("**/search?q=*", lambda route: route.abort())
    await tab.get_by_test_id("search").fill("stast")
    await tab.get_by_text("The search gave no answer.").wait_for(timeout=5000)


async def dialled(tab: "Page", site: Site) -> list[str]:
    """What is dialled from now on: the phone system can."""
    await site.link("up", "dial")
    numbers: list[str] = []

    async def dial(route: "Route") -> None:
        numbers.extend(parse_qs(route.request.post_data or "")["number"])
        await route.fulfill(body='<p data-testid="dialled">Your phone rings first</p>')

    await tab.route("**/desk/dial", dial)
    return numbers


async def test_the_number_found_is_called_with_the_arrows(site: Site, tab: "Page") -> None:
    numbers = await dialled(tab, site)
    await tab.keyboard.press("/")
    await tab.keyboard.type("0905 123 456")
    await chosen(tab, "C-1")
    await tab.keyboard.press("ArrowDown")
    box, call = tab.get_by_test_id("search"), tab.get_by_test_id("search-call")
    assert await box.get_attribute("aria-activedescendant") == await call.get_attribute("id")
    await tab.keyboard.press("Enter")
    await tab.get_by_test_id("dialled").wait_for(timeout=5000)
    assert numbers == ["+421 905 123 456"]
    assert await box.evaluate("box => box === document.activeElement")
    await call.click()
    await call.dblclick()
    assert len(numbers) == 3  # two clicks in a row are one


async def test_enter_calls_nobody_who_was_not_chosen(site: Site, tab: "Page") -> None:
    numbers = await dialled(tab, site)
    await tab.keyboard.press("/")
    await tab.keyboard.type("0911 222 333")
    await tab.get_by_test_id("search-call").wait_for(timeout=5000)
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/search?q=0911*")
    await tab.get_by_test_id("search").fill("0911 222 334")
    await tab.get_by_text("Call +421 911 222 334").wait_for(timeout=5000)
    await tab.keyboard.press("ArrowDown")
    await tab.keyboard.press("Enter")
    await tab.get_by_test_id("dialled").wait_for(timeout=5000)
    assert numbers == ["+421 911 222 334"]
