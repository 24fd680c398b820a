"""Makes one customer of two, and takes them apart again; each in one transaction.

What belongs to the other one (purchases, cases, calls, whoever was merged into it before) goes over to the
one that is kept; the record itself goes into `merges`, with all that it takes to put it back. The last merge
is taken apart first: so nothing that a later one changed is in the way.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.cases.models import Case
from console.customers.actions import replace_phones
from console.customers.documents import customer_documents
from console.customers.etag import etag
from console.customers.models import Customer, Merge, Purchase, RecordChange, Unmerge
from console.db.engine import Sessions
from console.db.writing import write
from console.errors import InvalidError, LinesideError, NotFoundError, Problem
from console.profile.different import move_different, put_back_different
from console.profile.merge_plan import Plan, Side, Take, phones_after, plan_merge, plan_parting
from console.profile.merge_sides import add_side, change_side, read_snapshot, sides, write_snapshot
from console.promises.models import Callback, Offer
from console.web.i18n import gettext as _

OWNED: Mapping[str, type[Purchase | Case | Call]] = {"purchases": Purchase, "cases": Case, "calls": Call}
"""What goes over with a customer, by the columns of `merges` that keep the ids."""

MOVED: Mapping[str, type[RecordChange | Callback | Offer]] = {
    "said": RecordChange,
    "callbacks": Callback,
    "offers": Offer,
}
"""What goes over, too, of which there are few: the snapshot of a merge keeps the ids."""

_IDS = {"sqlite": "json_group_array(id)", "postgresql": "coalesce(jsonb_agg(id), '[]')"}
_MOVED = {
    "sqlite": "SELECT e.value FROM merges m, json_each(m.{what}) e WHERE m.id = :merge",
    "postgresql": "SELECT CAST(e.value AS {type}) FROM merges m, jsonb_array_elements_text(m.{what}) e"
    " WHERE m.id = :merge",
}
_GO_BACK = "UPDATE {what} SET customer_id = :customer WHERE customer_id = :kept AND id IN ({moved})"
_ID_TYPES = {"purchases": "bigint", "cases": "bigint", "calls": "text"}


class ChangedError(LinesideError):
    """Somebody changed one of the records since they were looked at."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers by their keys: `other` goes, or went, into `kept`."""

    kept: str
    other: str


@dataclass(frozen=True, slots=True)
class By:
    """Who merges, or takes apart (an e-mail), and when."""

    author: str | None
    at: datetime


async def versions(session: AsyncSession, *refs: str) -> dict[str, str]:
    """The ETags of customers, by key."""
    documents = await customer_documents(session, Customer.ref.in_(refs))
    return {document["ref"]: etag(document) for document in documents.values()}


async def merge(
    sessions: Sessions,
    pair: Pair,
    takes: Mapping[str, Take],
    seen: Mapping[str, str],
    by: By,
) -> None:
    """Merge what `pair` says. `seen` are the ETags of both as they were looked at.

    Raises:
        InvalidError: they are one and the same.
        NotFoundError: one of them is not there (any more).
        ChangedError: one of them is not what was looked at.
    """
    if pair.kept == pair.other:
        raise InvalidError([Problem(pair.kept, _("is one and the same: name another customer."))])

    async def work(session: AsyncSession) -> None:
        await _lock(session, pair.kept, pair.other)
        kept, other = await _both(session, pair)
        await _check(session, seen, pair.kept, pair.other)
        plan = plan_merge(kept, other, takes)
        await _keep(session, plan, kept, other, by)
        await _move(session, kept.id, other.id)
        await session.execute(delete(Customer).where(Customer.id == other.id))
        values = {change.name: change.after for change in plan.fields}
        await change_side(session, kept, values, _companies(kept, other), by.at)
        if plan.joined or plan.phones:
            await replace_phones(session, {kept.id: phones_after(plan, kept.phones)}, {kept.id})

    await write(sessions, work)


async def _both(session: AsyncSession, pair: Pair) -> tuple[Side, Side]:
    found = await sides(session, [pair.kept, pair.other])
    for ref in (pair.kept, pair.other):
        if ref not in found:
            raise NotFoundError(_("There is no customer %(ref)s (any more): nothing was merged.", ref=ref))
    return found[pair.kept], found[pair.other]


async def _lock(session: AsyncSession, *refs: str) -> None:
    """Whoever comes second waits here; so does whoever adds something to either."""
    rows = select(Customer.id).where(Customer.ref.in_(refs)).order_by(Customer.id)
    await session.execute(rows.with_for_update())


async def _check(session: AsyncSession, seen: Mapping[str, str], *refs: str) -> None:
    now = await versions(session, *refs)
    for ref in refs:
        if now[ref] != seen.get(ref):
            raise ChangedError(_("Somebody changed customer %(ref)s while you had this page open.", ref=ref))


def _companies(*of: Side) -> dict[str, str]:
    return {side.values["company"]: side.company_name or "" for side in of if side.values["company"]}


async def _keep(session: AsyncSession, plan: Plan, kept: Side, other: Side, by: By) -> None:
    """Note the merge, with all that it takes to take it apart."""
    merges = await session.scalars(select(Merge.id).where(Merge.kept_id == other.id))
    snapshot = write_snapshot(plan, kept, other)
    snapshot["merges"] = list(merges)
    snapshot["different"] = await move_different(session, kept.id, other.id)
    for what, model in MOVED.items():
        snapshot[what] = [*await session.scalars(select(model.id).where(model.customer_id == other.id))]
    ids: ColumnElement[Any] = literal_column(_IDS[session.get_bind().dialect.name])
    owned = {
        what: select(ids).select_from(model.__table__).where(model.customer_id == other.id).scalar_subquery()
        for what, model in OWNED.items()
    }
    row = {"ref": other.ref, "merged_id": other.id, "kept_id": kept.id, **asdict(by)}
    await session.execute(insert(Merge.__table__).values(**row, snapshot=snapshot, **owned))  # type: ignore[arg-type]


async def _move(session: AsyncSession, kept_id: int, other_id: int) -> None:
    for model in OWNED.values():
        await session.execute(
            update(model.__table__).where(model.customer_id == other_id).values(customer_id=kept_id)  # type: ignore[arg-type]
        )
    await session.execute(update(Merge).where(Merge.kept_id == other_id).values(kept_id=kept_id))
    for each in MOVED.values():
        await session.execute(update(each).where(each.customer_id == other_id).values(customer_id=kept_id))


@dataclass(frozen=True, slots=True)
class Kept:
    """A merge as it is kept: `ref` was merged into `kept_ref`."""

    id: int
    ref: str
    merged_id: int
    kept_ref: str
    at: datetime
    author: str | None
    snapshot: Mapping[str, Any]


async def last_merge(session: AsyncSession, ref: str) -> Kept | None:
    """The last merge into the customer with this key."""
    statement = (
        select(Merge.id, Merge.ref, Merge.merged_id, Customer.ref, Merge.at, Merge.author, Merge.snapshot)
        .join(Customer, Customer.id == Merge.kept_id)
        .where(Customer.ref == ref)
        .order_by(Merge.id.desc())
        .limit(1)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Kept(*row)


async def unmerge(sessions: Sessions, pair: Pair, seen: str, by: By) -> None:
    """Take apart the last merge into `pair.kept`, which was that of `pair.other`. `seen` is the ETag of the
    one that was kept, as it was looked at.

    Raises:
        NotFoundError: there is no such customer (any more).
        ChangedError: it is not what was looked at, or the last merge into it is another one.
    """

    async def work(session: AsyncSession) -> None:
        await _lock(session, pair.kept)
        kept = (await sides(session, [pair.kept])).get(pair.kept)
        if kept is None:
            raise NotFoundError(
                _("There is no customer %(ref)s (any more): nothing was taken apart.", ref=pair.kept)
            )
        merged = await last_merge(session, pair.kept)
        if merged is None or merged.ref != pair.other:
            raise ChangedError(
                _(
                    "The last merge into %(kept)s is not that of %(ref)s (any more).",
                    kept=pair.kept,
                    ref=pair.other,
                )
            )
        await _check(session, {pair.kept: seen}, pair.kept)
        customer_id = await _part(session, merged, kept, by.at)
        was = {"merged_at": merged.at, "merged_by": merged.author}
        session.add(Unmerge(customer_id=customer_id, kept_id=kept.id, **was, **asdict(by)))

    await write(sessions, work)


async def _part(session: AsyncSession, merged: Kept, kept: Side, at: datetime) -> int:
    """Both records, and what belongs to them, as they were; the id of the one that comes back."""
    snapshot, companies = merged.snapshot, merged.snapshot["companies"]
    plan, theirs = read_snapshot(snapshot)
    parting = plan_parting(plan, kept, theirs)
    customer_id = await add_side(session, snapshot["customer"], companies, await _free(session, merged))
    await change_side(session, kept, parting.back, companies | _companies(kept), at)
    both = {kept.id: parting.kept_phones, customer_id: parting.phones}
    phones = both if plan.joined or plan.phones else {customer_id: parting.phones}
    await replace_phones(session, phones, {kept.id})
    await _move_back(session, merged.id, kept.id, customer_id)
    before = Merge.id.in_(snapshot["merges"])
    await session.execute(update(Merge).where(Merge.kept_id == kept.id, before).values(kept_id=customer_id))
    for what, model in MOVED.items():
        went_over = model.id.in_(snapshot.get(what, ())), model.customer_id == kept.id
        await session.execute(update(model).where(*went_over).values(customer_id=customer_id))
    await put_back_different(session, kept.id, customer_id, snapshot["different"])
    await session.execute(delete(Merge).where(Merge.id == merged.id))
    return customer_id


async def _free(session: AsyncSession, merged: Kept) -> int | None:
    """The id that the customer had; None when it is somebody else's by now, as SQLite gives ids again."""
    taken = await session.scalar(select(exists().where(Customer.id == merged.merged_id)))
    return None if taken else merged.merged_id


async def _move_back(session: AsyncSession, merge_id: int, kept_id: int, customer_id: int) -> None:
    """What went over goes back; not what somebody gave to another customer since."""
    moved = _MOVED[session.get_bind().dialect.name]
    for what, type_ in _ID_TYPES.items():
        sql = _GO_BACK.format(what=what, moved=moved.format(what=what, type=type_))
        values = {"customer": customer_id, "kept": kept_id, "merge": merge_id}
        await session.execute(text(sql), values)


async def counts(session: AsyncSession, customer_id: int) -> dict[str, int]:
    """How many purchases, cases and calls a customer has."""
    return {
        what: await session.scalar(select(func.count()).where(model.customer_id == customer_id)) or 0
        for what, model in OWNED.items()
    }
