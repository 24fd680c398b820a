"""Who listens to whose call: told to supervisors, and on the pop where the house wants that."""

from collections.abc import AsyncIterator

import pytest

from console.db.engine import Sessions
from console.desk.listening import LISTENING, Listening
from telephony.events import ListenerJoined, ListenerLeft, Manner
from tests.fakes.story import CALL, LINK, Stage, leg_of, people, stage


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    await people(sessions)
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
        yield on


def joined(on: Stage, phone: str = "PJSIP/a2", how: Manner = Manner.LISTEN) -> ListenerJoined:
    return ListenerJoined(link=LINK, at=on.at, call=CALL, leg=leg_of(1), interface=phone, manner=how)


def left(on: Stage, phone: str = "PJSIP/a2") -> ListenerLeft:
    return ListenerLeft(link=LINK, at=on.at, call=CALL, leg=leg_of(1), interface=phone)


async def heard_by(on: Stage) -> list[tuple[str, str]]:
    pop = (await on.desk(1))[leg_of(1)]
    return [(each["name"], each["manner"]) for each in pop["listened"]]


async def told(on: Stage) -> dict[str, str]:
    entries = (await on.bus.snapshot(LISTENING)).entries
    return {str(each["name"]): str(each["manner"]) for each in entries.values()}


async def test_the_pop_and_supervisors_know_at_once(on: Stage) -> None:
    await on.take(joined(on), joined(on, "PJSIP/s9", how=Manner.WHISPER))
    assert await heard_by(on) == [("Boris", "listen"), ("PJSIP/s9", "whisper")]
    assert await told(on) == {"Boris": "listen", "PJSIP/s9": "whisper"}
    await on.take(left(on), left(on, "PJSIP/nobody"))
    assert await heard_by(on) == [("PJSIP/s9", "whisper")]
    await on.take(joined(on, "PJSIP/s9", how=Manner.BARGE))
    assert await told(on) == {"PJSIP/s9": "barge"}


async def test_it_is_no_call_of_whoever_listens(on: Stage) -> None:
    await on.take(joined(on))
    assert await on.desk(2) == {}


async def test_a_resync_is_believed(on: Stage) -> None:
    await on.take(joined(on), joined(on, "PJSIP/a3"))
    again = (on.queued(), on.offered(1), on.answered(1), joined(on, "PJSIP/a3"))
    await on.take(on.resyncing(), *again, on.resynced(CALL, legs=(leg_of(1),)))
    assert await heard_by(on) == [("Cyril", "listen")]
    assert await told(on) == {"Cyril": "listen"}


async def test_what_an_earlier_process_left_goes(on: Stage) -> None:
    stale = {"link": LINK, "leg": leg_of(1), "name": "Old", "manner": "listen"}
    await on.bus.put(LISTENING, f"{LINK}:PJSIP/x", stale)
    await on.bus.put(LISTENING, "branch:PJSIP/y", {**stale, "link": "branch", "name": "Theirs"})
    await on.take(on.resyncing(), on.resynced(CALL, legs=(leg_of(1),)))
    assert await told(on) == {"Theirs": "listen"}


async def test_where_agents_do_not_see_it_supervisors_do(on: Stage) -> None:
    quiet = Listening(on.bus, on.screens, on.directory, shown=False)
    quiet._take(joined(on))
    await quiet.say(LINK)
    await quiet.mend()
    assert await heard_by(on) == []
    assert await told(on) == {"Boris": "listen"}


async def test_a_pop_that_comes_later_says_it_too(on: Stage) -> None:
    await on.take(joined(on))
    await on.screens.change(leg_of(1), listened=[])
    await on.intake._listening.mend()
    assert await heard_by(on) == [("Boris", "listen")]
