"""The list of customers at risk, as the survey that is shown found it; who works for them and what comes next
is read as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.models import Case
from console.customers.models import Company, Customer
from console.identity.models import User
from console.promises.models import Callback, CallbackState
from console.risk.models import RiskEntry, RiskSurvey
from scripts_engine.explanation import Reason
from scripts_engine.facts import PRIORITIES

OPEN = ("open", "waiting")
AT_ONCE = 500
"""Customers that are read at a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers: found by this rule, in this segment ("": any)."""

    rule: str = ""
    segment: str = ""


@dataclass(frozen=True, slots=True)
class ByRule:
    """That a rule, by its key, found a customer: since when, and why."""

    rule: str
    since: datetime
    why: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next: a `callback` that is owed, else the most pressing open `case`; when it is due."""

    kind: str
    text: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A customer at risk, by which rules; `owner` is who has their most pressing open case."""

    ref: str
    name: str
    company: str
    segment: str
    since: datetime
    rules: Sequence[ByRule]
    owner: str
    step: NextStep | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many customers are wanted; of the whole list, by how many each rule is, and the segments."""

    number: int
    by_rule: Mapping[str, int]
    segments: Sequence[str]


async def read_totals(session: AsyncSession, survey: RiskSurvey, wanted: Wanted) -> Totals:
    """What the page says above the list."""
    ids = _ids(survey, wanted).order_by(None).subquery()
    of_survey = RiskEntry.survey_id == survey.id
    counted = select(RiskEntry.rule, func.count()).where(of_survey).group_by(RiskEntry.rule)
    segments = (
        select(Customer.segment)
        .where(Customer.segment != "", Customer.id.in_(select(RiskEntry.customer_id).where(of_survey)))
        .distinct()
        .order_by(Customer.segment)
    )
    return Totals(
        number=int(await session.scalar(select(func.count()).select_from(ids)) or 0),
        by_rule=dict((await session.execute(counted)).all()),
        segments=[str(segment) for segment in await session.scalars(segments)],
    )


async def read_list(
    session: AsyncSession, survey: RiskSurvey, wanted: Wanted, most: int, after: int = 0
) -> list[AtRisk]:
    """The wanted customers from the place `after` on: those by most rules first, of them those by the rule
    that is further up, then those who are on the list longest."""
    found: list[AtRisk] = []
    while len(found) < most:
        size = min(AT_ONCE, most - len(found))
        ids = list(await session.scalars(_ids(survey, wanted).limit(size).offset(after + len(found))))
        found += await _read(session, survey, ids)
        if len(ids) < size:
            break
    return found


def _ids(survey: RiskSurvey, wanted: Wanted) -> Select[int]:
    ids = (
        select(RiskEntry.customer_id)
        .where(RiskEntry.survey_id == survey.id)
        .group_by(RiskEntry.customer_id)
        .order_by(
            func.count().desc(),
            func.min(RiskEntry.place),
            func.min(RiskEntry.since),
            RiskEntry.customer_id,
        )
    )
    if wanted.rule:
        by_rule = select(RiskEntry.customer_id).where(
            RiskEntry.survey_id == survey.id, RiskEntry.rule == wanted.rule
        )
        ids = ids.where(RiskEntry.customer_id.in_(by_rule))
    if wanted.segment:
        in_segment = select(Customer.id).where(Customer.segment == wanted.segment)
        ids = ids.where(RiskEntry.customer_id.in_(in_segment))
    return ids


async def _read(session: AsyncSession, survey: RiskSurvey, ids: Sequence[int]) -> list[AtRisk]:
    entries = await _entries(session, survey, ids)
    cases, callbacks = await _cases(session, ids), await _callbacks(session, ids)
    people = select(Customer, Company.name).outerjoin(Company, Company.id == Customer.company_id)
    rows = {
        customer.id: (customer, company)
        for customer, company in await session.execute(people.where(Customer.id.in_(ids)))
    }
    return [
        AtRisk(
            ref=rows[id_][0].ref,
            name=rows[id_][0].name,
            company=rows[id_][1] or "",
            segment=rows[id_][0].segment or "",
            since=min(each.since for each in entries[id_]),
            rules=entries[id_],
            owner=cases[id_][0] if id_ in cases else "",
            step=callbacks.get(id_) or (cases[id_][1] if id_ in cases else None),
        )
        for id_ in ids
        if id_ in rows  # else erased just now
    ]


async def _entries(session: AsyncSession, survey: RiskSurvey, ids: Sequence[int]) -> dict[int, list[ByRule]]:
    stored = select(RiskEntry).where(RiskEntry.survey_id == survey.id, RiskEntry.customer_id.in_(ids))
    found: dict[int, list[ByRule]] = {}
    for entry in await session.scalars(stored.order_by(RiskEntry.place)):
        reasons: Sequence[Sequence[Any]] = entry.why["reasons"]
        told = ByRule(entry.rule, entry.since, [Reason(*map(str, reason)) for reason in reasons])
        found.setdefault(entry.customer_id, []).append(told)
    return found


async def _cases(session: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[str, NextStep]]:
    """Of each their most pressing open case: who has it, and what it is about."""
    rank = case({name: place for place, name in enumerate(PRIORITIES)}, value=Case.priority, else_=0)
    stored = (
        select(Case.customer_id, Case.subject, Case.due_at, Case.owner, User.name)
        .outerjoin(User, User.email == Case.owner)
        .where(Case.customer_id.in_(ids), Case.status.in_(OPEN))
        .order_by(rank, Case.opened_at.desc())
    )
    return {
        id_: (name or owner or "", NextStep("case", subject, due_at))
        for id_, subject, due_at, owner, name in await session.execute(stored)
    }


async def _callbacks(session: AsyncSession, ids: Sequence[int]) -> dict[int, NextStep]:
    """Of each the first call-back that is owed."""
    stored = (
        select(Callback.customer_id, Callback.note, Callback.due_at)
        .where(Callback.customer_id.in_(ids), Callback.state == CallbackState.OPEN.value)
        .order_by(Callback.due_at.desc())
    )
    rows = await session.execute(stored)
    return {id_: NextStep("callback", note, due_at) for id_, note, due_at in rows if id_ is not None}
