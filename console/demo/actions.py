"""Makes the demo's database, and keeps it while it is fresh."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from console import scripts
from console.calls.models import Call, Leg, Note, Visit
from console.cases.models import Case, CaseEvent
from console.customers.models import Company, Customer, PhoneNumber, Purchase, PurchaseItem
from console.customers.search_keys import Named, write_company_keys, write_customer_keys
from console.db import schema
from console.db.base import Base
from console.db.batch import insert_all
from console.db.engine import close_engine, create_engine, create_sessions
from console.db.revision import Revision
from console.demo.articles import ARTICLES, with_articles
from console.demo.people import Row
from console.demo.records import Records, make_records
from console.demo.rules import RISK_RULES, RULES
from console.demo.team import ADMIN, AGENTS, PASSWORD, QUEUES, SUPERVISOR, SUPERVISORS_PHONE, TEAM
from console.errors import LinesideError
from console.handover.rule_sets import SETS as HANDOVER_RULES
from console.identity.models import User, UserInterface, UserQueue
from console.identity.passwords import Passwords
from console.knowledge.saving import save_article
from console.promises.models import Callback, Offer
from console.queues.models import AgentState, Queue
from console.risk.rule_sets import SETS as RISK_SETS
from console.rules.sets import By as RulesBy
from console.scripts.actions import By, import_scripts

VERSION = 8
"""Counted up when the demo's records change, so that an older file is made anew."""

REVISION = "demo"
"""The name under which a database keeps the version of the demo in it."""

SEED = 7
SCRIPTS = Path(scripts.__file__).parent / "demo"
FRESH = timedelta(days=1)
"""How long a demo looks alive; after that an order of yesterday is not of yesterday any more."""


async def make_ready(file: Path, now: datetime, zone: ZoneInfo) -> bool:
    """See to it that `file` is an SQLite database with a fresh demo; returns whether it was made anew."""
    if file.exists() and await _is_fresh(file, now):  # noqa: ASYNC240 - at the start nothing else waits
        return False
    for old in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        old.unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(database_url(file))
    await schema.ensure(engine)
    async with create_sessions(engine)() as session, session.begin():
        await fill(session, now, zone)
    await close_engine(engine)
    return True


def database_url(file: Path) -> str:
    """How the setting names an SQLite file."""
    return f"sqlite+aiosqlite:///{file}"


async def _is_fresh(file: Path, now: datetime) -> bool:
    """Whether the file is a database of this version of Lineside and of the demo, and not too old."""
    engine = create_engine(database_url(file))
    try:
        await schema.ensure(engine)
        async with create_sessions(engine)() as session:
            version = await session.get(Revision, REVISION)
            first = await session.get(User, TEAM[0].id)
    except (LinesideError, SQLAlchemyError):
        return False  # not a database, or of another version
    finally:
        await close_engine(engine)
    return (
        version is not None
        and version.number == VERSION
        and first is not None
        and now - first.created_at < FRESH
    )


async def fill(session: AsyncSession, now: datetime, zone: ZoneInfo) -> None:
    """Write all of the demo; the caller commits.

    `now` is aware UTC: everything in the demo happened just before it.
    """
    password_hash = await Passwords().hash(PASSWORD)  # slow by intent: once is enough, all have the same
    records = make_records(SEED, now, zone)
    for table, rows in _team_rows(now, password_hash):
        await session.execute(insert(table), rows)
    for table, rows in _record_rows(records):
        await insert_all(session, table, rows)
    people = {row["id"]: Named(row["name"], row["email"]) for row in records.customers}
    await write_customer_keys(session, people)
    await write_company_keys(session, {row["id"]: row["name"] for row in records.companies})
    for article in ARTICLES:
        await save_article(session, article, based_on=None, by=By(ADMIN.email, now))
    for file in sorted(SCRIPTS.glob("*.yaml")):
        text = with_articles(file.read_text(encoding="utf-8"), file.stem)
        await import_scripts(session, text, publish=True, at=now, author=ADMIN.email, name=file.name)
    await HANDOVER_RULES.change(session, lambda _: RULES, RulesBy(ADMIN.email, now))
    await RISK_SETS.change(session, lambda _: RISK_RULES, RulesBy(ADMIN.email, now))
    session.add(Revision(name=REVISION, number=VERSION))


def _record_rows(records: Records) -> list[tuple[type[Base], list[Row]]]:
    return [
        (Company, records.companies),
        (Customer, records.customers),
        (PhoneNumber, records.phones),
        (Purchase, records.purchases),
        (PurchaseItem, records.items),
        (Case, records.cases),
        (CaseEvent, records.case_events),
        (Call, records.calls),
        (Leg, records.legs),
        (Visit, records.visits),
        (AgentState, records.states),
        (Note, records.notes),
        (Callback, records.callbacks),
        (Offer, records.offers),
    ]


def _team_rows(now: datetime, password_hash: str) -> list[tuple[type[Base], list[Row]]]:
    users = [
        {
            "id": member.id,
            "email": member.email,
            "name": member.name,
            "role": member.role.value,
            "password_hash": password_hash,
            "extension": member.extension,
            "line": member.line,
            "created_at": now,
        }
        for member in TEAM
    ]
    queues = [asdict(queue) for queue in QUEUES]
    interfaces = [{"interface": agent.interface, "user_id": agent.id} for agent in AGENTS]
    interfaces.append({"interface": SUPERVISORS_PHONE, "user_id": SUPERVISOR.id})
    memberships = [{"user_id": agent.id, "queue": queue} for agent in AGENTS for queue in agent.queues]
    return [(User, users), (Queue, queues), (UserInterface, interfaces), (UserQueue, memberships)]
