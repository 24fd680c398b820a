"""What a draft would do on a call, among others."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.scripts.rendering import Renderer
from console.studio.preview import asked_facts, fact_fields, judge, read_steps, with_invented
from scripts_engine.codec import script_from_dict
from scripts_engine.facts import FactValue
from scripts_engine.script import Script

TODAY = date(2026, 11, 21)
STEPS = [{"id": "a", "say": "x", "end": "y"}]


def script(key: str, priority: int = 50, **more: Any) -> Script:
    document = {"script": key, "title": key.title(), "priority": priority, "steps": STEPS}
    return script_from_dict({**document, **more})


DRAFT = script("draft", when="cases.open = 0")


@pytest.mark.parametrize(
    ("others", "open_cases", "outcome", "other", "words"),
    [
        ([script("low", 1)], 0, "picked", "Low", "no case is open"),
        ([], 0, "picked", "", "no case is open"),
        ([script("high", 90)], 0, "second", "High", "no case is open"),
        ([script("high", 90), script("higher", 91)], 0, "beaten", "Higher", "no case is open"),
        ([script("low", 1)], 2, "not", "Low", "2 cases are open, needs 0"),
        ([], 2, "not", "", "needs 0"),
    ],
)
def test_the_draft_among_others(
    others: list[Script], open_cases: int, outcome: str, other: str, words: str
) -> None:
    preview = judge(DRAFT, others, {"cases.open": open_cases}, TODAY)
    assert (preview.outcome, preview.other) == (outcome, other)
    assert words in preview.sentence
    assert bool(preview.why) == (outcome != "not")
    assert preview.sentence.startswith("Chosen") == (outcome == "picked")


def test_a_draft_that_always_applies() -> None:
    assert judge(script("x"), [script("high", 90)], {}, TODAY).sentence == "It always applies."


def test_a_draft_that_is_not_in_force() -> None:
    late = script_from_dict({"script": "x", "title": "X", "from": "2027-01-01", "steps": STEPS})
    assert judge(late, [], {}, TODAY).sentence == "It is not in force on this day."


def test_facts_that_are_asked_for() -> None:
    branch = {
        "id": "c",
        "check": [{"when": "call.hour > 8", "next": "a"}, {"when": "answers.b = 1", "next": "a"}],
        "next": "a",
    }
    asking = script(
        "x",
        when={"all": ["cases.open = 0", "cases.open < 9"]},
        queues=["q"],
        language="sk",
        steps=[branch, *STEPS],
    )
    assert asked_facts(asking) == ["cases.open", "call.hour", "call.queue", "caller.language", "call.line"]


def test_fields_and_what_is_typed_in_them() -> None:
    facts: dict[str, FactValue] = {
        "caller.known": True,
        "caller.match": "one",
        "cases.open": 2,
        "purchases.categories": ("ink", "a, b"),
        "purchases.last_days": 1.5,
        "caller.withheld": False,
        "attr.size": "big",
    }
    fields = fact_fields([*facts, "caller.segment"], facts)
    assert [(field.kind, field.value) for field in fields] == [
        ("menu", "yes"), ("menu", "one"), ("number", "2"), ("text", 'ink, "a, b"'), ("number", "1.5"),
        ("menu", "no"), ("text", "big"), ("text", ""),
    ]  # fmt: skip
    typed = {field.name: field.value for field in fields}
    assert with_invented(facts, typed) == facts
    assert with_invented(facts, {"cases.open": "3", "attr.size": "2,5", "caller.known": "", "x.y": "1"}) == {
        **{name: value for name, value in facts.items() if name != "caller.known"},
        "cases.open": 3,
        "attr.size": 2.5,
    }
    for wrong in ("many", "nan", "inf"):
        assert with_invented(facts, {"cases.open": wrong}) == facts


def test_how_steps_read() -> None:
    steps = [
        {"id": "c", "check": [{"when": "cases.open > 0", "next": "b"}], "next": "a"},
        {"id": "a", "say": "Hi {{ customer.name }}", "fallback": "Hi", "next": "b"},
        {"id": "b", "ask": "So?", "answers": {"yes": "a", "no": "a"}},
    ]
    renderer = Renderer("en", ZoneInfo("UTC"), "EUR")
    read = read_steps(script("x", steps=steps), renderer, {"customer": None, "facts": {"cases.open": 0}})
    assert [(step.text, bool(step.failed), step.is_first) for step in read[1:]] == [
        ("Hi", True, True),
        ("So?", False, False),
    ]
    assert read[2].answers == ["yes", "no"]
    assert read_steps(Script(key="x", title="X", steps=()), renderer, {}) == []
