"""A person with something of theirs in every column that can hold it, and where they are found."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import JSON, Column, String, Table, Text, cast, func, select
from sqlalchemy.engine import make_url

from console.calls.models import Call, Leg, Note, Pick, Pop, StoredRun
from console.calls.picks import write_facts
from console.cases.models import CallCase, Case, CaseEvent
from console.customers.models import (
    Company,
    Customer,
    Merge,
    PhoneNumber,
    Purchase,
    PurchaseItem,
    RecordChange,
)
from console.customers.search_keys import Named, write_company_keys, write_customer_keys
from console.db.base import Base
from console.db.engine import Sessions
from console.handover.models import Handover, HandoverAnswer
from console.identity.models import Role, User
from console.promises.models import Callback, CallbackMove, Offer
from console.risk.models import RiskEntry, RiskSurvey
from console.worklist.models import MissedCall, MissedCaller
from scripts_engine.facts import FactValue
from scripts_engine.run import Done, Run, Visit
from scripts_engine.run_codec import run_to_dict

MARK = "xquilla"
"""Stands in every text about the person, and nowhere else."""

REF, NUMBER, OLD_REF = f"C-{MARK}", "+421905777888", f"C-old-{MARK}"


async def store_person(sessions: Sessions, at: datetime) -> None:
    """The person, and Peter of another company who has nothing to do with them."""
    async with sessions.begin() as session:
        company = Company(ref=f"co-{MARK}", name=f"{MARK} s.r.o.")
        other = Company(ref="co-other", name="Other")
        session.add_all([company, other, _agent(at)])
        await session.flush()
        person, peter = _person(company.id, at), _peter(other.id, at)
        session.add_all([person, peter])
        await session.flush()
        await write_customer_keys(session, {person.id: Named(person.name, person.email)})
        await write_company_keys(session, {company.id: company.name})
        purchase, case = _purchase(person.id, at), _case(person.id, at)
        session.add_all([purchase, case, _merge(person.id, at)])
        await session.flush()
        session.add(_event(case.id, at))
        session.add(RiskSurvey(id=1, rules=1, begun_at=at, heartbeat_at=at))
        await session.flush()
        session.add(_at_risk(person.id, at))
        session.add(CallCase(case_id=case.id, call_id="main-1", at=at))
        session.add_all([_call("main-1", at, customer_id=person.id), _call("main-2", at)])
        his = {"number": "+421905000001", "caller_name": "Peter", "script_sentence": "Good day"}
        session.add(_call("main-3", at, customer_id=peter.id, **his))
        await session.flush()
        session.add_all(_promises(person.id, at) + _promises(None, at))
        session.add_all([*_told_of("main-1", at), *_told_of("main-2", at)])
        session.add_all([_said(person.id, at), _said(peter.id, at)])
        session.add(missed := _missed(at))
        await session.flush()
        session.add(MissedCall(call_id="main-1", caller_id=missed.id, line=1, at=at))


def _agent(at: datetime) -> User:
    return User(
        id=1, email="ana@shop.example", name="Ana", role=Role.AGENT, password_hash="-", line=1, created_at=at
    )


def _person(company_id: int, at: datetime) -> Customer:
    phone = PhoneNumber(e164=NUMBER, raw=f"0905 777 888 {MARK}", label=f"{MARK} mobile")
    return Customer(
        ref=REF,
        name=f"Jana {MARK}",
        company_id=company_id,
        email=f"{MARK}@mail.example",
        segment=f"{MARK} gold",
        language=f"sk-{MARK}",
        birthday=date(1990, 11, 21),
        customer_since=date(2020, 1, 1),
        notes=f"likes {MARK}",
        attributes={f"of {MARK}": f"{MARK} dog"},
        created_at=at,
        updated_at=at,
        phones=[phone],
    )


def _peter(company_id: int, at: datetime) -> Customer:
    phone = PhoneNumber(e164="+421905000001", raw="+421905000001")
    return Customer(
        ref="C2", name="Peter", company_id=company_id, created_at=at, updated_at=at, phones=[phone]
    )


def _purchase(customer_id: int, at: datetime) -> Purchase:
    item = PurchaseItem(
        position=0,
        sku=f"sku-{MARK}",
        name=f"{MARK} engraved",
        category=f"{MARK} gifts",
        quantity=Decimal(1),
        unit_price=Decimal("9.90"),
    )
    return Purchase(
        ref=f"O-{MARK}",
        customer_id=customer_id,
        placed_at=at - timedelta(days=3),
        status="shipped",
        total=Decimal("9.90"),
        currency="EUR",
        items=[item],
    )


def _case(customer_id: int, at: datetime) -> Case:
    subject = f"{MARK} is angry"
    return Case(
        ref=f"K-{MARK}",
        customer_id=customer_id,
        subject=subject,
        status="open",
        priority="high",
        line=2,
        opened_at=at,
        owner=f"{MARK}@shop.example",
    )


def _event(case_id: int, at: datetime) -> CaseEvent:
    return CaseEvent(
        case_id=case_id,
        at=at,
        author=f"{MARK}@shop.example",
        kind="changed",
        field="subject",
        before=f"{MARK} was calm",
        after=f"{MARK} is angry",
        text=f"told {MARK}",
    )


def _at_risk(customer_id: int, at: datetime) -> RiskEntry:
    why = {"reasons": [["caller.segment is known", f"{MARK} gold", f"the segment is {MARK} gold"]]}
    return RiskEntry(survey_id=1, customer_id=customer_id, rule="gold", place=1, since=at, why=why)


def _merge(customer_id: int, at: datetime) -> Merge:
    of = {"ref": OLD_REF, "merged_id": 99, "kept_id": customer_id, "at": at, "author": "ana@shop.example"}
    return Merge(**of, snapshot={"name": f"old {MARK}"})


def _said(customer_id: int, at: datetime) -> RecordChange:
    numbers = {"numbers": [{"e164": NUMBER, "raw": NUMBER, "label": f"{MARK} mobile", "shared": False}]}
    values = {"before": numbers, "after": numbers, "number": NUMBER}
    return RecordChange(
        at=at, kind="unlinked", customer_id=customer_id, call_id="main-1", leg_id="main-1.a1", **values
    )


def _promises(customer_id: int | None, at: datetime) -> list[Base]:
    """On the call of somebody who was known, and on that of nobody who was."""
    of = {"customer_id": customer_id, "call_id": "main-1" if customer_id else "main-2"}
    by = {"author": "ana@shop.example", "owner": f"{MARK}@shop.example", "note": f"{MARK} asked", "line": 1}
    settled = {"state": "done", "settled_at": at, "settled_by": "ana@shop.example"}
    callback = Callback(**of, **by, **settled, number=NUMBER, due_at=at, made_at=at)
    callback.moves = [CallbackMove(at=at, author=f"{MARK}@shop.example", due_before=at, due_after=at)]
    script = {"script_key": "late-delivery", "script_version": 1, "step": "card"}
    made = {"what": f"{MARK} card", "answer": "declined", "author": "ana@shop.example", "at": at}
    return [callback, Offer(**of, **script, **made)]


def _missed(at: datetime) -> MissedCaller:
    when = {"first_at": at, "last_at": at, "tries": 1, "newest_call_id": "main-1"}
    return MissedCaller(number=NUMBER, queue="support", line=1, **when)


def _call(id_: str, at: datetime, **values: object) -> Call:
    said = {
        "number": NUMBER,
        "caller_name": f"JANA {MARK.upper()}",
        "script_sentence": f"Good day {MARK}",
    }
    return Call(
        id=id_,
        link="main",
        direction="inbound",
        state="ended",
        end="completed",
        queue="support",
        line=1,
        identified="one",
        started_at=at - timedelta(hours=1),
        answered_at=at - timedelta(minutes=59),
        ended_at=at - timedelta(minutes=50),
        script_key="late-delivery",
        script_version=1,
        satisfaction=4,
        outcome="resolved",
        **(said | values),
    )


def _told_of(call: str, at: datetime) -> list[Base]:
    leg, times = f"{call}.a1", {"offered_at": at, "answered_at": at, "ended_at": at}
    return [
        Leg(id=leg, call_id=call, interface="PJSIP/1001", user_id=1, transferred_to=NUMBER, **times),
        Pop(id=leg, call_id=call, user_id=1, state="ended", offered_at=at, sent_at=at, shown_at=at),
        _pick(leg, call, at),
        Note(leg_id=leg, call_id=call, user_id=1, text=f"{MARK} rang", version=1, updated_at=at),
        _run(call, at),
        Handover(leg_id=leg, call_id=call, user_id=1, reason=f"{MARK} wants more", at=at),
        HandoverAnswer(call_id=call, leg_id=leg, user_id=1, kind="asked", text=f"{MARK} who?", at=at),
    ]


def _pick(leg: str, call: str, at: datetime) -> Pick:
    facts: dict[str, FactValue] = {
        "caller.company": f"{MARK} s.r.o.",
        "call.dialled": NUMBER,
        "purchases.categories": (f"{MARK} gifts",),
    }
    picked = {"script_key": "late-delivery", "script_version": 1, "facts": write_facts(facts)}
    return Pick(id=leg, call_id=call, at=at, today=at.date(), queue="support", line=1, **picked)


def _run(call: str, at: datetime) -> StoredRun:
    """With something of the person in everything that can be answered, taken down and done."""
    visits = (Visit("greet"), Visit("wish", f"{MARK} waits"))
    done = (Done("case", "open_case", f"K-{MARK}"),)
    walk = Run("late-delivery", "case", at, visits, (Visit("case", f"{MARK}"),), (), done)
    return StoredRun(
        call_id=call,
        number=1,
        revision=3,
        script_key="late-delivery",
        script_version=1,
        reason=f"{MARK} asked for it",
        user_id=1,
        walk=run_to_dict(walk),
        answers={"wish": f"{MARK} waits"},
        step="case",
        started_at=at,
        updated_at=at,
    )


async def found_in(sessions: Sessions, *words: str) -> set[str]:
    """The columns (`table.column`) of the whole database in which any of the words stands, in any case."""
    found = set()
    async with sessions() as session:
        for table in Base.metadata.sorted_tables:
            for column in filter(is_text, table.c):
                for word in words:
                    holds = func.lower(cast(column, Text)).contains(word.lower())
                    if await session.scalar(select(func.count()).select_from(table).where(holds)):
                        found.add(f"{table.name}.{column.name}")
    return found


def is_text(column: Column[object]) -> bool:
    """Whether the column can hold any text."""
    return isinstance(column.type, String | JSON)


def bytes_of(database_url: str) -> bytes:
    """All that SQLite's files hold, also what no table has any more."""
    file = Path(make_url(database_url).database or "")
    return b"".join(each.read_bytes() for each in sorted(file.parent.glob(f"{file.name}*")))


def tables() -> dict[str, Table]:
    """All tables by name."""
    return dict(Base.metadata.tables)
