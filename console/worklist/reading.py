"""The work list as the database has it, as plain values: what goes over the bus and is drawn at desks.

Two statements, one for missed callers and one for call-backs, each by an index: what is open, oldest first,
then what was done since the day began, newest first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypedDict

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from console.calls.models import Call
from console.customers.models import Company, Customer
from console.identity.models import User
from console.promises.models import Callback, CallbackState
from console.queues.models import Queue
from console.worklist.entry import Claim, Done, Entry, How
from console.worklist.models import MissedCall, MissedCaller
from console.worklist.stored import claim_of, how_settled

MOST_SHOWN = 150
"""Entries of each kind that are on the list, done ones included: the rest follows as these are worked off."""

WITHHELD = "withheld"
"""The key of what is said of callers who withheld their number."""


class WorkClaim(TypedDict):
    """Who has claimed it, and since when."""

    by: str
    name: str
    at: str


class WorkDone(TypedDict):
    """By whom it was done ("": a phone that is no user's), how (`entry.How`), and when."""

    how: str
    name: str
    at: str


class WorkCaller(TypedDict):
    """What a missed caller and a call-back have in common: `link` is the call's ("" where it is not on
    record); of a call-back `first_at` is when it is due."""

    id: int
    link: str
    number: str
    customer_ref: str | None
    customer: str | None
    company: str | None
    line: int
    tries: int
    first_at: str
    last_at: str
    state: str
    claim: WorkClaim | None
    done: WorkDone | None


class WorkEntry(WorkCaller):
    """An entry. `call` is the newest call of a missed caller, or the one on which a call-back was promised
    by `promised_by`; `owner` is the e-mail of whoever is to call back."""

    kind: Literal["missed", "callback"]
    call: str
    caller_name: str
    queue: str | None
    queue_title: str | None
    owner: str | None
    owner_name: str | None
    promised_by: str | None
    note: str


class WorkWithheld(TypedDict):
    """How many calls with a withheld number nobody answered since the day began, and when the last was."""

    count: int
    last_at: str


Lists = Mapping[int, Mapping[str, Mapping[str, Any]]]
"""By line and key."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When the list is read: `day` is when the day began there; claims last so long."""

    at: datetime
    day: datetime
    lasts: timedelta


Claimer, Doer, Owner, Author = (aliased(User) for _ in range(4))


async def read_work(session: AsyncSession, when: Moment) -> Lists:
    """All that is on the list of each line."""
    found: dict[int, dict[str, Mapping[str, Any]]] = {}
    for row in (await session.execute(missed_statement(when))).mappings():
        entry = _missed(row, when)
        found.setdefault(entry["line"], {})[f"missed:{entry['id']}"] = entry
    for row in (await session.execute(callback_statement(when))).mappings():
        entry = _callback(row, when)
        found.setdefault(entry["line"], {})[f"callback:{entry['id']}"] = entry
    for line, count, last_at in await session.execute(_withheld_statement(when)):
        withheld: WorkWithheld = {"count": count, "last_at": last_at.isoformat()}
        found.setdefault(line, {})[WITHHELD] = withheld
    return found


def missed_statement(when: Moment) -> Select[Any]:
    """Missed callers, with who they are by the record of their newest call."""
    caller = MissedCaller
    names = ("id", "number", "tries", "first_at", "last_at", "line", "queue", "newest_call_id")
    more = ("claimed_by", "claimed_at", "done_how", "done_by", "done_at")
    return (
        select(*(getattr(caller, name) for name in (*names, *more)))
        .add_columns(Call.link, Call.caller_name, Queue.title.label("queue_title"), *_who())
        .add_columns(Claimer.name.label("claimer"), Doer.name.label("doer"))
        .outerjoin(Call, Call.id == caller.newest_call_id)
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .outerjoin(Company, Company.id == Customer.company_id)
        .outerjoin(Queue, Queue.name == caller.queue)
        .outerjoin(Claimer, Claimer.email == caller.claimed_by)
        .outerjoin(Doer, Doer.email == caller.done_by)
        .where(or_(caller.done_at.is_(None), caller.done_at >= when.day))
        .order_by(caller.done_at.is_not(None), caller.done_at.desc(), caller.first_at, caller.id)
        .limit(MOST_SHOWN)
    )


def callback_statement(when: Moment) -> Select[Any]:
    """Call-backs that are due, and those that were done after they were due; whoever promised to call does so
    in their own line."""
    names = ("id", "number", "due_at", "call_id", "state", "owner", "author", "note")
    more = ("claimed_by", "claimed_at", "settled_how", "settled_by", "settled_at")
    return (
        select(*(getattr(Callback, name) for name in (*names, *more)))
        .add_columns(func.coalesce(Owner.line, Callback.line, 1).label("line"), *_who())
        .add_columns(Claimer.name.label("claimer"), Doer.name.label("doer"))
        .add_columns(Call.link, Owner.name.label("owner_name"), Author.name.label("promised_by"))
        .outerjoin(Call, Call.id == Callback.call_id)
        .outerjoin(Customer, Customer.id == Callback.customer_id)
        .outerjoin(Company, Company.id == Customer.company_id)
        .outerjoin(Claimer, Claimer.email == Callback.claimed_by)
        .outerjoin(Doer, Doer.email == Callback.settled_by)
        .outerjoin(Owner, Owner.email == Callback.owner)
        .outerjoin(Author, Author.email == Callback.author)
        .where(or_(_due(when), _done_today(when)))
        .order_by(Callback.settled_at.is_not(None), Callback.settled_at.desc(), Callback.due_at, Callback.id)
        .limit(MOST_SHOWN)
    )


def _due(when: Moment) -> ColumnElement[bool]:
    return and_(Callback.state == CallbackState.OPEN.value, Callback.due_at <= when.at)


def _done_today(when: Moment) -> ColumnElement[bool]:
    return and_(Callback.settled_at >= when.day, Callback.settled_at >= Callback.due_at)


def _withheld_statement(when: Moment) -> Select[int, int, datetime]:
    last_at = func.max(MissedCall.at, type_=MissedCall.at.type)
    return (
        select(MissedCall.line, func.count(), last_at)
        .where(MissedCall.caller_id.is_(None), MissedCall.at >= when.day)
        .group_by(MissedCall.line)
    )


def _who() -> tuple[ColumnElement[Any], ...]:
    return Customer.ref.label("customer_ref"), Customer.name.label("customer"), Company.name.label("company")


def _missed(row: RowMapping, when: Moment) -> WorkEntry:
    how = row["done_how"]
    done = Done(How(how), row["done_by"], row["done_at"]) if how else None
    entry = Entry(row["first_at"], row["last_at"], row["tries"], _claim_in(row), done)
    return {
        "kind": "missed",
        "call": row["newest_call_id"],
        "caller_name": row["caller_name"] or "",
        "queue": row["queue"],
        "queue_title": row["queue_title"] or row["queue"],
        "owner": None,
        "owner_name": None,
        "promised_by": None,
        "note": "",
        **_common(row, entry, when),
    }


def _callback(row: RowMapping, when: Moment) -> WorkEntry:
    done = None
    if row["settled_at"] is not None:
        done = Done(how_settled(row["state"], row["settled_how"]), row["settled_by"], row["settled_at"])
    entry = Entry(row["due_at"], row["due_at"], 1, _claim_in(row), done)
    return {
        "kind": "callback",
        "call": row["call_id"],
        "caller_name": "",
        "queue": None,
        "queue_title": None,
        "owner": row["owner"],
        "owner_name": row["owner_name"] or row["owner"],
        "promised_by": row["promised_by"] or row["author"],
        "note": row["note"],
        **_common(row, entry, when),
    }


def _claim_in(row: RowMapping) -> Claim | None:
    return claim_of(row["claimed_by"], row["claimed_at"])


def _common(row: RowMapping, entry: Entry, when: Moment) -> WorkCaller:
    held, done = entry.held(when.at, when.lasts), entry.done
    claim: WorkClaim | None = None
    if held:
        claim = {"by": held.by, "name": row["claimer"] or held.by, "at": held.at.isoformat()}
    ended: WorkDone | None = None
    if done:
        ended = {"how": done.how.value, "name": row["doer"] or done.by or "", "at": done.at.isoformat()}
    return {
        "id": row["id"],
        "link": row["link"] or "",
        "number": row["number"],
        "customer_ref": row["customer_ref"],
        "customer": row["customer"],
        "company": row["company"],
        "line": row["line"],
        "tries": entry.tries,
        "first_at": entry.first_at.isoformat(),
        "last_at": entry.last_at.isoformat(),
        "state": entry.state(when.at, when.lasts).value,
        "claim": claim,
        "done": ended,
    }
