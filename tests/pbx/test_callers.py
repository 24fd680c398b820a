"""Who is calling, by real calls: each caller's pop shows what it should, and never somebody else's record."""

import pytest
from playwright.async_api import expect

from tests.browser.desk import PopCard
from tests.browser.fixtures import OpenDesk
from tests.pbx.fixtures import Pbx
from tests.pbx.hostile_names import HOSTILE_NAMES
from tests.pbx.world import MANY, NOBODY, ONE, SHARED
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

CUSTOMERS = {"C-1": "Jana Nováková", "C-2": "Peter Horák", "C-3": "Mária Kováčová", "C-4": "Ján Varga"}
CUSTOMERS |= {"C-5": "Zuzana Tóthová", "C-6": "Somebody Else"}

TURNED_TEXT = """card => {
    const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    const isolated = element => getComputedStyle(element).unicodeBidi.includes("isolate");
    for (let text = walker.nextNode(); text; text = walker.nextNode())
        if (/[\u202a-\u202e\u2066-\u2069]/.test(text.data) && !isolated(text.parentElement)) return text.data;
    return "";
}"""
"""A text in the card with characters that turn its direction and that would reach the text around it."""


async def names_only(pop: PopCard, *refs: str) -> None:
    """The pop names these customers as candidates, and nobody else anywhere."""
    candidates = pop.part("pop-candidate")
    await expect(candidates).to_have_count(len(refs))
    assert {await found.get_attribute("data-ref") for found in await candidates.all()} == set(refs)
    for ref, name in CUSTOMERS.items():
        if ref not in refs:
            await expect(pop.card).not_to_contain_text(name)
    for records in ("pop-purchases", "pop-cases"):
        await expect(pop.part(records)).to_have_count(0)


async def explains_itself(pop: PopCard, product: Product, number: str, outcome: str) -> list[str]:
    """The pop gives the steps, its candidates the reasons, that the API gives for the number. The steps."""
    answer = product.api("identify", number=number, link="main")
    assert answer["outcome"] == outcome
    assert await steps_of(pop) == answer["steps"]
    candidates = {
        await found.get_attribute("data-ref"): await found.inner_text()
        for found in await pop.part("pop-candidate").all()
    }
    for found in answer["matches"] if outcome != "one" else ():
        assert found["why"] in candidates[found["ref"]]
    return list(answer["steps"])


async def steps_of(pop: PopCard) -> list[str]:
    """What the pop says, when asked, of how it knows."""
    match = pop.part("pop-match")
    await match.locator("summary").click()
    return await match.locator(".match-steps").first.locator("li").all_inner_texts()


async def finish(pop: PopCard, product: Product, pbx: Pbx) -> dict[str, object]:
    """End the call; return its record, which binds no customer."""
    pbx.asterisk.hang_up_everything()
    call = product.ended_call(pop.call_id)
    assert call["customer_ref"] is None
    return call


async def test_a_number_of_one_customer(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", ONE)
    pop = await ana.ringing()
    await expect(pop.part("pop-name")).to_have_text("Jana Nováková")
    await expect(pop.part("pop-candidate")).to_have_count(0)
    steps = await explains_itself(pop, product, ONE, "one")
    assert any(ONE in step for step in steps)
    pbx.asterisk.hang_up_everything()
    call = product.ended_call(pop.call_id)
    assert (call["identified"], call["customer_ref"]) == ("one", "C-1")


async def test_an_unknown_caller(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", NOBODY)
    pop = await ana.ringing()
    await pop.says("pop-number", "905 000 000")
    await pop.says("pop-script", "Welcome an unknown caller")
    await names_only(pop)
    await explains_itself(pop, product, NOBODY, "none")
    assert (await finish(pop, product, pbx))["identified"] == "none"


async def test_a_shared_number_lists_the_people_of_the_company(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", SHARED)
    pop = await ana.ringing()
    await pop.says("pop-script", "Ask which customer is calling")
    await names_only(pop, "C-2", "C-3")
    await explains_itself(pop, product, SHARED, "shared")
    assert (await finish(pop, product, pbx))["identified"] == "shared"


async def test_a_number_of_several_customers_lists_them(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", MANY)
    pop = await ana.ringing()
    await pop.says("pop-script", "Ask which customer is calling")
    await names_only(pop, "C-4", "C-5")
    await explains_itself(pop, product, MANY, "many")
    assert (await finish(pop, product, pbx))["identified"] == "many"


async def test_a_withheld_number_is_shown_to_nobody(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call_privately("support", ONE)
    pop = await ana.ringing()
    await pop.says("pop-script", "Ask a withheld caller for the name")
    await names_only(pop)
    page = await ana.page.locator(f'[data-testid="pop"][data-call-id="{pop.call_id}"]').inner_html()
    assert ONE not in page
    assert "905 123 456" not in page
    assert await steps_of(pop) == ["The caller withholds the number"]
    call = await finish(pop, product, pbx)
    assert call["identified"] == "withheld"
    assert ONE not in str(call)


async def test_an_anonymous_caller(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call_anonymously("support")
    pop = await ana.ringing()
    await names_only(pop)
    assert (await finish(pop, product, pbx))["identified"] == "withheld"


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
async def test_a_hostile_name_is_harmless_text_beside_the_customers_name(
    pbx: Pbx, product: Product, open_desk: OpenDesk, name: str
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("support", ONE, name)
    pop = await ana.ringing()
    await expect(pop.part("pop-name")).to_have_text("Jana Nováková")
    text = await pop.card.inner_text()
    if name != "<unknown>":  # which is how Asterisk writes that there is no name
        assert "caller's phone" in text, "the name is not labelled as supplied by the caller"
        assert plain(name) in plain(text)
    assert await pop.card.locator("script, img, iframe").count() == 0
    assert not await pop.card.evaluate(TURNED_TEXT), "the name can turn the text around it"
    pbx.asterisk.hang_up_everything()
    product.ended_call(pop.call_id)  # the browser's complaints, such as a dialog, fail the test at its end


def plain(text: str) -> str:
    """Without backslashes (SIP's escapes stay in a name) and without what cannot be seen."""
    return "".join(
        letter for letter in text if letter.isprintable() and letter != "\\" and not letter.isspace()
    )
