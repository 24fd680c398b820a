"""The table of edits: whatever the page sends, the text stays a script's YAML, or is left alone."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import InvalidError
from console.studio.drawing import draw_script
from console.studio.editing import EDITS, edit, mark_of, place_of, read_place
from console.studio.editing_conditions import GROUPS, EditError
from console.studio.editing_source import Source
from console.studio.editing_steps import CHOICES
from console.studio.findings import check_draft
from tests.console.studio.scripts import ODD, USUAL, comments, places
from tests.fakes.examples import examples

VALUES = [
    *("", "up", "down", "in", "out", "remove", "not", "+", "1", "2026-11-21", "some text", "a, b", "greet"),
    *("wish", "purchases.late_open", "caller.segment", "attr.", "cases.open = 1", "none", "is known", ">="),
    *("say", "ask", "disclose", "capture", "choice", "open_case", "offer", *GROUPS, *CHOICES),
]
PLACES: list[tuple[Any, ...]] = [
    (), ("new",), ("from",), ("steps",), ("steps", 99), ("steps", 0, "fallback"), ("steps", 1, "answers", 0),
    ("steps", 1, "answers", 1), *places(Source(ODD).value), *places(Source(USUAL).value),
]  # fmt: skip


@examples(0.5)
@given(
    text=st.sampled_from([ODD, USUAL]),
    done=st.lists(
        st.tuples(st.sampled_from(sorted(EDITS)), st.sampled_from(PLACES), st.sampled_from(VALUES)),
        max_size=6,
    ),
)
def test_whatever_is_done_it_stays_a_script_that_is_drawn(
    text: str, done: list[tuple[str, tuple[Any, ...], str]]
) -> None:
    source = Source(text)
    for what, at, value in done:
        try:
            source = edit(source, what, at, value).source
        except (EditError, InvalidError) as error:
            assert str(error)  # noqa: PT017 (either is right)
    assert Source(source.text).value == source.value
    check_draft(source, draw_script(source), [], "")
    removed = {what for what, _, _ in done} & {
        "step.remove",
        "condition.do",
        "answer.remove",
        "branch.remove",
    }
    if not removed and text == USUAL:
        assert comments(source.text) == comments(text)


def do(text: str, what: str, at: tuple[Any, ...] = (), value: str = "") -> str:
    return edit(Source(text), what, at, value).source.text


def test_where_one_goes_on() -> None:
    assert edit(Source(USUAL), "step.add", ("steps", 0), "say").focus == ("steps", 1)
    assert edit(Source(USUAL), "step.add", (), "say").focus == ("steps", 0)
    assert edit(Source(USUAL), "step.move", ("steps", 0), "down").focus == ("steps", 1)
    assert edit(Source(USUAL), "condition.add", ("when",), "cases.open").focus == ("when", "all", 2)
    assert edit(Source(USUAL), "condition.do", ("when", "all", 0), "remove").focus == ("when",)
    assert edit(Source(USUAL), "answer.add", ("steps", 1)).focus == ("steps", 1, "answers", 3)
    assert edit(Source(USUAL), "branch.add", ("steps", 2)).focus == ("steps", 2, "check", 1, "when")


def test_what_else_happened_is_told() -> None:
    told = edit(Source(USUAL), "step.remove", ("steps", 1)).told
    assert told == "1 way still leads to wish, which is gone: it is marked."
    assert edit(Source(USUAL), "step.remove", ("steps", 5)).told == ""


def test_the_texts_of_people_become_those_of_scripts() -> None:
    assert '{{ customer.name | name }}"' in do(
        USUAL, "step.text", ("steps", 0, "say"), "Hi ‹customer's name›"
    )
    at = ("steps", 4, "with", "subject")
    assert "{{ late_orders[0].ref }}" in do(USUAL, "argument", at, "‹late order's number›")


def test_the_menus_of_conditions_and_answers() -> None:
    first = ("when", "all", 0)
    down = edit(Source(USUAL), "condition.do", first, "down")
    assert down.focus == ("when", "all", 1)
    for value in ("not", "any"):
        assert edit(Source(USUAL), "condition.do", first, value).focus == first
    assert edit(Source(USUAL), "answer.move", ("steps", 1, "answers", 0), "down").focus == (
        "steps",
        1,
        "answers",
        1,
    )
    assert "wait: cancel" in do(USUAL, "step.onward", ("steps", 1, "answers", 0), "cancel")
    assert "next: cancel" in do(USUAL, "step.onward", ("steps", 2, "check", 0), "cancel")
    assert "next: cancel" in do(USUAL, "step.onward", ("steps", 0), "cancel")
    assert "capture" in do(USUAL, "step.asking", ("steps", 1), "capture")
    assert "yes: " in do(USUAL, "step.asking", ("steps", 3), "answers")
    branch = ("steps", 2, "check", 0, "when")
    assert edit(Source(USUAL), "condition.do", branch, "remove").focus == ("steps", 2)


def test_what_nobody_can_read_is_left_out() -> None:
    assert do(USUAL, "title", (), "A\x1f\x00B") == do(USUAL, "title", (), "AB")


def test_an_attribute_is_named() -> None:
    text = do(USUAL, "condition.add", ("when",), "attr.")
    assert "attr.name is known" in text
    assert "attr.my_size is known" in do(text, "condition.attribute", ("when", "all", 2), "my size")


def test_branches() -> None:
    more = do(USUAL, "branch.add", ("steps", 2))
    assert (
        do(do(more, "branch.move", ("steps", 2, "check", 1), "up"), "branch.remove", ("steps", 2, "check", 0))
        == USUAL
    )
    with pytest.raises(EditError, match="any further"):
        do(USUAL, "branch.move", ("steps", 2, "check", 0), "down")


@pytest.mark.parametrize(
    ("what", "at"),
    [
        ("step.onward", ("steps", 99)),
        ("step.name", ("steps",)),
        ("condition.do", ()),
        ("step.move", ("steps", "x")),
    ],
)
def test_what_is_not_there_any_more(what: str, at: tuple[Any, ...]) -> None:
    with pytest.raises(EditError, match="not there any more"):
        do(USUAL, what, at, "say")


def test_an_edit_of_another_version_of_the_page() -> None:
    with pytest.raises(EditError, match="out of date"):
        do(USUAL, "step.dance")
    for text in ("[", "{}", '[1, "a", null]', "[true]", json.dumps(["a"] * 61)):
        with pytest.raises(EditError, match="out of date"):
            read_place(text)


def test_places() -> None:
    assert read_place("") == ()
    assert read_place(place_of(("steps", 0, "answers", "ž"))) == ("steps", 0, "answers", "ž")
    assert mark_of(("steps", 0, "answers", "no, yes")) == "at-steps-0-answers-no__yes"
