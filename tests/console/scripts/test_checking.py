"""A script file is checked whole: every problem with file, line, place and the nearest right name."""

import pytest

from console.errors import InvalidError
from console.scripts.checking import check_text

GOOD = """\
script: late
title: Late
when:
  all:
    - purchases.late_open >= 1
steps:
  - id: greet
    say: "Good day {{ customer.name }}."
    fallback: Good day.
    next: wish
  - id: wish
    ask: Wait?
    answers: {yes: over, no: over}
  - id: over
    do: open_case
    with: {subject: "Late: {{ answers.wish }}", line: 2}
    end: done
"""
FALLBACKS = [
    "x.yaml: fallback: no script always applies on line 1, so some calls get none; add one without `when`.",
    "x.yaml: fallback: no script always applies on line 2, so some calls get none; add one without `when`.",
]


def said(text: str) -> list[str]:
    return [str(problem) for problem in check_text(text, "x.yaml").problems]


def test_a_good_file() -> None:
    checked = check_text(GOOD, "x.yaml")
    assert [script.key for script in checked.scripts] == ["late"]
    assert (checked.problems, checked.rejected) == ([], 0)
    assert [str(warning) for warning in checked.warnings] == FALLBACKS


def test_an_unknown_fact_says_which_and_where_and_the_nearest_name() -> None:
    assert said(GOOD.replace("late_open", "late_opn")) == [
        (
            'x.yaml line 5: late: when.all[0]: there is no fact "purchases.late_opn". '
            "Did you mean purchases.late_open?"
        )
    ]


def test_problems_of_form_steps_and_texts_come_together_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace(">= 1", "=> 1")
        .replace("customer.name", "custmer.name")
        .replace("next: wish", "next: whish")
    )
    assert [line.split(": ")[0] for line in said(text)] == [
        "x.yaml line 5",
        "x.yaml line 8",
        "x.yaml line 10",
    ]
    assert 'there is no operator "=>". Did you mean >=?' in said(text)[0]
    assert "Did you mean customer?" in said(text)[1]
    assert 'there is no step "whish". Did you mean wish?' in said(text)[2]


def test_steps_that_cannot_be_read_are_not_said_to_lead_nowhere() -> None:
    assert said(GOOD.replace("    ask: Wait?", "    aks: Wait?")) == [
        (
            "x.yaml line 11: late: steps[1]: a step needs one of say, ask, check, disclose, do, "
            "end. Did you mean ask?"
        )
    ]


def test_what_cannot_be_read_is_not_taken_for_a_script_that_always_applies() -> None:
    text = (
        GOOD.replace("late_open", "late_opne").replace("when:", "priority: 60\nwhen:")
        + "---\n"
        + GOOD.replace("script: late", "script: later")
    )
    checked = check_text(text, "x.yaml")
    assert not [str(warning) for warning in checked.warnings if "never picked" in str(warning)]


def test_scripts_are_counted_that_have_something_wrong() -> None:
    wrong = GOOD.replace("late_open", "late_opn").replace("script: late", "script: other")
    checked = check_text(f"{GOOD}---\n{wrong}---\n5\n---\ntitle: no key\n", "x.yaml")
    assert checked.rejected == 3
    assert {str(problem).split(":")[0] for problem in checked.problems} == {
        "x.yaml line 23",
        "x.yaml line 37",
        "x.yaml line 39",
    }


def test_the_same_key_twice() -> None:
    assert said(f"{GOOD}---\n{GOOD}") == [
        (
            "x.yaml line 19: late: script: there are 2 scripts with this key; "
            "keep one, or give the others keys of their own."
        )
    ]


def test_texts_are_checked_in_arguments_and_fallbacks_too() -> None:
    assert (
        'this script takes down no answer "wsh". Did you mean wish?'
        in said(GOOD.replace("answers.wish", "answers.wsh"))[0]
    )
    text = GOOD.replace("fallback: Good day.", "fallback: Good day {{ customer.name }}.")
    assert said(text) == [
        (
            "x.yaml line 9: late: steps[0].fallback: a fallback is shown as it stands, so no "
            "values can be put into it; take them out."
        )
    ]


def test_a_value_as_the_editor_shows_it_that_is_none_comes_with_the_nearest() -> None:
    def of(chip: str) -> list[str]:
        return said(GOOD.replace("Good day {{ customer.name }}.", f"Good day {chip}."))

    stands = "read out as it stands"
    assert of("‹customer's nme›") == [
        (
            "x.yaml line 8: late: steps[0].say: there is no value ‹customer's nme›, so it is "
            f"{stands}. Did you mean ‹customer's name›?"
        )
    ]
    assert of("‹Customer's  Name›")[0].endswith("Did you mean ‹customer's name›?")
    assert of("‹answer wsh›")[0].endswith("Did you mean ‹answer wish›?")
    assert of("‹customer's name›")[0].endswith(
        f"is how the editor shows a value; here it is {stands}. Did you mean {{{{ customer.name | name }}}}?"
    )
    assert stands in said(GOOD.replace("fallback: Good day.", "fallback: Good day ‹customer's nme›."))[0]


def test_what_is_no_value_at_all_may_be_a_quotation() -> None:
    checked = check_text(GOOD.replace("Good day {{", "The book ‹Paris, 1900› {{"), "x.yaml")
    assert not checked.problems
    assert any("‹Paris, 1900› is no value" in str(warning) for warning in checked.warnings)


def test_a_text_with_values_and_no_fallback_is_a_warning() -> None:
    warnings = [
        str(one) for one in check_text(GOOD.replace("    fallback: Good day.\n", ""), "x.yaml").warnings
    ]
    [why] = warnings[2:]
    assert why.startswith("x.yaml line 8: late: steps[0].say: ")
    assert why.endswith('the step "greet" has no fallback for when a value is missing; give it one.')


def test_what_is_no_yaml_is_no_script_file() -> None:
    with pytest.raises(InvalidError, match=r"x\.yaml line 1: this is not YAML"):
        check_text("a: [", "x.yaml")
