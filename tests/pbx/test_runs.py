"""A script is walked through on a real call, passed on to the second line by the phone system, and another
version of it is published meanwhile."""

import pytest
from playwright.async_api import expect

from tests.browser.desk import APPEAR_LIMIT_MS, PopCard
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.configuration import EXTENSIONS
from tests.pbx.fixtures import Pbx
from tests.pbx.world import LENA
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

WALK = """\
script: walk
title: Walk through it
priority: 95
when: {all: ['caller.segment = "walker"']}
steps:
  - {id: greet, say: "Good day {{ customer.name }}.", fallback: "Good day.", next: wish}
  - {id: wish, ask: "Wait or cancel?", answers: {wait: mail, cancel: terms}}
  - {id: mail, ask: "Which e-mail?", capture: {name: mail, type: email}, next: terms}
  - {id: terms, disclose: "This call is recorded.", next: case}
  - {id: case, do: open_case, with: {subject: "Voucher to {{ answers.mail }}", line: 2}, next: bye}
  - {id: bye, say: "WORDS", end: resolved}
"""


def publish(product: Product, words: str) -> None:
    path = product.file("walk.yaml", WALK.replace("WORDS", words))
    product.change("scripts", "import", path, "--publish")


async def stands_at(pop: PopCard, step: str) -> None:
    await expect(pop.part("step")).to_have_attribute("data-step", step, timeout=APPEAR_LIMIT_MS)


async def answered(pbx: Pbx, open_desk: OpenDesk, product: Product) -> PopCard:
    """Ana talks with Lena, and is at the script's first step."""
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", LENA)
    pop = await ana.ringing()
    await pop.says("pop-script", "Walk through it", "Good day Lena Krátka.")
    await pop.says("pop-why", "walker")
    await pbx.phones["a1"].answer()
    await pop.becomes("answered")
    return pop


async def test_a_run_goes_on_at_the_second_line(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    publish(product, "Thank you.")
    [dan] = await open_desks(open_desk, product.url, "dan")
    first = await answered(pbx, open_desk, product)
    await first.part("step-next").click()
    await first.card.locator('[data-answer="cancel"]').click()
    await stands_at(first, "terms")
    await first.part("step-back").click()
    await stands_at(first, "wish")
    await first.card.locator('[data-answer="wait"]').click()
    await stands_at(first, "mail")
    await first.part("step-capture").fill("lena at example")
    await first.part("step-capture").press("Enter")
    await expect(first.part("step-error")).to_contain_text("is no e-mail address", timeout=APPEAR_LIMIT_MS)
    await expect(first.part("step-capture")).to_have_value("lena at example")
    assert "422" in first.desk.complaints.pop()  # browsers log each refusal
    await first.part("step-capture").fill("lena@example.org")
    await first.part("step-capture").press("Enter")
    await stands_at(first, "terms")
    await first.desk.page.reload()
    await stands_at(first, "terms")
    await first.part("step-next").click()  # it was read out
    await stands_at(first, "case")
    await first.part("step-next").click()
    await stands_at(first, "bye")

    pbx.act("BlindTransfer", Channel=pbx.channel("PJSIP/a1"), Exten=EXTENSIONS["a4"], Context="from-internal")
    second = await dan.ringing()
    assert second.call_id == first.call_id
    await pbx.phones["a4"].answer()
    await second.becomes("answered")
    await stands_at(second, "bye")
    await second.says("run-so-far", "wait", "lena@example.org")
    await second.says("pop-cases", "Voucher to lena@example.org")
    await second.part("step-next").click()
    await second.says("run-outcome", "resolved")
    pbx.asterisk.hang_up_everything()
    call = product.ended_call(first.call_id)
    assert call["run"]["answers"] == {"wish": "wait", "mail": "lena@example.org"}
    assert call["script"]["key"] == "walk"


async def test_a_call_keeps_the_version_it_began_with(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    publish(product, "Goodbye.")
    pop = await answered(pbx, open_desk, product)
    await pop.part("step-next").click()
    await stands_at(pop, "wish")
    publish(product, "See you soon.")
    await pop.card.locator('[data-answer="cancel"]').click()
    await pop.part("step-next").click()
    await stands_at(pop, "case")
    await pop.part("step-skip").click()
    await pop.says("step", "Goodbye.")
    pbx.asterisk.hang_up_everything()
    old = product.ended_call(pop.call_id)["script"]["version"]

    again = await answered(pbx, open_desk, product)
    await again.part("step-next").click()
    await again.card.locator('[data-answer="cancel"]').click()
    await again.part("step-next").click()
    await again.part("step-skip").click()
    await again.says("step", "See you soon.")
    pbx.asterisk.hang_up_everything()
    assert product.ended_call(again.call_id)["script"]["version"] == old + 1
