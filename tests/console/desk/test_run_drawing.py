"""What the desk prints of a run, and that a pop and its run are drawn as one, whichever changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from console.desk.live import DeskRenderer
from console.desk.samples import sample_desk
from console.desk.shown_runs import MOST_REMEMBERED, ShownRuns
from console.live.bus import Change, Snapshot
from tests.console.desk.document import Element, parse

TOPIC = "desk:1"


def run_of(name: str, now: datetime, **changes: Any) -> dict[str, Any]:
    return {**sample_desk(now)[f"run:sample-{name}"], **changes}


def pushed(renderer: DeskRenderer, run: Mapping[str, Any]) -> Element:
    """The script of the pop after a run was put beside it."""
    fragment = renderer.change(Change(TOPIC, 1, f"run:{run['leg']}", run, new=False), "en")
    assert fragment is not None
    assert (fragment.target, fragment.swap) == (f"#script-{run['leg']}", "outerMorph")
    return parse(fragment.html).one("pop-script")


def test_something_is_taken_down(renderer: DeskRenderer, now: datetime) -> None:
    script = pushed(renderer, run_of("answered", now))
    step, field = script.one("step"), script.one("step-capture")
    assert (step.attributes["data-step"], step.attributes["data-kind"]) == ("mail", "ask")
    assert field.attributes["value"] == "jozef@example.org"
    assert (field.attributes["inputmode"], field.attributes["data-type"]) == ("email", "email")
    assert script.attributes["hx-vals:inherited"] == (
        '{"run": 1, "revision": 3, "script": "late-delivery", "step": "mail"}'
    )
    asked = script.one("run-so-far").every("strong")
    promises = ["declined", "Tue, Nov 24, 14:00"]
    assert [each.text for each in asked] == ["cancel", "€120.50", "Nov 21, 2026", *promises, "1,234.5"]
    assert script.has("step-back")
    assert not script.has("step-forward")
    assert script.one("pop-why").text.startswith("Why this script: Chosen because 1 order is late")


@pytest.mark.parametrize(
    ("name", "shown", "words"),
    [
        ("held", "step-next", "I have read this out"),
        ("held", "run-reason", "Taken instead: Wants to cancel, whatever it costs"),
        ("asking", "step-next", "Open a case"),
        ("asking", "step-skip", "Go on without it"),
        ("asking", "step-forward", "Forward"),
        ("ended", "run-outcome", "Outcome: resolved"),
        ("long", "script-offered", "Fits better now: Apologise for a late delivery"),
    ],
)
def test_each_kind_of_step(renderer: DeskRenderer, now: datetime, name: str, shown: str, words: str) -> None:
    assert pushed(renderer, run_of(name, now)).one(shown).text.startswith(words)


def test_what_was_done_is_told_and_not_offered_again(renderer: DeskRenderer, now: datetime) -> None:
    script = pushed(renderer, run_of("asking", now, done="K-7", revision=4))
    assert script.one("step-done").text == "Done: K-7"
    assert script.one("step-next").text == "Next"
    assert not script.has("step-skip")


def test_a_pop_that_changes_keeps_its_run(renderer: DeskRenderer, now: datetime) -> None:
    entries = sample_desk(now)
    pop: Any = entries["sample-answered"]
    before = renderer.change(Change(TOPIC, 1, pop["leg"], pop, new=False), "en")
    assert before is not None
    assert parse(before.html).one("step").attributes["data-step"] == "greet"
    pushed(renderer, run_of("answered", now))
    after = renderer.change(Change(TOPIC, 3, pop["leg"], {**pop, "held": True}, new=False), "en")
    assert after is not None
    assert parse(after.html).one("step").attributes["data-step"] == "mail"


def test_an_older_run_never_takes_the_place_of_a_newer_one(renderer: DeskRenderer, now: datetime) -> None:
    newest = run_of("held", now, revision=9)
    for run in (newest, run_of("held", now, number=1, revision=99), run_of("held", now)):
        script = pushed(renderer, run)
        assert '"run": 2, "revision": 9' in script.attributes["hx-vals:inherited"]
    page = parse(renderer.snapshot(Snapshot(TOPIC, 9, sample_desk(now)), "en"))
    [shown] = page.every("section", id="script-sample-held")
    assert '"run": 2, "revision": 9' in shown.attributes["hx-vals:inherited"]


def test_a_run_that_is_gone_is_forgotten(renderer: DeskRenderer, now: datetime) -> None:
    pushed(renderer, run_of("held", now, revision=9))
    assert renderer.change(Change(TOPIC, 2, "run:sample-held", None, new=False), "en") is None
    assert '"revision": 3' in pushed(renderer, run_of("held", now)).attributes["hx-vals:inherited"]


def test_only_so_many_are_remembered(now: datetime) -> None:
    runs, run = ShownRuns(), run_of("held", now)
    for number in range(MOST_REMEMBERED + 1):
        runs.hear({**run, "leg": str(number)})
    assert (runs.of("0"), runs.of("1") is not None) == (None, True)
