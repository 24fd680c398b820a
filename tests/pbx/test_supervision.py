"""A supervisor acts on real phones: listens, whispers, joins; pauses an agent; says who is served first."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.desk import APPEAR_LIMIT_MS, Desk
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.ear import Ear, listening
from tests.pbx.fixtures import Pbx
from tests.pbx.memberships import members, waiting
from tests.pbx.records import parts
from tests.pbx.world import NOBODY, ONE, SHARED
from tests.rig.processes import until
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

WITHIN_S = APPEAR_LIMIT_MS / 1000


async def row_of(sue: Desk, product: Product, name: str, state: str) -> Locator:
    """The agent's row on the page of the team, once it says that they do this."""
    row = sue.page.locator(f'[data-testid="team-agent"][data-agent="{name}@example.com"]')

    async def there() -> bool:
        await sue.page.goto(f"{product.url}/board/team")
        return await row.get_attribute("data-state") == state

    await with_retries(there)
    return row


async def with_retries(there: Callable[[], Awaitable[bool]]) -> None:
    """The page shows how it was when it was opened."""
    async with asyncio.timeout(WITHIN_S):
        while not await there():  # noqa: ASYNC110 - it is opened anew each time
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("act", "options", "sign"),
    [
        ("act-listen", "quE", "Sue listens"),
        ("act-whisper", "quEw", "Sue whispers to you"),
        ("act-barge", "quEB", "Sue is on the call, too"),
    ],
)
async def test_sue_hears_anas_call_and_nobody_else_s(  # noqa: PLR0917 - what it plays with
    pbx: Pbx, product: Product, open_desk: OpenDesk, act: str, options: str, sign: str
) -> None:
    ana, tom, sue = await open_desks(open_desk, product.url, "ana", "tom", "sue")
    async with listening(pbx.asterisk) as ear:
        pbx.call("direct-a10", NOBODY)  # PJSIP/a10, which begins like PJSIP/a1
        await tom.ringing()
        await pbx.phones["a10"].answer()
        pbx.call("support", ONE)
        pop = await ana.ringing()
        await pbx.phones["a1"].answer()
        await pop.becomes("answered")
        row = await row_of(sue, product, "ana", "on_call")
        await row.get_by_test_id(act).click()
        await expect(row.get_by_test_id("act-asked")).to_contain_text("Your phone rings")
        await pbx.phones["a20"].rings()
        await pbx.phones["a20"].answer()
        anas = pbx.channel("PJSIP/a1")
        started = await ear.hears("ChanSpyStart")
        assert (started["SpyeeChannel"], started["SpyerChannel"]) == (anas, pbx.channel("PJSIP/a20"))
        assert f"ChanSpy!{anas},{options}!" in pbx.asterisk.command("core show channels concise")
        await expect(pop.card.get_by_test_id("pop-listened")).to_have_text(sign)
        await expect(tom.page.get_by_test_id("pop-listened")).to_have_count(0)
        await sue.page.goto(f"{product.url}/desk")
        await expect(sue.page.get_by_test_id("pop")).to_have_count(0)
        await pbx.phones["a20"].hang_up()
        await ear.hears("ChanSpyStop")
    await expect(pop.card.get_by_test_id("pop-listened")).to_have_count(0)
    await pop.becomes("answered")  # and goes on


async def test_it_is_over_with_the_call(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, sue = await open_desks(open_desk, product.url, "ana", "sue")
    async with listening(pbx.asterisk) as ear:
        caller = pbx.call("support", ONE)
        pop = await ana.ringing()
        await pbx.phones["a1"].answer()
        row = await row_of(sue, product, "ana", "on_call")
        await row.get_by_test_id("act-listen").click()
        await pbx.phones["a20"].rings()
        await pbx.phones["a20"].answer()
        await ear.hears("ChanSpyStart")
        await caller.hang_up()
        await ear.hears("ChanSpyStop")
        await pbx.phones["a20"].wait_for("ended")
    await pop.becomes("ended")


async def test_sue_sends_ben_on_a_break_and_ends_it(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ben, sue = await open_desks(open_desk, product.url, "ben", "sue")
    await ben.presence_is("available")
    row = await row_of(sue, product, "ben", "available")
    await row.locator("summary", has_text="Break").click()
    await row.get_by_test_id("act-pause-reason").select_option("training")
    await row.get_by_test_id("act-pause").click()
    await ben.presence_is("on_break")
    await expect(ben.presence).to_contain_text("Training")
    await is_paused(pbx, "training")
    async with listening(pbx.asterisk) as ear:
        await ear.resync()
        member = ear.all("QueueMember", Queue="support", Location="PJSIP/a2")[-1]
        assert (member["Paused"], member["PausedReason"]) == ("1", "training")
    row = await row_of(sue, product, "ben", "on_break")
    await row.get_by_test_id("act-unpause").click()
    await ben.presence_is("available")
    await is_paused(pbx, None)


async def test_what_is_done_on_the_board_shows_there(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ben, sue = await open_desks(open_desk, product.url, "ben", "sue")
    await ben.presence_is("available")
    await sue.page.goto(f"{product.url}/board")
    row = sue.page.locator('[data-testid="agent"][data-agent="ben@example.com"]')
    await expect(row).to_have_attribute("data-state", "available")
    await row.get_by_test_id("acts").click()
    await row.locator("summary", has_text="Break").click()
    await row.get_by_test_id("act-pause-reason").select_option("training")
    await row.get_by_test_id("act-pause").click()
    await expect(row).to_have_attribute("data-state", "on_break")
    await expect(row).to_contain_text("Training")
    await ben.presence_is("on_break")
    await is_paused(pbx, "training")
    await row.get_by_test_id("acts").click()
    await row.get_by_test_id("acts").click()  # what can be done depends on the moment
    await row.get_by_test_id("act-unpause").click()
    await expect(row).to_have_attribute("data-state", "available")
    await is_paused(pbx, None)
    await expect(sue.page.locator('[data-testid="agent"][data-agent="sue@example.com"]')).to_have_count(0)


async def is_paused(pbx: Pbx, reason: str | None) -> None:
    await until(lambda: members(pbx.asterisk, "support")["PJSIP/a2"] == reason, f"a2: {reason}", WITHIN_S)


async def test_sue_moves_eva_to_another_queue(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    sue = await open_desk(product.url, "sue@example.com")
    row = await row_of(sue, product, "eva", "available")
    await row.locator("summary", has_text="Queues").click()
    await row.get_by_test_id("act-queue").select_option("second")
    await row.get_by_test_id("act-join").click()
    await until(lambda: "PJSIP/a3" in members(pbx.asterisk, "second"), "a3 in second", WITHIN_S)
    await row.get_by_test_id("act-leave").click()
    await until(lambda: "PJSIP/a3" not in members(pbx.asterisk, "second"), "a3 out of second", WITHIN_S)
    await expect(row.get_by_test_id("act-asked")).to_contain_text("no more calls")


def in_order(ear: Ear, queue: str) -> list[str]:
    """The numbers of those who wait, by the newest QueueStatus: who is served first stands first."""
    times = len(ear.all("QueueStatusComplete"))
    entries = ear.all("QueueEntry", Queue=queue, ActionID=f"QueueStatus-{times}")
    return [each["CallerIDNum"] for each in sorted(entries, key=lambda each: int(each["Position"]))]


async def test_sue_takes_a_caller_first_and_sends_another_on(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    eva, sue = await open_desks(open_desk, product.url, "eva", "sue")
    async with listening(pbx.asterisk) as ear:
        for number, caller in enumerate((ONE, SHARED, NOBODY), 1):
            pbx.call("orders", caller)
            await until(lambda n=number: waiting(pbx.asterisk, "orders") == n, f"{number} wait", WITHIN_S)  # type: ignore[misc]
        await ear.resync()
        assert in_order(ear, "orders") == [ONE, SHARED, NOBODY]
        rows = await waits(sue.page, product, 3)
        await rows.nth(2).get_by_test_id("act-first").click()
        await expect(rows.nth(2).get_by_test_id("act-asked")).to_contain_text("served next")
        await ear.resync()
        assert in_order(ear, "orders") == [NOBODY, ONE, SHARED]
        await rows.nth(1).get_by_test_id("act-first").click()
        await expect(rows.nth(1).get_by_test_id("act-asked")).to_contain_text("served next")
        await ear.resync()
        assert in_order(ear, "orders") == [SHARED, NOBODY, ONE]
    await rows.nth(0).locator("summary", has_text="Send to").click()
    await rows.nth(0).get_by_test_id("act-send-agent").select_option(label="Eva")
    await rows.nth(0).get_by_test_id("act-send-to-agent").click()
    pop = await eva.ringing()
    await expect(pop.part("pop-name")).to_contain_text("Jana Nováková")
    await pbx.phones["a3"].answer()
    await pop.becomes("answered")
    await pop.part("hangup").click()
    await pop.becomes("ended")
    call = product.ended_call(pop.call_id)
    assert parts(call) == [("eva", None, "answered")]
    assert call["end"] == "completed"


async def waits(page: Page, product: Product, number: int) -> Locator:
    rows = page.get_by_test_id("waiting")

    async def there() -> bool:
        await page.goto(f"{product.url}/board/team")
        return await rows.count() == number

    await with_retries(there)
    return rows


async def test_sue_looks_into_anas_call_and_writes_to_her(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana, sue = await open_desks(open_desk, product.url, "ana", "sue")
    pbx.call("support", ONE)
    pop = await ana.ringing()
    await pbx.phones["a1"].answer()
    await pop.becomes("answered")
    leg = await pop.card.get_attribute("data-leg")
    await sue.page.goto(f"{product.url}/board/calls/{leg}")
    copy = sue.page.get_by_test_id("call-copy")
    await expect(copy.get_by_test_id("pop-name")).to_contain_text("Jana Nováková")
    await expect(copy.locator("form, input, select, textarea, button")).to_have_count(0)
    await pop.part("pop-notes").press_sequentially("wants a red one")
    await expect(copy.get_by_test_id("pop-notes")).to_contain_text("wants a red one", timeout=APPEAR_LIMIT_MS)
    await pop.part("pop-notes").focus()
    await sue.page.goto(f"{product.url}/board/team")
    await sue.page.get_by_test_id("message-to").select_option(label="Ana")
    await sue.page.get_by_test_id("message-text").fill("Jana is a good customer.")
    await sue.page.get_by_test_id("message-send").click()
    message = ana.page.get_by_test_id("message")
    await expect(message).to_contain_text("Jana is a good customer.", timeout=APPEAR_LIMIT_MS)
    await expect(message).to_contain_text(re.compile(r"Sue · \d\d:\d\d · to you"))
    await expect(pop.part("pop-notes")).to_be_focused()
    await ana.page.reload()
    await expect(message).to_have_count(1)
    await message.locator("summary").click()
    await message.get_by_test_id("message-away").click()
    await expect(message).to_have_count(0, timeout=APPEAR_LIMIT_MS)
    await ana.page.reload()
    await expect(message).to_have_count(0)
    await pop.part("hangup").click()
    await pop.becomes("ended")
