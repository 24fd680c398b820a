"""The board beside a real phone system: callers and breaks show on it, and a line that is
cut makes it old until it is back."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk import APPEAR_LIMIT_MS
from tests.browser.fixtures import OpenDesk
from tests.pbx.fixtures import Pbx
from tests.pbx.frail import Frail
from tests.pbx.world import ONE
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

SUPPORT = '[data-testid="queue"][data-queue="support"]'
ANA = '[data-testid="agent"][data-agent="ana@example.com"]'


async def open_board(product: Product, open_desk: OpenDesk) -> Page:
    """A tab with the board of somebody who leads."""
    desk = await open_desk(product.url, "adm@example.com")
    board = await desk.page.context.new_page()
    await board.goto(f"{product.url}/board")
    await board.wait_for_selector("body[data-live=connected]")
    return board


async def is_so(board: Page, selector: str, **attributes: str) -> None:
    for name, value in attributes.items():
        await expect(board.locator(selector)).to_have_attribute(
            f"data-{name}", value, timeout=APPEAR_LIMIT_MS
        )


async def test_a_caller_joins_and_is_answered_and_an_agent_takes_a_break(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    board = await open_board(product, open_desk)
    ana = await open_desk(product.url, "ana@example.com")
    await is_so(board, SUPPORT, waiting="0")
    caller = pbx.call("support", ONE)
    await is_so(board, SUPPORT, waiting="1")
    await expect(board.locator(f"{SUPPORT} [data-testid=waiter]")).to_contain_text("Jana Nováková")
    await ana.ringing()
    await is_so(board, ANA, state="ringing")
    await pbx.phones["a1"].answer()
    await is_so(board, SUPPORT, waiting="0")
    await is_so(board, ANA, state="on_call")
    await expect(board.locator(ANA)).to_contain_text("Jana Nováková")
    await caller.hang_up()
    pbx.act("QueuePause", Interface="PJSIP/a1", Paused="true", Reason="Back office")
    await ana.presence_is("on_break")
    await is_so(board, ANA, state="on_break")
    await expect(board.locator(ANA)).to_contain_text("Back office")
    pbx.act("QueuePause", Interface="PJSIP/a1", Paused="false")
    await is_so(board, ANA, state="available")
    answered = board.locator(f"{SUPPORT} [data-figure=answered] td").last
    await expect(answered).not_to_have_text("0", timeout=APPEAR_LIMIT_MS)


async def test_a_line_that_is_cut_makes_the_board_old_until_it_is_back(
    frail: Frail, frail_pbx: Pbx, open_desk: OpenDesk
) -> None:
    board = await open_board(frail.product, open_desk)
    await expect(board.locator(f"{SUPPORT}:not([data-stale])")).to_have_count(1)
    frail.kill()
    await is_so(board, SUPPORT, stale="yes")
    await expect(board.locator(f"{SUPPORT} [data-testid=queue-age]")).to_contain_text("is away")
    frail.start()
    await expect(board.locator(f"{SUPPORT}:not([data-stale])")).to_have_count(1, timeout=30_000)
    frail_pbx.call("support", ONE)
    await is_so(board, SUPPORT, waiting="1")
