"""Surveys: who is found and why, since when, and what becomes of a survey."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event, func, select

from console.customers.models import Customer
from console.db.engine import Sessions
from console.db.writing import write
from console.facts.batches import Moment
from console.reports import risk_survey
from console.reports.risk_reading import AtRisk, Wanted, read_list, read_totals
from console.reports.risk_survey import Survey, TooManyFoundError, survey_customers
from console.risk import surveys
from console.risk.models import RiskEntry, RiskSurvey
from console.risk.rule_document import read_rules
from console.risk.rules import Rule
from tests.console.facts.records import ZONE, Records

CALLING = {
    "rule": "calling",
    "title": "Overdue and calling",
    "when": {"all": ["cases.overdue >= 1", "contacts.calls_7d >= 3"]},
}
LATE = {
    "rule": "late",
    "title": "Late and unhappy",
    "when": {"all": ["purchases.late_open >= 1", "contacts.last_satisfaction <= 2"]},
}
GOLD = {"rule": "gold", "title": "Gold", "when": {"all": ['caller.segment = "gold"']}}


@pytest.fixture
def records(sessions: Sessions, now: datetime) -> Records:
    return Records(sessions, now)


async def overdue(records: Records, ref: str, calls: int = 3, **values: Any) -> Customer:
    """A customer with an overdue case, who called so often."""
    customer = await records.customer(ref, **values)
    await records.case(customer, records.ago(days=5), due_at=records.ago(days=1), owner="ana@x.example")
    for hours in range(calls):
        await records.call(customer, records.ago(hours=hours + 1), satisfaction=1 if not hours else None)
    return customer


async def survey(sessions: Sessions, at: datetime, *documents: Mapping[str, object]) -> RiskSurvey:
    """What is shown after a survey by these rules."""
    number = await write(sessions, lambda session: surveys.begin_survey(session, 1, at))
    assert number is not None
    rules: Sequence[Rule] = read_rules([dict(each) for each in documents])
    told: list[tuple[int, int]] = []

    async def tell(looked: int, found: int) -> None:
        told.append((looked, found))
        async with sessions.begin() as session:
            await surveys.tell(session, number, looked, found, at)

    await survey_customers(sessions, Survey(number, rules, Moment(at, ZONE, "EUR")), tell)
    async with sessions.begin() as session:
        await surveys.end(session, number, at)
    async with sessions() as session:
        shown = await surveys.shown_survey(session)
    assert shown is not None
    assert told == [] or told[-1] == (shown.looked, shown.found)
    return shown


async def listed(sessions: Sessions, shown: RiskSurvey, **wanted: str) -> list[AtRisk]:
    async with sessions() as session:
        return await read_list(session, shown, Wanted(**wanted), 100)


async def test_who_is_at_risk_is_listed_with_why(sessions: Sessions, records: Records, now: datetime) -> None:
    both = await overdue(records, "C1", segment="gold")
    await records.purchase(both, records.ago(days=20), status="shipped", promised_at=records.ago(days=9))
    await overdue(records, "C2")
    await overdue(records, "C3", calls=2)
    await records.customer("C4", segment="gold")
    shown = await survey(sessions, now, CALLING, LATE)
    first, second = await listed(sessions, shown)
    assert (first.ref, first.owner, first.segment) == ("C1", "ana@x.example", "gold")
    assert [by.rule for by in first.rules] == ["calling", "late"]
    assert [reason.text for reason in first.rules[0].why] == [
        "1 case is overdue",
        "the customer called 3 times in the last 7 days",
    ]
    assert first.step is not None
    assert (first.step.kind, first.step.due_at) == ("case", records.ago(days=1))
    assert [by.rule for by in second.rules] == ["calling"]
    assert (shown.looked, shown.found) == (3, 2)  # C4 was not even looked at


async def test_a_list_is_filtered_and_counted(sessions: Sessions, records: Records, now: datetime) -> None:
    for number in range(4):
        await overdue(records, f"C{number}", segment="gold" if number % 2 else "silver")
    await records.customer("G", segment="gold")
    shown = await survey(sessions, now, GOLD, CALLING)
    assert [each.ref for each in await listed(sessions, shown)] == ["C1", "C3", "G", "C0", "C2"]
    assert [each.ref for each in await listed(sessions, shown, rule="gold")] == ["C1", "C3", "G"]
    assert [each.ref for each in await listed(sessions, shown, segment="silver")] == ["C0", "C2"]
    async with sessions() as session:
        totals = await read_totals(session, shown, Wanted(segment="gold"))
        page = await read_list(session, shown, Wanted(), 2, 1)
    assert (totals.number, totals.by_rule) == (3, {"gold": 3, "calling": 4})
    assert totals.segments == ["gold", "silver"]
    assert [each.ref for each in page] == ["C3", "G"]


async def test_since_when_is_kept_until_it_is_over(
    sessions: Sessions, records: Records, now: datetime
) -> None:
    customer = await overdue(records, "C1")
    await survey(sessions, now, CALLING)
    later = now + timedelta(hours=5)
    [entry] = await listed(sessions, await survey(sessions, later, GOLD, CALLING))
    assert entry.since == now
    async with sessions.begin() as session:
        (await session.get_one(Customer, customer.id)).segment = "gold"
    [entry] = await listed(sessions, await survey(sessions, later + timedelta(hours=1), GOLD, CALLING))
    assert [(by.rule, by.since) for by in entry.rules] == [
        ("gold", later + timedelta(hours=1)),
        ("calling", now),
    ]
    assert await listed(sessions, await survey(sessions, later, LATE)) == []
    [entry] = await listed(sessions, await survey(sessions, later, CALLING))
    assert entry.since == later


async def test_batches_pass_nobody_over(
    sessions: Sessions, records: Records, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risk_survey, "BATCH", 2)
    for number in range(5):
        await records.customer(f"C{number}", segment="gold")
    shown = await survey(sessions, now, GOLD)
    assert (shown.looked, shown.found) == (5, 5)


async def test_statements_do_not_grow_with_customers(
    sessions: Sessions, records: Records, now: datetime
) -> None:
    engine: Engine = sessions.kw["bind"].sync_engine
    numbers: list[int] = []
    await survey(sessions, now, CALLING)  # the next ones know of an earlier one
    for more in (3, 30):
        for number in range(more):
            await overdue(records, f"C{more}-{number}", calls=3)
        statements: list[str] = []

        def note(*said: Any, into: list[str] = statements) -> None:
            into.append(said[2])

        event.listen(engine, "before_cursor_execute", note)
        shown = await survey(sessions, now, CALLING)
        event.remove(engine, "before_cursor_execute", note)
        numbers.append(len(statements))
    assert (shown.looked, shown.found) == (33, 33)
    assert numbers[0] == numbers[1]


async def test_a_list_that_nobody_can_look_at_is_none(
    sessions: Sessions, records: Records, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risk_survey, "MOST_FOUND", 1)
    for number in range(2):
        await records.customer(f"C{number}", segment="gold")
    with pytest.raises(TooManyFoundError, match="make the rules narrower"):
        await survey(sessions, now, GOLD)


async def test_only_the_list_that_is_shown_is_kept(
    sessions: Sessions, records: Records, now: datetime
) -> None:
    customer = await records.customer("C1", segment="gold")
    await survey(sessions, now, GOLD)
    shown = await survey(sessions, now + timedelta(hours=1), GOLD)
    async with sessions.begin() as session:
        assert await session.scalar(select(func.count()).select_from(RiskSurvey)) == 1
        assert await session.scalar(select(func.count()).select_from(RiskEntry)) == 1
        await session.execute(delete(Customer).where(Customer.id == customer.id))
    assert await listed(sessions, shown) == []


async def test_of_two_surveys_one_begins(sessions: Sessions, now: datetime) -> None:
    async def begin(at: datetime) -> int | None:
        return await write(sessions, lambda session: surveys.begin_survey(session, 1, at))

    first = await begin(now)
    assert first is not None
    assert await begin(now + timedelta(minutes=1)) is None
    async with sessions() as session:
        lost = await surveys.last_survey(session)
        assert lost is not None
        assert not surveys.is_due(lost, 1, now + timedelta(minutes=59))
        assert surveys.is_due(lost, 1, now + timedelta(hours=1))
        assert surveys.is_due(lost, 2, now)
        assert surveys.is_due(None, 1, now)
    second = await begin(now + timedelta(minutes=5))  # whoever did the first gave no sign
    assert second is not None
    async with sessions.begin() as session:
        await surveys.end(session, second, now, "It broke.")
        assert await surveys.shown_survey(session) is None
    assert await begin(now) is not None
