"""Trouble between the product and a real Asterisk: what desks say, and that all is right after."""

import pytest

from tests.browser.desk import Desk, PopCard
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.fixtures import Pbx
from tests.pbx.frail import BACK_S, Frail
from tests.pbx.records import parts, times_fit
from tests.pbx.world import NOBODY, ONE

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

DEATH_NOTICED_S = 5.0
SILENCE_NOTICED_S = 15.0


async def test_asterisk_dies_in_mid_call_and_comes_back(
    frail: Frail, frail_pbx: Pbx, pbx: Pbx, open_desk: OpenDesk
) -> None:
    """The other phone system's calls are not touched by it."""
    phones = frail_pbx.phones
    ana, dan = await open_desks(open_desk, frail.product.url, "ana", "dan")
    frail_pbx.call("support", ONE)
    pop = await ana.ringing()
    await phones["a1"].answer()
    await pop.becomes("answered")
    pbx.call("second", NOBODY)
    other = await dan.ringing()
    frail.kill()
    for desk in (ana, dan):
        await desk.link_is("down", within_s=DEATH_NOTICED_S)
    await pop.is_stale()
    await dan.link_is("up", "second")
    await other.is_fresh()
    await pbx.phones["a4"].answer()
    await other.becomes("answered")

    frail.start()
    for desk in (ana, dan):
        await desk.link_is("up", within_s=BACK_S)
    await pop.becomes("ended")
    call = frail.product.ended_call(pop.call_id)
    assert call["end"] == "lost"
    assert parts(call) == [("ana", "support", "answered")]
    await other.becomes("answered")
    await the_next_call_pops(frail, frail_pbx, ana)


async def the_next_call_pops(frail: Frail, pbx: Pbx, ana: Desk) -> None:
    pbx.call("support", NOBODY)
    pop = await ana.ringing()
    await pbx.phones["a1"].answer()
    await pop.becomes("answered")
    await pbx.phones["a1"].hang_up()
    await pop.becomes("ended")
    assert frail.product.ended_call(pop.call_id)["end"] == "completed"


async def test_a_line_that_goes_silent_is_noticed(frail: Frail, frail_pbx: Pbx, open_desk: OpenDesk) -> None:
    ana = await open_desk(frail.product.url, "ana@example.com")
    await ana.link_is("up")
    frail_pbx.call("support", ONE)
    pop = await ana.ringing()
    frail.line.freeze()
    await ana.link_is("down", within_s=SILENCE_NOTICED_S)
    await pop.is_stale()
    await frail_pbx.phones["a1"].answer()
    frail.line.mend()
    await ana.link_is("up", within_s=BACK_S)
    await pop.becomes("answered")
    await pop.is_fresh()


async def test_the_product_is_started_again_in_mid_call(
    frail: Frail, frail_pbx: Pbx, open_desk: OpenDesk
) -> None:
    """A call that talks, one that rings and one that nobody sees off: each desk shows its own afterwards."""
    url, phones = frail.product.url, frail_pbx.phones
    ana, ben, dan = await open_desks(open_desk, url, "ana", "ben", "dan")
    frail_pbx.call("support", ONE)
    talks = await ana.ringing()
    await phones["a1"].answer()
    await talks.becomes("answered")
    frail_pbx.call("second", NOBODY)
    rings = await dan.ringing()
    gone = frail_pbx.call("direct-a2", NOBODY)
    lost = await ben.ringing()
    for desk in (ana, ben, dan):
        await desk.page.close()
    frail.stop_product()
    await gone.hang_up()
    frail.start_product()

    ana, dan = await open_desks(open_desk, url, "ana", "dan")
    talks, rings = PopCard(ana, talks.call_id), PopCard(dan, rings.call_id)
    await talks.becomes("answered")
    await talks.says("pop-name", "Jana Nováková")
    await rings.becomes("ringing")
    await phones["a4"].answer()
    await rings.becomes("answered")
    for phone, pop, leg in (("a1", talks, ("ana", "support")), ("a4", rings, ("dan", "second"))):
        await phones[phone].hang_up()
        await pop.becomes("ended")
        call = frail.product.ended_call(pop.call_id)
        assert (call["end"], parts(call)) == ("completed", [(*leg, "answered")])
        times_fit(call)
    assert frail.product.ended_call(lost.call_id)["end"] == "lost"


async def test_settings_are_loaded_again_in_mid_call(
    frail: Frail, frail_pbx: Pbx, open_desk: OpenDesk
) -> None:
    ana, dan = await open_desks(open_desk, frail.product.url, "ana", "dan")
    frail_pbx.call("support", ONE)
    pop = await ana.ringing()
    await frail_pbx.phones["a1"].answer()
    await pop.becomes("answered")
    frail_pbx.asterisk.command("core reload")
    frail_pbx.call("second", NOBODY)
    following = await dan.ringing()  # what happened before it is told by now
    await pop.becomes("answered")
    await frail_pbx.phones["a1"].hang_up()
    await pop.becomes("ended")
    await following.becomes("ringing")
    assert frail.product.ended_call(pop.call_id)["end"] == "completed"
