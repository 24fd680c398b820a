"""Each of the check's findings has its place in the page."""

from collections.abc import Sequence

import pytest

from console.studio.drawing import draw_script
from console.studio.editing_source import Source
from console.studio.findings import Checked, check_draft
from console.studio.words import numbered_step
from scripts_engine.codec import script_from_dict
from scripts_engine.script import Script
from tests.console.studio.scripts import DEMO, USUAL

OTHERS = [script_from_dict(Source(file.read_text()).value) for file in DEMO if file.stem != "late-delivery"]

GREET, WISH, PROMISE = (
    numbered_step(number + 1, script_from_dict(Source(USUAL).value).steps[number]) for number in (0, 1, 5)
)


def check(source: Source, published: Sequence[Script] = (), key: str = "late-delivery") -> Checked:
    return check_draft(source, draw_script(source), published, key)


@pytest.mark.parametrize(
    ("old", "new", "mark", "where", "why"),
    [
        ("purchases.late_open", "purchases.late", "at-when-all-1", "condition 2", "no fact"),
        ("late_open >= 1", "late_open < 0", "at-when-all-1", "condition 2", "can never be true"),
        ("next: wish", "next: wsh", "at-steps-0-next", f"{GREET}: where it leads", "Did you mean wish?"),
        (
            "wait: how-late",
            "wait: no-way",
            "at-steps-1-answers-0-onward",
            f"{WISH}: the answer “wait”",
            "there is no step",
        ),
        ("late_orders[0].ref", "late_orders[0].red", "at-steps-0-say", GREET, "Did you mean ref?"),
        ("    end: customer waits\n", "", "at-steps-5", PROMISE, "leads nowhere"),
        ("title: Apolog", "titel: Apolog", "source", "titel", "Did you mean title?"),
        ("priority: 80", "priority: 800", "at-priority", "its priority", "from 0 to 100"),
    ],
)
def test_errors(old: str, new: str, mark: str, where: str, why: str) -> None:
    assert old in USUAL
    source = Source(USUAL.replace(old, new))
    finding = next(each for each in check(source, OTHERS).findings if why in each.sentence)
    assert (finding.mark, finding.where, finding.is_error) == (mark, where, True)


def test_an_answer_that_is_none() -> None:
    steps = "steps:\n  - {id: a, ask: x, answers: [{b: zz}, 1]}\n"
    found = check(Source(f"script: x\ntitle: X\n{steps}")).findings
    assert [each.mark for each in found] == ["source"]
    assert not check(Source(f"script: x\ntitle: X\n{steps}")).whole
    assert check(Source(USUAL.replace("next: wish", "next: wsh"))).whole


def test_remarks() -> None:
    assert not check(Source(USUAL), OTHERS).findings
    beaten = Source("script: x\ntitle: X\npriority: 0\nlines: [1]\nsteps:\n  - {id: a, say: x, end: y}\n")
    checked = check(beaten, OTHERS)
    assert [(each.is_error, each.mark) for each in checked.findings] == [(False, "at-priority")]
    assert checked.can_be_judged
    assert checked.errors == 0


@pytest.mark.parametrize(
    ("head", "mark"),
    [
        ("", None),
        ("lines: [1]\n", "at-lines"),
        ("queues: [vip]\n", "at-queues"),
        ("language: sk\n", "at-language"),
        ("from: 2026-01-01\n", "at-from"),
        ("until: 2026-01-01\n", "at-until"),
        ("when: cases.open = 0\n", "at-when"),
    ],
)
def test_a_fallback_that_is_none_any_more(head: str, mark: str | None) -> None:
    text = "script: last\ntitle: X\nsteps:\n  - {id: a, say: x, end: y}\n"
    before, after = script_from_dict(Source(text).value), Source(head + text)
    found = check(after, [before], "last").findings
    assert {each.mark for each in found} == ({mark} if mark else set())


def test_that_there_is_no_fallback_concerns_only_what_could_be_one() -> None:
    assert not check(
        Source("script: x\ntitle: X\nwhen: cases.open = 0\nsteps:\n  - {id: a, end: y}\n")
    ).findings


def test_a_new_script_with_the_key_of_another() -> None:
    found = check(Source(USUAL), [script_from_dict(Source(USUAL).value)], "").findings
    assert [(each.mark, each.line) for each in found if "2 scripts" in each.sentence] == [("at-script", 2)]


@pytest.mark.parametrize(
    ("step", "mark"),
    [
        ("{id: a, say: x, colour: red, end: y}", "source"),
        ("{id: a, check: [], next: b}", "at-steps-0-check"),
        ("{id: a, check: [5], next: b}", "source"),
        ("{id: a, check: [{when: cases.open = 0}], next: b}", "at-steps-0-check-0-onward"),
        ("{id: a, check: [{next: b, nxt: b}], next: b}", "source"),
        (
            "{id: a, check: [{next: b, when: {not: {all: [x = 1]}}}], next: b}",
            "at-steps-0-check-0-when-not-all-0",
        ),
        ("{id: a, ask: x, capture: {name: A-B, type: text}, end: y}", "at-steps-0-capture-name"),
        ("{id: a, ask: x, capture: {name: a, type: choice}, end: y}", "at-steps-0-capture-choices"),
        ("{id: a, ask: x, capture: 5, end: y}", "source"),
        ("{id: a, do: open_case, with: 5, end: y}", "at-steps-0-with"),
        ("{id: a, do: open_case, with: {line: 7}, end: y}", "at-steps-0-with-line"),
        ("{id: a, say: x, next: b, end: y}", "source"),
        ("5", "at-steps-0"),
    ],
)
def test_steps(step: str, mark: str) -> None:
    found = check(Source(f"script: x\ntitle: X\nsteps:\n  - {step}\n  - {{id: b, end: y}}\n")).findings
    assert mark in {each.mark for each in found}, found


def test_what_is_wrong_with_steps_leaves_conditions_to_be_judged() -> None:
    checked = check(Source("script: x\ntitle: X\nsteps:\n  - {id: a, say: ''}\n"))
    assert checked.can_be_judged
    assert checked.errors
    wrong = "script: x\ntitle: X\nwhen: x\nsteps:\n  - {id: a, end: b}\n"
    assert not check(Source(wrong)).can_be_judged
    assert check(Source("steps:\n  - {say: x, ask: y}\n")).findings[0].where
