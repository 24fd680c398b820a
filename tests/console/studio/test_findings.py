"""Each of the check's findings has its place in the page."""

import pytest

from console.studio.editing_source import Source
from console.studio.findings import check_draft
from scripts_engine.codec import script_from_dict
from tests.console.studio.scripts import DEMO, USUAL

OTHERS = [script_from_dict(Source(file.read_text()).value) for file in DEMO if file.stem != "late-delivery"]


@pytest.mark.parametrize(
    ("old", "new", "mark", "where", "why"),
    [
        ("purchases.late_open", "purchases.late", "at-when-all-1", "when.all[1]", "no fact"),
        ("late_open >= 1", "late_open < 0", "at-when", "when", "can never be true"),
        ("next: wish", "next: wsh", "at-steps-0-next", "greet: next", "Did you mean wish?"),
        ("wait: how-late", "wait: no-way", "at-steps-1-answers-0", "wish: answers.wait", "there is no step"),
        ("late_orders[0].ref", "late_orders[0].red", "at-steps-0-say", "greet: say", "Did you mean ref?"),
        ("    end: customer waits\n", "", "at-steps-5", "promise", "leads nowhere"),
        ("title: Apolog", "titel: Apolog", "at-titel", "titel", "Did you mean title?"),
        ("priority: 80", "priority: 800", "at-priority", "priority", "from 0 to 100"),
    ],
)
def test_errors(old: str, new: str, mark: str, where: str, why: str) -> None:
    assert old in USUAL
    source = Source(USUAL.replace(old, new))
    finding = next(each for each in check_draft(source, OTHERS).findings if why in each.sentence)
    assert (finding.mark, finding.where, finding.is_error) == (mark, where, True)


def test_an_answer_that_is_there_twice_over() -> None:
    steps = "steps:\n  - {id: a, ask: x, answers: [{b: zz}, 1]}\n"
    found = check_draft(Source(f"script: x\ntitle: X\n{steps}"), []).findings
    assert [each.mark for each in found] == ["at-steps-0-answers-1"]


def test_remarks() -> None:
    assert not check_draft(Source(USUAL), OTHERS).findings
    beaten = Source("script: x\ntitle: X\npriority: 0\nlines: [1]\nsteps:\n  - {id: a, say: x, end: y}\n")
    checked = check_draft(beaten, OTHERS)
    assert [(each.is_error, each.mark) for each in checked.findings] == [(False, "at-priority")]
    assert checked.can_be_judged
    assert checked.errors == 0


def test_what_is_wrong_with_steps_leaves_conditions_to_be_judged() -> None:
    checked = check_draft(Source("script: x\ntitle: X\nsteps:\n  - {id: a, say: ''}\n"), [])
    assert checked.can_be_judged
    assert checked.errors
    assert not check_draft(
        Source("script: x\ntitle: X\nwhen: x\nsteps:\n  - {id: a, end: b}\n"), []
    ).can_be_judged
    assert check_draft(Source("steps:\n  - {say: x, ask: y}\n"), []).findings[0].where
