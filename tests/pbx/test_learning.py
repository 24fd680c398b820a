"""Who is calling, said by the agent in a real call, while notes are being typed; and what it means for the
next call."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.desk import APPEAR_LIMIT_MS, PopCard
from tests.browser.fixtures import OpenDesk
from tests.pbx.fixtures import Pbx
from tests.pbx.world import ONE
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

LINKED = "+421905000111"
CREATED = "+421905000222"
KEY_MS = 40


async def is_called(pop: PopCard, name: str, script: str) -> None:
    """Name and script have followed."""
    await expect(pop.part("pop-name")).to_have_text(name, timeout=APPEAR_LIMIT_MS)
    await pop.says("pop-script", script)


async def notes_are(pop: PopCard, text: str) -> None:
    """The note, in the field and on the server, is what was typed."""
    await expect(pop.part("pop-notes")).to_have_value(text)
    await expect(pop.card.locator("[data-note-state]")).to_contain_text("Saved", timeout=APPEAR_LIMIT_MS)


async def test_an_unknown_number_is_linked_and_taken_back_while_notes_are_typed(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", LINKED)
    pop = await ana.ringing()
    await pop.part("pop-find-box").press_sequentially("novak jan")
    found = pop.part("pop-found").get_by_role("button", name="It is Jana Nováková")
    await expect(found).to_be_visible()
    text = "Asks where the kettle is, and whether the invoice was put right. "
    typing = asyncio.create_task(pop.part("pop-notes").press_sequentially(text, delay=KEY_MS))
    await found.dispatch_event("click")  # by a key, or in another tab: the hands stay on the note
    await is_called(pop, "Jana Nováková", "Apologise for a late delivery")
    await pop.says("pop-purchases", "O-1")
    await pop.part("pop-undo").dispatch_event("click")
    await is_called(pop, "Unknown caller", "Welcome an unknown caller")
    await typing
    await notes_are(pop, text)
    pbx.asterisk.hang_up_everything()
    call = product.ended_call(pop.call_id)
    assert (call["customer_ref"], call["notes"][0]["text"]) == (None, text)
    assert product.api("identify", number=LINKED, link="main")["outcome"] == "none"


async def test_somebody_new_is_known_at_the_next_call(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", CREATED)
    pop = await ana.ringing()
    await pop.part("pop-notes").press_sequentially("New at the Harbour Café")
    await pop.card.get_by_text("New customer", exact=True).click()
    await pop.card.get_by_label("Name", exact=True).fill(f"Ľudmila Šťastná {product.port}")
    await pop.card.get_by_label("Name", exact=True).press("Enter")
    await is_called(pop, f"Ľudmila Šťastná {product.port}", "Greet the caller")
    await notes_are(pop, "New at the Harbour Café")
    pbx.asterisk.hang_up_everything()
    first = product.ended_call(pop.call_id)
    pbx.call("support", CREATED)
    again = await ana.ringing()
    await is_called(again, f"Ľudmila Šťastná {product.port}", "Greet the caller")
    pbx.asterisk.hang_up_everything()
    second = product.ended_call(again.call_id)
    assert first["customer_ref"] == second["customer_ref"] is not None
    assert (second["identified"], second["script"]["key"]) == ("one", "fallback")


async def test_not_this_person_and_back_in_a_real_call(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", ONE)
    pop = await ana.ringing()
    await is_called(pop, "Jana Nováková", "Apologise for a late delivery")
    await pop.part("pop-notes").press_sequentially("A man, ")
    await pop.part("pop-not-this-person").click()
    await is_called(pop, "Unknown caller", "Welcome an unknown caller")
    await expect(pop.part("pop-purchases")).to_have_count(0)
    await pop.part("pop-undo").click()
    await is_called(pop, "Jana Nováková", "Apologise for a late delivery")
    await pop.part("pop-notes").press_sequentially("no, her after all")
    await notes_are(pop, "A man, no, her after all")
    pbx.asterisk.hang_up_everything()
    assert product.ended_call(pop.call_id)["customer_ref"] == "C-1"
