"""Calls that an agent controls from the desk, on real phones: hang up, pass on, ask first, click to call."""

import pytest
from playwright.async_api import expect

from tests.browser.desk import APPEAR_LIMIT_MS, Desk, PopCard
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.configuration import EXTENSIONS
from tests.pbx.ear import Ear, listening
from tests.pbx.fixtures import OUTSIDE, Pbx
from tests.pbx.records import parts, pops
from tests.pbx.world import ONE
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]


async def talking(pbx: Pbx, ear: Ear, ana: Desk) -> PopCard:
    """Ana talks with a caller."""
    pbx.call("support", ONE)
    pop = await ana.ringing()
    await expect(pop.part("hangup")).to_have_count(0)
    await pbx.phones["a1"].answer()
    await pop.becomes("answered")
    await ear.hears("BridgeEnter", Channel=pbx.channel("PJSIP/a1"))
    return pop


async def passes_on(pop: PopCard, to: str, how: str) -> None:
    """Open the panel, say to whom, and do it."""
    await pop.part("transfer").locator("summary").click()
    await pop.part("transfer-target").fill(to)
    await pop.part(how).click()


async def test_ana_hangs_up(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    async with listening(pbx.asterisk) as ear:
        pop = await talking(pbx, ear, ana)
    await pop.part("hangup").click()
    await pop.becomes("ended")
    call = product.ended_call(pop.call_id)
    assert (parts(call), call["end"]) == ([("ana", "support", "answered")], "completed")


async def test_ana_passes_a_caller_on(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    # What holds calls back from her since an earlier test is asked to end again after ASKED_AGAIN_S.
    await expect(eva.presence).to_have_attribute("data-state", "available", timeout=2 * APPEAR_LIMIT_MS)
    async with listening(pbx.asterisk) as ear:
        pop = await talking(pbx, ear, ana)
    await pop.part("transfer").locator("summary").click()
    target = pop.card.locator(f'[data-testid="target"][data-target="{EXTENSIONS["a3"]}"]')
    await expect(target).to_have_attribute("data-state", "available")
    await target.click()
    await pop.part("transfer-blind").click()
    evas = await eva.ringing()
    assert evas.call_id == pop.call_id
    await pbx.phones["a3"].answer()
    await evas.becomes("answered")
    await pop.becomes("ended")
    await evas.part("hangup").click()
    await evas.becomes("ended")
    call = product.ended_call(pop.call_id)
    assert parts(call) == [("ana", "support", "transferred"), ("eva", None, "answered")]
    assert pops(call) == {"ana": "ended", "eva": "ended"}


async def test_a_caller_who_is_passed_on_to_nowhere_is_on_the_work_list(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    async with listening(pbx.asterisk) as ear:
        pop = await talking(pbx, ear, ana)
    await passes_on(pop, "799", "transfer-blind")
    await expect(pop.card.locator(".pop-strip")).to_contain_text("nobody took it", timeout=APPEAR_LIMIT_MS)
    await expect(ana.page.locator('.work-row[data-state="open"]').first).to_be_visible()
    assert product.ended_call(pop.call_id)["end"] == "completed"


async def test_ana_passes_a_caller_on_to_the_second_line(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana, dan = await open_desks(open_desk, product.url, "ana", "dan")
    async with listening(pbx.asterisk) as ear:
        pop = await talking(pbx, ear, ana)
    await passes_on(pop, "second", "transfer-blind")
    dans = await dan.ringing()
    await pbx.phones["a4"].answer()
    await dans.becomes("answered")
    await dans.part("hangup").click()
    await dans.becomes("ended")
    call = product.ended_call(pop.call_id)
    assert parts(call) == [("ana", "support", "transferred"), ("dan", "second", "answered")]


async def asks(pbx: Pbx, ear: Ear, pop: PopCard, eva: Desk) -> PopCard:
    """Ana asks Eva, who answers; Eva's pop."""
    await passes_on(pop, "Eva", "transfer-attended")
    await pop.is_held()
    evas = await eva.ringing()
    await pbx.phones["a3"].answer()
    await evas.becomes("answered")
    await ear.hears("BridgeEnter", Channel=pbx.channel("PJSIP/a3"))
    await expect(pop.part("transfer-complete")).to_be_visible()
    await expect(pop.part("transfer")).to_be_hidden()
    await expect(evas.part("transfer")).to_have_count(0)  # she is only asked
    return evas


async def test_ana_asks_first_and_puts_through(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    async with listening(pbx.asterisk) as ear:
        pop = await talking(pbx, ear, ana)
        evas = await asks(pbx, ear, pop, eva)
    await pop.part("transfer-complete").click()
    await pop.becomes("ended")
    await expect(evas.part("transfer")).to_be_visible()  # the caller is hers
    await evas.part("hangup").click()
    await evas.becomes("ended")
    call = product.ended_call(pop.call_id)
    assert parts(call) == [("ana", "support", "transferred"), ("eva", None, "answered")]


async def test_ana_asks_first_and_comes_back(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    async with listening(pbx.asterisk) as ear:
        pop = await talking(pbx, ear, ana)
        evas = await asks(pbx, ear, pop, eva)
    await pop.part("transfer-cancel").click()
    await evas.becomes("ended")
    await pop.is_held(False)
    await pop.becomes("answered")
    await expect(pop.part("transfer")).to_be_visible()
    await pop.part("hangup").click()
    await pop.becomes("ended")
    call = product.ended_call(pop.call_id)
    assert parts(call) == [("ana", "support", "answered"), ("eva", None, "answered")]


async def test_a_click_calls_back(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    await ana.page.goto(f"{product.url}/customers/C-1")
    await ana.page.get_by_test_id("dial").click()
    await expect(ana.page.get_by_test_id("dialled")).to_contain_text("Your phone rings first")
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].answer()
    await pbx.phones[OUTSIDE].answer()
    await ana.page.goto(f"{product.url}/desk")
    pop = ana.pops(state="answered")
    await expect(pop).to_have_count(1)
    await expect(pop.get_by_test_id("pop-name")).to_contain_text("Jana Nováková")
    await pop.get_by_test_id("hangup").click()
    await expect(pop).to_have_count(0)
