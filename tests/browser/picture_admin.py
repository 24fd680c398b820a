"""What an admin of the demo does, from picture to picture: a script from nothing to calls, and an import."""

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Locator, Page

from tests.browser.editor_site import card

CUSTOMERS = """\
Číslo;Meno;Telefón;Narodeniny;Firma;Obrat;E-mail
Z-1001;Ľubomír Šťastný;0905 123 456|mobil;21.11.1980;Kvetinárstvo s.r.o.;1 234,50;lubomir@shop.example
Z-1002;Žofia Kôňová;02/5930 11 11|práca;30.2.1975;Kvetinárstvo s.r.o.;12 045,00;zofia@shop.example
Z-1003;Ján Mrkva;0905 000 333;3.4.1968;;2,50;jan@shop.example
"""
CUSTOMER = "Freja Nielsen"
"""Who bought a lot lately and has no open case."""

TEXT = "Thank you for your loyalty! May I tell you about an offer?"


async def write_script(tab: Page, url: str) -> AsyncIterator[str]:
    """The example of the editor's page in the documentation: the names of the pictures that `tab` shows."""
    await tab.goto(f"{url}/studio")
    await tab.get_by_test_id("studio-new").first.click()
    await tab.get_by_test_id("title").fill("Thank loyal customers")
    yield "studio-2-title"
    await _choose(tab.get_by_test_id("condition.add"), "purchases.count_30d")
    await _type(tab.locator('[data-fact="purchases.count_30d"] [data-testid="condition.value"]'), "3")
    await _choose(tab.get_by_test_id("condition.add"), "cases.open")
    await _choose(tab.locator('[data-fact="cases.open"] [data-testid="condition.operator"]'), "none")
    yield "studio-3-when"
    await _type(card(tab, "greet").get_by_test_id("step.text"), TEXT)
    await _choose(tab.get_by_test_id("step.add"), "do:offer")
    await _type(card(tab, "offer").get_by_test_id("argument"), "loyalty")
    await tab.get_by_text("The check finds nothing.").wait_for()
    await tab.locator('[data-testid="verdict"]', has_text="3 or more").wait_for()
    yield "studio-4-steps"
    await tab.get_by_test_id("try-search").press_sequentially(CUSTOMER)
    await tab.get_by_test_id("person").first.click()
    await tab.locator('[data-testid="verdict"]', has_text="comes first").wait_for()
    await tab.evaluate("scrollTo(0, 0)")
    yield "studio-5-second"
    await _type(tab.get_by_test_id("priority"), "60")
    await tab.locator('[data-testid="verdict"][data-outcome="picked"]').wait_for()
    await tab.evaluate("scrollTo(0, 0)")
    yield "studio-6-picked"
    await tab.get_by_test_id("save-publish").click()
    await tab.get_by_test_id("release-do").wait_for()
    yield "studio-7-publish"
    await tab.get_by_test_id("release-do").click()
    await tab.get_by_test_id("script").wait_for()
    yield "studio-8-published"


async def read_file(tab: Page, url: str, folder: Path) -> AsyncIterator[str]:
    """A file is chosen, and shown as it would be read."""
    await tab.goto(f"{url}/admin/import")
    file = folder / "zákazníci.csv"
    file.write_text(CUSTOMERS, encoding="utf-8-sig")
    await tab.get_by_test_id("import-file").set_input_files(file)
    await tab.get_by_test_id("import-send").click()
    await tab.get_by_test_id("import-choice").wait_for()
    await tab.locator('[data-column="Obrat"]').select_option("attr.obrat")
    await tab.get_by_role("columnheader", name="attr.obrat").wait_for()
    await tab.set_viewport_size({"width": 1280, "height": 860})
    yield "import"


async def _choose(menu: Locator, value: str) -> None:
    await menu.focus()  # long menus are filled when somebody comes to them
    await menu.select_option(value)


async def _type(field: Locator, text: str) -> None:
    await field.wait_for()
    await field.select_text()
    await field.press_sequentially(text)
