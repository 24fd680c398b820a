"""What actions are to be done with, and cannot be."""

from typing import Any

import pytest

from scripts_engine.check import check_script
from scripts_engine.errors import Level
from tests.scripts_engine.making import script


def found(action: str, **arguments: Any) -> list[str]:
    steps = [{"id": "a", "do": action, **({"with": arguments} if arguments else {}), "end": "done"}]
    findings = check_script(script(steps=steps))
    assert {finding.level for finding in findings} <= {Level.WARNING}
    return [f"{finding.where}: {finding.sentence}" for finding in findings]


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("open_case", {}),
        ("open_case", {"subject": "x", "line": 2, "priority": "high"}),
        ("schedule_callback", {"in_days": 0, "subject": "x", "line": 1}),
        ("schedule_callback", {"in_days": "{{ answers.days }}"}),
        ("transfer", {"queue": "support", "note": "x"}),
        ("offer", {"offer": "loyalty"}),
    ],
)
def test_what_can_be_done(action: str, arguments: dict[str, Any]) -> None:
    assert not found(action, **arguments)


@pytest.mark.parametrize(
    ("action", "arguments", "said"),
    [
        (
            "schedule_callback",
            {"in_days": "lots"},
            'test: steps[0].with.in_days: the in_days of a call-back is one of 0 to 366, not "lots".',
        ),
        (
            "schedule_callback",
            {"in_days": 367},
            'test: steps[0].with.in_days: the in_days of a call-back is one of 0 to 366, not "367".',
        ),
        (
            "schedule_callback",
            {"subjct": "x"},
            (
                "test: steps[0].with.subjct: a call-back is promised with in_days, subject, line, not with "
                '"subjct". Did you mean subject?'
            ),
        ),
        (
            "offer",
            {},
            "test: steps[0].do: an offer is made with offer, which is not said; say it under `with`.",
        ),
        (
            "transfer",
            {"note": "x"},
            "test: steps[0].do: a call is handed over with queue, which is not said; say it under `with`.",
        ),
    ],
)
def test_what_cannot(action: str, arguments: dict[str, Any], said: str) -> None:
    assert found(action, **arguments) == [said]
