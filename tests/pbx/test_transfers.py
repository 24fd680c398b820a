"""A call that is held or passed on, by real phones: the right desk shows it, the other is done with it."""

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk, PopCard
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.configuration import EXTENSIONS
from tests.pbx.ear import listening
from tests.pbx.fixtures import Pbx
from tests.pbx.records import Part, Stopwatch, parts, pops, times_fit
from tests.pbx.world import ONE
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

TO_EVA: list[Part] = [("ana", "support", "transferred"), ("eva", None, "answered")]


async def talking(pbx: Pbx, ana: Desk, where: str = "support") -> PopCard:
    """Ana talks with Jana."""
    pbx.call(where, ONE)
    pop = await ana.ringing()
    await pbx.phones["a1"].answer()
    await pop.becomes("answered")
    return pop


def blind_by_ami(pbx: Pbx, extension: str) -> None:
    pbx.act("BlindTransfer", Channel=pbx.channel("PJSIP/a1"), Exten=extension, Context="from-internal")


async def has_moved(first: PopCard, second_desk: Desk) -> PopCard:
    """The second desk rings with the same call and says from whom it comes; the first one is done with it."""
    second = await second_desk.ringing()
    assert second.call_id == first.call_id
    await first.becomes("ended")
    await second.says("pop-name", "Jana Nováková")
    await expect(second.card).to_contain_text("Ana")
    return second


def told(product: Product, call_id: str, legs: list[Part]) -> None:
    """The record of the call, which was completed, tells these legs, each with its times and its pop."""
    call = product.ended_call(call_id)
    assert parts(call) == legs
    times_fit(call)
    assert call["end"] == "completed"
    assert pops(call) == {name: "ended" for name, _, _ in legs}


async def test_hold_and_resume(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana = await open_desk(product.url, "ana@example.com")
    pop = await talking(pbx, ana)
    await pop.is_held(False)
    await pbx.phones["a1"].hold()
    await pop.is_held()
    await pop.becomes("answered")
    await pbx.phones["a1"].resume()
    await pop.is_held(False)
    await pbx.phones["a1"].hang_up()
    await pop.becomes("ended")
    told(product, pop.call_id, [("ana", "support", "answered")])


@pytest.mark.parametrize("how", ["AMI", "REFER"])
async def test_a_blind_transfer(pbx: Pbx, product: Product, open_desk: OpenDesk, how: str) -> None:
    ana, ben, eva = await open_desks(open_desk, product.url, "ana", "ben", "eva")
    watch = Stopwatch()
    with watch.times("ana answers"):
        first = await talking(pbx, ana)
    await ana.presence_is("on_call")
    with watch.times("ana transfers"):
        if how == "AMI":
            blind_by_ami(pbx, EXTENSIONS["a3"])
        else:
            await pbx.phones["a1"].refer(EXTENSIONS["a3"])
        second = await has_moved(first, eva)
    await eva.presence_is("ringing")
    with watch.times("eva answers"):
        await pbx.phones["a3"].answer()
    await second.becomes("answered")
    await eva.presence_is("on_call")
    await expect(ana.presence).not_to_have_attribute("data-state", "on_call")
    with watch.times("eva hangs up"):
        await pbx.phones["a3"].hang_up()
    await second.becomes("ended")
    await expect(ben.pops(second.call_id)).to_have_count(0)
    told(product, second.call_id, TO_EVA)
    ana_leg, eva_leg = product.call(second.call_id)["legs"]
    watch.agrees("ana answers", ana_leg["answered_at"])
    watch.agrees("ana transfers", ana_leg["ended_at"])
    watch.agrees("ana transfers", eva_leg["offered_at"])
    watch.agrees("eva answers", eva_leg["answered_at"])
    watch.agrees("eva hangs up", eva_leg["ended_at"])


async def test_a_transfer_into_another_queue(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, dan = await open_desks(open_desk, product.url, "ana", "dan")
    first = await talking(pbx, ana)
    blind_by_ami(pbx, EXTENSIONS["second"])
    second = await has_moved(first, dan)
    await pbx.phones["a4"].answer()
    await second.becomes("answered")
    await pbx.phones["a4"].hang_up()
    await second.becomes("ended")
    told(product, second.call_id, [("ana", "support", "transferred"), ("dan", "second", "answered")])


async def consulting(pbx: Pbx, ana: Desk, eva: Desk) -> tuple[PopCard, PopCard]:
    """Ana talks with Jana and has Asterisk ring Eva; Jana waits."""
    first = await talking(pbx, ana)
    pbx.act("Atxfer", Channel=pbx.channel("PJSIP/a1"), Exten=EXTENSIONS["a3"], Context="from-internal")
    second = await eva.ringing()
    assert second.call_id == first.call_id
    await second.says("pop-name", "Jana Nováková")
    await first.becomes("answered")
    await first.is_held()
    return first, second


async def test_an_attended_transfer(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    async with listening(pbx.asterisk) as ear:
        first, second = await consulting(pbx, ana, eva)
        await pbx.phones["a3"].answer()
        await second.becomes("answered")
        await first.becomes("answered")
        await pbx.phones["a1"].hang_up()
        await first.becomes("ended")
        await ear.hears("LocalOptimizationEnd")  # after which Eva's phone stands where Local channels stood
    await second.becomes("answered")
    await pbx.phones["a3"].hang_up()
    await second.becomes("ended")
    told(product, second.call_id, TO_EVA)


async def test_an_attended_transfer_before_the_colleague_answers(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    first, second = await consulting(pbx, ana, eva)
    await pbx.phones["a1"].hang_up()
    await first.becomes("ended")
    await second.becomes("ringing")
    await pbx.phones["a3"].answer()
    await second.becomes("answered")
    await pbx.phones["a3"].hang_up()
    await second.becomes("ended")
    told(product, second.call_id, TO_EVA)


async def test_a_consultation_that_the_colleague_refuses(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    first, second = await consulting(pbx, ana, eva)
    await pbx.phones["a3"].refuse()
    await second.becomes("withdrawn")
    await first.is_held(False)
    await first.becomes("answered")
    await pbx.phones["a1"].hang_up()
    await first.becomes("ended")
    call = product.ended_call(first.call_id)
    assert parts(call) == [("ana", "support", "answered"), ("eva", None, "no_answer")]
    times_fit(call)


async def test_a_consultation_that_is_called_off(pbx: Pbx, product: Product, open_desk: OpenDesk) -> None:
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    first, second = await consulting(pbx, ana, eva)
    await pbx.phones["a3"].answer()
    await second.becomes("answered")
    pbx.act("CancelAtxfer", Channel=pbx.channel("PJSIP/a1"))
    await second.becomes("ended")
    await first.is_held(False)
    await first.becomes("answered")
    await pbx.phones["a1"].hang_up()
    told(product, first.call_id, [("ana", "support", "answered"), ("eva", None, "answered")])


async def test_an_attended_transfer_between_two_calls_of_the_phone(
    pbx: Pbx, product: Product, open_desk: OpenDesk
) -> None:
    """REFER with Replaces: the consultation is a call of its own until the two are joined."""
    ana, eva = await open_desks(open_desk, product.url, "ana", "eva")
    first = await talking(pbx, ana)
    await pbx.phones["a1"].hold()
    consultation = pbx.dial("a1", EXTENSIONS["a3"])
    asked = await eva.ringing()
    assert asked.call_id != first.call_id
    await pbx.phones["a3"].answer()
    await asked.becomes("answered")
    await consultation.wait_for("answered")
    await pbx.phones["a1"].refer(EXTENSIONS["a3"], consultation)
    second = PopCard(eva, first.call_id)
    await second.becomes("answered")
    await second.says("pop-name", "Jana Nováková")
    await first.becomes("ended")
    await asked.becomes("ended")
    await pbx.phones["a3"].hang_up()
    await second.becomes("ended")
    told(product, first.call_id, TO_EVA)
    assert product.ended_call(asked.call_id)["direction"] == "internal"
