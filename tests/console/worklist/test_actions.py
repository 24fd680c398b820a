"""Agents claim, give back and close; of two at once one wins, and the other is told who has it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from console.db.engine import Sessions
from console.errors import ForbiddenError, NotFoundError
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.promises.models import Callback
from console.worklist.actions import Doing, Kind, RefusedError, Step, change, claiming, closing, releasing
from console.worklist.entry import How
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.promises.made import callback
from tests.console.worklist.called import LASTS, MINUTE, MISSED_AT, happened, listed, record, told
from tests.fakes.story import JOZEF, ZONE, people

ANA, BORIS = viewer_of(1), viewer_of(2)
LEADER = replace(viewer_of(3), role=Role.SUPERVISOR)
AT_ONCE = 8


@pytest.fixture(autouse=True)
async def a_missed_caller(sessions: Sessions) -> None:
    await people(sessions)
    await happened(sessions, record(MISSED_AT))


async def does(
    sessions: Sessions, step: Step, viewer: Viewer = ANA, at: datetime = NOW, kind: Kind = Kind.MISSED
) -> str:
    """What came of it: "" or the sentence of why not."""
    try:
        await change(sessions, kind, 1, step, Doing(viewer, at.astimezone(ZONE), LASTS))
    except RefusedError as error:
        return str(error)
    return ""


async def test_of_all_who_claim_at_once_one_wins_and_the_others_are_told_who(sessions: Sessions) -> None:
    viewers = [viewer_of(1 + number % 3) for number in range(AT_ONCE)]
    answers = await asyncio.gather(*(does(sessions, claiming, viewer) for viewer in viewers))
    (entry,) = await listed(sessions)
    winner, name = entry["claim"]["by"], entry["claim"]["name"]
    for viewer, answer in zip(viewers, answers, strict=True):
        assert answer == ("" if viewer.email == winner else f"{name} took this at 13:00.")


@pytest.mark.slow
async def test_of_two_processes_that_claim_at_once_one_wins_each(
    sessions: Sessions, database_url: str
) -> None:
    number = 30
    await happened(sessions, *(record(MISSED_AT, number=f"+42190500{i:04}") for i in range(number - 1)))
    both = [await _claimer(database_url, f"a{agent}@x.example", number) for agent in (1, 2)]
    said = await asyncio.gather(*(process.communicate(b"\n") for process in both))
    lines = [line.split(maxsplit=2) for out, _ in said for line in out.decode().splitlines()]
    assert Counter(what for what, *_ in lines) == {"got": number, "refused": number}
    assert len({id_ for what, id_, *_ in lines if what == "got"}) == number
    assert {why for what, _, *rest in lines if what == "refused" for why in rest} <= {
        "Ana took this at 12:00.",
        "Boris took this at 12:00.",
    }
    assert {entry["claim"]["by"] for entry in await listed(sessions)} <= {ANA.email, BORIS.email}


async def _claimer(database_url: str, email: str, number: int) -> Process:
    module = ("-m", "tests.console.worklist.claimer")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *module, database_url, email, str(number), stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def test_a_claim_is_given_back_by_hand_or_lapses(sessions: Sessions) -> None:
    assert await does(sessions, claiming) == ""
    assert await does(sessions, releasing, BORIS) == "Ana took this at 13:00."
    assert await does(sessions, releasing) == ""
    assert told(await listed(sessions)) == [(JOZEF, 1, "open")]
    assert await does(sessions, claiming) == ""
    assert told(await listed(sessions)) == [(JOZEF, 1, "claimed")]
    assert told(await listed(sessions, at=NOW + LASTS)) == [(JOZEF, 1, "open")]
    assert await does(sessions, claiming, BORIS, NOW + LASTS) == ""


async def test_who_leads_gives_back_what_an_agent_has(sessions: Sessions) -> None:
    await does(sessions, claiming)
    assert await does(sessions, releasing, LEADER) == ""
    assert told(await listed(sessions)) == [(JOZEF, 1, "open")]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (How.REACHED_OTHERWISE, "Ana reached them at 13:00 already: it is done."),
        (How.NO_NEED, "Ana noted at 13:00 that nobody needs to call: it is done."),
        (How.WRONG_NUMBER, "Ana noted at 13:00 that the number is wrong: it is done."),
    ],
)
async def test_it_is_closed_by_hand_with_a_reason(sessions: Sessions, how: How, sentence: str) -> None:
    await does(sessions, claiming)
    assert await does(sessions, closing(how), BORIS) == "Ana took this at 13:00."
    assert await does(sessions, closing(how)) == ""
    assert told(await listed(sessions)) == [(JOZEF, 1, "done", how.value, "Ana")]
    assert await does(sessions, claiming, BORIS) == sentence


async def test_who_claims_what_was_called_back_meanwhile_is_told(sessions: Sessions) -> None:
    await happened(sessions, record(MISSED_AT + MINUTE, answered=2))
    assert await does(sessions, claiming) == "They called again, and Boris answered at 12:01: it is done."


async def test_a_call_back_is_claimed_and_closed_by_the_same_means(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        session.add(callback(1, MISSED_AT))
    assert await does(sessions, claiming, kind=Kind.CALLBACK) == ""
    assert await does(sessions, claiming, BORIS, kind=Kind.CALLBACK) == "Ana took this at 13:00."
    assert await does(sessions, closing(How.NO_NEED), kind=Kind.CALLBACK) == ""
    async with sessions() as session:
        kept = (await session.scalars(select(Callback))).one()
    assert (kept.state, kept.settled_by, kept.settled_how) == ("withdrawn", ANA.email, "no_need")
    entries = [entry for entry in await listed(sessions) if entry["kind"] == "callback"]
    assert told(entries) == [("+421905123456", 1, "done", "no_need", "Ana")]


async def test_others_callers_are_not_theirs(sessions: Sessions) -> None:
    elsewhere = replace(BORIS, queues=("sales",))
    with pytest.raises(ForbiddenError, match="waits for Customer support, where you do not work"):
        await does(sessions, claiming, elsewhere)
    with pytest.raises(ForbiddenError):
        await does(sessions, claiming, replace(BORIS, line=2))
    assert await does(sessions, claiming, replace(BORIS, queues=("support", "sales"))) == ""


async def test_what_an_agent_promised_is_on_their_own_line(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        session.add(callback(1, MISSED_AT, line=2, owner=ANA.email))
    assert [entry["kind"] for entry in await listed(sessions)] == ["missed", "callback"]
    assert await does(sessions, claiming, kind=Kind.CALLBACK) == ""


@pytest.mark.parametrize("id_", [2, 2**63])
async def test_what_is_not_there_is_not_found(sessions: Sessions, id_: int) -> None:
    with pytest.raises(NotFoundError):
        await change(sessions, Kind.MISSED, id_, claiming, Doing(ANA, NOW, LASTS))
