"""What is pasted and does not fit into a field: said, not cut, in a real Chromium."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.editor_site import LATE, Studio

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


async def paste(tab: "Page", field: str, text: str) -> None:
    """Paste it where the caret is, as people do."""
    await tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await tab.evaluate("text => navigator.clipboard.writeText(text)", text)
    await tab.get_by_test_id(field).focus()
    await tab.keyboard.press("End")
    await tab.keyboard.press("Control+V")


@pytest.mark.parametrize(("field", "most"), [("title", 100), ("note", 1000)])
async def test_a_paste_that_does_not_fit_is_left_out_and_said(
    studio: Studio, tab: "Page", field: str, most: int
) -> None:
    await tab.goto(f"{studio.url}{LATE}")
    place = tab.get_by_test_id(field)
    before = await place.input_value()
    await paste(tab, field, "x" * 5000)
    said = tab.get_by_test_id("no-room")
    await said.get_by_text(f"would be {len(before) + 5000} characters, and {most} fit here").wait_for()
    assert await place.input_value() == before
    await paste(tab, field, " and more")
    assert await place.input_value() == f"{before} and more"
    assert await said.count() == 0


async def test_typing_on_in_a_full_field_is_said(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    note = tab.get_by_test_id("note")
    await note.fill("x" * 1000)
    await note.press("End")
    await note.press("y")
    await tab.get_by_test_id("no-room").get_by_text("1001 characters").wait_for()
    await note.blur()
    assert await tab.get_by_test_id("no-room").count() == 0
