"""A day of 50,000 calls: every kind of report, in turns with the bare select of the rows that it counts, on
SQLite and, where there is one, on PostgreSQL; and what memory the largest needs."""

import tempfile
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Pop, Visit, WrapUp
from console.customers.models import Customer
from console.db import schema
from console.db.engine import Sessions, close_engine, create_engine, create_sessions
from console.figures.intervals import today
from console.identity.models import User
from console.queues.models import AgentState, Queue
from console.reports import sources
from console.reports.choice import By, Choice, Only
from console.reports.reading import read_report
from tests.bench.records import database_url
from tests.bench.report import Goal, percentile
from tests.rig.parts import command
from tests.rig.servers import run_postgres

CALLS, QUICK_CALLS = 50_000, 1_000
QUEUES, AGENTS, PEOPLE = 50, 500, 20_000
ROUNDS, QUICK_ROUNDS = 5, 2
AT_ONCE = 2_000
ZONE = ZoneInfo("Europe/Bratislava")
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
DAY = today(NOON, ZONE)
Row = dict[str, Any]
NEW = {"created_at": NOON, "updated_at": NOON}


async def run(quick: bool) -> list[Goal]:
    """For each kind of rows: p99 over that of the bare select of its main statement, drained."""
    with tempfile.TemporaryDirectory() as folder:
        goals = await _on("SQLite", database_url(Path(folder) / "reports.sqlite"), quick)
    if command("postgresql") is None:
        return goals
    with run_postgres() as server, server.database("reports") as url:
        return goals + await _on("PostgreSQL", url, quick)


async def _on(name: str, url: str, quick: bool) -> list[Goal]:
    async with filled(url, QUICK_CALLS if quick else CALLS) as sessions:
        print(f"\n{name}")
        goals = [await _measure(name, sessions, by, QUICK_ROUNDS if quick else ROUNDS) for by in By]
        async with sessions() as session:
            grown = await _grown(session)
    print(f"memory of the report by half-hours: at most {grown / 1024:.0f} kB")
    return [*goals, Goal(f"{name}, reports: memory", grown / 1024**2, 5, " MB")]


@asynccontextmanager
async def filled(url: str, calls: int) -> AsyncIterator[Sessions]:
    """A database with a day of calls."""
    engine = create_engine(url)
    await schema.ensure(engine)
    sessions = create_sessions(engine)
    async with sessions.begin() as session:
        await session.execute(insert(User), [_user(number) for number in range(1, AGENTS + 1)])
        await session.execute(insert(Queue), [{"name": f"q{number}"} for number in range(QUEUES)])
        people = [
            {"id": number, "ref": f"C-{number}", "name": f"C {number}", **NEW}
            for number in range(1, PEOPLE + 1)
        ]
        await session.execute(insert(Customer), people)
        await session.execute(insert(AgentState), list(_states()))
    for rows in _days_calls(calls):
        async with sessions.begin() as session:
            for table, each in rows.items():
                await session.execute(insert(table), each)
    yield sessions
    await close_engine(engine)


def _user(number: int) -> Row:
    return {
        "id": number,
        "email": f"a{number}@x",
        "name": f"A {number}",
        "role": "agent",
        "password_hash": "",
        "created_at": NOON,
    }


def _states() -> Iterator[Row]:
    for agent in range(1, AGENTS + 1):
        for turn in range(200):
            began_at = DAY.begin + timedelta(seconds=turn * 400 + agent % 300)
            state = ("available", "ringing", "on_call", "wrap_up")[turn % 4]
            yield {
                "user_id": agent,
                "began_at": began_at,
                "state": state,
                "reason": "",
                "ended_at": began_at + timedelta(seconds=400),
            }


def _days_calls(calls: int) -> Iterator[dict[Any, list[Row]]]:
    chance = Random(1)  # noqa: S311 - the same calls in each run
    for first in range(0, calls, AT_ONCE):
        rows: dict[Any, list[Row]] = {Call: [], Leg: [], Visit: [], WrapUp: [], Pop: []}
        for number in range(first, min(first + AT_ONCE, calls)):
            _call(chance, number, rows)
        yield rows


def _call(chance: Random, number: int, rows: dict[Any, list[Row]]) -> None:
    at = DAY.begin + timedelta(seconds=chance.uniform(0, 86_000))
    wait, talk = timedelta(seconds=chance.expovariate(1 / 20)), timedelta(seconds=chance.uniform(20, 400))
    queue, agent, id_ = f"q{chance.randrange(QUEUES)}", chance.randint(1, AGENTS), f"c{number}"
    answered = chance.random() < 0.9
    over = at + wait + talk if answered else at + wait
    rows[Call].append(
        {
            "id": id_,
            "link": "main",
            "direction": "inbound",
            "state": "ended",
            "end": "completed",
            "queue": queue,
            "line": 1,
            "number": "",
            "caller_name": "",
            "identified": "one",
            "customer_id": chance.randint(1, PEOPLE),
            "started_at": at,
            "answered_at": at + wait if answered else None,
            "ended_at": over,
            "outcome": "resolved",
            "script_key": "hello",
            "satisfaction": chance.choice([None, None, 3, 5]) if answered else None,
        }
    )
    rows[Visit].append(
        {
            "call_id": id_,
            "number": 1,
            "link": "main",
            "queue": queue,
            "line": 1,
            "queued_at": at,
            "left_at": at + wait,
            "end": "answered" if answered else "abandoned",
            "leg_id": f"{id_}.1" if answered else None,
        }
    )
    if answered:
        rows[Leg].append(
            {
                "id": f"{id_}.1",
                "call_id": id_,
                "interface": f"PJSIP/{agent}",
                "user_id": agent,
                "queue": queue,
                "offered_at": at,
                "answered_at": at + wait,
                "ended_at": over,
                "result": "answered",
                "held_s": 0.0,
            }
        )
        rows[WrapUp].append(
            {
                "leg_id": f"{id_}.1",
                "call_id": id_,
                "link": "main",
                "user_id": agent,
                "began_at": over,
                "owed": False,
                "ends_at": over + timedelta(seconds=30),
                "ended_at": over + timedelta(seconds=20),
            }
        )
        rows[Pop].append(
            {
                "id": f"{id_}.1",
                "call_id": id_,
                "user_id": agent,
                "state": "ended",
                "offered_at": at,
                "shown_at": at + timedelta(milliseconds=80),
            }
        )


async def _measure(name: str, sessions: Sessions, by: By, rounds: int) -> Goal:
    ours: list[float] = []
    bare: list[float] = []
    async with sessions() as session:
        for _ in range(rounds):
            with timed(bare):
                await _bare(session, by)
            with timed(ours):
                await read_report(session, Choice(DAY, by), DAY.end, ZONE)
    slow, plain = percentile(ours, 0.99), percentile(bare, 0.99)
    print(
        f"report by {by.value}: p50 {percentile(ours, 0.5):.2f} s, p99 {slow:.2f} s; bare p99 {plain:.2f} s"
    )
    return Goal(f"{name}, report by {by.value}: p99 over its bare select", slow / plain, 3, "x")


async def _bare(session: AsyncSession, by: By) -> int:
    """The rows of the main statement, and nothing made of them; of agents: their parts and their states."""
    of_agents = [sources.parts(DAY, Only()), sources.states(DAY, Only())]
    main = of_agents if by is By.AGENT else [sources.visits(DAY, by, Only())]
    return sum([len((await session.execute(each)).all()) for each in main])


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """How long it takes, in seconds."""
    begun = perf_counter()
    yield
    into.append(perf_counter() - begun)


async def _grown(session: AsyncSession) -> int:
    tracemalloc.start()
    await read_report(session, Choice(DAY, By.HALF_HOUR), DAY.end, ZONE)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most
