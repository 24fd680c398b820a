"""A survey at work: customer after customer, a batch at a time, by all rules in force.

Most customers are passed over by the database: of whom no rule can be, their records have none of the signs
that all rules ask for (`risk.rules.signs_of`). Memory holds one batch, whatever the number of customers.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.cases.models import Case
from console.customers.models import Customer, Purchase
from console.db.engine import Sessions
from console.errors import LinesideError
from console.facts.batches import Moment, read_facts
from console.risk.models import RiskEntry
from console.risk.rules import Found, Rule, Rules, Sign, signs_of_all
from console.risk.surveys import shown_survey

BATCH = 500
"""Customers at a time: some tenths of a second."""

MOST_FOUND = 50_000
"""Customers on a list: nobody can look at more of them."""

OPEN = ("open", "waiting")
ON_THE_WAY = ("placed", "shipped")

Tell = Callable[[int, int], Awaitable[None]]
"""Says how many were looked at so far, and how many found."""


class TooManyFoundError(LinesideError):
    """The rules find more than `most` customers."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"More than {most:,} customers are at risk by these rules: make the rules narrower.")


@dataclass(frozen=True, slots=True)
class Survey:
    """The survey of this number: by which rules, as of when."""

    number: int
    rules: Sequence[Rule]
    moment: Moment


async def survey_customers(sessions: Sessions, survey: Survey, tell: Tell) -> None:
    """Look at all customers who may be at risk, and keep those who are."""
    rules, after, looked, found = Rules(survey.rules), 0, 0, 0
    while customers := await _next(sessions, survey, after):
        async with sessions() as session:
            await _read_calmly(session)
            facts = await read_facts(session, customers, survey.moment)
        judged = {id_: told for id_, of_one in facts.items() if (told := rules.judge(of_one))}
        if found + len(judged) > MOST_FOUND:
            raise TooManyFoundError(MOST_FOUND)
        await _keep(sessions, survey, judged)
        after, looked, found = customers[-1], looked + len(customers), found + len(judged)
        await tell(looked, found)


async def _next(sessions: Sessions, survey: Survey, after: int) -> Sequence[int]:
    """The next customers who may be at risk, in the order of their ids."""
    signs = signs_of_all(survey.rules)
    async with sessions() as session:
        return list(await session.scalars(_candidates(signs, survey.moment.at, after)))


def _candidates(signs: frozenset[Sign] | None, at: datetime, after: int) -> Select[int]:
    all_of = select(Customer.id).where(Customer.id > after).order_by(Customer.id).limit(BATCH)
    if signs is None:
        return all_of
    return all_of.where(or_(*(_HAS[sign](at) for sign in sorted(signs))) if signs else text("1 = 0"))


def _ordered(at: datetime, days: int | None = None) -> ColumnElement[bool]:
    since = () if days is None else (Purchase.placed_at >= at - timedelta(days=days),)
    return exists().where(Purchase.customer_id == Customer.id, Purchase.placed_at <= at, *since)


def _called(at: datetime, days: int | None = None) -> ColumnElement[bool]:
    since = () if days is None else (Call.started_at >= at - timedelta(days=days),)
    return exists().where(Call.customer_id == Customer.id, Call.started_at < at, *since)


_HAS: Mapping[Sign, Callable[[datetime], ColumnElement[bool]]] = {
    Sign.LATE_ORDER: lambda at: exists().where(
        Purchase.customer_id == Customer.id,
        Purchase.placed_at <= at,
        Purchase.status.in_(ON_THE_WAY),
        Purchase.promised_at < at,
    ),
    Sign.OPEN_CASE: lambda _at: exists().where(Case.customer_id == Customer.id, Case.status.in_(OPEN)),
    Sign.CALLED_30D: lambda at: _called(at, 30),
    Sign.BOUGHT_30D: lambda at: _ordered(at, 30),
    Sign.CALLED: _called,
    Sign.BOUGHT_365D: lambda at: _ordered(at, 365),
}


async def _read_calmly(session: AsyncSession) -> None:
    """PostgreSQL would compile the statement, which takes longer than running it."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET LOCAL jit = off"))


async def _keep(sessions: Sessions, survey: Survey, judged: Mapping[int, Sequence[Found]]) -> None:
    """Store whom a rule is for; since when, of whom the list that is shown has them already. Whoever was
    erased meanwhile is not kept."""
    if not judged:
        return
    async with sessions.begin() as session:
        there = set(
            await session.scalars(
                select(Customer.id).where(Customer.id.in_(judged)).with_for_update(read=True, key_share=True)
            )
        )
        since = await _since(session, there)
        rows: list[dict[str, Any]] = [
            {
                "survey_id": survey.number,
                "customer_id": id_,
                "rule": each.rule,
                "place": each.place,
                "since": since.get((id_, each.rule), survey.moment.at),
                "why": {"reasons": [list(reason) for reason in each.why]},
            }
            for id_, found in judged.items()
            if id_ in there
            for each in found
        ]
        if rows:
            await session.execute(insert(RiskEntry), rows)


async def _since(session: AsyncSession, customers: set[int]) -> dict[tuple[int, str], datetime]:
    shown = await shown_survey(session)
    if shown is None:
        return {}
    known = select(RiskEntry.customer_id, RiskEntry.rule, RiskEntry.since)
    of_shown = known.where(RiskEntry.survey_id == shown.id, RiskEntry.customer_id.in_(customers))
    return {(id_, rule): since for id_, rule, since in await session.execute(of_shown)}
