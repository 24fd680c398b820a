"""A desk at which more calls ring than anybody could take."""

import pytest

from console.db.engine import Sessions
from telephony.events import CallId, LegResult
from tests.console.live.screens import metric
from tests.fakes.story import leg_of, people, stage


@pytest.mark.slow
async def test_a_desk_at_which_too_many_calls_ring_takes_no_more(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.screens.MOST_OPEN", 2)
    before = metric("lineside_pops_refused_total")
    await people(sessions)
    async with stage(sessions, database_url) as on:
        for number in range(3):
            on.call = CallId(f"main-{number}")
            await on.take(on.queued(), on.offered(1))
        assert set(await on.desk(1)) - {"presence"} == {leg_of(1, CallId(f"main-{n}")) for n in range(2)}
        await on.take(on.offer_ended(1, LegResult.NO_ANSWER), on.ended())
        await on.recorder.flushed()
        (pop,) = (await on.detail(on.call))["pops"]
        assert (pop["state"], pop["reason"]) == ("not_shown", "too many calls were ringing at the desk")
        assert metric("lineside_pops_refused_total") == before + 1
        on.call = CallId("main-0")
        await on.take(on.answered(1), on.leg_ended(1), on.ended())
        on.call = CallId("main-4")
        await on.take(on.queued(), on.offered(1))
        assert leg_of(1, on.call) in await on.desk(1)
