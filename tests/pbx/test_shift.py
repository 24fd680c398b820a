"""A break, and the time to finish a call, as the desk and a real phone system tell each other of it."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.desk import APPEAR_LIMIT_MS, Desk
from tests.browser.fixtures import OpenDesk
from tests.pbx.fixtures import Pbx
from tests.pbx.frail import Frail
from tests.pbx.memberships import members
from tests.pbx.world import ONE
from tests.rig.processes import until
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]


def paused(pbx: Pbx) -> str | None:
    """Why Asterisk sends a1 no calls of the queue `support`; None when it does."""
    return members(pbx.asterisk, "support")["PJSIP/a1"]


async def is_paused(pbx: Pbx, reason: str | None) -> None:
    await until(lambda: paused(pbx) == reason, f"a1 paused: {reason}", APPEAR_LIMIT_MS / 1000)


async def presses(desk: Desk, name: str) -> None:
    await desk.page.get_by_test_id(name).click()


async def test_a_break_is_taken_at_the_desk_and_at_the_phone(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    await ana.presence_is("available")
    await ana.page.get_by_test_id("presence-reason").select_option("lunch")
    await presses(ana, "presence-set-on_break")
    await ana.presence_is("on_break")
    await expect(ana.presence).to_contain_text("Lunch")
    await is_paused(pbx, "lunch")
    await expect(ana.page.locator("[data-asked]")).to_have_count(0)

    pbx.act("QueuePause", Interface="PJSIP/a1", Paused="false")
    await ana.presence_is("available")
    pbx.act("QueuePause", Interface="PJSIP/a1", Paused="true", Reason="Back office")
    await ana.presence_is("on_break")
    await expect(ana.presence).to_contain_text("Back office")
    await presses(ana, "presence-set-available")
    await ana.presence_is("available")
    await is_paused(pbx, None)


async def test_no_call_comes_while_one_is_finished(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    product.change("queue", "set", "support", "--wrap-up-s", "30", "--outcome-required")
    try:
        await _finishes(pbx, product, await open_desk(product.url, "ana@example.com"))
    finally:
        product.change("queue", "set", "support", "--wrap-up-s", "0", "--no-outcome-required")


async def _finishes(pbx: Pbx, product: Product, ana: Desk) -> None:
    caller = pbx.call("support", ONE)
    pop = await ana.ringing()
    await pbx.phones["a1"].answer()
    await ana.presence_is("on_call")
    await is_paused(pbx, "wrap-up")
    await caller.hang_up()
    await ana.presence_is("wrap_up")
    await is_paused(pbx, "wrap-up")
    await expect(ana.page.get_by_test_id("wrap-up")).to_have_attribute("data-owes", "yes")
    await presses(ana, "wrap-up-more")
    left = ana.page.get_by_test_id("wrap-up-left")
    await expect(left).to_have_text(re.compile("01:[0-3]"), timeout=APPEAR_LIMIT_MS)

    await presses(ana, "wrap-up-done")
    said = ana.page.locator("#presence-said")
    await expect(said).to_contain_text("Choose how the call ended first", timeout=APPEAR_LIMIT_MS)
    assert "422" in ana.complaints.pop()  # browsers log each refusal
    await ana.presence_is("wrap_up")
    await pop.part("outcome").select_option("resolved")
    await pop.part("outcome-save").click()
    await expect(pop.part("outcome-kept")).to_contain_text("resolved", timeout=APPEAR_LIMIT_MS)
    await presses(ana, "wrap-up-done")
    await ana.presence_is("available")
    await is_paused(pbx, None)
    assert product.ended_call(pop.call_id)["outcome"] == "resolved"


async def test_a_restart_lets_calls_come_again(frail: Frail, frail_pbx: Pbx, open_desk: OpenDesk) -> None:
    frail.product.change("queue", "set", "support", "--wrap-up-s", "5")
    try:
        ana = await open_desk(frail.product.url, "ana@example.com")
        caller = frail_pbx.call("support", ONE)
        await ana.ringing()
        await frail_pbx.phones["a1"].answer()
        await is_paused(frail_pbx, "wrap-up")
        await caller.hang_up()
        await ana.presence_is("wrap_up")
        await ana.page.close()
        frail.stop_product()
        assert paused(frail_pbx) == "wrap-up"
        frail.start_product()
        await is_paused(frail_pbx, None)
    finally:
        frail.product.change("queue", "set", "support", "--wrap-up-s", "0")
