"""Steps with values put in, and what stands there when that fails."""

from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.desk.pop import PopStep
from console.scripts import rendering
from console.scripts.rendering import RenderedStep, Renderer, spoken_answers, with_gaps
from scripts_engine.codec import script_from_dict
from scripts_engine.run import answer, start
from scripts_engine.script import Script
from tests.conftest import NOW as AT

CONTEXT: dict[str, object] = {"customer": SimpleNamespace(name="ANA NOVÁK"), "facts": {"cases.open": 1}}


@pytest.fixture
def renderer() -> Renderer:
    return Renderer("en", ZoneInfo("UTC"), "EUR")


def script(*steps: dict[str, Any]) -> Script:
    return script_from_dict({"script": "x", "title": "X", "steps": list(steps)})


def test_the_step_has_the_shape_of_the_pop_s() -> None:
    assert RenderedStep.__annotations__ == PopStep.__annotations__


def test_the_first_step_that_the_agent_sees(renderer: Renderer) -> None:
    found = script(
        {"id": "open", "check": [{"when": "cases.open >= 1", "next": "case"}], "next": "over"},
        {
            "id": "case",
            "ask": "About your case, {{ customer.name | name }}?",
            "answers": {"yes": "over", "no": "over"},
        },
        {"id": "over", "end": "done"},
    )
    assert renderer.first_step(found, CONTEXT) == {
        "id": "case",
        "kind": "ask",
        "text": "About your case, Ana Novák?",
        "failed": False,
        "answers": ["yes", "no"],
        "capture": "",
        "label": "",
        "action": "",
        "details": [],
        "in_days": "",
    }
    step = renderer.first_step(found, {})
    assert step is not None
    assert (step["id"], step["text"]) == ("over", "The script ends here.")


def test_a_script_may_have_no_first_step(renderer: Renderer) -> None:
    assert (
        renderer.first_step(script({"id": "a", "check": [{"when": "cases.open = 9", "next": "a"}]}), {})
        is None
    )


def test_plain_text_and_actions_and_choices(renderer: Renderer) -> None:
    found = script(
        {"id": "a", "do": "open_case", "with": {"line": 2, "subject": "Late"}, "next": "b"},
        {
            "id": "b",
            "ask": "Which?",
            "capture": {"name": "which_one", "type": "choice", "choices": ["c", "d"]},
            "next": "e",
        },
        {"id": "e", "ask": "Mail?", "capture": {"name": "y", "type": "email"}, "end": "ok"},
    )
    steps = [renderer.step(step, {}) for step in found.steps]
    assert [(step["text"], step["failed"]) for step in steps] == [
        ("Open a case", False),
        ("Which?", False),
        ("Mail?", False),
    ]
    assert [step["answers"] for step in steps] == [[], ["c", "d"], []]
    assert [(step["capture"], step["label"]) for step in steps] == [
        ("", ""),
        ("choice", "which one"),
        ("email", "y"),
    ]
    assert [step["details"] for step in steps] == [[["line", "2"], ["subject", "Late"]], [], []]


def test_an_action_without_its_values_is_done_with_what_is_left(renderer: Renderer) -> None:
    texts = {
        "subject": "{{ customer.name }}: {{ orders[0].ref }}!",
        "note": "Call {{ customer.name }}",
        "line": 2,
    }
    found = script({"id": "a", "do": "schedule_callback", "with": texts, "end": "x"})
    told: list[tuple[str, str]] = []
    step = renderer.step(found.steps[0], {}, lambda *each: told.append(each))
    assert (step["text"], step["failed"]) == ("Schedule a call-back", True)
    assert step["details"] == [["line", "2"], ["note", "Call …"]]
    assert {name for name, _ in told} == {"a"}
    assert renderer.arguments(found.steps[0], {}) == {"note": "Call …", "line": 2}


def test_what_was_answered_is_named_in_texts_and_arguments(renderer: Renderer) -> None:
    found = script(
        {"id": "n", "ask": "How many?", "capture": {"name": "pieces", "type": "number"}, "next": "m"},
        {"id": "m", "ask": "How much?", "capture": {"name": "amount", "type": "money"}, "next": "d"},
        {"id": "d", "ask": "When?", "capture": {"name": "day", "type": "date"}, "next": "wish"},
        {"id": "wish", "ask": "Well?", "answers": {"yes": "say"}},
        {
            "id": "say",
            "do": "offer",
            "with": {
                "said": "{{ answers.pieces }} for {{ answers.amount | money }} on {{ answers.day | date }}: "
                '{{ answers["wish"] }}'
            },
            "end": "done",
        },
    )
    run = start(found, {}, AT)
    for text in ("1 234,5", "12,50 €", "21.11.2026", "yes"):
        run = answer(run, found, {}, AT, text)
    context = {"answers": spoken_answers(run, found)}
    step = found.steps[-1]
    said = "1,234.5 for €12.50 on November 21, 2026: yes"
    assert renderer.arguments(step, context) == {"said": said}
    assert renderer.step(step, context)["details"] == [["said", said]]


@pytest.mark.parametrize(
    ("fallback", "text"),
    [({"fallback": "Good day."}, "Good day."), ({}, "Good day … and welcome.")],
)
def test_a_failing_text_shows_its_fallback(renderer: Renderer, fallback: dict[str, str], text: str) -> None:
    found = script({"id": "a", "say": "Good day {{ customer.name }} and welcome.", "end": "x"} | fallback)
    step = renderer.first_step(found, {"customer": None})
    assert step is not None
    assert (step["text"], step["failed"]) == (text, True)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in orders %}{{ a }}{% endfor %}",
        "{{ customer.__class__ }}",
        "{{ customer.name | date }}",
        "{{ 1",
    ],
)
def test_a_text_that_was_never_checked_is_contained(renderer: Renderer, text: str) -> None:
    found = script({"id": "a", "say": text, "fallback": "Good day.", "end": "x"})
    step = renderer.first_step(found, CONTEXT)
    assert step is not None
    assert (step["text"], step["failed"]) == ("Good day.", True)


async def test_texts_are_compiled_once_and_beforehand(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = script(
        {"id": "a", "say": "Good day {{ customer.name }}.", "next": "b"},
        {"id": "b", "say": "Bye.", "end": "x"},
    )
    await renderer.warm([found])
    monkeypatch.setattr(renderer._environment, "compile_text", None)  # a second compilation would fail
    step = renderer.first_step(found, CONTEXT)
    assert step is not None
    assert step["text"] == "Good day ANA NOVÁK."


def test_only_so_many_compiled_texts_are_kept(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_TEXTS", 2)
    for number in range(5):
        found = script({"id": "a", "say": f"{number} {{{{ customer.name }}}}", "end": "x"})
        step = renderer.first_step(found, CONTEXT)
        assert step is not None
        assert step["text"] == f"{number} ANA NOVÁK"
    assert len(renderer._compiled) <= 2


def test_gaps() -> None:
    assert with_gaps("A {{ b }} c{% if d %} e {# f #}{% endif %}.") == "A … c e ."
