"""Steps are added, taken out and moved; what led to a step still leads somewhere, or is named."""

from typing import Any

import pytest

from console.studio import editing_details as details
from console.studio import editing_steps as steps
from console.studio.editing_conditions import EditError
from console.studio.editing_script import NEW
from console.studio.editing_source import Source
from scripts_engine.check import check_script
from scripts_engine.codec import read_script
from scripts_engine.script import Kind
from tests.console.studio.scripts import ODD, USUAL, comments

THREE = """\
script: x
title: X
steps:
  # first
  - id: greet
    say: "Hello"  # kindly
    next: wish
  - id: wish
    ask: "What?"
    answers:
      one: close  # the first
      # the second
      two: more
  - id: more
    say: "More"
    next: close
  - id: close
    end: done
"""
GREET, WISH, MORE, CLOSE = range(4)


def names(source: Source) -> list[Any]:
    return [step.get("id") for step in steps.steps_of(source)]


def complaints(source: Source) -> list[str]:
    script, wrong = read_script(source.value)
    whys = [finding.why for finding in [*wrong, *check_script(script)]]
    return [why for why in whys if "is empty" not in why and "is not said" not in why]  # not yet


@pytest.mark.parametrize("choice", steps.CHOICES)
@pytest.mark.parametrize("after", [-1, GREET, MORE, CLOSE])
def test_a_new_step_stands_on_the_way(choice: str, after: int) -> None:
    source, place = steps.add_step(Source(THREE), after, choice)
    assert place == after + 1
    assert set(comments(source.text)) == set(comments(THREE))
    led_past = after == CLOSE or (choice == Kind.END and after in {-1, GREET, MORE})
    assert bool(complaints(source)) == led_past, complaints(source)
    if choice not in {Kind.ASK, Kind.CHECK} and after != -1:
        assert steps.remove_step(source, place)[0].text == THREE


@pytest.mark.parametrize("choice", steps.CHOICES)
def test_a_step_after_the_only_one(choice: str) -> None:
    source, place = steps.add_step(Source(NEW), 0, choice)
    assert not complaints(source), source.text
    assert names(source)[:1] == ["greet"]
    assert source.get(("steps", 0, "next")) == source.get(("steps", place, "id"))
    assert source.get(("steps", len(names(source)) - 1, "end")) == "resolved"


def test_the_first_step_of_all() -> None:
    for text in ("script: x\n", "script: x\nsteps: []\n", "script: x\nsteps:\n"):
        source, _ = steps.add_step(Source(text), -1, Kind.SAY)
        assert steps.steps_of(source) == [{"id": "say", "say": "", "end": "resolved"}]


def test_names_are_free_ones() -> None:
    source = Source(THREE)
    for expected in ("offer", "offer-2", "offer-3"):
        source, place = steps.add_step(source, GREET, "do:offer")
        assert source.get(("steps", place, "id")) == expected


def test_what_led_to_a_step_leads_to_where_it_led() -> None:
    source, lost = steps.remove_step(Source(THREE), MORE)
    assert lost == 0
    assert steps.answers_of(source, WISH) == [("one", "close"), ("two", "close")]
    source, lost = steps.remove_step(Source(THREE), CLOSE)
    assert lost == 1  # an answer cannot end a call
    assert source.get(("steps", MORE, "end")) == "done"
    assert complaints(source) == ['there is no step "close"']
    source, lost = steps.remove_step(Source(THREE), WISH)
    assert lost == 1
    assert complaints(source)[:1] == ['there is no step "wish"']


def test_a_check_cannot_end() -> None:
    check = "{id: a, check: [{when: caller.known = yes, next: b}], next: b}"
    text = f"steps:\n  - {check}\n  - {{id: b, end: x}}\n"
    _, lost = steps.remove_step(Source(text), 1)
    assert lost == 2
    assert steps.set_onward(Source(text), 0, steps.END).get(("steps", 0)).keys() == {"id", "check"}


@pytest.mark.parametrize("text", [THREE, USUAL, ODD])
def test_another_name_and_the_old_one_again(text: str) -> None:
    source = Source(text)
    for at, step in enumerate(steps.steps_of(source)):
        renamed = steps.rename_step(source, at, " other ")
        assert step["id"] not in [onwards for _, onwards in steps.references(renamed)]
        assert steps.rename_step(renamed, at, step["id"]).text == text
    with pytest.raises(EditError, match="already"):
        steps.rename_step(source, 0, names(source)[1])


def test_texts() -> None:
    source = steps.change_text(Source(THREE), GREET, "say", " It's\r\nme ")
    assert '    say: "It\'s\\nme "  # kindly\n' in source.text
    source = steps.change_text(source, GREET, "fallback", "Hello")
    assert '# kindly\n    fallback: "Hello"\n    next' in source.text
    source = steps.change_text(source, GREET, "fallback", " ")
    assert steps.change_text(source, GREET, "fallback", "").get(("steps", GREET, "fallback")) is None


@pytest.mark.parametrize("at", [GREET, MORE])
@pytest.mark.parametrize("kind", steps.SPOKEN)
def test_another_kind_and_the_old_one_again(at: int, kind: str) -> None:
    source = steps.change_kind(Source(THREE), at, kind)
    assert steps.kind_of(source.get(("steps", at))) == kind
    assert not complaints(source)
    assert steps.change_kind(source, at, Kind.SAY).text == THREE


def test_a_question_that_is_only_said() -> None:
    source = steps.change_kind(Source(THREE), WISH, Kind.SAY)
    assert source.get(("steps", WISH)) == {"id": "wish", "say": "What?", "next": "close"}
    with pytest.raises(EditError, match="take it out"):
        steps.change_kind(source, CLOSE, Kind.SAY)


def test_ways() -> None:
    source = steps.set_onward(Source(THREE), GREET, steps.END)
    assert "    end: resolved\n" in source.text
    assert steps.set_onward(source, GREET, steps.END).text == source.text
    assert steps.set_onward(source, GREET, "wish").text == THREE
    source = steps.set_onward(Source(THREE), GREET, steps.NEW_STEP)
    assert names(source)[-1] == source.get(("steps", GREET, "next")) == "say"
    path = steps.answer_path(Source(THREE), WISH, 1)
    assert steps.answers_of(steps.lead_to(Source(THREE), path, "close"), WISH)[1] == ("two", "close")
    assert steps.change_outcome(Source(THREE), CLOSE, " fine ").get(("steps", CLOSE, "end")) == "fine"
    bare = Source("steps:\n  - id: a\n    say: x\n")
    assert steps.set_onward(bare, 0, "a").text == "steps:\n  - id: a\n    say: x\n    next: a\n"
    assert steps.set_onward(bare, 0, steps.END).text == "steps:\n  - id: a\n    say: x\n    end: resolved\n"


@pytest.mark.parametrize("text", [THREE, ODD])
def test_answers(text: str) -> None:
    source = Source(text)
    more = steps.add_answer(source, 1)
    assert steps.answers_of(more, 1)[2] == ("something else", steps.answers_of(source, 1)[1][1])
    assert steps.answers_of(steps.add_answer(more, 1), 1)[3][0] == "something else 2"
    assert steps.remove_answer(more, 1, 2).text == text
    other = steps.rename_answer(source, 1, 0, "not now")
    assert steps.answers_of(other, 1)[0][0] == "not now"
    assert steps.rename_answer(other, 1, 0, steps.answers_of(source, 1)[0][0]).text == text
    assert steps.rename_answer(source, 1, 0, steps.answers_of(source, 1)[0][0]).text == text
    moved = steps.move_answer(source, 1, 1, 0)
    assert [each for each, _ in steps.answers_of(moved, 1)] == [
        each for each, _ in reversed(steps.answers_of(source, 1))
    ]
    assert steps.move_answer(moved, 1, 1, 0).text == text
    assert comments(moved.text) == comments(text)


def test_answers_that_cannot_be() -> None:
    source = Source(THREE)
    with pytest.raises(EditError, match="already"):
        steps.rename_answer(source, WISH, 0, "two")
    with pytest.raises(EditError, match="no such answer"):
        steps.remove_answer(source, WISH, 2)
    with pytest.raises(EditError, match="any further"):
        steps.move_answer(source, WISH, 0, 2)
    none = Source("steps:\n  - id: a\n    ask: x\n    answers: {}\n")
    assert steps.answers_of(steps.add_answer(none, 0), 0) == [("something else", "a")]
    assert steps.take_down(none, 0).get(("steps", 0, "end")) == "resolved"
    wrong = Source(
        "steps:\n  - a\n  - {id: b, answers: [1, {}], check: 1, next: [2]}\n  - id: c\n    check: [1]\n"
    )
    assert list(steps.references(wrong)) == []
    assert [steps.kind_of(step) for step in steps.steps_of(wrong)] == [None, Kind.CHECK, Kind.CHECK]
    assert steps.steps_of(Source("steps: 1\n")) == []


def test_taking_down_instead_of_choosing() -> None:
    source = steps.take_down(Source(THREE), WISH)
    assert source.get(("steps", WISH)) == {
        "id": "wish",
        "ask": "What?",
        "capture": {"name": "wish", "type": "text"},
        "next": "close",
    }
    assert steps.take_down(source, WISH).text == source.text
    source = steps.choose_from(source, WISH)
    assert steps.answers_of(source, WISH) == [("yes", "close"), ("no", "close")]
    assert steps.choose_from(source, WISH).text == source.text
    ending = Source('steps:\n  - id: "1"\n    ask: x\n    capture: {name: a, type: text}\n    end: fine\n')
    source = steps.choose_from(ending, 0)
    assert source.get(("steps", 1)) == {"id": "close", "end": "fine"}
    assert steps.take_down(source, 0).get(("steps", 0, "capture", "name")) == "answer"


def test_captures() -> None:
    source = steps.take_down(Source(THREE), WISH)
    choice = details.change_capture(source, WISH, "type", "choice")
    assert details.change_capture(choice, WISH, "type", "choice").text == choice.text
    assert details.change_choices(choice, WISH, ["a", "b"]).get(("steps", WISH, "capture", "choices")) == [
        "a",
        "b",
    ]
    assert details.change_capture(choice, WISH, "type", "text").text == source.text
    assert details.change_capture(source, WISH, "name", " x ").get(("steps", WISH, "capture", "name")) == "x"


def test_branches() -> None:
    source, _ = steps.add_step(Source(THREE), GREET, Kind.CHECK)
    more, place = details.add_branch(source, 1)
    assert more.get(place) == "caller.known = yes"
    assert more.remove(place[:-1]).text == source.text
    bare = Source("steps:\n  - id: a\n    check:\n      - next: b\n")
    assert details.add_branch(bare, 0)[0].get(("steps", 0, "check", 1, "next")) == "b"
    assert (
        details.add_branch(Source("steps:\n  - id: a\n    check: []\n"), 0)[0].get(
            ("steps", 0, "check", 0, "next")
        )
        == ""
    )


def test_actions() -> None:
    source, at = steps.add_step(Source(THREE), MORE, "do:open_case")
    full = details.change_argument(source, at, "subject", " Late ")
    full = details.change_argument(full, at, "line", "2")
    full = details.change_argument(full, at, "own", "x")
    assert full.get(("steps", at, "with")) == {"subject": "Late", "line": 2, "own": "x"}
    other = details.change_action(full, at, "schedule_callback")
    assert other.get(("steps", at, "do")) == "schedule_callback"
    assert other.get(("steps", at, "with")) == {"subject": "Late", "own": "x"}
    for name in ("subject", "line", "own"):
        full = details.change_argument(full, at, name, "")
    assert full.text == source.text
    assert details.change_argument(source, at, "line", "").text == source.text
    assert details.change_argument(source, at, "line", "two").get(("steps", at, "with", "line")) == "two"
