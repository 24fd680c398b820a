"""Every other way that a real call can go, by real phones, as the desks and the records tell it."""

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk, PopCard
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.configuration import IMPATIENT
from tests.pbx.ear import listening
from tests.pbx.fixtures import OUTSIDE, Pbx
from tests.pbx.records import Part, parts, pops, times_fit
from tests.pbx.world import NOBODY, ONE
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

IN_ONE_PROCESS = pytest.mark.parametrize("product", ["one-process"], indirect=True)
"""What differs is understood before it reaches bus and database; their part is tested by the other ways."""


def told(product: Product, call_id: str, end: str, *legs: Part) -> dict[str, object]:
    """The record of the call ended so, with these legs, and their times fit; return it."""
    call = product.ended_call(call_id)
    assert parts(call) == [*legs]
    times_fit(call)
    assert call["end"] == end
    return call


async def test_a_member_behind_a_local_channel_that_is_optimised_away(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    async with listening(pbx.asterisk) as ear:
        caller = pbx.call("local", ONE)
        pop = await ana.ringing()
        await pbx.phones["a1"].answer()
        await pop.becomes("answered")
        await ear.hears("LocalOptimizationEnd")
        await ear.hears("Hangup", Channel=(await ear.hears("AgentConnect"))["DestChannel"])
    await pbx.phones["a1"].hold()
    await pop.is_held()
    await pbx.phones["a1"].resume()
    await pop.is_held(False)
    await pop.becomes("answered")
    await caller.hang_up()
    await pop.becomes("ended")
    call = told(product, pop.call_id, "completed", ("ana", "local", "answered"))
    assert pops(call) == {"ana": "ended"}


async def test_a_queue_that_gives_up_and_hands_over_to_a_second_one(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana, dan = await open_desks(open_desk, product.url, "ana", "dan")
    caller = pbx.call("then-second", ONE)
    first = await ana.ringing()
    second = await dan.ringing()
    assert second.call_id == first.call_id
    await first.becomes("withdrawn")
    await pbx.phones["a4"].answer()
    await second.becomes("answered")
    await caller.hang_up()
    await second.becomes("ended")
    call = told(
        product, first.call_id, "completed", ("ana", "support", "no_answer"), ("dan", "second", "answered")
    )
    assert pops(call) == {"ana": "withdrawn", "dan": "ended"}


@IN_ONE_PROCESS
async def test_a_call_that_overflows_to_an_agents_phone(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    caller = pbx.call("then-a3", ONE)
    first = await ana.ringing()
    second = await eva.ringing()
    assert second.call_id == first.call_id
    await first.becomes("withdrawn")
    await caller.hang_up()
    await second.becomes("withdrawn")
    told(product, first.call_id, "abandoned", ("ana", "support", "no_answer"), ("eva", None, "cancelled"))


@IN_ONE_PROCESS
async def test_a_queue_that_gives_up_and_lets_the_caller_go(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("then-nobody", ONE)
    pop = await ana.ringing()
    await pop.becomes("withdrawn")
    told(product, pop.call_id, "timed_out", ("ana", "support", "no_answer"))


async def test_a_direct_call_that_is_answered(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, ben = await open_desks(open_desk, product.url, "ana", "ben")
    caller = pbx.call("direct-a1", ONE)
    pop = await ana.ringing()
    await pop.says("pop-name", "Jana Nováková")
    await pbx.phones["a1"].answer()
    await pop.becomes("answered")
    await caller.hang_up()
    await pop.becomes("ended")
    await expect(ben.pops(pop.call_id)).to_have_count(0)
    call = told(product, pop.call_id, "completed", ("ana", None, "answered"))
    assert (call["direction"], call["queue"], call["number"]) == ("inbound", None, ONE)


@IN_ONE_PROCESS
async def test_a_direct_call_that_is_refused_is_missed(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.call("direct-a1", NOBODY)
    pop = await ana.ringing()
    await pbx.phones["a1"].refuse()
    await pop.becomes("withdrawn")
    told(product, pop.call_id, "abandoned", ("ana", None, "no_answer"))


@IN_ONE_PROCESS
async def test_a_call_between_agents(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    ana_dials = pbx.dial("a1", "103")
    pop = await eva.ringing()
    await ana.presence_is("on_call")
    await pbx.phones["a3"].answer()
    await pop.becomes("answered")
    assert await ana.pops(pop.call_id).count() == 0
    await ana_dials.hang_up()
    await pop.becomes("ended")
    await ana.presence_is("available")
    call = product.ended_call(pop.call_id)
    assert call["direction"] == "internal"
    assert ("eva", None, "answered") in parts(call)
    times_fit(call)


async def calling_out(ana: Desk) -> PopCard:
    """Ana's pop of the number that she calls, as soon as it rings there."""
    pop = await ana.ringing()
    await pop.says("pop-name", "Jana Nováková")
    return pop


async def test_an_outgoing_call_that_is_answered(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.dial("a1", ONE)
    pop = await calling_out(ana)
    await pbx.phones[OUTSIDE].answer()
    await pop.becomes("answered")
    await pbx.phones[OUTSIDE].hang_up()
    await pop.becomes("ended")
    call = told(product, pop.call_id, "completed", ("ana", None, "answered"))
    assert (call["direction"], call["number"], call["customer_ref"]) == ("outbound", ONE, "C-1")


@IN_ONE_PROCESS
async def test_an_outgoing_call_that_is_refused(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.dial("a1", ONE)
    pop = await calling_out(ana)
    await pbx.phones[OUTSIDE].refuse()
    await pop.becomes("withdrawn")
    told(product, pop.call_id, "abandoned", ("ana", None, "no_answer"))


@IN_ONE_PROCESS
async def test_an_outgoing_call_that_nobody_answers(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pbx.dial("a1", f"{IMPATIENT}111222")
    pop = await ana.ringing()
    await pop.becomes("withdrawn")
    told(product, pop.call_id, "abandoned", ("ana", None, "no_answer"))


@IN_ONE_PROCESS
async def test_an_outgoing_call_that_the_agent_gives_up(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    call = pbx.dial("a1", ONE)
    pop = await calling_out(ana)
    await call.hang_up()
    await pop.becomes("withdrawn")
    told(product, pop.call_id, "abandoned", ("ana", None, "cancelled"))


@IN_ONE_PROCESS
async def test_click_to_call(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    number = {"Context": "from-internal", "Exten": ONE, "Priority": "1", "CallerID": ONE}
    pbx.act("Originate", Channel="PJSIP/a1", Async="true", **number)
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].answer()
    await pbx.phones[OUTSIDE].rings()
    pop = await calling_out(ana)
    await pbx.phones[OUTSIDE].answer()
    await pop.becomes("answered")
    await pbx.phones["a1"].hang_up()
    await pop.becomes("ended")
    call = told(product, pop.call_id, "completed", ("ana", None, "answered"))
    assert (call["direction"], call["number"]) == ("outbound", ONE)


@pytest.mark.parametrize(("where", "code"), [("support", "*8"), ("support", "*8a1"), ("direct-a1", "*8")])
async def test_a_colleague_picks_the_call_up(
    pbx: Pbx, product: Product, open_desk: OpenDesk, where: str, code: str
) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    pbx.call(where, ONE)
    first = await ana.ringing()
    eva_dials = pbx.dial("a3", code)
    second = PopCard(eva, first.call_id)
    await second.becomes("answered")
    await second.says("pop-name", "Jana Nováková")
    await first.becomes("withdrawn")
    await eva_dials.hang_up()
    await second.becomes("ended")
    call = product.ended_call(first.call_id)
    assert [(name, result) for name, _, result in parts(call)] == [("ana", "withdrawn"), ("eva", "answered")]
    times_fit(call)


async def test_two_calls_at_once(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    phone = pbx.phones["a1"]
    pbx.call("always", ONE)
    first = await ana.ringing()
    await phone.answer()
    await first.becomes("answered")
    pbx.call("always", NOBODY)
    second = await ana.ringing()
    assert second.call_id != first.call_id
    await phone.rings(2)
    await phone.answer()
    await second.becomes("answered")
    await first.becomes("answered")
    await phone.hang_up(0)
    await first.becomes("ended")
    await second.becomes("answered")
    await phone.hang_up()
    await second.becomes("ended")
    for pop, number in ((first, ONE), (second, NOBODY)):
        assert told(product, pop.call_id, "completed", ("ana", "always", "answered"))["number"] == number


async def test_a_caller_who_calls_again_at_once(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    caller = pbx.call("support", ONE)
    first = await ana.ringing()
    await caller.hang_up()
    again = pbx.call("support", ONE)
    await pbx.phones["a1"].rings(2)
    second = await ana.ringing()
    assert second.call_id != first.call_id
    await expect(ana.pops(first.call_id)).to_have_count(0)  # the second offer sent it away
    await pbx.phones["a1"].answer()
    await second.becomes("answered")
    await again.hang_up()
    await second.becomes("ended")
    told(product, first.call_id, "abandoned", ("ana", "support", "cancelled"))
    told(product, second.call_id, "completed", ("ana", "support", "answered"))
