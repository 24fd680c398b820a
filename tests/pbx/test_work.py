"""A real call that nobody answers is on two desks' work lists; one agent claims it and calls back from the
phone; when the caller answers, it is done on both."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.desk import APPEAR_LIMIT_MS, Desk
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.fixtures import OUTSIDE, Pbx
from tests.pbx.world import ONE
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]


def missed(desk: Desk, call_id: str) -> Locator:
    return desk.page.locator(f'[data-testid="missed"][data-call-id="{call_id}"]')


async def becomes(entry: Locator, state: str) -> None:
    await expect(entry).to_have_attribute("data-state", state, timeout=APPEAR_LIMIT_MS)


@pytest.mark.parametrize("by_click", [True, False], ids=["by click", "from the phone"])
async def test_a_missed_caller_is_claimed_called_back_and_done(
    pbx: Pbx, product: Product, open_desk: OpenDesk, by_click: bool
) -> None:
    ana, ben = await open_desks(open_desk, product.url, "ana", "ben")
    caller = pbx.call("support", ONE)
    call_id = (await ana.ringing()).call_id
    await caller.hang_up()
    both = [missed(desk, call_id) for desk in (ana, ben)]
    for entry in both:
        await becomes(entry, "open")
        await expect(entry).to_contain_text("Jana Nováková")
    await both[0].get_by_test_id("missed-claim").click()
    for entry in both:
        await becomes(entry, "claimed")
    await expect(both[1]).to_contain_text("has this, since")
    if by_click:
        await both[0].get_by_test_id("dial").click()
        await pbx.phones["a1"].rings(2)
        await pbx.phones["a1"].answer()
    else:
        pbx.dial("a1", ONE)
    await pbx.phones[OUTSIDE].rings()
    await becomes(both[1], "claimed")
    await pbx.phones[OUTSIDE].answer()
    for entry in both:
        await becomes(entry, "done")
        await expect(entry).to_contain_text("Called back by")
    await pbx.phones[OUTSIDE].hang_up()


async def test_a_missed_caller_who_calls_again_and_is_answered_is_done(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    caller = pbx.call("support", ONE)
    call_id = (await ana.ringing()).call_id
    await caller.hang_up()
    await becomes(missed(ana, call_id), "open")
    again = pbx.call("support", ONE)
    await (await ana.ringing()).becomes("ringing")
    await pbx.phones["a1"].answer()
    await becomes(missed(ana, call_id), "done")
    await expect(missed(ana, call_id)).to_contain_text("Called again, answered by")
    await again.hang_up()
