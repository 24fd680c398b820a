"""Scripts as values."""

from datetime import date, timedelta
from typing import Any

from scripts_engine.script import Answer, Branch, Kind, Step
from tests.scripts_engine.making import TODAY, script


def test_a_step_is_found_by_its_id() -> None:
    found = script()
    assert found.step("greet") is found.steps[0]
    assert found.step("other") is None


def test_ways_onwards_say_their_place() -> None:
    asked = Step(id="a", kind=Kind.ASK, answers=(Answer("yes", "b"), Answer("no", "c")))
    assert list(asked.ways()) == [(("answers", "yes"), "b"), (("answers", "no"), "c")]
    checked = Step(id="a", kind=Kind.CHECK, branches=(Branch(None, "b"),), next="c")
    assert list(checked.ways()) == [(("check", 0, "next"), "b"), (("next",), "c")]
    assert list(Step(id="a", kind=Kind.SAY, end="done").ways()) == []


def test_days_in_force() -> None:
    tomorrow = TODAY + timedelta(days=1)
    days: dict[str, Any] = {"from": tomorrow}
    always, later, before = script(), script(**days), script(until=TODAY)
    assert [one.in_force(TODAY) for one in (always, later, before)] == [True, False, True]
    assert [one.in_force(tomorrow) for one in (always, later, before)] == [True, True, False]
    assert not later.in_force(date.min)
