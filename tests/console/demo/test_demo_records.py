"""The demo's records: repeatable, complete, in the past, and somebody for each script."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from console.demo.actions import SCRIPTS
from console.demo.records import Records, make_records
from console.promises.models import OfferAnswer

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Bratislava")


@pytest.fixture(scope="module")
def records() -> Records:
    return make_records(7, NOW, ZONE)


def test_the_same_seed_and_moment_give_the_same_records(records: Records) -> None:
    assert make_records(7, NOW, ZONE) == records
    assert make_records(8, NOW, ZONE) != records


def test_there_is_enough_of_everything(records: Records) -> None:
    assert len(records.companies) == 60
    assert len(records.customers) == 300
    assert len(records.cases) == 200
    assert 1_300 < len(records.purchases) < 1_800
    assert len(records.items) > len(records.purchases)


def test_every_number_is_a_real_form(records: Records) -> None:
    wrong = [
        row["e164"]
        for row in records.phones
        if not phonenumbers.is_valid_number(phonenumbers.parse(row["e164"]))
    ]
    assert wrong == []


def test_nothing_happened_in_the_future(records: Records) -> None:
    happened = (*records.calls, *records.legs, *records.visits, *records.states)
    for row in (*records.purchases, *records.cases, *happened, *records.customers):
        for column, value in row.items():
            if column not in {"promised_at", "due_at"} and isinstance(value, datetime):
                assert value <= NOW, (column, row)


def test_times_of_a_purchase_are_in_order(records: Records) -> None:
    for row in records.purchases:
        assert row["placed_at"] < row["promised_at"]
        assert row["delivered_at"] is None or row["placed_at"] < row["delivered_at"]
        assert (row["delivered_at"] is not None) == (row["status"] in {"delivered", "returned"})


def test_a_total_is_the_sum_of_the_items(records: Records) -> None:
    sums: Counter[int] = Counter()
    for item in records.items:
        sums[item["purchase_id"]] += item["quantity"] * item["unit_price"]
    assert all(row["total"] == sums[row["id"]] for row in records.purchases)


def test_some_orders_are_late_and_some_come_back(records: Records) -> None:
    yesterday = NOW - timedelta(days=1)
    waiting = [row for row in records.purchases if row["status"] in {"placed", "shipped"}]
    assert sum(row["promised_at"] < yesterday for row in waiting) > 15
    assert sum(row["promised_at"] > NOW for row in waiting) > 15
    assert sum(row["status"] == "returned" for row in records.purchases) > 15


def test_both_lines_have_open_cases(records: Records) -> None:
    lines = Counter(row["line"] for row in records.cases if row["status"] != "closed")
    assert min(lines[1], lines[2]) > 10


def test_somebody_has_a_birthday(records: Records) -> None:
    assert any((day.month, day.day) == (11, 21) for day in birthdays(records))


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 2, 28), date(2027, 12, 31)])
def test_any_day_has_its_birthdays(today: date) -> None:
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    days = birthdays(make_records(7, now, ZONE))
    assert any(
        (day.month, day.day) == (today.month, min(today.day, 28 if today.month == 2 else 31)) for day in days
    )


def birthdays(records: Records) -> list[date]:
    return [row["birthday"] for row in records.customers if row["birthday"]]


def test_numbers_are_shared_in_companies_and_once_between_strangers(records: Records) -> None:
    company = {row["id"]: row["company_id"] for row in records.customers}
    owners: dict[str, list[int]] = {}
    for row in records.phones:
        owners.setdefault(row["e164"], []).append(row["customer_id"])
    several = [people for people in owners.values() if len(people) > 1]
    strangers = [people for people in several if {company[person] for person in people} == {None}]
    assert len(strangers) == 1
    assert len(several) > 20
    assert all(len({company[person] for person in people}) == 1 for people in several)


def test_what_was_said_and_written_is_told(records: Records) -> None:
    """Somebody for each part of the customer page: wishes, consent, comments, hand-overs, notes, outcomes."""
    assert all("consent" in row["attributes"] for row in records.customers)
    assert 30 < sum(row["notes"] is not None for row in records.customers) < 120
    opened = {row["id"]: row["opened_at"] for row in records.cases if row["status"] != "closed"}
    assert {row["case_id"] for row in records.case_events if row["kind"] == "comment"} == set(opened)
    assert all(opened[row["case_id"]] < row["at"] < NOW for row in records.case_events)
    assert {row["field"] for row in records.case_events} == {None, "line"}
    talked = {row["id"]: row["call_id"] for row in records.legs if row["answered_at"]}
    assert all(talked[row["leg_id"]] == row["call_id"] for row in records.notes)
    assert {row["id"] for row in records.calls if row["outcome"]} == set(talked.values())


def test_some_call_backs_are_owed_some_overdue_and_offers_were_answered(records: Records) -> None:
    owed = [row for row in records.callbacks if row["state"] == "open"]
    assert {row["due_at"] < NOW for row in owed} == {True, False}
    assert len({row["call_id"] for row in records.callbacks}) == len(records.callbacks) > len(owed)
    settled = [row for row in records.callbacks if row["settled_at"]]
    assert all(row["made_at"] <= row["settled_at"] < NOW for row in settled)
    assert {row["answer"] for row in records.offers} == {*OfferAnswer}
    steps = {(row["script_key"], row["step"]): row["what"] for row in records.offers}
    for (key, step), what in steps.items():
        text = (SCRIPTS / f"{key}.yaml").read_text()
        assert f"- id: {step}\n    do: offer\n    with: {{offer: {what}}}" in text
