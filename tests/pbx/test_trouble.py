"""Trouble between the product and a real Asterisk: what desks say meanwhile, and that all is right after."""

import pytest

from tests.browser.fixtures import OpenDesk
from tests.pbx.fixtures import Pbx
from tests.pbx.frail import BACK_S, Frail
from tests.pbx.records import parts
from tests.pbx.world import NOBODY, ONE

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

DEATH_NOTICED_S = 5.0
SILENCE_NOTICED_S = 15.0


async def test_asterisk_dies_in_mid_call_and_comes_back(
    frail: Frail, frail_pbx: Pbx, open_desk: OpenDesk
) -> None:
    url, phones = frail.product.url, frail_pbx.phones
    ana, ben = [await open_desk(url, f"{name}@example.com") for name in ("ana", "ben")]
    frail_pbx.call("support", ONE)
    pop = await ana.ringing()
    await phones["a1"].answer()
    await pop.becomes("answered")
    frail.kill()
    for desk in (ana, ben):
        await desk.link_is("down", within_s=DEATH_NOTICED_S)
    await pop.is_stale()

    frail.start()
    for desk in (ana, ben):
        await desk.link_is("up", within_s=BACK_S)
    await pop.becomes("ended")
    call = frail.product.ended_call(pop.call_id)
    assert call["end"] == "lost"
    assert parts(call) == [("ana", "support", "answered")]
    frail_pbx.call("support", NOBODY)
    following = await ana.ringing()
    assert following.call_id != pop.call_id
    await phones["a1"].answer()
    await following.becomes("answered")
    await phones["a1"].hang_up()
    await following.becomes("ended")
    assert frail.product.ended_call(following.call_id)["end"] == "completed"


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
