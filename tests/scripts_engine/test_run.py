"""Walks through a script."""

from typing import Any

import pytest

from scripts_engine.errors import RunError
from scripts_engine.run import Run, Visit, answer, back, start
from scripts_engine.script import Script
from tests.scripts_engine.making import script

STEPS: list[dict[str, Any]] = [
    {"id": "open", "check": [{"when": "cases.open >= 1", "next": "case"}], "next": "greet"},
    {"id": "case", "say": "About your case?", "next": "wish"},
    {"id": "greet", "say": "Good day.", "next": "wish"},
    {"id": "wish", "ask": "Wait or cancel?", "answers": {"wait": "mail", "cancel": "done"}},
    {"id": "mail", "ask": "Which e-mail?", "capture": {"name": "mail", "type": "email"}, "end": "voucher"},
    {"id": "done", "end": "cancelled"},
]


@pytest.fixture
def late() -> Script:
    return script("late", steps=STEPS)


def test_checks_are_passed_on_the_facts(late: Script) -> None:
    assert start(late, {"cases.open": 1}) == Run("late", "case")
    assert start(late, {"cases.open": 0}) == Run("late", "greet")
    assert start(late, {}) == Run("late", "greet")


def test_a_branch_without_a_condition_is_always_taken() -> None:
    steps = [{"id": "a", "check": [{"next": "b"}]}, {"id": "b", "end": "done"}]
    assert start(script(steps=steps), {}).step == "b"


def test_a_walk_to_the_end(late: Script) -> None:
    run = start(late, {})
    run = answer(run, late, {})
    run = answer(run, late, {}, "wait")
    assert run == Run("late", "mail", (Visit("greet"), Visit("wish", "wait")))
    run = answer(run, late, {}, "ana@example.org")
    assert run.step is None
    assert run.outcome == "voucher"
    assert run.visits[-1] == Visit("mail", "ana@example.org")


def test_back_is_the_step_before_also_from_the_end(late: Script) -> None:
    at_wish = answer(start(late, {}), late, {})
    at_mail = answer(at_wish, late, {}, "wait")
    ended = answer(at_mail, late, {}, "ana@example.org")
    assert back(ended) == at_mail
    assert back(at_mail) == at_wish


def test_what_a_step_does_not_offer_is_refused(late: Script) -> None:
    run = answer(start(late, {}), late, {})
    with pytest.raises(RunError, match="wish: 'later' is not one of the answers wait, cancel"):
        answer(run, late, {}, "later")
    with pytest.raises(RunError, match="mail: mail is still to be asked for"):
        answer(answer(run, late, {}, "wait"), late, {})


def test_nothing_comes_after_the_end_or_before_the_beginning(late: Script) -> None:
    with pytest.raises(RunError, match="late: the run has ended"):
        answer(Run("late", None), late, {})
    with pytest.raises(RunError, match="greet: this is the first step"):
        back(start(late, {}))


def test_checks_that_lead_nowhere_or_to_each_other_end_the_run() -> None:
    circle = [{"id": "a", "check": [{"next": "b"}]}, {"id": "b", "check": [{"next": "a"}]}]
    assert start(script(steps=circle), {}) == Run("test", None)
    nowhere = [{"id": "a", "check": [{"when": "cases.open = 1", "next": "a"}]}]
    assert start(script(steps=nowhere), {}) == Run("test", None)
