"""What agents do to cases: each step is kept, nobody's is overwritten, due times follow, what is overdue goes
up once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select

from console.cases.actions import open_case, save_cases, take_step
from console.cases.due_rules import USUAL, DueRules, write_rules
from console.cases.escalation import escalate
from console.cases.history import went_up
from console.cases.models import CallCase, Case, CaseEvent, StoredDueRules
from console.cases.queries import cases_of_call, saved_rules
from console.cases.records import CaseRecord
from console.cases.steps import By, NewCase, Seen, Step, StepKind
from console.customers.actions import save_customers
from console.customers.records import CustomerRecord
from console.db import schema
from console.db.base import Json, UtcDateTime
from console.db.engine import Sessions, create_engine, create_sessions
from console.db.writing import write
from console.errors import InvalidError, NotFoundError, OutdatedError
from console.identity.models import Role, User
from tests.conftest import NOW

ZONE = ZoneInfo("Europe/Bratislava")
ANA, BORIS = "ana@shop.example", "boris@shop.example"
CALL = "main-1.1"
MONDAY = NOW + timedelta(days=2)  # at 13:00 on the clock
SEEN = Seen("normal", 1, None, None)


def by(author: str = ANA, at: datetime = MONDAY, call: str | None = CALL) -> By:
    return By(author, at, call, ZONE)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
async def stored(sessions: Sessions) -> Sessions:
    """Jana, two agents, and the open case K-1 without a due time."""
    async with sessions.begin() as session:
        for email, name in ((ANA, "Ana Nováková"), (BORIS, "Boris Kováč")):
            rest = {"role": Role.AGENT, "password_hash": "", "created_at": NOW}
            session.add(User(email=email, name=name, **rest))
        await save_customers(session, [CustomerRecord("C-1", {"name": "Jana"})], NOW)
    await saved(sessions)
    return sessions


async def saved(sessions: Sessions, at: datetime = NOW, ref: str = "K-1", **values: Any) -> None:
    """As an import or another program does it."""
    whole = {"subject": "Broken chair", "opened_at": NOW, **values}
    async with sessions.begin() as session:
        await save_cases(session, [CaseRecord(ref, "C-1", whole)], at)


async def do(sessions: Sessions, kind: StepKind, text: str = "", who: By | None = None, **more: Any) -> None:
    seen = more.pop("seen", SEEN)
    step = Step(kind, text, seen, more.pop("priority", seen.priority), **more)
    await write(sessions, lambda session: take_step(session, "K-1", step, who or by()))


async def case(sessions: Sessions, ref: str = "K-1") -> Case:
    async with sessions() as session:
        found = await session.scalar(select(Case).where(Case.ref == ref))
        assert found is not None
        return found


async def told(sessions: Sessions) -> list[tuple[Any, ...]]:
    columns = (CaseEvent.author, CaseEvent.kind, CaseEvent.before, CaseEvent.after, CaseEvent.text)
    async with sessions() as session:
        return [tuple(row) for row in await session.execute(select(*columns).order_by(CaseEvent.id))]


async def test_each_step_is_kept_with_author_and_time(stored: Sessions) -> None:
    await do(stored, StepKind.TAKE)
    await do(stored, StepKind.COMMENT, "Rang the carrier")
    seen = replace(SEEN, owner=ANA)
    await do(stored, StepKind.SECOND_LINE, "Needs a refund", seen=seen)
    seen = replace(seen, owner=None, line=2, due_at=local("2026-11-25T13:00"))
    await do(stored, StepKind.CLOSE, "Refunded", seen=seen)
    await do(stored, StepKind.REOPEN, who=by(BORIS, MONDAY + timedelta(days=1)), seen=seen)
    at_noon = "2026-11-25T12:00:00+00:00"
    assert await told(stored) == [
        (ANA, "changed", None, ANA, ""),
        (ANA, "comment", None, None, "Rang the carrier"),
        (ANA, "comment", None, None, "Needs a refund"),
        (ANA, "changed", "1", "2", ""),
        (ANA, "changed", None, at_noon, ""),
        (ANA, "changed", ANA, None, ""),
        (ANA, "comment", None, None, "Refunded"),
        (ANA, "closed", "open", "closed", ""),
        (BORIS, "reopened", "closed", "open", ""),
        (BORIS, "changed", at_noon, "2026-11-26T12:00:00+00:00", ""),
    ]
    kept = await case(stored)
    assert (kept.status, kept.line, kept.owner, kept.closed_at, kept.reopened) == ("open", 2, None, None, 1)


async def test_which_cases_were_worked_on_in_a_call_is_kept(stored: Sessions) -> None:
    await do(stored, StepKind.TAKE)
    await do(stored, StepKind.COMMENT, "Rang the carrier", by(at=MONDAY + timedelta(minutes=1)))
    await do(stored, StepKind.COMMENT, "By mail", by(call=None))
    opened = NewCase("Wrong colour", "urgent", 2, "Green, not red")
    later = by(at=MONDAY + timedelta(minutes=2))
    ref = await write(stored, lambda session: open_case(session, "C-1", opened, later))
    async with stored() as session:
        first, second = await cases_of_call(session, CALL)
        assert len(list(await session.scalars(select(CallCase)))) == 2
    assert (first.ref, first.owner, first.at) == ("K-1", ANA, MONDAY)
    assert (second.ref, second.subject, second.priority, second.line) == (ref, "Wrong colour", "urgent", 2)
    assert second.due_at == local("2026-11-23T15:02")


@pytest.mark.parametrize("kind", [StepKind.COMMENT, StepKind.CLOSE, StepKind.SECOND_LINE, StepKind.CHANGE])
async def test_what_says_nothing_is_refused(stored: Sessions, kind: StepKind) -> None:
    with pytest.raises(InvalidError):
        await do(stored, kind)
    assert await told(stored) == []


async def test_a_case_that_is_not_there(stored: Sessions) -> None:
    step = Step(StepKind.TAKE, "", SEEN)
    with pytest.raises(NotFoundError, match="no case K-9"):
        await write(stored, lambda session: take_step(session, "K-9", step, by()))
    with pytest.raises(InvalidError):
        await write(stored, lambda session: open_case(session, "C-9", NewCase("Chair"), by()))


async def test_of_two_who_close_a_case_at_once_one_does(stored: Sessions) -> None:
    both = [do(stored, StepKind.CLOSE, f"Said {who}", by(who)) for who in (ANA, BORIS)]
    done = await asyncio.gather(*both, return_exceptions=True)
    [refused] = [each for each in done if each is not None]
    assert isinstance(refused, OutdatedError)
    winner, name = (ANA, "Ana Nováková") if done[0] is None else (BORIS, "Boris Kováč")
    assert str(refused) == (
        f"{name} closed this case at 13:00: “Said {winner}” Nothing was changed, and what you wrote is still "
        "here."
    )
    assert [row[:2] for row in await told(stored)] == [(winner, "comment"), (winner, "closed")]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"kind": StepKind.TAKE}, {"kind": StepKind.TAKE}, "Boris Kováč took this case over at 13:00."),
        (
            {"kind": StepKind.SECOND_LINE, "text": "Refund"},
            {"kind": StepKind.SECOND_LINE, "text": "Help"},
            "Boris Kováč moved this case to another line at 13:00: “Refund”",
        ),
        (
            {"kind": StepKind.CHANGE, "priority": "high"},
            {"kind": StepKind.CHANGE, "priority": "urgent"},
            "Boris Kováč changed the priority at 13:00.",
        ),
        (
            {"kind": StepKind.CHANGE, "says_due": True, "due_at": MONDAY + timedelta(days=1)},
            {"kind": StepKind.CHANGE, "says_due": True},
            "Boris Kováč changed the due time at 13:00.",
        ),
        (
            {"kind": StepKind.CLOSE, "text": "Done"},
            {"kind": StepKind.CHANGE, "priority": "high"},
            "Boris Kováč closed this case at 13:00: “Done”",
        ),
    ],
)
async def test_whoever_comes_second_is_told_of_the_first(
    stored: Sessions, first: dict[str, Any], second: dict[str, Any], said: str
) -> None:
    await do(stored, who=by(BORIS), **first)
    with pytest.raises(OutdatedError) as refused:
        await do(stored, **second)
    assert str(refused.value).startswith(said)


async def test_what_others_do_elsewhere_in_a_case_is_in_nobodys_way(stored: Sessions) -> None:
    await do(stored, StepKind.TAKE, who=by(BORIS))
    await do(stored, StepKind.CHANGE, priority="high")
    await do(stored, StepKind.COMMENT, "Rang", by(BORIS))
    await do(stored, StepKind.CLOSE, "Done")
    assert ((await case(stored)).owner, (await case(stored)).priority) == (BORIS, "high")


async def test_who_came_first_may_be_nobody(stored: Sessions) -> None:
    await saved(stored, status="closed", closed_at=NOW)
    with pytest.raises(OutdatedError, match=r"^An import or another program closed this case at 2026-11-21"):
        await do(stored, StepKind.CLOSE, "Done")
    await do(stored, StepKind.REOPEN)
    with pytest.raises(OutdatedError, match=r"^You, perhaps in another tab, reopened this case"):
        await do(stored, StepKind.REOPEN)
    async with stored.begin() as session:
        other = CaseRecord("K-2", "C-1", {"subject": "x", "opened_at": NOW, "status": "closed"})
        await save_cases(session, [other], NOW)
    step = Step(StepKind.TAKE, "", SEEN)
    with pytest.raises(OutdatedError, match=r"^This case is closed\. Nothing was changed"):
        await write(stored, lambda session: take_step(session, "K-2", step, by()))


async def test_a_due_time_follows_from_priority_and_line_until_it_is_given(stored: Sessions) -> None:
    await do(stored, StepKind.CHANGE, priority="urgent")
    kept = await case(stored)
    assert (kept.due_at, kept.due_by_rule) == (local("2026-11-23T15:00"), True)
    seen = Seen("urgent", 1, None, kept.due_at)
    given = local("2026-12-24T10:00")
    await do(stored, StepKind.CHANGE, seen=seen, says_due=True, due_at=given)
    seen = replace(seen, due_at=given)
    await do(stored, StepKind.CHANGE, seen=seen, priority="low")
    kept = await case(stored)
    assert (kept.due_at, kept.due_by_rule, kept.priority) == (given, False, "low")
    seen = replace(seen, priority="low")
    await do(stored, StepKind.CHANGE, seen=seen, says_due=True)
    kept = await case(stored)
    assert (kept.due_at, kept.due_by_rule) == (local("2026-11-27T13:00"), True)


async def test_what_an_import_says_of_due_times_is_so(stored: Sessions) -> None:
    due = MONDAY + timedelta(hours=1)
    await saved(stored, due_at=due)
    await do(stored, StepKind.CHANGE, priority="urgent", seen=replace(SEEN, due_at=due))
    assert ((await case(stored)).due_at, (await case(stored)).due_by_rule) == (due, False)
    await do(stored, StepKind.CHANGE, says_due=True, seen=replace(SEEN, priority="urgent", due_at=due))
    assert (await case(stored)).due_by_rule
    await saved(stored, due_at=None)
    assert ((await case(stored)).due_at, (await case(stored)).due_by_rule) == (None, False)


async def test_admins_set_how_long_cases_take(stored: Sessions) -> None:
    async with stored.begin() as session:
        assert (await saved_rules(session)).rules == USUAL
        rules = DueRules({(1, "urgent"): 30}, USUAL.shifts, {})
        session.add(StoredDueRules(document=write_rules(rules), author=ANA, at=NOW))
    await do(stored, StepKind.CHANGE, priority="urgent")
    assert (await case(stored)).due_at == local("2026-11-23T13:30")
    seen = Seen("urgent", 1, None, local("2026-11-23T13:30"))
    await do(stored, StepKind.CHANGE, priority="low", seen=seen)  # of which the table says nothing
    assert ((await case(stored)).due_at, (await case(stored)).due_by_rule) == (None, False)


async def up(sessions: Sessions, at: datetime, most: int = 50) -> list[str]:
    return await write(sessions, lambda session: escalate(session, at, most))


async def test_what_is_overdue_goes_up_once(stored: Sessions) -> None:
    due = MONDAY + timedelta(hours=1)
    await saved(stored, due_at=due, owner=ANA)
    assert await up(stored, due) == []
    late = due + timedelta(seconds=1)
    assert await up(stored, late) == ["C-1"]
    assert await up(stored, late) == []
    kept = await case(stored)
    assert (kept.line, kept.priority, kept.due_at, kept.owner) == (2, "high", due, ANA)
    [*_, (author, kind, before, after, text)] = await told(stored)
    assert (author, kind) == (None, "escalated")
    gone = went_up({"before": before, "after": after, "text": text})
    assert (gone.priority, gone.second_line, gone.due_at) == ("high", True, due)
    seen = replace(SEEN, owner=ANA, due_at=due)
    with pytest.raises(OutdatedError, match=r"^This case went up at 14:00, because it was overdue\."):
        await do(stored, StepKind.CHANGE, seen=seen, priority="low", who=by(at=late))


async def test_a_new_due_time_may_be_over_again(stored: Sessions) -> None:
    due, other = MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1)
    await saved(stored, due_at=due)
    await up(stored, due + timedelta(seconds=1))
    seen = Seen("high", 2, None, due)
    await do(stored, StepKind.CHANGE, seen=seen, says_due=True, due_at=other)
    assert await up(stored, other) == []
    assert await up(stored, other + timedelta(seconds=1)) == ["C-1"]
    assert (await case(stored)).priority == "urgent"
    await do(stored, StepKind.CHANGE, "x", seen=Seen("urgent", 2, None, other), says_due=True, due_at=NOW)
    events = len(await told(stored))
    assert await up(stored, other) == ["C-1"]  # it is at the top: nothing to tell
    assert len(await told(stored)) == events


async def test_what_comes_in_overdue_and_what_is_closed_stays(stored: Sessions) -> None:
    await saved(stored, due_at=NOW - timedelta(days=1))
    await saved(stored, ref="K-2", due_at=NOW + timedelta(days=1), status="closed")
    assert await up(stored, MONDAY) == []


def before_the_upgrade(connection: Connection) -> None:
    """A database of an earlier version, with a case that is overdue and one that is not yet."""
    command.upgrade(schema.config_for(connection), "0013")
    of = {"name": "Jana", "attributes": {}, "created_at": NOW, "updated_at": NOW}
    _insert(connection, "customers", id=1, ref="C-1", **of)
    for number, year in ((1, 2020), (2, 9999)):
        rest = {"subject": "Chair", "status": "open", "priority": "low", "line": 1, "reopened": 0}
        due_at = datetime(year, 1, 1, tzinfo=UTC)
        _insert(
            connection,
            "cases",
            id=number,
            ref=f"K-{number}",
            customer_id=1,
            opened_at=NOW,
            due_at=due_at,
            **rest,
        )
    connection.commit()


TYPES: dict[type, Any] = {datetime: UtcDateTime(), dict: Json, int: Integer(), str: String()}


def _insert(connection: Connection, table: str, /, **values: Any) -> None:
    columns: list[Column[Any]] = [Column(key, TYPES[type(value)]) for key, value in values.items()]
    connection.execute(Table(table, MetaData(), *columns).insert().values(**values))


@pytest.mark.slow
async def test_what_was_overdue_before_the_upgrade_stays(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    async with engine.connect() as connection:
        await connection.run_sync(before_the_upgrade)
    await schema.upgrade(engine)
    async with create_sessions(engine)() as session:
        kept = {row.ref: row.escalated_for for row in await session.scalars(select(Case))}
    await engine.dispose()
    assert kept == {"K-1": datetime(2020, 1, 1, tzinfo=UTC), "K-2": None}


async def test_many_go_up_in_batches_the_oldest_first(stored: Sessions) -> None:
    for number in range(2, 6):
        await saved(stored, ref=f"K-{number}", due_at=NOW + timedelta(minutes=10 - number))
    assert len(await up(stored, MONDAY, most=3)) == 3
    assert (await case(stored, "K-2")).line == 1
    assert len(await up(stored, MONDAY, most=3)) == 1
    assert await up(stored, MONDAY, most=3) == []
