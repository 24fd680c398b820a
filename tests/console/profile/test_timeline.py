"""The timeline loses nothing, tells nothing twice, and stays as fast with very many records."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, insert

from console.calls.models import Leg, Note, StoredRun
from console.cases.actions import comment
from console.cases.models import CaseEvent
from console.cases.steps import By
from console.customers.models import Customer, Purchase
from console.db.engine import Sessions
from console.identity.models import Role, User
from console.profile.timeline import ON_A_PAGE, RANKS, SHOWS, Entry, Happened, Place, read_place, timeline
from console.promises.models import CallbackMove
from scripts_engine.run import Done, Run
from scripts_engine.run_codec import run_to_dict
from tests.console.facts.records import Records
from tests.console.promises.made import callback, offer

MANY = 1_000


async def told(sessions: Sessions, customer: Customer, show: str = "all") -> list[Entry]:
    """The whole timeline, page by page."""
    entries: list[Entry] = []
    behind: Place | None = None
    async with sessions() as session:
        while True:
            page, older = await timeline(session, customer.id, show, behind)
            entries += page
            if older is None:
                return entries
            behind = read_place(str(older))
            assert behind == older


async def ana(records: Records, now: datetime) -> None:
    await records.add(
        User(id=1, email="ana@shop.example", name="Ana", role=Role.AGENT, password_hash="", created_at=now)
    )


async def add_purchases(sessions: Sessions, customer: Customer, rows: list[dict[str, Any]]) -> None:
    common = {"customer_id": customer.id, "total": Decimal(1), "currency": "EUR", "promised_at": None}
    async with sessions.begin() as session:
        await session.execute(insert(Purchase), [common | row for row in rows])


async def test_everything_is_told_newest_first(sessions: Sessions, records: Records, now: datetime) -> None:
    await ana(records, now)
    customer, other = await records.customer("C-1"), await records.customer("C-2")
    for each in (customer, other):
        days, when = records.ago(days=5), records.ago(days=1)
        await records.purchase(each, days, "Ink", ref=f"P-{each.ref}", delivered_at=when)
        await records.case(each, records.ago(days=9), status="closed", closed_at=records.ago(days=8))
        await records.call(each, records.ago(days=2), answered_at=records.ago(days=2), end="completed")
    async with sessions.begin() as session:
        await comment(session, "K2", "Will call back", By("ana@shop.example", records.ago(days=3), None, UTC))
    entries = await told(sessions, customer)
    assert [entry.happened.value for entry in entries] == [
        "delivered",
        "called",
        "case_event",
        "ordered",
        "closed",
        "opened",
    ]
    assert entries[2].row["author"] == "Ana"
    assert [item["name"] for item in entries[3].row["items"]] == ["Thing 0"]


async def test_promises_are_told(sessions: Sessions, records: Records, now: datetime) -> None:
    await ana(records, now)
    customer = await records.customer("C-1")
    by = {"settled_by": "ana@shop.example", "settled_at": now}
    move = CallbackMove(
        at=records.ago(days=1), author="gone@shop.example", due_before=records.ago(hours=20), due_after=now
    )
    done = callback(customer.id, now, made_at=records.ago(days=3), state="withdrawn", moves=[move], **by)
    await records.add(done, offer(customer.id, records.ago(days=2)))
    entries = await told(sessions, customer, "promises")
    assert [(entry.happened.value, entry.row["author"]) for entry in entries] == [
        ("settled", "Ana"),
        ("moved", "gone@shop.example"),
        ("offered", "Ana"),
        ("promised", "Ana"),
    ]
    assert (entries[0].row["state"], entries[1].row["note"]) == ("withdrawn", "Whether it came")
    assert (entries[2].row["what"], entries[2].row["answer"]) == ("Loyalty card", "declined")
    assert [entry.happened.value for entry in await told(sessions, customer)] == [
        entry.happened.value for entry in entries
    ]


async def test_a_call_says_who_talked_and_what_was_noted(
    sessions: Sessions, records: Records, now: datetime
) -> None:
    await ana(records, now)
    customer = await records.customer("C-1")
    await records.call(customer, now, id="c")
    leg = {"call_id": "c", "interface": "x", "user_id": 1, "offered_at": now}
    await records.add(Leg(id="l1", answered_at=now, **leg), Leg(id="l2", answered_at=None, **leg))
    note = {"call_id": "c", "user_id": 1, "version": 1, "updated_at": now}
    await records.add(Note(leg_id="l1", text="Wants a voucher", **note), Note(leg_id="l2", text="", **note))
    walk = Run("late", None, now, done=(Done("offer", "offer", "ink-set"),))
    pinned = {"script_key": "late", "script_version": 1, "answers": {}, "revision": 1}
    run = {"call_id": "c", "number": 1, "walk": run_to_dict(walk), "started_at": now, "updated_at": now}
    await records.add(StoredRun(**pinned, **run))
    [entry] = await told(sessions, customer)
    assert entry.row["agents"] == ["Ana"]
    assert entry.row["done"] == [{"step": "offer", "action": "offer", "result": "ink-set"}]
    assert entry.row["notes"] == [{"author": "Ana", "text": "Wants a voucher"}]


@pytest.mark.parametrize("show", SHOWS)
async def test_pages_lose_nothing_of_one_moment(
    sessions: Sessions, records: Records, now: datetime, show: str
) -> None:
    """An import gives very many records the same midnight."""
    customer = await records.customer("C-1")
    status = {"status": "delivered", "placed_at": now, "delivered_at": now}
    await add_purchases(sessions, customer, [{"ref": f"P-{n}"} | status for n in range(ON_A_PAGE + 3)])
    for number in range(ON_A_PAGE + 3):
        await records.call(customer, now)
        await records.case(customer, now, status="closed", closed_at=now)
        moves = [CallbackMove(at=now, author="ana@shop.example", due_before=now, due_after=now)]
        settled = {"state": "done", "settled_at": now, "settled_by": "ana@shop.example"}
        await records.add(callback(customer.id, now, moves=moves, **settled), offer(customer.id, now))
        if number < 3:
            await records.add(CaseEvent(case_id=1, at=now, kind="comment", text="x"))
    entries = await told(sessions, customer, show)
    ids = [(entry.happened, entry.row["id"]) for entry in entries]
    assert len(ids) == len(set(ids))
    assert {entry.happened for entry in entries} == set(SHOWS[show])
    expected = sum(3 if happened is Happened.CASE_EVENT else ON_A_PAGE + 3 for happened in SHOWS[show])
    assert len(ids) == expected


async def test_very_many_records_cost_no_more_statements(
    sessions: Sessions, records: Records, now: datetime
) -> None:
    few, many = await records.customer("C-1"), await records.customer("C-2")
    for customer, count in ((few, 2), (many, MANY)):
        moments = [now - timedelta(hours=n) for n in range(count)]
        rows = [
            {"ref": f"{customer.ref}-{n}", "status": "delivered", "placed_at": at, "delivered_at": at}
            for n, at in enumerate(moments)
        ]
        await add_purchases(sessions, customer, rows)
        await records.call(customer, now)
    counts = []
    async with sessions() as session:
        statements: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        for customer in (few, many):
            statements.clear()
            entries, _older = await timeline(session, customer.id, "all", None)
            counts.append(len(statements))
            assert len(entries) <= ON_A_PAGE
    assert counts == [16, 16]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-21T12:00:00+00:00",
        "2026-11-21T12:00:00~0~1",  # in which zone?
        "2026-11-21T12:00:00+00:00~10~1",
        "2026-11-21T12:00:00+00:00~-1~1",
        "2026-11-21T12:00:00+00:00~0~x",
        "2026-11-21T12:00:00+00:00~0~" + "9" * 19,
    ],
)
def test_a_place_that_is_none_of_ours_is_none(text: str) -> None:
    assert read_place(text) is None


def test_a_call_may_have_any_id(now: datetime) -> None:
    place = Place(now, RANKS[Happened.CALLED], "1234.5~x")
    assert read_place(str(place)) == place
