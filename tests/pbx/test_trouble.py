"""Trouble between the product and a real Asterisk: what desks say meanwhile, and that all is right after."""

import pytest

from tests.browser.desk import Desk
from tests.browser.fixtures import OpenDesk, open_desks
from tests.pbx.fixtures import Pbx
from tests.pbx.frail import BACK_S, Frail
from tests.pbx.records import parts
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
