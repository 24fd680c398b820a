"""What the editor says of what could not be done, or not as it was meant, in a real Chromium."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.editor_site import LATE, Studio, card

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("typed", ["101", "-1", "50.5", ""])
async def test_a_number_that_is_none_is_said(studio: Studio, tab: "Page", typed: str) -> None:
    await tab.goto(f"{studio.url}{LATE}")
    priority, why = tab.get_by_test_id("priority"), "The priority is a whole number from 0 to 100"
    await priority.select_text()
    await tab.keyboard.press("Delete")
    await priority.press_sequentially(typed)
    await tab.keyboard.press("Tab")
    await tab.get_by_test_id("problem").get_by_text(why).wait_for()
    await tab.wait_for_function("element => element.value === '80'", arg=await priority.element_handle())
    assert "priority: 80\n" in await tab.get_by_test_id("yaml").input_value()


async def test_a_value_that_is_none_is_said(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    value = tab.locator('[data-fact="purchases.late_open"] [data-testid="condition.value"]')
    await value.fill("")
    await value.blur()
    await tab.get_by_test_id("problem").get_by_text("Write a number").wait_for()
    await tab.wait_for_function("element => element.value === '1'", arg=await value.element_handle())


async def test_what_is_said_stays_in_view(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    await card(tab, "wish").get_by_label("Move this step up").click()
    said = tab.get_by_test_id("told").get_by_text("Only the card was moved")
    await said.wait_for()
    await tab.get_by_test_id("card").last.scroll_into_view_if_needed()
    box = await said.bounding_box()
    assert box
    assert 0 <= box["y"] < 100
