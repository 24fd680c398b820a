"""Pairs of customers of whom somebody said that they are two people: they are no duplicates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.models import Customer, DifferentPeople
from console.db.batch import insert_all

Pairs = frozenset[tuple[int, int]]


def pairs_of(ids: Iterable[int]) -> Pairs:
    """Each two of these ids, the lesser one first."""
    return frozenset(combinations(sorted({*ids}), 2))


async def different(session: AsyncSession, ids: Collection[int]) -> Pairs:
    """The pairs among these customers of whom it was said."""
    columns = (DifferentPeople.one_id, DifferentPeople.other_id)
    among = DifferentPeople.one_id.in_(ids) & DifferentPeople.other_id.in_(ids)
    return frozenset((one, other) for one, other in await session.execute(select(*columns).where(among)))


async def say_different(
    session: AsyncSession, refs: Collection[str], author: str | None, at: datetime
) -> None:
    """Say, in the session's transaction, that the customers with these keys are as many people."""
    rows = select(Customer.id).where(Customer.ref.in_(refs)).order_by(Customer.id)
    ids = (await session.scalars(rows.with_for_update())).all()
    new = pairs_of(ids) - await different(session, ids)
    said = {"at": at, "author": author}
    await insert_all(
        session, DifferentPeople, [{"one_id": one, "other_id": other, **said} for one, other in sorted(new)]
    )


async def move_different(session: AsyncSession, kept_id: int, other_id: int) -> list[list[Any]]:
    """Whoever is different from `other_id` is from now on different from `kept_id`. What was said, as JSON:
    who, when, by whom, and whether it was news of `kept_id`."""
    told, known = await _told_of(session, other_id), await _told_of(session, kept_id)
    news = [row for id_, row in told.items() if id_ != kept_id and id_ not in known]
    await _insert(session, kept_id, news)
    return [[id_, at.isoformat(), author, (id_, at, author) in news] for id_, at, author in told.values()]


async def put_back_different(
    session: AsyncSession, kept_id: int, customer_id: int, told: Sequence[Sequence[Any]]
) -> None:
    """As it was said before `move_different`, of whoever is still there."""
    there = {*await session.scalars(select(Customer.id).where(Customer.id.in_([each[0] for each in told])))}
    back = [(id_, datetime.fromisoformat(at), author) for id_, at, author, _news in told if id_ in there]
    await _insert(session, customer_id, back)
    news = [id_ for id_, _at, _author, was_news in told if was_news]
    among = or_(DifferentPeople.one_id.in_(news), DifferentPeople.other_id.in_(news))
    await session.execute(delete(DifferentPeople).where(_of(kept_id), among))


async def _told_of(session: AsyncSession, id_: int) -> Mapping[int, tuple[int, datetime, str | None]]:
    columns = (DifferentPeople.one_id, DifferentPeople.other_id, DifferentPeople.at, DifferentPeople.author)
    rows = (await session.execute(select(*columns).where(_of(id_)))).all()
    others = [(one + other - id_, at, author) for one, other, at, author in rows]
    return {row[0]: row for row in others}


async def _insert(
    session: AsyncSession, id_: int, others: Sequence[tuple[int, datetime, str | None]]
) -> None:
    rows = [
        {"one_id": min(id_, other), "other_id": max(id_, other), "at": at, "author": author}
        for other, at, author in others
    ]
    await insert_all(session, DifferentPeople, rows)


def _of(id_: int) -> Any:
    return or_(DifferentPeople.one_id == id_, DifferentPeople.other_id == id_)
