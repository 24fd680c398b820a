"""Documents to scripts and back, and everything that can be wrong with one."""

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given

from scripts_engine import codec
from scripts_engine.codec import STEP_FIELDS, read_script, script_from_dict, script_to_dict
from scripts_engine.condition_codec import MAX_DEPTH, MAX_PARTS, read, write
from scripts_engine.conditions import Condition
from scripts_engine.errors import ScriptError
from scripts_engine.reading import MAX_NAME, MAX_TEXT, Reading
from scripts_engine.script import Action, Answer, Capture, CaptureType, Kind, Script
from tests.scripts_engine.making import conditions

DOCUMENT: dict[str, Any] = {
    "script": "late-delivery",
    "title": "Apologise for a late delivery",
    "lines": [1, 2],
    "queues": ["support"],
    "language": "sk",
    "priority": 80,
    "from": "2026-11-01",
    "until": "2026-12-31",
    "articles": ["returns", "apology-letter"],
    "when": {
        "all": ["purchases.late_open >= 1", {"not": 'caller.segment = "vip"'}, {"any": ["cases.open = 0"]}]
    },
    "steps": [
        {"id": "greet", "say": "Good day {{ customer.name }}.", "fallback": "Good day.", "next": "wish"},
        {"id": "wish", "ask": "Wait or cancel?", "answers": {"wait": "mail", "cancel": "known"}},
        {"id": "mail", "ask": "Which e-mail?", "capture": {"name": "mail", "type": "email"}, "next": "known"},
        {"id": "known", "check": [{"when": "cases.open >= 1", "next": "tell"}, {"next": "pick"}]},
        {"id": "tell", "disclose": "This call is recorded.", "next": "case"},
        {"id": "case", "do": "open_case", "with": {"line": 2, "subject": "Cancel"}, "next": "over"},
        {
            "id": "pick",
            "ask": "Which?",
            "capture": {"name": "x", "type": "choice", "choices": ["a", "b"]},
            "end": "ok",
        },
        {"id": "over", "end": "resolved"},
    ],
}


def changed(**fields: Any) -> dict[str, Any]:
    return deepcopy(DOCUMENT) | fields


def with_step(**step: Any) -> dict[str, Any]:
    return changed(steps=[step])


def found(document: object) -> list[str]:
    with pytest.raises(ScriptError) as caught:
        script_from_dict(document, "script 3")
    return [str(finding) for finding in caught.value.findings]


def test_a_document_reads_and_writes_the_same() -> None:
    script = script_from_dict(DOCUMENT)
    assert script_to_dict(script) == DOCUMENT
    assert script_from_dict(script_to_dict(script)) == script


def test_what_a_document_becomes() -> None:
    script = script_from_dict(DOCUMENT)
    assert (script.lines, script.queues, script.language, script.priority) == ((1, 2), ("support",), "sk", 80)
    assert (script.starts_on, script.ends_on) == (date(2026, 11, 1), date(2026, 12, 31))
    assert script.articles == ("returns", "apology-letter")
    kinds = [step.kind for step in script.steps]
    assert kinds == [Kind.SAY, Kind.ASK, Kind.ASK, Kind.CHECK, Kind.DISCLOSE, Kind.DO, Kind.ASK, Kind.END]
    assert script.steps[1].answers == (Answer("wait", "mail"), Answer("cancel", "known"))
    assert script.steps[6].capture == Capture("x", CaptureType.CHOICE, ("a", "b"))
    assert script.steps[5].action is Action.OPEN_CASE
    assert script.steps[5].arguments == (("line", 2), ("subject", "Cancel"))


def test_the_least_that_a_document_needs() -> None:
    document = {"script": "x", "title": "X", "steps": [{"id": "a", "end": "done"}]}
    script = script_from_dict(document)
    assert script.when is None
    assert (script.lines, script.priority) == ((), 50)
    assert script_to_dict(script) == document
    assert script_to_dict(script_from_dict(document | {"priority": 0})) == document | {"priority": 0}


def test_days_may_be_dates_and_answers_a_list() -> None:
    document = changed(**{"from": date(2026, 11, 1)})
    document["steps"][1]["answers"] = [{"wait": "mail"}, {"cancel": "known"}]
    assert script_from_dict(document) == script_from_dict(DOCUMENT)


@given(conditions)
def test_conditions_read_and_write_the_same(tree: Condition) -> None:
    reading = Reading("x")
    assert read(reading, write(tree), ("when",)) == tree
    assert reading.findings == []


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (None, "script 3: a script must be fields with values, not nothing."),
        ([1], "script 3: a script must be fields with values, not a list."),
        (changed(titel="x"), 'late-delivery: titel: a script has no field "titel", only'),
        (changed(titel="x"), "Did you mean title?"),
        (changed(script=5), 'script 3: script: "script", the key, must be a text, not "5".'),
        (changed(script="späť"), "may only have letters, digits, -, _ and ., not"),
        (changed(script="x" * 101), f"may have {MAX_NAME} characters, not 101"),
        (changed(title=" "), 'title: "title" is empty'),
        (changed(title=None), 'title: "title" must be a text, not nothing'),
        (changed(title={}), "must be a text, not fields with values"),
        (changed(title=["x"]), "must be a text, not a list"),
        (changed(lines=1), 'lines: "lines" must be a list, not "1"'),
        (changed(lines=[]), 'lines: "lines" is an empty list'),
        (changed(lines=[3]), 'lines[0]: a line must be a whole number from 1 to 2, not "3"'),
        (changed(lines=[True]), 'lines[0]: a line must be a whole number from 1 to 2, not "True"'),
        (changed(lines=[1, 2, 1]), 'lines: "lines" may have 2 items, not 3'),
        (changed(queues=[5]), 'queues[0]: a queue must be a text, not "5"'),
        (changed(language=5), 'language: "language" must be a text'),
        (changed(priority=101), 'priority: "priority" must be a whole number from 0 to 100, not "101"'),
        (changed(priority="high"), 'from 0 to 100, not "high"'),
        (changed(until="soon"), 'until: "until" must be a day such as 2026-11-21, not "soon"'),
        (changed(until=datetime(2026, 12, 1)), 'not "2026-12-01 00:00:00"'),  # noqa: DTZ001 (what YAML may give)
        (changed(until="2026-10-01"), 'until: "until" (2026-10-01) lies before "from" (2026-11-01)'),
        (changed(when=5), 'when: a condition is a text such as `cases.open = 0`, or all, any, not; not "5"'),
        (changed(when=["a"]), "write all: or any: above a list"),
        (changed(when={}), "when: a condition has one of all, any, not, not nothing"),
        (changed(when={"al": []}), "one of all, any, not, not al. Did you mean all?"),
        (changed(when={"all": [], "any": []}), "not all, any"),
        (changed(when={"all": []}), 'when.all: "all" is an empty list'),
        (
            changed(when={"any": ["cases.opn = 1"]}),
            'when.any[0]: there is no fact "cases.opn". Did you mean cases.open?',
        ),
        (changed(when={"any": ["cases.open = 1"] * 101}), f'"any" may have {MAX_PARTS} items, not 101'),
        (changed(steps=None), 'steps: "steps" is missing: a script needs at least one'),
        (changed(steps="x"), 'steps: "steps" must be a list, not "x"'),
        (changed(steps=["x"]), 'steps[0]: a step must be fields with values, not "x"'),
        (
            changed(steps=[{"id": "a", "end": "x"}] * 201),
            f'"steps" may have {codec.MAX_STEPS} items, not 201',
        ),
        (
            with_step(id="a", sya="x"),
            "steps[0]: a step needs one of say, ask, check, disclose, do, end. Did you mean say?",
        ),
        (with_step(id="a", zzz="x"), "steps[0]: a step needs one of say, ask, check, disclose, do, end."),
        (with_step(id="a", say="x", ask="y"), "steps[0]: a step is one of say, ask, not several of them"),
        (with_step(say="x", end="y"), 'steps[0].id: "id" of a step must be a text, not nothing'),
        (with_step(id="a", say="x", nxt="y"), 'steps[0].nxt: the say step has no field "nxt"'),
        (
            with_step(id="a", say="x", next="b", end="y"),
            'steps[0].end: a step has either "next" or "end", not both',
        ),
        (
            with_step(id="a", say="x" * 5000, end="y"),
            f'steps[0].say: "say" may have {MAX_TEXT} characters, not 5000',
        ),
        (with_step(id="a", say="y" * 4001, end="y"), "not 4001"),
        (with_step(id="a", ask="x", end="y"), 'steps[0]: an "ask" step needs either "answers" or "capture"'),
        (with_step(id="a", ask="x", answers={"b": "c"}, next="d"), '"next" and "end" are never reached'),
        (with_step(id="a", ask="x", answers={}), 'steps[0].answers: "answers" must be 1 to 20, not 0'),
        (with_step(id="a", ask="x", answers={str(n): "c" for n in range(21)}), "must be 1 to 20, not 21"),
        (
            with_step(id="a", ask="x", answers={"b": 5}),
            "steps[0].answers.b: the step after an answer must be a text",
        ),
        (
            with_step(id="a", ask="x", answers=["b"]),
            "steps[0].answers[0]: an answer is written `answer: step`, not",
        ),
        (
            with_step(id="a", ask="x", capture="b", end="y"),
            'steps[0].capture: "capture" must be fields with values',
        ),
        (
            with_step(id="a", ask="x", capture={"name": "A b", "type": "text"}, end="y"),
            "small letters, digits and _",
        ),
        (with_step(id="a", ask="x", capture={"name": "b", "type": "mail"}, end="y"), "Did you mean email?"),
        (
            with_step(id="a", ask="x", capture={"name": "b", "type": "choice"}, end="y"),
            'capture.choices: "choices" must be a list',
        ),
        (
            with_step(id="a", ask="x", capture={"name": "b", "type": "text", "choices": ["c"]}, end="y"),
            "belong to the type choice, not text",
        ),
        (with_step(id="a", check=[]), 'steps[0].check: "check" is an empty list'),
        (with_step(id="a", check=[{"when": "x"}]), "steps[0].check[0].when: "),
        (
            with_step(id="a", check=[{"when": "cases.open = 1"}]),
            'steps[0].check[0].next: "next" of a branch must be a text',
        ),
        (
            with_step(id="a", do="opencase", end="y"),
            'steps[0].do: "do" must be one of open_case, schedule_callback',
        ),
        (with_step(id="a", do=["x"], end="y"), 'steps[0].do: "do" must be one of'),
        (
            with_step(id="a", do="offer", **{"with": "x"}, end="y"),
            'steps[0].with: "with" must be fields with values',
        ),
        (
            with_step(id="a", do="offer", **{"with": {"b": None}}, end="y"),
            'steps[0].with.b: "b" must be a text, not nothing',
        ),
        (with_step(id="a", end=None), 'steps[0].end: "end" must be a text, not nothing'),
    ],
)
def test_what_is_wrong(document: object, problem: str) -> None:
    assert problem in "\n".join(found(document))


def test_answers_are_for_the_checks_of_steps_only() -> None:
    check = {"id": "look", "check": [{"when": "answers.wish is known", "next": "wish"}], "next": "wish"}
    too_early = "nothing is answered yet when a script is picked, so only the check of a step may look at"
    [problem] = found(changed(when="answers.wish is known"))
    assert problem.startswith(f"late-delivery: when: {too_early} `answers`")
    assert script_from_dict({"script": "x", "title": "X", "steps": [check]}).steps[0].branches[0].when
    [problem] = found(changed(when="answers. is known"))
    assert problem.startswith('late-delivery: when: there is no fact "answers."')


def test_everything_wrong_is_said_at_once_and_the_rest_is_read() -> None:
    document = changed(
        title="", when={"all": ["cases.opn = 1", "cases.open => 1"]}, steps=[{"id": "a", "sya": "x"}]
    )
    script, findings = read_script(document)
    assert [finding.where for finding in findings] == [
        "late-delivery: title",
        "late-delivery: when.all[0]",
        "late-delivery: when.all[1]",
        "late-delivery: steps[0]",
    ]
    assert isinstance(script, Script)
    assert script.priority == 80


def test_conditions_are_nested_only_so_deep() -> None:
    deep: object = "cases.open = 1"
    for _ in range(MAX_DEPTH):
        deep = {"not": deep}
    assert read_script(changed(when=deep))[1] == []
    assert f"conditions may be nested {MAX_DEPTH} deep" in found(changed(when={"not": {"not": deep}}))[0]


def test_a_missing_key_is_replaced_by_the_label() -> None:
    assert found({"script": " ", "title": "X", "steps": [{"id": "a", "end": "b"}]})[0].startswith(
        "script 3: script:"
    )


def test_every_kind_of_step_names_its_word_second() -> None:
    assert {fields[1]: kind for kind, fields in STEP_FIELDS.items()} == {str(kind): kind for kind in Kind}


def test_articles_are_keys_each_once_and_at_most_twenty() -> None:
    why = "the key of an article may only have letters, digits, -, _ and ."
    assert found(changed(articles=["a b", "x", "x"])) == [
        f'late-delivery: articles[0]: {why}, not "a b".',
        'late-delivery: articles[2]: the article "x" is named already; take it out.',
    ]
    assert found(changed(articles="x")) == ['late-delivery: articles: "articles" must be a list, not "x".']
    many = [f"a{number}" for number in range(codec.MAX_ARTICLES + 1)]
    assert found(changed(articles=many)) == ['late-delivery: articles: "articles" may have 20 items, not 21.']
