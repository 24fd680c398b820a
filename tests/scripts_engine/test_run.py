"""Walks through a script."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts_engine.errors import RunError
from scripts_engine.facts import FactValue
from scripts_engine.run import (
    CONFIRMED,
    MOST_STAYS,
    MOST_VISITS,
    Done,
    Run,
    Stay,
    Visit,
    answer,
    answers,
    back,
    do,
    first_step,
    forward,
    seconds_at,
    start,
)
from scripts_engine.run_codec import run_from_dict, run_to_dict, without_answers
from scripts_engine.script import Kind, Script, Step
from tests.scripts_engine.making import script

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
STEPS: list[dict[str, Any]] = [
    {"id": "open", "check": [{"when": "cases.open >= 1", "next": "case"}], "next": "greet"},
    {"id": "case", "say": "About your case?", "next": "wish"},
    {"id": "greet", "say": "Good day.", "next": "wish"},
    {
        "id": "wish",
        "ask": "Wait or cancel?",
        "answers": {"wait": "mail", "cancel": "terms", "neither": "done"},
    },
    {"id": "mail", "ask": "Which e-mail?", "capture": {"name": "mail", "type": "email"}, "end": "voucher"},
    {"id": "terms", "disclose": "This cannot be undone.", "next": "amount"},
    {"id": "amount", "ask": "How much?", "capture": {"name": "amount", "type": "money"}, "next": "large"},
    {
        "id": "large",
        "check": [{"when": {"all": ["answers.amount > 100", 'answers.wish = "cancel"']}, "next": "case2"}],
        "next": "done",
    },
    {"id": "case2", "do": "open_case", "with": {"subject": "Refund"}, "next": "done"},
    {"id": "done", "end": "cancelled"},
]  # fmt: skip


@pytest.fixture
def late() -> Script:
    return script("late", steps=STEPS)


def after(seconds: int) -> datetime:
    return AT + timedelta(seconds=seconds)


def walk(late: Script, *given: str | None, facts: Mapping[str, FactValue] | None = None) -> Run:
    """A run in which these answers were given, one every second."""
    run = start(late, facts or {}, AT)
    for number, text in enumerate(given, 1):
        run = answer(run, late, facts or {}, after(number), text)
    return run


def test_checks_are_passed_on_the_facts(late: Script) -> None:
    assert start(late, {"cases.open": 1}, AT) == Run("late", "case", AT)
    assert start(late, {"cases.open": 0}, AT).step == "greet"
    assert start(late, {}, AT).step == "greet"
    step = first_step(late, {"cases.open": 1})
    assert step is not None
    assert step.id == "case"


def test_a_branch_without_a_condition_is_always_taken() -> None:
    steps = [{"id": "a", "check": [{"next": "b"}]}, {"id": "b", "say": "Good day.", "end": "done"}]
    assert start(script(steps=steps), {}, AT).step == "b"


def test_a_walk_to_the_end(late: Script) -> None:
    run = walk(late, None, "wait")
    assert run.step == "mail"
    assert run.visits == (Visit("greet"), Visit("wish", "wait"))
    assert not run.ended
    run = answer(run, late, {}, after(10), " Ana@Example.org ")
    assert (run.step, run.outcome, run.ended) == (None, "voucher", True)
    assert run.visits[-1] == Visit("mail", "Ana@example.org")
    assert answers(run, late) == {"wish": "wait", "mail": "Ana@example.org"}


def test_a_step_that_is_nothing_but_an_end_ends_the_run(late: Script) -> None:
    run = walk(late, None, "neither")
    assert (run.step, run.outcome, run.ended) == ("done", "cancelled", True)
    with pytest.raises(RunError, match="done: the run has ended"):
        answer(run, late, {}, AT)
    again = back(run, after(9))
    assert (again.step, again.outcome, again.ended) == ("wish", None, False)


def test_branches_on_what_was_answered(late: Script) -> None:
    assert walk(late, None, "cancel", CONFIRMED, "100,01 €").step == "case2"
    assert walk(late, None, "cancel", CONFIRMED, "99").step == "done"


def test_back_and_forward_keep_the_answers(late: Script) -> None:
    run = walk(late, None, "cancel", CONFIRMED)
    first = back(back(back(run, after(4)), after(5)), after(6))
    assert (first.step, first.visits, first.given) == ("greet", (), None)
    assert first.ahead == run.visits
    second = forward(first, late, {}, after(7))
    assert (second.step, second.given) == ("wish", "cancel")
    again = forward(forward(second, late, {}, after(8)), late, {}, after(9))
    assert (again.step, again.visits, again.ahead) == (run.step, run.visits, ())
    with pytest.raises(RunError, match="amount: nothing was gone back from"):
        forward(again, late, {}, AT)


def test_another_answer_drops_what_followed_on_the_other_branch(late: Script) -> None:
    run = back(back(walk(late, None, "cancel", CONFIRMED), after(4)), after(5))
    other = answer(run, late, {}, after(6), "wait")
    assert (other.step, other.ahead, other.given) == ("mail", (), None)
    same = answer(run, late, {}, after(6), "cancel")
    assert (same.step, same.given) == ("terms", CONFIRMED)


def test_another_answer_on_the_same_way_keeps_what_followed() -> None:
    steps = [
        {"id": "name", "ask": "Name?", "capture": {"name": "name", "type": "text"}, "next": "age"},
        {"id": "age", "ask": "Age?", "capture": {"name": "age", "type": "number"}, "next": "bye"},
        {"id": "bye", "say": "Bye.", "end": "done"},
    ]
    found = script(steps=steps)
    run = back(back(walk(found, "Ana", "33"), after(3)), after(4))
    run = forward(answer(run, found, {}, after(5), "Anna"), found, {}, after(6))
    assert (run.step, answers(run, found)) == ("bye", {"name": "Anna", "age": 33})


def test_facts_that_changed_meanwhile_lead_another_way(late: Script) -> None:
    run = walk(late, None, "cancel", CONFIRMED, "200")
    asked = back(run, after(5))
    assert asked.step == "amount"
    assert forward(asked, late, {}, after(6)).step == "case2"
    changed = answer(asked, late, {}, after(6), "20")
    assert (changed.step, changed.outcome) == ("done", "cancelled")


def test_a_disclosure_must_be_confirmed(late: Script) -> None:
    run = walk(late, None, "cancel")
    for text in (None, "", "yes"):
        with pytest.raises(RunError, match="terms: confirm that this was read out before going on"):
            answer(run, late, {}, AT, text)
    assert answer(run, late, {}, AT, CONFIRMED).step == "amount"


def test_an_action_is_taken_once_and_never_again(late: Script) -> None:
    run = walk(late, None, "cancel", CONFIRMED, "200")
    done = do(run, late, {}, after(5), "K-1")
    assert (done.step, done.visits[-1], done.done) == (
        "done",
        Visit("case2", "K-1"),
        (Done("case2", "open_case", "K-1"),),
    )
    again = back(done, after(6))
    assert (again.step, again.given) == ("case2", "K-1")
    with pytest.raises(RunError, match="case2: this was done already"):
        do(again, late, {}, AT, "K-2")
    assert answer(again, late, {}, AT).visits[-1] == Visit("case2", "K-1")
    other_way = answer(back(again, AT), late, {}, AT, "300")
    assert (other_way.step, other_way.given) == ("case2", "K-1")


def test_an_action_may_be_left_out(late: Script) -> None:
    run = answer(walk(late, None, "cancel", CONFIRMED, "200"), late, {}, after(5))
    assert (run.step, run.visits[-1], run.done) == ("done", Visit("case2"), ())


def test_what_a_step_does_not_offer_is_refused(late: Script) -> None:
    wish = walk(late, None)
    refused = [
        (wish, "later", "wish: 'later' is not one of the answers wait, cancel, neither"),
        (wish, None, "wish: None is not one of the answers"),
        (walk(late, None, "wait"), None, "mail: mail is still to be asked for"),
        (walk(late, None, "wait"), "ana", 'mail: "ana" is no e-mail address'),
        (start(late, {}, AT), "well", "greet: nothing is asked at this step"),
        (walk(late, None, "cancel", CONFIRMED, "200"), "well", "case2: nothing is asked at this step"),
    ]
    for run, text, why in refused:
        with pytest.raises(RunError, match=why):
            answer(run, late, {}, AT, text)
    with pytest.raises(RunError, match="wish: there is nothing to do at this step"):
        do(wish, late, {}, AT, "K-1")


def test_nothing_comes_after_the_end_or_before_the_beginning(late: Script) -> None:
    for run in (Run("late", None, AT), Run("late", "gone", AT)):
        with pytest.raises(RunError, match="the run has ended"):
            answer(run, late, {}, AT)
    with pytest.raises(RunError, match="greet: this is the first step"):
        back(start(late, {}, AT), AT)


def test_checks_that_lead_nowhere_or_to_each_other_end_the_run() -> None:
    circle = [{"id": "a", "check": [{"next": "b"}]}, {"id": "b", "check": [{"next": "a"}]}]
    assert start(script(steps=circle), {}, AT) == Run("test", None, AT)
    nowhere = [{"id": "a", "check": [{"when": "cases.open = 1", "next": "a"}]}]
    assert start(script(steps=nowhere), {}, AT) == Run("test", None, AT)


def test_how_long_it_stood_where(late: Script) -> None:
    run = back(walk(late, None, "wait"), after(7))
    assert run.since == after(7)
    assert run.stays == (
        Stay("greet", AT, after(1)),
        Stay("wish", after(1), after(2)),
        Stay("mail", after(2), after(7)),
    )
    assert seconds_at(answer(run, late, {}, after(10), "wait")) == {"greet": 1, "wish": 4, "mail": 5}
    assert seconds_at(answer(run, late, {}, AT, "wait"))["wish"] == 1  # a clock that was put back


def test_circles_are_bounded() -> None:
    steps = [{"id": "a", "say": "Round and round.", "next": "a"}]
    found = script(steps=steps)
    run = walk(found, *[None] * MOST_VISITS)
    with pytest.raises(RunError, match=f"a run has up to {MOST_VISITS} steps"):
        answer(run, found, {}, AT)
    for _ in range(MOST_STAYS):
        run = forward(back(run, AT), found, {}, AT)
    assert len(run.stays) == MOST_STAYS


def test_what_a_script_does_not_have_is_no_answer(late: Script) -> None:
    run = Run("late", "wish", AT, (Visit("gone", "x"), Visit("greet", "x"), Visit("mail")))
    assert answers(run, late) == {}


def test_without_its_answers_a_run_tells_where_it_went_and_when(late: Script) -> None:
    run = do(walk(late, None, "cancel", CONFIRMED, "200"), late, {}, after(5), "K-1")
    document = without_answers(run_to_dict(back(run, after(6))))
    assert "200" not in str(document)
    assert "K-1" not in str(document)
    bare = run_from_dict(document)
    assert [visit.step for visit in bare.visits] == ["greet", "wish", "terms", "amount"]
    assert bare.stays == back(run, after(6)).stays


# Walks at random.

MOVES = st.lists(
    st.one_of(st.sampled_from(["back", "forward", "do"]), st.integers(0, 4)), max_size=40
)  # numbers answer
TARGETS = ("s0", "s1", "s2", "s3", "s4", "s5")


def _steps(name: str) -> st.SearchStrategy[dict[str, Any]]:
    onwards = st.one_of(
        st.sampled_from(TARGETS).map(lambda target: {"next": target}), st.just({"end": "done"})
    )
    target = st.sampled_from(TARGETS)
    conditions = st.sampled_from(
        ["cases.open = 1", 'answers.s1 = "b"', "answers.n > 2", "answers.n is known", 'answers.s4 != "a"']
    )
    branches = st.lists(
        st.builds(lambda when, to: {"when": when, "next": to}, conditions, target), min_size=1, max_size=3
    )
    number = {"ask": "?", "capture": {"name": "n", "type": "number"}}
    return st.one_of(
        onwards.map(lambda on: {"id": name, "say": "Good day.", **on}),
        st.tuples(target, target).map(
            lambda to: {"id": name, "ask": "?", "answers": {"a": to[0], "b": to[1]}}
        ),
        onwards.map(lambda on: {"id": name, **number, **on}),
        onwards.map(lambda on: {"id": name, "disclose": "!", **on}),
        onwards.map(lambda on: {"id": name, "do": "offer", **on}),
        st.tuples(branches, target).map(lambda to: {"id": name, "check": to[0], "next": to[1]}),
        st.just({"id": name, "end": "over"}),
    )


STEPS_AT_RANDOM = st.tuples(*map(_steps, TARGETS)).map(list)
"""Steps of all kinds that lead anywhere, also in circles."""


def _text(step: Step, move: int) -> str | None:
    if step.answers:
        return "ab"[move % 2]
    if step.capture:
        return str(move)
    return CONFIRMED if step.kind is Kind.DISCLOSE else None


def _moved(run: Run, found: Script, facts: Mapping[str, FactValue], at: datetime, move: str | int) -> Run:
    step = found.step(run.step or "")
    if move == "back":
        return back(run, at)
    if move == "forward":
        return forward(run, found, facts, at)
    if move == "do":
        return do(run, found, facts, at, f"done at {run.step}")
    return answer(run, found, facts, at, _text(step, int(move)) if step else None)


def _moves(found: Script, facts: Mapping[str, FactValue], moves: list[str | int]) -> list[Run]:
    """The run after each of the moves that are possible."""
    runs = [start(found, facts, AT)]
    for second, move in enumerate(moves, 1):
        try:
            runs.append(_moved(runs[-1], found, facts, after(second), move))
        except RunError:
            continue
    return runs


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(STEPS_AT_RANDOM, st.sampled_from([{}, {"cases.open": 1}]), MOVES)
def test_a_run_is_where_its_answers_lead(
    found_steps: list[dict[str, Any]], facts: dict[str, FactValue], moves: list[str | int]
) -> None:
    found = script(steps=found_steps)
    for run in _moves(found, facts, moves):
        again = start(found, facts, AT)
        for visit in run.visits:
            assert again.step == visit.step
            given = visit.answer if found.step(visit.step).action is None else None  # type: ignore[union-attr]
            again = answer(again, found, facts, AT, given)
        assert (again.step, again.outcome) == (run.step, run.outcome)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(STEPS_AT_RANDOM, st.sampled_from([{}, {"cases.open": 1}]), MOVES)
def test_what_was_gone_back_from_is_come_to_again(
    found_steps: list[dict[str, Any]], facts: dict[str, FactValue], moves: list[str | int]
) -> None:
    found = script(steps=found_steps)
    for run in _moves(found, facts, moves):
        assert not run.ahead or run.ahead[0].step == run.step
        if run.visits:
            again = forward(back(run, after(99)), found, facts, after(99))
            assert (again.step, again.visits, again.outcome) == (run.step, run.visits, run.outcome)
            assert again.ahead == run.ahead


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(STEPS_AT_RANDOM, st.sampled_from([{}, {"cases.open": 1}]), MOVES)
def test_times_are_without_gaps_and_a_run_is_the_same_from_its_document(
    found_steps: list[dict[str, Any]], facts: dict[str, FactValue], moves: list[str | int]
) -> None:
    found = script(steps=found_steps)
    runs = _moves(found, facts, moves)
    for run in runs:
        assert run_from_dict(run_to_dict(run)) == run
    stays = runs[-1].stays
    for before, behind in pairwise(stays):
        assert before.until <= behind.since
    assert len({done.step for done in runs[-1].done}) == len(runs[-1].done)
