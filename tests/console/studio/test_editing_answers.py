"""Who gives another name to what is taken down finds it in texts and conditions, too."""

import pytest

from console.studio.editing import edit
from console.studio.editing_conditions import EditError
from console.studio.editing_source import Source
from tests.console.studio.test_editing_steps import complaints

ASKED = """\
script: x
title: X
steps:
  - id: wish
    ask: "What?"
    answers: {wait: mail, cancel: mail}
  - id: mail
    ask: "To which address, as you {{ answers.wish }}?"
    capture: {name: mail, type: email}
    next: which
  - id: which
    check:
      - when: answers.wish = "wait"
        next: case
      - when: {any: [answers.wish = "cancel", not: answers.mail is known]}
        next: say
    next: say
  - id: case
    do: open_case
    with: {subject: "{{ answers['wish'] }} by {{ answers.mail | upper }}", line: 1}
    next: say
  - id: say
    say: "answers.mail: {{ answers.mail }} {{ answers.mailed }}"  # why
    fallback: "{% if answers.mail %}Bye{% endif %}"
    end: done
"""
QUESTION, CAPTURE = ("steps", 0), ("steps", 1)


def test_a_capture() -> None:
    source = edit(Source(ASKED), "capture.name", CAPTURE, "e_mail").source
    expected = ASKED.replace("{name: mail,", "{name: e_mail,").replace(
        "{{ answers.mail }}", "{{ answers.e_mail }}"
    )
    expected = expected.replace("answers.mail |", "answers.e_mail |").replace(
        "not: answers.mail is", "not: answers.e_mail is"
    )
    assert source.text == expected.replace("if answers.mail ", "if answers.e_mail ")
    assert edit(source, "capture.name", CAPTURE, "mail").source.text == ASKED


def test_a_question() -> None:
    source = edit(Source(ASKED.replace(" {{ answers.mailed }}", "")), "step.name", QUESTION, "want").source
    assert "answers.wish" not in source.text
    assert source.text.count("answers.want") == 4
    assert complaints(source) == []
    hyphen = edit(source, "step.name", QUESTION, "the-want").source
    assert "{{ answers['the-want'] }}" in hyphen.text
    assert 'answers.the-want = "wait"' in hyphen.text
    assert "the-want" not in edit(hyphen, "step.name", QUESTION, "wish").source.text


def test_the_name_of_a_step_whose_answer_has_its_own() -> None:
    source = edit(Source(ASKED), "step.name", CAPTURE, "address").source
    assert "{{ answers.mail }}" in source.text


def test_what_two_take_down_stays() -> None:
    twice = ASKED.replace(
        "  - id: case",
        '  - id: more\n    ask: "?"\n    capture: {name: mail, type: email}\n    next: say\n  - id: case',
    )
    assert "{{ answers.mail }}" in edit(Source(twice), "capture.name", CAPTURE, "e_mail").source.text
    source = edit(Source(ASKED), "capture.name", CAPTURE, "wish").source
    assert "{{ answers.mail }}" in source.text


@pytest.mark.parametrize("typed", ["", " ", "e mail", "E-Mail", "1st"])
def test_a_name_that_cannot_be_named(typed: str) -> None:
    with pytest.raises(EditError, match="small letters"):
        edit(Source(ASKED), "capture.name", CAPTURE, typed)
    if not typed.strip():
        with pytest.raises(EditError, match="needs a name"):
            edit(Source(ASKED), "step.name", QUESTION, typed)
