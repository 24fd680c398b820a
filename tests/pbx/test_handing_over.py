"""A call is passed on at the phone with its script half done: the second line's browser shows, while its
phone rings, all that was done with the caller so far; what it says to that comes to the first agent's
finished pop."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.desk import APPEAR_LIMIT_MS, PopCard
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.configuration import EXTENSIONS
from tests.pbx.fixtures import Pbx
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

OLGA = "+421905222333"  # the caller of this test alone
CUSTOMER = f"ref,name,phones,segment\nC-20,Olga Dlhá,{OLGA},refunds\n"

REFUND = """\
script: refund
title: Refund an order
priority: 95
when: {all: ['caller.segment = "refunds"']}
steps:
  - {id: wish, ask: "What went wrong?", answers: {late: case, broken: case}}
  - {id: case, do: open_case, with: {subject: "Refund, it was {{ answers.wish }}", line: 2}, next: card}
  - {id: card, do: offer, with: {offer: Voucher}, next: iban}
  - {id: iban, ask: "Which account?", capture: {name: iban, type: text}, next: bye}
  - {id: bye, say: "Goodbye.", end: resolved}
"""


def blind(pbx: Pbx, to: str) -> None:
    pbx.act("BlindTransfer", Channel=pbx.channel("PJSIP/a1"), Exten=EXTENSIONS[to], Context="from-internal")


async def half_done(pbx: Pbx, first: PopCard) -> None:
    """Ana has answered, opened a case, made an offer, written a note and why she hands over; the script asks
    on."""
    await pbx.phones["a1"].answer()
    await first.becomes("answered")
    await first.card.locator('[data-answer="late"]').click()
    await first.part("step-next").click()  # the case
    await first.card.locator('[data-answer="accepted"]').click()
    await expect(first.part("step")).to_have_attribute("data-step", "iban", timeout=APPEAR_LIMIT_MS)
    await first.part("pop-notes").fill("Speaks slowly")
    await expect(first.card.locator("[data-note-state]")).to_contain_text("Saved", timeout=APPEAR_LIMIT_MS)
    await first.part("hand-over").locator("summary").click()
    async with first.desk.page.expect_response(lambda response: response.url.endswith("/hand-over") and
                                               response.request.method == "POST"):  # fmt: skip
        await first.part("hand-over-reason").press_sequentially("Above my limit")


async def writes_a_rule(admin: Page, url: str) -> None:
    """An admin has calls for refunds go to Dan, on the second line."""
    await admin.goto(f"{url}/studio/hand-over/new")
    await admin.get_by_test_id("title").fill("Refunds")
    await admin.get_by_test_id("condition.add").first.focus()  # long menus are filled then
    await admin.get_by_test_id("condition.add").first.select_option("caller.segment")
    await admin.get_by_test_id("condition.operator").select_option("=")
    await admin.get_by_test_id("condition.value").fill("refunds")
    await admin.get_by_label("Person").select_option("dan@example.com")
    await admin.get_by_test_id("save").click()
    await expect(admin.get_by_test_id("told")).to_contain_text("Saved: it is in force from now on")


def packet(pop: PopCard, name: str) -> Locator:
    return pop.part("pop-packet").locator(f'[data-testid="{name}"]')


async def test_the_second_line_sees_all_of_it_while_it_rings(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    product.command("import", "customers", product.file("olga.csv", CUSTOMER))
    product.change("scripts", "import", product.file("refund.yaml", REFUND), "--publish")
    ana, dan, adm = await open_desks(open_desk, product.url, "ana", "dan", "adm")
    await writes_a_rule(adm.page, product.url)
    pbx.call("support", OLGA)
    first = await ana.ringing()
    await expect(first.part("pop-packet")).to_have_count(0)
    await half_done(pbx, first)

    target = first.part("hand-over-target")
    await expect(target).to_have_attribute("data-person", "dan@example.com", timeout=APPEAR_LIMIT_MS)
    await expect(target).to_contain_text("Refunds: Chosen because")

    blind(pbx, "a4")
    second = await dan.ringing()
    assert second.call_id == first.call_id
    await second.says("pop-packet", "Ana", "had this call, passed it on", "Above my limit", "Speaks slowly")
    await expect(packet(second, "packet-script")).to_contain_text("Refund an order")
    await expect(packet(second, "packet-script")).to_contain_text("Which account?")
    await expect(packet(second, "packet-script")).to_contain_text("late")
    await expect(packet(second, "packet-case")).to_contain_text("Refund, it was late")
    await expect(packet(second, "packet-offer")).to_contain_text("Voucher: accepted")
    await expect(packet(second, "packet-calls")).to_contain_text("in 7 days")
    await expect(packet(second, "packet-since")).to_contain_text(":")
    await second.becomes("ringing")  # still

    await packet(second, "packet-take").click()
    await expect(packet(second, "packet-answer")).to_contain_text("You took it over")
    await expect(first.part("pop-answers")).to_contain_text("Dan took it over", timeout=APPEAR_LIMIT_MS)
    await pbx.phones["a4"].answer()
    await second.becomes("answered")
    await packet(second, "packet-send-back").click()
    await expect(packet(second, "packet-refused")).to_contain_text("Say in a few words why")
    assert "422" in dan.complaints.pop()  # browsers log each refusal
    await packet(second, "packet-text").fill("First line may do this itself")
    await packet(second, "packet-send-back").click()
    await expect(packet(second, "packet-answer")).to_contain_text("You sent it back")
    await expect(packet(second, "packet-text")).to_have_value("")
    await first.says("pop-answers", "Dan sent it back", "First line may do this itself")
    await expect(ana.page.locator('[data-testid="row-answer"]')).to_contain_text("Dan sent it back")
    pbx.asterisk.hang_up_everything()
    product.ended_call(first.call_id)
    await ana.page.goto(f"{product.url}/customers/C-20?show=cases")
    for words in ("handed over: Above my limit", "taken over", "sent back: First line may do this itself"):
        await expect(ana.page.locator('[data-testid="customer-timeline"]')).to_contain_text(words)
