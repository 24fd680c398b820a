"""What came of the calls, on both databases, with values computed by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from console.calls.models import Pop
from console.cases.models import Case
from console.customers.models import Customer
from console.db.engine import Sessions
from console.figures.intervals import today
from console.figures.shares import Share
from console.figures.switches import Switches
from console.promises.models import Callback, Offer
from console.reports.choice import By, Choice, Show
from console.reports.columns import COLUMNS
from console.reports.reading import read_report
from tests.console.reports.storing import Past, seconds

ZONE = ZoneInfo("Europe/Bratislava")
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
LATER = NOON + timedelta(days=10)
HOUR = timedelta(hours=1)


async def store(sessions: Sessions) -> None:
    """Two customers; one calls again on the next day."""
    async with sessions.begin() as session:
        for id_ in (1, 2):
            who = {"id": id_, "ref": f"C-{id_}", "name": "C", "created_at": NOON, "updated_at": NOON}
            await session.execute(insert(Customer), who)
    past = Past()
    past.agent(1, "ana", "sales")
    past.answered("c1", NOON, 10, customer_id=1)
    past.answered("c2", NOON + seconds(60), 10, customer_id=2)
    past.answered("c3", NOON + timedelta(days=1), 10, customer_id=1)
    for call, packet, shown_ms in (("c1", "shown", 40), ("c2", "late", 300)):
        pop = {"id": f"{call}.1", "call_id": call, "user_id": 1, "state": "ended", "offered_at": NOON}
        past.rows[Pop].append(pop | {"packet": packet, "shown_at": NOON + timedelta(milliseconds=shown_ms)})
    await past.store(sessions)
    offer = {"call_id": "c1", "script_key": "s", "script_version": 1, "step": "o", "what": "x", "at": NOON}
    callback = {"call_id": "c1", "number": "", "note": "", "author": "ana@example.com", "made_at": NOON}
    done = {"state": "done", "due_at": NOON + HOUR}
    case = {"customer_id": 1, "subject": "x", "status": "closed", "priority": "low", "line": 1, "reopened": 0}
    async with sessions.begin() as session:
        for answer in ("accepted", "declined", "later"):
            await session.execute(insert(Offer), offer | {"author": "ana@example.com", "answer": answer})
        for late in (15, 16):
            settled = {"settled_at": NOON + HOUR + timedelta(minutes=late)}
            await session.execute(insert(Callback), callback | done | settled)
        for hours in (1, 3):
            times = {"opened_at": NOON - hours * HOUR, "closed_at": NOON, "ref": f"K-{hours}"}
            await session.execute(insert(Case), case | times | {"owner": "ana@example.com"})


async def test_what_came_of_a_day(sessions: Sessions) -> None:
    await store(sessions)
    expected: dict[By, dict[str, object]] = {
        By.DAY: {
            "callbacks_kept": Share(1, 2),
            "closed": 2,
            "time_to_close": 7200.0,
            "median_to_close": 3600,
        },
        By.QUEUE: {"callbacks_kept": Share(1, 2)},
        By.AGENT: {"closed": 2, "time_to_close": 7200.0},
        By.LINE: {"closed": 2},
    }
    everywhere = {"first_contact": Share(1, 2), "offers_taken": Share(1, 3), "without_packet": Share(1, 2)}
    everywhere_ms = {"pop_p50": 40, "pop_p99": 300}
    for by, more in expected.items():
        async with sessions() as session:
            choice = Choice(today(NOON, ZONE), by, show=Show.RESULTS)
            whole = (await read_report(session, choice, LATER, ZONE)).total
        wanted = {**everywhere, **everywhere_ms, **more}
        assert {key: COLUMNS[key].value(whole, Switches()) for key in wanted} == wanted, by
