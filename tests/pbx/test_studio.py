"""An admin who never sees YAML writes a script and publishes it; the next real call gets it, and says why."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk import APPEAR_LIMIT_MS, Desk, PopCard
from tests.browser.fixtures import OpenDesk
from tests.pbx.fixtures import Pbx
from tests.pbx.world import LOYAL
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

RINGS = 5
REASON = "Chosen because there were 3 purchases in the last 30 days and no case is open."


async def add(page: Page, menu: str, value: str) -> None:
    """Choose from a menu that is filled when somebody comes to it."""
    await page.get_by_test_id(menu).focus()
    await page.get_by_test_id(menu).select_option(value)


async def write(page: Page, url: str) -> None:
    """Customers with at least three purchases last month and no open case get the loyalty offer."""
    await page.goto(f"{url}/studio")
    await page.get_by_test_id("studio-new").click()
    await page.wait_for_url(re.compile("/studio/.+"))
    await page.wait_for_load_state()  # menus are filled by a script
    await page.get_by_test_id("title").fill("Thank loyal customers")
    await add(page, "condition.add", "purchases.count_30d")
    await page.locator('[data-fact="purchases.count_30d"] [data-testid="condition.value"]').fill("3")
    await add(page, "condition.add", "cases.open")
    await page.locator('[data-fact="cases.open"] [data-testid="condition.operator"]').select_option("none")
    greet = page.locator('[data-testid="card"][data-step="greet"]')
    await greet.get_by_test_id("step.text").fill("Thank you for your loyalty!")
    await add(page, "step.add", "do:offer")
    offer = page.locator('[data-testid="card"][data-step="offer"]')
    await offer.get_by_test_id("argument").fill("loyalty")
    await page.get_by_text("The check finds nothing.").wait_for()


async def called(pbx: Pbx, product: Product, ana: Desk) -> PopCard:
    """The pop of a call that rang and was given up."""
    pbx.call("support", LOYAL)
    pop = await ana.ringing()
    pbx.asterisk.hang_up_everything()
    product.ended_call(pop.call_id)
    return pop


async def test_what_an_admin_publishes_is_picked_by_the_next_call(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    page = (await open_desk(product.url, "adm@example.com")).page
    await write(page, product.url)
    await page.get_by_test_id("try-search").press_sequentially("verna")
    await page.get_by_test_id("person").click()
    verdict = page.locator('[data-testid="verdict"][data-outcome="picked"]')
    await expect(verdict).to_contain_text(REASON, timeout=APPEAR_LIMIT_MS)
    await page.get_by_test_id("save-publish").click()
    await page.get_by_test_id("release-do").click()
    await page.get_by_test_id("script").wait_for()

    for _ in range(RINGS):  # calls get it within a second of publishing
        pop = await called(pbx, product, ana)
        if "Greet the caller" not in (await pop.part("pop-script").text_content() or ""):
            break
    await pop.says("pop-name", "Zuzana Verná")
    await pop.says("pop-script", "Thank loyal customers", "Thank you for your loyalty!")
    await pop.says("pop-why", REASON)
    assert product.ended_call(pop.call_id)["script"]["sentence"] == REASON
