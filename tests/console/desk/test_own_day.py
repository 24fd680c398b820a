"""An agent's own day: its figures, and what is left to finish of each call."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.calls.models import Call, Leg, Note, StoredRun, WrapUp
from console.db.engine import Sessions
from console.desk.own_day import Left, OwnDay, own_day
from console.promises.models import Callback
from console.queues.models import Queue
from tests.conftest import NOW
from tests.console.desk.learning_stage import ANA
from tests.fakes.story import people

ZONE = ZoneInfo("Europe/Bratislava")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
async def stored_people(sessions: Sessions) -> None:
    await people(sessions)
    async with sessions.begin() as session:
        session.add(Queue(name="strict", line=1, outcome_required=True))


async def call(sessions: Sessions, name: str, *more: Any, user_id: int | None = 1, **values: Any) -> None:
    """A call on which an agent talked for two minutes, an hour ago, or as `values` say of call and leg."""
    at = values.pop("at", NOW - 60 * MINUTE)
    of_leg = {"answered_at": at, "ended_at": at + 2 * MINUTE, "result": "answered"}
    leg = of_leg | {each: values.pop(each) for each in of_leg if each in values}
    of_call = {"direction": "inbound", "queue": "support", "number": "+421905123456"} | values
    async with sessions.begin() as session:
        fixed = {"link": "main", "state": "ended", "caller_name": "", "started_at": at, "ended_at": at}
        session.add(Call(id=name, **fixed, **of_call))
        await session.flush()
        session.add(Leg(id=f"{name}.a", call_id=name, interface="x", user_id=user_id, offered_at=at, **leg))
        session.add_all(more)


def note(name: str, text: str = "Said so.") -> Note:
    return Note(leg_id=f"{name}.a", call_id=name, user_id=1, text=text, version=1, updated_at=NOW)


def run(name: str, number: int, step: str | None, user_id: int = 1) -> StoredRun:
    values = {"call_id": name, "number": number, "revision": 1, "script_key": "x", "script_version": 1}
    moments = {"started_at": NOW, "updated_at": NOW}
    return StoredRun(**values, **moments, user_id=user_id, walk={}, answers={}, step=step)


def callback(name: str, due: datetime, state: str = "open") -> Callback:
    of_whom = {"number": "", "line": 1, "note": "", "author": ANA.email}
    return Callback(call_id=name, due_at=due, made_at=NOW, state=state, **of_whom)


async def day(sessions: Sessions, now: datetime = NOW) -> OwnDay:
    async with sessions() as session:
        return await own_day(session, ANA, now, ZONE)


async def left(sessions: Sessions) -> dict[str, tuple[Left, ...]]:
    return {each.id: each.left for each in (await day(sessions)).calls}


async def test_the_figures(sessions: Sessions) -> None:
    assert (await day(sessions)).talked is None
    await call(sessions, "one")
    await call(sessions, "two", ended_at=NOW - 54 * MINUTE, number="")
    await call(sessions, "on", ended_at=None, result=None)
    await call(sessions, "missed", answered_at=None, result="no_answer")
    await call(sessions, "in vain", answered_at=None, result="no_answer", direction="outbound")
    await call(sessions, "withdrawn", answered_at=None, result="withdrawn")
    await call(sessions, "another's", user_id=2)
    wrap_up = {"call_id": "two", "link": "main", "user_id": 1, "began_at": NOW, "ends_at": NOW, "owed": False}
    async with sessions.begin() as session:
        session.add(WrapUp(leg_id="two.a", **wrap_up))
    found = await day(sessions)
    assert (found.answered, found.missed, found.finishing, found.talked) == (3, 1, 1, 4 * MINUTE)


async def test_the_day_begins_at_midnight_where_the_agent_is(sessions: Sessions) -> None:
    midnight = NOW.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    await call(sessions, "yesterday", at=midnight - MINUTE)
    await call(sessions, "today", at=midnight)
    assert [each.id for each in (await day(sessions)).calls] == ["today"]
    assert (await day(sessions, NOW + timedelta(days=1))).calls == []


async def test_nothing_noted(sessions: Sessions) -> None:
    await call(sessions, "bare")
    await call(sessions, "noted", note("noted"))
    await call(sessions, "emptied", note("emptied", ""))
    await call(sessions, "chosen", outcome="resolved")
    await call(sessions, "passed on", result="transferred")
    await call(sessions, "colleague", direction="internal")
    await call(sessions, "on", ended_at=None, result=None)
    found = await left(sessions)
    assert {name for name, what in found.items() if what} == {"bare", "emptied"}
    assert found["bare"] == (Left.NOTHING_NOTED,)
    assert {each.id for each in (await day(sessions)).to_finish} == {"bare", "emptied"}


async def test_an_outcome_that_the_queue_requires(sessions: Sessions) -> None:
    await call(sessions, "owes", note("owes"), queue="strict")
    await call(sessions, "chosen", queue="strict", outcome="resolved")
    await call(sessions, "passed on", queue="strict", result="transferred")
    assert await left(sessions) == {"owes": (Left.OUTCOME,), "chosen": (), "passed on": ()}


async def test_a_script_left_in_the_middle(sessions: Sessions) -> None:
    """By this agent, and in the newest run."""
    await call(sessions, "left", note("left"), run("left", 1, "wish"))
    await call(sessions, "ended", note("ended"), run("ended", 1, "wish"), run("ended", 2, None))
    await call(sessions, "another's", note("another's"), run("another's", 1, "wish", user_id=2))
    assert await left(sessions) == {"left": (Left.RUN,), "ended": (), "another's": ()}


async def test_a_call_back_that_is_due_today(sessions: Sessions) -> None:
    await call(sessions, "due", note("due"), callback("due", NOW + MINUTE))
    await call(sessions, "later", note("later"), callback("later", NOW + timedelta(days=2)))
    await call(sessions, "done", note("done"), callback("done", NOW, state="done"))
    assert await left(sessions) == {"due": (Left.CALLBACK,), "later": (), "done": ()}
