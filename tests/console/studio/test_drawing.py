"""A script as a document: from its YAML, also where that is wrong or unfinished."""

import pytest

from console.studio.drawing import draw_script
from console.studio.drawing_conditions import MAX_DEPTH, draw_condition
from console.studio.editing_source import Source
from console.studio.wording import GROUP_WORDS, fact_options, operator_options, priority_words
from scripts_engine.facts import CATALOGUE, FactType, find_fact
from tests.console.studio.scripts import DEMO, ODD


def test_every_condition_of_the_demo_is_drawn_with_menus() -> None:
    for file in DEMO:
        view = draw_script(Source(file.read_text()))
        parts = list(view.condition.parts) if view.condition else []
        for part in parts:
            assert part.word or part.raw is None, (file, part)
            parts += part.parts


def test_sentences() -> None:
    view = draw_condition(Source(ODD), ("when",))
    assert view is not None
    assert view.word == "all"
    late, vip, pair, _, night = view.parts
    assert (late.label, late.operator, late.value, late.field, late.unit) == (
        "orders that are late", ">=", "1", "number", "orders",
    )  # fmt: skip
    assert (vip.opposite, vip.fact, vip.value, vip.field) == (True, "caller.segment", "vip", "text")
    assert vip.at != vip.moved_at
    assert [part.operator for part in pair.parts] == ["none", "in"]
    assert pair.parts[1].field == "list"
    assert (night.word, [part.value for part in night.parts]) == ("none", ["8", "20"])


@pytest.mark.parametrize(
    ("text", "field", "shown"),
    [
        ("caller.known = yes", "", "yes"),
        ("caller.known != yes", "menu", "yes"),
        ('caller.match = "one"', "menu", "one"),
        ('caller.match contains "o"', "text", "o"),
        ("attr.size > 1", "number", "1"),
        ('attr.size = "big"', "text", "big"),
        ('purchases.categories contains "ink"', "text", "ink"),
        ("cases.open is unknown", "", ""),
    ],
)
def test_values(text: str, field: str, shown: str) -> None:
    view = draw_condition(Source(f"when: '{text}'\n"), ("when",))
    assert view is not None
    assert (view.field, view.value) == (field, shown)
    assert view.operator in dict(view.operators)
    assert not view.options or view.value in dict(view.options)


def test_what_cannot_be_read_can_be_mended() -> None:
    view = draw_condition(Source("when:\n  not: cases.opn = 1\n"), ("when",))
    assert view is not None
    assert (view.raw, view.opposite) == ("cases.opn = 1", True)
    view = draw_condition(Source("when: [1]\n"), ("when",))
    assert view is not None
    assert view.raw == ""
    deep = "cases.open = 1"
    for _ in range(MAX_DEPTH + 1):
        deep = f"{{all: [{deep}]}}"
    assert "raw=''" in repr(draw_condition(Source(f"when: {deep}\n"), ("when",)))


def test_a_condition_on_an_answer_is_a_line_to_write() -> None:
    source = Source("steps:\n- id: a\n  check:\n  - {when: answers.pieces > 3, next: b}\n")
    view = draw_condition(source, ("steps", 0, "check", 0, "when"))
    assert view is not None
    assert view.raw == "answers.pieces > 3"


def test_steps() -> None:
    view = draw_script(Source(ODD))
    greet, wish, do_it, look, take, close = view.steps
    assert greet.text == "Good day, ‹customer's name›."
    assert greet.has_values
    assert [way.text for way in wish.ways] == ["yes, please", "no"]
    assert [(each.name, each.value) for each in do_it.arguments] == [
        ("subject", 'A, "B"'), ("line", "2"), ("priority", "high"),
    ]  # fmt: skip
    assert [way.condition.word or way.condition.fact for way in look.ways if way.condition] == [
        "all",
        "caller.known",
    ]
    assert take.capture == {"name": "which", "type": "choice", "choices": "a, b"}
    assert (close.leads_on, close.from_steps) == (False, ["wish", "look", "take"])
    assert view.step_options[2] == ("do-it", "3 · Do: open a case")
    assert ("‹answer which›", "answer which") in view.value_options[-1][1]
    assert view.priority_words == "after nearly all others"


def test_what_is_unfinished_is_drawn_too() -> None:
    text = """\
priority: many
lines: 3
queues: x
steps:
  - 1
  - {id: a, ask: x, capture: 1}
  - {id: b, do: dance, with: {x: 1}}
  - {id: c, check: 1}
  - {id: d, do: offer, with: 1}
  - {say: x}
  - {x: 1}
  - {id: e, ask: "%s", answers: {}}
""" % ("long " * 20)
    view = draw_script(Source(text))
    assert [step.kind for step in view.steps] == ["", "ask", "do", "check", "do", "say", "", "ask"]
    assert view.steps[2].arguments[0].label == "x"
    assert view.condition is None
    assert view.step_options[-1][1].endswith("…")
    assert (view.title, view.key, view.lines, view.queues) == ("", "", "", "")


def test_words() -> None:
    named = [name for _, options in fact_options() for name, _ in options]
    assert set(named) == {*CATALOGUE, "attr."}
    kinds = {fact.type for fact in CATALOGUE.values()} | {FactType.NUMBER_OR_TEXT}
    for kind in kinds:
        fact = next((fact for fact in CATALOGUE.values() if fact.type is kind), find_fact("attr.x"))
        assert fact is not None
        assert ("is known", "is known") in operator_options(fact)
    assert [priority_words(at) for at in (0, 1, 50, 100)] == [
        "last of all", "after nearly all others", "as usual", "before nearly all others",
    ]  # fmt: skip
    assert set(GROUP_WORDS) == {"all", "any", "none", "not_all"}
