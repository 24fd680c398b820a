"""What the check finds leads to its place in the editor, in a real Chromium."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.editor_site import LATE, Studio, card

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

FOCUSED = "element => element === document.activeElement"
SELECTED = "element => element.value.slice(element.selectionStart, element.selectionEnd)"
SEEN = """() => {
  const { left, top, right, bottom } = document.activeElement.getBoundingClientRect();
  const y = Math.min(bottom, Math.max(top, 0) + 40) - 4;
  return document.activeElement.contains(document.elementFromPoint((left + right) / 2, y));
}"""
"""Whether what has the focus is in view and covered by nothing."""

FINDINGS = [
    ("purchases.late_open >= 1", "purchases.late_opn >= 1", "at-when-all-1-text"),
    ("priority: 80", "priority: 800", "at-priority"),
    ("next: wish", "next: wsh", "at-steps-0-next"),
    ("it arrived meanwhile: arrived", "it arrived meanwhile: arived", "at-steps-1-answers-2-onward"),
    ("    next: sorry", "    next: sory", "at-steps-7-next"),
    ("line: 2, priority", "lime: 2, priority", "at-steps-7-with-lime"),
    ("    end: already delivered\n", "    colour: red\n    end: x\n", "source"),
    ('    ask: "Would', '    aks: "Would', "at-steps-1"),
]


async def test_a_finding_leads_to_its_place(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    await card(tab, "sorry").get_by_label("Take this step out").click()
    await card(tab, "sorry").wait_for(state="detached")
    await card(tab, "wish").get_by_label("Take this step out").click()
    finding = tab.get_by_test_id("finding").filter(has_text='there is no step "wish"')
    await finding.wait_for()
    assert await tab.locator('[data-testid="map-step"][data-state="missing"]').count() == 1
    assert await tab.locator('[data-testid="map-step"][data-state="unreachable"]').count() > 1
    await finding.click()
    assert await tab.evaluate("document.activeElement.id") == "at-steps-0-next"


@pytest.mark.parametrize("height", [720, 360])
async def test_findings_lead_to_their_places(studio: Studio, tab: "Page", height: int) -> None:
    await tab.set_viewport_size({"width": 1280, "height": height})
    await tab.goto(f"{studio.url}{LATE}")
    await tab.get_by_text("The same as YAML").click()
    yaml, finding = tab.get_by_test_id("yaml"), tab.get_by_test_id("finding").first
    good = await yaml.input_value()
    for right, wrong, place in FINDINGS:
        await yaml.fill(good.replace(right, wrong))
        await finding.wait_for()
        await finding.click()
        assert await tab.evaluate("document.activeElement.closest('[id]').id") == place
        assert await tab.evaluate(SEEN), place
        if place == "source":
            assert await yaml.evaluate(SELECTED) == "    colour: red"
        await yaml.fill(good)
        await tab.get_by_text("The check finds nothing.").wait_for()


async def test_a_step_that_cannot_be_read_leads_to_its_line(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    await tab.get_by_text("The same as YAML").click()
    yaml = tab.get_by_test_id("yaml")
    await yaml.fill((await yaml.input_value()).replace('    ask: "Would', '    aks: "Would'))
    await tab.get_by_test_id("as-yaml").focus()
    await tab.keyboard.press("Enter")
    assert await yaml.evaluate(FOCUSED)
    assert await yaml.evaluate(SELECTED) == "  - id: wish"


async def test_yaml_that_is_none_leads_to_its_line(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    await tab.get_by_text("The same as YAML").click()
    yaml = tab.get_by_test_id("yaml")
    await yaml.fill((await yaml.input_value()).replace("  - id: sorry", "  - id: [sorry"))
    await tab.get_by_test_id("problem-line").click()
    assert await yaml.evaluate(FOCUSED)
    assert await tab.evaluate(SEEN)
    assert (
        await yaml.evaluate(SELECTED) == '    say: "That is done. I am sorry that we let you down this time."'
    )
