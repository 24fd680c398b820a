"""JSON to records: what is wrong with each value, told by its place."""

import json
from decimal import Decimal
from typing import Any

import pytest

from console.api.json_cells import LONGEST_WHY
from console.api.record_kinds import CASES, CUSTOMERS, PURCHASES, RecordKind
from console.api.record_reading import RecordReading
from console.settings import Settings
from tests.console.api.test_records import CASE, JANA, ORDER


def mistakes(kind: RecordKind, ref: str, said: Any) -> dict[str, str]:
    reading = RecordReading(kind, Settings(database_url="sqlite+aiosqlite://"))
    decimals = json.loads(json.dumps(said), parse_float=Decimal)
    _, problems = reading.record_at(ref, decimals)
    assert all(len(problem.why) <= LONGEST_WHY for problem in problems)
    return {problem.where: problem.why for problem in problems}


def test_what_is_right_has_no_mistakes() -> None:
    assert not mistakes(CUSTOMERS, "C-1", JANA)
    assert not mistakes(PURCHASES, "2026/1", ORDER)
    assert not mistakes(CASES, "K-1", CASE)


@pytest.mark.parametrize(
    ("said", "where", "why"),
    [
        ({}, "name", "is missing or empty"),
        ({"name": " "}, "name", "is missing or empty"),
        ({"name": 7}, "name", "must be text"),
        ({"name": "x" * 301}, "name", "is longer than 300 characters"),
        ({"name": "E\0va"}, "name", "NUL"),
        ({"name": "E\ud800va"}, "name", "half a character"),
        ({"\ud800": 1}, "\ud800", "is not known"),
        ({"colour": "red"}, "colour", "there are ref, name, company_ref"),
        ({"ref": "D"}, "ref", 'the address says "C"'),
        ({"ref": 1}, "ref", "must be text"),
        ({"ref": ".."}, "ref", "choose another key"),
        ({"ref": "a/./b"}, "ref", "choose another key"),
        ({"birthday": "21.11.1990"}, "birthday", "write 2026-11-21"),
        ({"birthday": "2026-02-30"}, "birthday", "is no date"),
        ({"birthday": "1" * 10_000}, "birthday", "1111"),
        ({"phones": "0905"}, "phones", "must be a list"),
        ({"phones": ["0905"]}, "phones[0]", "must be an object of number, label, shared"),
        ({"phones": [{"label": "x"}]}, "phones[0].number", "is missing"),
        ({"phones": [{"number": 905123456}]}, "phones[0].number", "must be text"),
        ({"phones": [{"number": "\u200e"}]}, "phones[0].number", "nothing that can be seen"),
        ({"phones": [{"number": "9" * 101}]}, "phones[0].number", "is longer than 100"),
        ({"phones": [{"number": "1", "shared": "yes"}]}, "phones[0].shared", "must be true or false"),
        ({"phones": [{"number": "1", "e164": "1"}]}, "phones[0].e164", "is not known"),
        ({"phones": [{"number": "1", "label": "x" * 101}]}, "phones[0].label", "is longer than 100"),
        ({"attributes": []}, "attributes", "must be an object"),
        ({"attributes": {"a": True}}, "attributes.a", "must be a number or text"),
        ({"attributes": {"a": {}}}, "attributes.a", "must be a number or text"),
        ({"attributes": {"a": 10**15}}, "attributes.a", "send it as text"),
        ({"attributes": {"a": "\0"}}, "attributes.a", "NUL"),
        ({"attributes": {"": 1}}, "attributes.", "needs a name"),
        ({"attributes": {"a\0": 1}}, "attributes.a\0", "NUL"),
    ],
)  # fmt: skip
def test_wrong_values_of_customers_are_refused(said: dict[str, Any], where: str, why: str) -> None:
    named = said if not said or "name" in said else said | {"name": "Eva"}
    assert why in mistakes(CUSTOMERS, "C", named)[where]


@pytest.mark.parametrize(
    ("more", "where", "why"),
    [
        ({"total": "many"}, "total", '"many" is no number'),
        ({"total": True}, "total", "must be text"),
        ({"total": None}, "total", "is missing"),
        ({"total": 10**14}, "total", "is too large"),
        ({"total": 1e300}, "total", "is too large"),
        ({"currency": "euros"}, "currency", "three letters"),
        ({"status": "lost"}, "status", "is not one of placed"),
        ({"placed_at": 1795724999}, "placed_at", "must be text"),
        ({"placed_at": "0001-01-01T00:00+14:00"}, "placed_at", "too far away"),
        ({"items": [{"name": "x", "quantity": 1}]}, "items[0].unit_price", "is missing"),
        ({"items": [{"quantity": 1, "unit_price": 1}]}, "items[0].name", "is missing"),
        ({"items": {}}, "items", "must be a list"),
    ],
)  # fmt: skip
def test_wrong_values_of_purchases_are_refused(more: dict[str, Any], where: str, why: str) -> None:
    assert why in mistakes(PURCHASES, "2026/1", ORDER | more)[where]


@pytest.mark.parametrize(
    ("more", "where", "why"),
    [
        ({"line": 3}, "line", "is not one of 1, 2"),
        ({"line": "1"}, "line", "must be a whole number"),
        ({"line": 1.5}, "line", "must be a whole number"),
        ({"reopened": -1}, "reopened", "is no whole number"),
        ({"reopened": True}, "reopened", "must be a whole number"),
        ({"reopened": 10**12}, "reopened", "is no whole number"),
        ({"priority": "now"}, "priority", "is not one of low"),
        ({"opened_at": ""}, "opened_at", "is missing"),
    ],
)
def test_wrong_values_of_cases_are_refused(more: dict[str, Any], where: str, why: str) -> None:
    assert why in mistakes(CASES, "K-1", CASE | more)[where]
