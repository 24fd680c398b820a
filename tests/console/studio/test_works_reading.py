"""What became of runs, read from records: which calls and runs count, on both databases."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import ClauseElement, event
from sqlalchemy.dialects import sqlite

from console.calls.erasing import erase_callers
from console.calls.models import Call, Pick
from console.db.engine import Sessions
from console.studio.replay_reading import Period
from console.studio.works_reading import picks_statement, read_tallies, replaced_statement, runs_statement
from console.studio.works_tally import Picks, Tally, together
from scripts_engine.run import Run
from tests.fakes.past_runs import (
    OFFER,
    BelievableCalls,
    Did,
    Manner,
    Row,
    call_row,
    run_row,
    script_of,
    store,
    walked,
)

SCRIPT = script_of(OFFER)
OTHER = script_of(OFFER.replace("script: loyalty-offer", "script: other"))
GOT = {"script_key": SCRIPT.key, "script_version": 1}


def run(call: Row) -> Run:
    """To the offer, which is accepted."""
    moves = [(5, None), (9, "nothing more"), (8, Did("accepted"))]
    return walked(SCRIPT, call["started_at"], moves)


async def read(sessions: Sessions, now: datetime, days: int = 28) -> Mapping[int, Tally]:
    async with sessions() as session:
        return await read_tallies(session, SCRIPT.key, Period(now - timedelta(days=days), now), now)


async def test_with_nothing_there(sessions: Sessions, now: datetime) -> None:
    assert await read(sessions, now) == {}


async def test_picks_and_who_walked_through(sessions: Sessions, now: datetime) -> None:
    at = now - timedelta(days=1)
    calls = [
        call_row("walked", at, **GOT),
        call_row("not-walked", at, **GOT),
        call_row("abandoned", at, **GOT, answered_at=None),
        call_row("newer", at, **(GOT | {"script_version": 2})),
        call_row("going-on", at, **GOT, state="answered", ended_at=None),
        call_row("other", at, script_key=OTHER.key, script_version=1),
        call_row("none", at),
        call_row("before", now - timedelta(days=29), **GOT),
    ]
    others = [run_row(call, walked(OTHER, at, [])) for call in calls[1:2]]
    await store(sessions, calls, [run_row(calls[0], run(calls[0])), *others])
    found = await read(sessions, now)
    assert {version: tally.picks for version, tally in found.items()} == {
        1: Picks(3, 2, 1),
        2: Picks(1, 1, 0),
    }


async def test_who_took_another_script_at_once(sessions: Sessions, now: datetime) -> None:
    at = now - timedelta(days=1)
    names = ("replaced", "by-itself", "later", "going-on")
    calls = [call_row(name, at, script_key=OTHER.key, script_version=1) for name in names]
    calls[3] |= {"state": "answered", "ended_at": None}
    other = walked(OTHER, at, [])
    runs = [
        run_row(calls[0], other, reason="wrong"),
        run_row(calls[1], other),
        *(run_row(calls[2], run(calls[2])), run_row(calls[2], other, number=2, reason="wrong")),
        run_row(calls[3], other, reason="wrong", updated_at=at),
    ]
    await store(sessions, calls, runs)
    async with sessions.begin() as session:
        picked: Row = {"at": at, "today": at.date(), "script_key": SCRIPT.key, "script_version": 2}
        offers = [(f"{call['id']}.{leg}", call["id"]) for call in calls for leg in (1, 2)]
        session.add_all(Pick(id=leg, call_id=call, **picked) for leg, call in offers)
    assert (await read(sessions, now))[2].picks == Picks(replaced=1)


async def test_runs_count_once_their_call_is_over_by_when_it_began(sessions: Sessions, now: datetime) -> None:
    at = now - timedelta(days=1)
    calls = [
        call_row("over", at),
        call_row("going-on", at, state="ringing"),
        call_row("before", now - timedelta(days=28, seconds=1)),
        call_row("first", now - timedelta(days=28)),
        call_row("now", now),
    ]
    await store(sessions, calls, [run_row(call, run(call)) for call in calls])
    found = (await read(sessions, now))[1]
    assert (found.runs, found.offers["accepted"], found.steps["terms"].left) == (2, 2, 2)
    assert found.steps["offer"].times.median == 8


async def test_a_call_with_several_runs(sessions: Sessions, now: datetime) -> None:
    """It was given another script, then version 2 of this one: that one tells of the call."""
    call = call_row("main-1", now - timedelta(days=1), satisfaction=4)
    runs = [
        run_row(call, run(call), 1, number=1),
        run_row(call, walked(OTHER, call["started_at"], []), number=2, reason="wrong"),
        run_row(call, run(call), 2, number=3, reason="right after all"),
    ]
    await store(sessions, [call], runs)
    found = await read(sessions, now)
    assert [(tally.instead, tally.left_for, tally.rated) for tally in (found[1], found[2])] == [
        (0, 1, 0),
        (1, 0, 1),
    ]


@pytest.mark.parametrize(
    ("after", "values", "again"),
    [
        (timedelta(minutes=5, seconds=1), {}, 1),
        (timedelta(days=7, minutes=5), {}, 1),
        (timedelta(days=7, minutes=6), {}, 0),
        (timedelta(minutes=2), {}, 0),  # while the first was going on
        (timedelta(days=1), {"direction": "outbound"}, 0),
        (timedelta(days=1), {"customer_id": 2}, 0),
    ],
)
async def test_second_calls(
    sessions: Sessions, now: datetime, after: timedelta, values: Row, again: int
) -> None:
    at = now - timedelta(days=20)
    first = call_row("first", at, customer_id=1)
    second = call_row("second", at + after, **({"customer_id": 1} | values))
    await store(sessions, [first, second], [run_row(first, run(first))])
    found = (await read(sessions, now))[1]
    assert (found.watched, found.again) == (1, again)


async def test_strangers_and_erased_callers(sessions: Sessions, now: datetime) -> None:
    at = now - timedelta(days=20)
    calls = [call_row("stranger", at), call_row("erased", at, customer_id=1)]
    await store(sessions, calls, [run_row(call, run(call)) for call in calls])
    async with sessions.begin() as session:
        await erase_callers(session, Call.id == "erased")
    found = (await read(sessions, now))[1]
    assert (found.runs, found.strangers, found.watched) == (2, 2, 0)
    assert (found.offers.total(), found.steps["offer"].reached) == (1, 2)


async def test_a_month_is_read_by_three_statements_whatever_there_is(
    sessions: Sessions, now: datetime
) -> None:
    month = BelievableCalls(seed=7, people=60)
    chance = Random(3)  # noqa: S311 - the same in each run
    for _ in range(400):
        month.add(Manner(chance.randint(1, 3), SCRIPT), now - timedelta(days=chance.uniform(0.1, 27)))
    await store(sessions, month.calls, month.runs)
    statements: list[str] = []
    async with sessions() as session:
        engine = session.get_bind().engine

        def heard(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            statements.append(statement)

        event.listen(engine, "before_cursor_execute", heard)
        found = await read_tallies(session, SCRIPT.key, Period(now - timedelta(days=28), now), now)
        event.remove(engine, "before_cursor_execute", heard)
    assert len([each for each in statements if each.startswith("SELECT")]) == 3
    whole = together(found.values())
    assert whole.runs == len(month.runs) > 300
    assert whole.completed == sum(row["outcome"] is not None for row in month.runs)
    assert whole.picks.calls == sum(call["script_key"] is not None for call in month.calls)
    assert whole.picks.walked == len(month.runs)


def test_sqlite_finds_all_by_indexes_also_before_it_has_statistics(
    sqlite_template: Path, now: datetime
) -> None:
    """It once walked through all runs of the script for each call."""
    period = Period(now - timedelta(days=28), now)
    picks = _plan(sqlite_template, picks_statement(SCRIPT.key, period))
    assert picks[0] == "SEARCH calls USING INDEX ix_calls_started (started_at>? AND started_at<?)"
    assert picks[2] == "LIST SUBQUERY 1"
    replaced = _plan(sqlite_template, replaced_statement(SCRIPT.key, period))
    assert replaced[0] == picks[0]
    assert not [step for step in replaced if step.startswith("SCAN")]
    runs = _plan(sqlite_template, runs_statement(SCRIPT.key, period))
    assert runs[0] == "SEARCH runs USING INDEX ix_runs_script_started (script_key=? AND started_at>?)"
    assert all(step.startswith(("SEARCH", "CORRELATED")) for step in runs)


def _plan(file: Path, statement: ClauseElement) -> list[str]:
    written = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with closing(sqlite3.connect(file)) as connection:
        return [detail for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {written}")]
