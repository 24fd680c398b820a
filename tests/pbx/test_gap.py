"""The line to a real Asterisk is cut in mid-call: what happens in the gap is right on every desk after it."""

import asyncio
import time

import pytest
from playwright.async_api import expect

from tests.browser.desk import PopCard
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.fixtures import Pbx
from tests.pbx.frail import BACK_S, Frail
from tests.pbx.records import parts, times_fit
from tests.pbx.world import NOBODY, ONE
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

GAP_S = 10.0


async def test_the_line_is_cut_for_ten_seconds_of_calls(
    frail: Frail, frail_pbx: Pbx, open_desk: OpenDesk
) -> None:
    """An answer, a hang-up, a caller's giving up, a ring, and a ring with its answer fall into the gap."""
    product, phones = frail.product, frail_pbx.phones
    ana, ben, eva, dan = await open_desks(open_desk, product.url, "ana", "ben", "eva", "dan")
    leaver = frail_pbx.call("support", ONE)
    hung_up = await ana.ringing()
    await phones["a1"].answer()
    await hung_up.becomes("answered")
    frail_pbx.call("second", ONE)
    answered = await dan.ringing()
    giver_up = frail_pbx.call("direct-a2", NOBODY)
    given_up = await ben.ringing()

    frail.line.cut()
    cut_at = time.monotonic()
    await leaver.hang_up()
    await phones["a4"].answer()
    await giver_up.hang_up()
    frail_pbx.call("direct-a1", NOBODY)
    await phones["a1"].rings(2)
    frail_pbx.call("direct-a3", ONE)
    await phones["a3"].rings()
    await phones["a3"].answer()
    for desk in (ana, ben, eva, dan):
        await desk.link_is("down")
    for pop in (hung_up, answered, given_up):
        await pop.is_stale()
    assert await eva.pops(state="answered").count() == 0
    await asyncio.sleep(cut_at + GAP_S - time.monotonic())  # the gap's length is what is tested

    frail.line.mend()
    for desk in (ana, ben, eva, dan):
        await desk.link_is("up", within_s=BACK_S)
    await hung_up.becomes("ended")
    await answered.becomes("answered")
    await answered.is_fresh()
    await given_up.becomes("withdrawn")
    rings = await ana.ringing()
    taken = eva.pops(state="answered")
    await expect(taken).to_have_count(1)
    talks = PopCard(eva, await taken.get_attribute("data-call-id") or "")
    assert len({pop.call_id for pop in (hung_up, answered, given_up, rings, talks)}) == 5
    for pop, leg in (
        (hung_up, ("ana", "support", "answered")),
        (given_up, ("ben", None, "cancelled")),
    ):
        call = product.ended_call(pop.call_id)
        assert (call["end"], parts(call)) == ("lost", [leg])
    await go_on_as_ever(frail_pbx, product, {"answered": answered, "rings": rings, "talks": talks})


async def go_on_as_ever(pbx: Pbx, product: Product, pops: dict[str, PopCard]) -> None:
    """What lives after the gap goes on, without a restart of anything."""
    phones = pbx.phones
    await phones["a3"].hold()
    await pops["talks"].is_held()
    await phones["a1"].answer()
    await pops["rings"].becomes("answered")
    for phone, name in (("a1", "rings"), ("a3", "talks"), ("a4", "answered")):
        await phones[phone].hang_up()
        await pops[name].becomes("ended")
        call = product.ended_call(pops[name].call_id)
        assert call["end"] == "completed"
        assert [result for _, _, result in parts(call)] == ["answered"]
        times_fit(call)
