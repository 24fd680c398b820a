"""Finds customers who may be one and the same: they have a number, an e-mail, or name and company in common.

Each way of finding walks along an index from a place on, a bounded stretch at a time, so that a page is drawn
quickly however many customers there are. What more than `MOST_LISTED` have in common is no sign of one person
(a switchboard, a list of people without names): it is told as one group, and nobody in it is compared.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.models import Company, Customer, PhoneNumber
from console.customers.search_keys import keys_of_name
from console.profile.different import different, pairs_of
from console.profile.duplicate_statements import OTHERS, WALKS, Reason
from console.profile.search_statement import PLAIN_PLAN

MOST_LISTED = 20
"""Customers of a group that are listed."""

GROUPS = 25
"""Groups on a page."""

KEYS_AT_ONCE = 100
MOST_KEYS = 500
"""Groups that are looked at for a page: those that were dismissed, or are told elsewhere, are not shown."""

MOST_STRETCHES = 20
"""After so many stretches with nothing on them the page says how far it came."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far the walk came: `key` is a number, an e-mail, or a name in the company with this id."""

    key: str = ""
    company: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer as listed among duplicates."""

    id: int
    ref: str
    name: str
    company_id: int | None
    company_ref: str | None
    company: str | None
    email: str | None
    numbers: frozenset[str]  # those that are not shared
    names: frozenset[str]  # the keys of the name

    def has(self) -> frozenset[tuple[Reason, str]]:
        """Everything that somebody else may have, too."""
        found = {(Reason.NUMBER, number) for number in self.numbers}
        if self.email:
            found.add((Reason.EMAIL, self.email.lower()))
        if self.company_id is not None:
            found |= {(Reason.NAME, f"{self.company_id}:{name}") for name in self.names}
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Group:
    """Customers who have something in common. `number` is how many there are: where that is more than are
    listed, `people` are the first of them."""

    place: Place
    people: Sequence[Listed]
    number: int
    reasons: Sequence[Reason]

    @property
    def too_many(self) -> bool:
        """Whether it takes somebody who looks at what they have in common, rather than at each of them."""
        return self.number > MOST_LISTED


@dataclass(frozen=True, slots=True)
class Found:
    """Groups, and where to go on from (None: that was all)."""

    groups: Sequence[Group]
    on_from: Place | None


async def find(session: AsyncSession, reason: Reason, after: Place) -> Found:
    """The groups behind a place, as many as a page shows."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(PLAIN_PLAN))
    walker = _Walker(session, reason, after)
    for _stretch in range(MOST_STRETCHES):
        if await walker.walk_a_stretch() or walker.is_full:
            break
    return Found(walker.groups, None if walker.at_end else walker.place)


class _Walker:
    """Walks along, and gathers groups."""

    def __init__(self, session: AsyncSession, reason: Reason, after: Place) -> None:
        self.groups: list[Group] = []
        self.place = after
        self.at_end = False
        self._session = session
        self._reason = reason
        self._walk = WALKS[reason]
        self._looked_at = 0

    @property
    def is_full(self) -> bool:
        """Whether enough was found, or looked at, for one page."""
        return len(self.groups) >= GROUPS or self._looked_at >= MOST_KEYS

    async def walk_a_stretch(self) -> bool:
        """Gather the groups of the next stretch; whether it was the last one."""
        until = await self._one(self._walk.end, stretch=self._walk.stretch)
        is_last = until is None
        until = await self._one(self._walk.last) if is_last else until
        if until is not None:
            await self._gather_until(until)
        if not self.is_full:
            self._step_over(until)
            self.at_end = is_last
        return is_last

    async def _gather_until(self, until: Any) -> None:
        while not self.is_full:
            places = await self._places(until)
            await self._gather(places)
            if len(places) < KEYS_AT_ONCE:
                return

    def _step_over(self, until: Any) -> None:
        by_company = self._reason is Reason.NAME
        self.place = Place("\U0010ffff", until or 0) if by_company else Place(until or "")

    async def _places(self, until: Any) -> list[Place]:
        values = {"key": self.place.key, "company": self.place.company, "until": until, "most": KEYS_AT_ONCE}
        rows = await self._session.execute(self._walk.keys, values)
        return [Place(row.key, row.company) for row in rows]

    async def _gather(self, places: Sequence[Place]) -> None:
        for start in range(0, len(places), GROUPS):
            some = places[start : start + GROUPS]
            ids = {place: await self._ids(place) for place in some}
            people = await listed(self._session, {id_ for each in ids.values() for id_ in each})
            known = await different(self._session, people.keys())
            for place in some:
                if self.is_full:
                    return
                self.place = place
                self._looked_at += 1
                group = [people[id_] for id_ in ids[place] if id_ in people]
                if _is_worth_a_look(self._reason, place, group, known):
                    number = len(group) if len(group) <= MOST_LISTED else await self._number(place)
                    first = group[:MOST_LISTED]
                    self.groups.append(Group(place, first, number, in_common(first)))

    async def _ids(self, place: Place) -> list[int]:
        values = {"key": place.key, "company": place.company, "most": MOST_LISTED + 1}
        found = await self._session.scalars(self._walk.people, values)
        return [*found]

    async def _number(self, place: Place) -> int:
        values = {"key": place.key, "company": place.company}
        return int(await self._session.scalar(self._walk.number, values) or 0)

    async def _one(self, statement: TextClause, **values: Any) -> Any:
        values |= {"key": self.place.key, "company": self.place.company}
        return await self._session.scalar(statement, values)


def _is_worth_a_look(
    reason: Reason, place: Place, group: Sequence[Listed], known: Collection[tuple[int, int]]
) -> bool:
    if len(group) > MOST_LISTED:
        return reason is not Reason.NAME or _is_first_key(place, group)
    if not pairs_of(each.id for each in group) - set(known):
        return False
    return reason is not Reason.NAME or _is_first_key(place, group)


def _is_first_key(place: Place, group: Sequence[Listed]) -> bool:
    """A name has a key for each of its words: the group is told once, at the first key that all have."""
    return place.key == min(frozenset.intersection(*(each.names for each in group)), default=place.key)


def in_common(people: Sequence[Listed]) -> list[Reason]:
    """What all of these have in common."""
    shared = frozenset.intersection(*(each.has() for each in people))
    found = {reason for reason, _what in shared}
    return [reason for reason in Reason if reason in found]


async def listed(session: AsyncSession, ids: Collection[int]) -> dict[int, Listed]:
    """Customers as they are listed, by id."""
    columns = (Customer.id, Customer.ref, Customer.name, Customer.company_id)
    company = (Company.ref, Company.name.label("company"), Customer.email)
    statement = select(*columns, *company).outerjoin(Company, Company.id == Customer.company_id)
    rows = (await session.execute(statement.where(Customer.id.in_(ids)))).all()
    of = select(PhoneNumber.customer_id, PhoneNumber.e164).where(PhoneNumber.customer_id.in_(ids))
    numbers: dict[int, set[str]] = {}
    for owner, e164 in await session.execute(of.where(~PhoneNumber.shared)):
        if e164 is not None:
            numbers.setdefault(owner, set()).add(e164)
    return {
        row[0]: Listed(*row, frozenset(numbers.get(row[0], ())), frozenset(keys_of_name(row.name)))
        for row in rows
    }


async def duplicates_of(session: AsyncSession, customer_id: int) -> list[Group]:
    """Whoever may be the same as this customer, each as a group of both."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(PLAIN_PLAN))
    found = await session.scalars(OTHERS, {"id": customer_id, "most": MOST_LISTED})
    people = await listed(session, {customer_id, *found})
    known = await different(session, people.keys())
    own = people.pop(customer_id)
    pairs = [
        (own, other) for id_, other in sorted(people.items()) if not pairs_of((own.id, id_)) <= set(known)
    ]
    return [Group(Place(), pair, len(pair), in_common(pair)) for pair in pairs]
