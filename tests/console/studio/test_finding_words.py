"""Findings as people who see no YAML are told them."""

import pytest

from console.studio.finding_words import FIELDS, PARTS, finding_words
from scripts_engine import codec
from scripts_engine.check import check_script
from scripts_engine.codec import script_from_dict
from scripts_engine.errors import Finding, Path

SCRIPT = script_from_dict(
    {
        "script": "late",
        "title": "Late",
        "when": {"all": ["cases.open = 0", "purchases.late_open >= 1"]},
        "steps": [
            {"id": "greet", "say": "Good day {{ customer.name | name }}.", "next": "wish"},
            {
                "id": "wish",
                "ask": "Would you rather wait for the parcel, or shall we cancel it?",
                "answers": {"wait": "call", "cancel": "round"},
            },
            {"id": "call", "do": "schedule_callback", "with": {"in_days": 1}},
            {"id": "round", "check": [{"when": "cases.open = 0", "next": "back"}], "next": "back"},
            {"id": "back", "say": "Hm", "next": "round"},
            {"id": "lost", "say": "Bye", "end": "done"},
        ],
    }
)

ENDLESS = (
    "Late · step 4 (check): from here the script never ends: this step, step 5, “Hm” lead only to each "
    'other; give one an "end".'
)


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (("steps", 0, "say"), "step 1, “Good day ‹customer's name›.”"),
        (
            ("steps", 1, "answers", "wait"),
            "step 2, “Would you rather wait for the parcel…”: the answer “wait”",
        ),
        (("steps", 2, "with", "in_days"), "step 3, “Schedule a call-back”: in days"),
        (("steps", 2, "with", "odd"), "step 3, “Schedule a call-back”: odd"),
        (("steps", 3, "check", 0, "when"), "step 4 (check): branch 1"),
        (
            ("steps", 0, "fallback"),
            "step 1, “Good day ‹customer's name›.”: the text for when a value is missing",
        ),
        (("steps", 9), "step 10"),
        (("steps",), "its steps"),
        (("when", "all", 1), "condition 2"),
        (("when",), "when it is given"),
        (("queues", 0), "its queues"),
        (("titel",), "titel"),
        ((), ""),
    ],
)
def test_places(path: Path, where: str) -> None:
    assert finding_words(Finding("late", path, "x"), SCRIPT).where == where


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ('"title" is empty', "this is empty."),
        ('"script", the key, may have 100 characters, not 300', "this may have 100 characters, not 300."),
        ('"id" of a step may only have letters', "this may only have letters."),
        ('"until" (2026-01-01) lies before "from"', '"until" (2026-01-01) lies before "from".'),
    ],
)
def test_a_field_is_not_named_twice(sentence: str, told: str) -> None:
    assert finding_words(Finding("late", ("title",), sentence), SCRIPT).sentence == told


def test_steps_in_sentences() -> None:
    told = [str(finding_words(each, SCRIPT)) for each in check_script(SCRIPT)]
    assert told == [
        'Late · step 3, “Schedule a call-back”: this step leads nowhere; give it "next" or "end".',
        "Late · step 6, “Bye”: no step leads to this step; lead there from another step, or take it out.",
        ENDLESS,
    ]


def test_of_no_script_and_of_one_that_cannot_be_read() -> None:
    assert str(finding_words(Finding("fallback", (), "no script always applies"), None)) == (
        "no script always applies."
    )
    assert str(finding_words(Finding("late", ("steps", 0, "say"), 'the step "a" is odd'), None)) == (
        'late · step 1: the step "a" is odd.'
    )


def test_every_field_has_words() -> None:
    assert set(FIELDS) == set(codec.FIELDS)
    named = {name for fields in codec.STEP_FIELDS.values() for name in fields}
    assert named - {*codec.STEP_FIELDS} - {"check", "answers"} <= set(PARTS)
