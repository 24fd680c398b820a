"""Real calls on a real Asterisk lead to the right screens, and the records tell the same story."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk, PopCard
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.fixtures import Pbx
from tests.pbx.world import ONE
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]


async def sees_nothing(desk: Desk, call_id: str) -> None:
    await expect(desk.pops(call_id)).to_have_count(0)


async def test_the_customers_pop_is_there_while_the_phone_rings(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    others = await open_desks(open_desk, product.url, "ben", "eva", "dan")
    await ana.link_is("up")
    caller = pbx.call("support", ONE)
    phone = pbx.phones["a1"]
    await phone.rings()
    pop = await ana.ringing()
    await shows_the_late_delivery(pop)
    assert phone.states()[-1][0] == "offered", "the pop came after the phone had stopped ringing"

    await phone.answer()
    await pop.becomes("answered")
    await caller.hang_up()
    await pop.becomes("ended")
    for desk in others:
        await sees_nothing(desk, pop.call_id)

    call = product.ended_call(pop.call_id)
    assert (call["end"], call["queue"], call["line"], call["number"]) == ("completed", "support", 1, ONE)
    assert (call["identified"], call["customer_ref"]) == ("one", "C-1")
    assert call["script"]["key"] == "late-delivery"
    await pop.says("pop-why", call["script"]["sentence"])
    assert [(leg["agent"], leg["result"]) for leg in call["legs"]] == [("ana@example.com", "answered")]
    assert [(shown["agent"], shown["state"]) for shown in call["pops"]] == [("ana@example.com", "ended")]
    assert call["pops"][0]["offered_at"] <= call["pops"][0]["sent_at"] <= call["pops"][0]["shown_at"]
    assert call["pops"][0]["shown_at"] < call["answered_at"] <= call["ended_at"]


async def shows_the_late_delivery(pop: PopCard) -> None:
    await pop.says("pop-name", "Jana Nováková")
    await pop.says("pop-number", "905 123 456")
    await pop.says("pop-purchases", "O-1", "Kettle", "late")
    await pop.says("pop-cases", "Wrong invoice")
    await pop.says(
        "pop-script", "Apologise for a late delivery", "Good day Jana Nováková. I see order O-1 is late."
    )
    await expect(pop.part("pop-why")).not_to_be_empty()


async def test_ring_all_shows_three_pops_and_withdraws_two(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana, ben, eva = await open_desks(open_desk, product.url, "ana", "ben", "eva")
    caller = pbx.call("support-all", ONE)
    pops = {desk.email: await desk.ringing() for desk in (ana, ben, eva)}
    assert len({pop.call_id for pop in pops.values()}) == 1

    await pbx.phones["a2"].answer()
    await pops["ben@example.com"].becomes("answered")
    for desk in (ana, eva):
        await pops[desk.email].becomes("withdrawn")
        await expect(pops[desk.email].card).to_contain_text("Ben")
        missed = f'[data-testid="missed"][data-call-id="{pops[desk.email].call_id}"]'
        await expect(desk.page.locator(missed)).to_have_count(0)
    await caller.hang_up()
    await pops["ben@example.com"].becomes("ended")

    call = product.ended_call(pops["ben@example.com"].call_id)
    assert {leg["agent"]: leg["result"] for leg in call["legs"]} == {
        "ana@example.com": "withdrawn",
        "ben@example.com": "answered",
        "eva@example.com": "withdrawn",
    }
    assert {shown["agent"]: shown["state"] for shown in call["pops"]} == {
        "ana@example.com": "withdrawn",
        "ben@example.com": "ended",
        "eva@example.com": "withdrawn",
    }


async def test_of_two_who_pick_up_at_once_one_has_the_call(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    """Both lift the receiver in the same moment: one talks, and the other two desks say who does."""
    desks = dict(
        zip(("ana", "ben", "eva"), await open_desks(open_desk, product.url, "ana", "ben", "eva"), strict=True)
    )
    caller = pbx.call("support-all", ONE)
    pops = {name: await desk.ringing() for name, desk in desks.items()}
    for agent in ("a1", "a2"):
        await pbx.phones[agent].rings()
    for agent in ("a1", "a2"):
        pbx.phones[agent].pick_up()
    call_id = pops["ana"].call_id
    await expect(pops["eva"].card).to_contain_text(re.compile("Answered by (Ana|Ben)"))
    evas = await pops["eva"].card.inner_text()  # the others' desks may follow a moment later
    winner, loser = ("ana", "ben") if "Answered by Ana" in evas else ("ben", "ana")
    await pops[winner].becomes("answered")
    for name in (loser, "eva"):
        await pops[name].becomes("withdrawn")
        await expect(pops[name].card).to_contain_text(winner.title())
    await caller.hang_up()
    await pops[winner].becomes("ended")
    call = product.ended_call(call_id)
    assert {leg["agent"]: leg["result"] for leg in call["legs"]} == {
        f"{winner}@example.com": "answered",
        f"{loser}@example.com": "withdrawn",
        "eva@example.com": "withdrawn",
    }


async def test_a_call_nobody_picks_up_pops_at_the_next_agent(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana, ben = await open_desks(open_desk, product.url, "ana", "ben")
    caller = pbx.call("support-next", ONE)
    first = await ana.ringing()
    second = await ben.ringing()
    assert second.call_id == first.call_id
    await first.becomes("withdrawn")
    await pbx.phones["a2"].answer()
    await second.becomes("answered")
    await caller.hang_up()
    call = product.ended_call(first.call_id)
    assert [(leg["agent"], leg["result"]) for leg in call["legs"]] == [
        ("ana@example.com", "no_answer"),
        ("ben@example.com", "answered"),
    ]


async def test_a_caller_who_gives_up_takes_the_pop_along(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    caller = pbx.call("support", ONE)
    pop = await ana.ringing()
    await caller.hang_up()
    await pop.becomes("withdrawn")
    call = product.ended_call(pop.call_id)
    assert (call["end"], call["answered_at"]) == ("abandoned", None)
    assert [(leg["agent"], leg["result"]) for leg in call["legs"]] == [("ana@example.com", "cancelled")]
    assert [shown["state"] for shown in call["pops"]] == ["withdrawn"]


async def test_the_second_line_gets_its_own_calls(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, dan = await open_desks(open_desk, product.url, "ana", "dan")
    caller = pbx.call("second", ONE)
    pop = await dan.ringing()
    await caller.hang_up()
    await pop.becomes("withdrawn")
    await sees_nothing(ana, pop.call_id)
    assert product.ended_call(pop.call_id)["line"] == 2
