"""The definitions of facts at their edges."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.facts.call import CallFacts, call_facts
from console.facts.records import interval_ratio, is_birthday, late_days
from scripts_engine.facts import CATALOGUE, value_mistake

ZONE = ZoneInfo("Europe/Bratislava")
AT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # already Sunday in Bratislava


@pytest.mark.parametrize(
    ("birthday", "today", "expected"),
    [
        (date(1990, 11, 21), date(2026, 11, 21), True),
        (date(1990, 11, 20), date(2026, 11, 21), False),
        (date(1992, 2, 29), date(2026, 2, 28), True),
        (date(1992, 2, 29), date(2026, 3, 1), False),
        (date(1992, 2, 29), date(2028, 2, 28), False),
        (date(1992, 2, 29), date(2028, 2, 29), True),
        (date(1992, 2, 29), date(2026, 1, 31), False),
        (None, date(2026, 11, 21), False),
    ],
)
def test_birthdays(birthday: date | None, today: date, expected: bool) -> None:
    assert is_birthday(birthday, today) is expected


def test_a_promise_is_broken_when_its_day_is_over_here() -> None:
    assert late_days(AT, AT, ZONE) == 0
    assert late_days(AT - timedelta(hours=1), AT, ZONE) == 1
    assert late_days(AT - timedelta(days=3), AT, ZONE) == 3
    assert late_days(AT + timedelta(days=3), AT, ZONE) == 0
    assert late_days(None, AT, ZONE) == 0


def test_the_gap_is_a_median_and_needs_three_purchases_apart() -> None:
    days = [10, 20, 30, 400]
    placed = tuple(AT - timedelta(days=day) for day in days)
    assert interval_ratio(placed, AT) == 1.0
    assert interval_ratio(placed[:2], AT) is None
    assert interval_ratio((AT, AT, AT), AT) is None


def test_facts_of_the_call() -> None:
    call = CallFacts("support", "inbound", "+421233445566", 2, 12.9, transferred=False)
    facts = call_facts(call, AT, ZONE)
    assert facts == {
        "call.queue": "support",
        "call.direction": "inbound",
        "call.dialled": "+421233445566",
        "call.line": 2,
        "call.wait_s": 12,
        "call.hour": 0,
        "call.weekday": 7,
        "call.transferred": False,
    }
    assert set(facts) == {name for name in CATALOGUE if name.startswith("call.")}
    assert not [mistake for name, value in facts.items() if (mistake := value_mistake(name, value))]


def test_what_is_not_known_of_a_call_is_left_out() -> None:
    assert set(call_facts(CallFacts(queue="", dialled=""), AT, ZONE)) == {"call.hour", "call.weekday"}
