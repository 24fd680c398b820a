"""What differs between two versions, in words and line by line."""

import pytest

from console.studio.conflict import read_text
from console.studio.differences import Line, differences, line_differences
from scripts_engine.script import Script

TEXT = """\
script: late
title: Late
when:
  all:
    - purchases.late_open >= 1
    - caller.known = yes
steps:
  - id: greet
    say: Sorry, {{ customer.name }}.
    fallback: Sorry.
    next: wish
  - id: wish
    ask: Wait or cancel?
    answers:
      wait: look
      cancel: case
  - id: look
    check:
      - when: cases.open >= 1
        next: case
    next: mail
  - id: mail
    ask: Which e-mail?
    capture: {name: mail, type: email}
    next: case
  - id: case
    do: open_case
    with: {subject: Late, line: 1}
    end: waits
"""


def script(text: str) -> Script:
    found = read_text(text)
    assert found is not None
    return found


def changed(*replacements: str) -> list[str]:
    """What differs when texts are replaced by those behind them."""
    text = TEXT
    for before, after in zip(replacements[::2], replacements[1::2], strict=True):
        assert before in text
        text = text.replace(before, after, 1)
    return differences(script(TEXT), script(text))


def test_nothing() -> None:
    assert differences(script(TEXT), script(TEXT.replace("title", "# why\ntitle"))) == []


HEAD = "title: Late"


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("title: Too late", "title: Late → Too late"),
        (f"{HEAD}\npriority: 80", "priority: 50 → 80"),
        (f"{HEAD}\nlines: [2]", "lines: all → 2"),
        (f"{HEAD}\nqueues: [sales, support]", "queues: all → sales, support"),
        (f"{HEAD}\nlanguage: sk", "language: any → sk"),
        (f"{HEAD}\nfrom: 2026-12-01", "first day in force: none → 2026-12-01"),
        (f"{HEAD}\nuntil: 2026-12-31", "last day in force: none → 2026-12-31"),
    ],
)
def test_heads(added: str, said: str) -> None:
    assert changed(HEAD, added) == [said]


LATE, KNOWN = "    - purchases.late_open >= 1\n", "    - caller.known = yes\n"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (LATE, "", ["condition removed: orders that are late at least 1"]),
        (KNOWN, f"{KNOWN}    - cases.open = 0\n", ["condition added: open cases exactly 0"]),
        (LATE, LATE.replace("1", "2"), ["condition changed: orders that are late at least 1 → 2"]),
        (
            LATE,
            LATE.replace(">= 1", "> 2"),
            ["condition changed: orders that are late at least 1 → orders that are late more than 2"],
        ),
        (
            KNOWN,
            KNOWN.replace("yes", "no"),
            ["condition changed: the caller is a customer we know → not (the caller is a customer we know)"],
        ),
        (
            KNOWN,
            '    - any: [{not: cases.open = 0}, \'caller.segment in ["a", "b"]\']\n',
            [
                "condition removed: the caller is a customer we know",
                "condition added: any of (not (open cases exactly 0); the customer's segment is one of a, b)",
            ],
        ),
        ("  all:", "  any:", ["one of the conditions is enough, not all of them"]),
        (
            f"when:\n  all:\n{LATE}{KNOWN}",
            "",
            [
                "condition removed: orders that are late at least 1",
                "condition removed: the caller is a customer we know",
                "it always applies now: a fallback",
            ],
        ),
    ],
)
def test_conditions(before: str, after: str, said: list[str]) -> None:
    assert changed(before, after) == said


def test_conditions_of_which_one_is_enough() -> None:
    any_of = TEXT.replace("  all:", "  any:")
    assert differences(script(any_of), script(TEXT)) == ["all of the conditions must hold, not just one"]
    assert differences(script(any_of), script(any_of.replace("late_open >= 1", "late_open >= 2"))) == [
        "condition changed: orders that are late at least 1 → 2"
    ]


GREET, WISH, LOOK = "step 1, “Sorry, ‹customer's name›.”", "step 2, “Wait or cancel?”", "step 3 (check)"
SO_SORRY = "step 1, “So sorry, ‹customer's name›.”"
MAIL, CASE = "step 4, “Which e-mail?”", "step 5, “Open a case”"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "say: Sorry, ",
            "say: So sorry, ",
            [f"{SO_SORRY}: text: “Sorry, ‹customer's name›.” → “So sorry, ‹customer's name›.”"],
        ),
        ("{{ customer.name }}", "{{ customer.name  }}", [f"{GREET}: text changed"]),
        (
            "ask: Which e-mail?",
            "ask: Which e-mail, then?",
            ["step 4, “Which e-mail, then?”: text: “Which e-mail?” → “Which e-mail, then?”"],
        ),
        (
            "fallback: Sorry.",
            "fallback: Well.",
            [f"{GREET}: the text for when a value is missing: “Sorry.” → “Well.”"],
        ),
        (
            "    fallback: Sorry.\n",
            "",
            [f"{GREET}: the text for when a value is missing: “Sorry.” → nothing"],
        ),
        ("next: wish", "next: mail", [f"{GREET}: leads to: {WISH} → {MAIL}"]),
        ("say: Sorry, ", "disclose: Sorry, ", [f"{GREET}: say → read out and confirm"]),
        ("      wait: look", "      wait: mail", [f"{WISH}: the answer “wait” leads to: {LOOK} → {MAIL}"]),
        (
            "      wait: look",
            "      wait a bit: look",
            [f"{WISH}: answer added: “wait a bit”, to {LOOK}", f"{WISH}: answer removed: “wait”"],
        ),
        (
            "      wait: look\n      cancel: case",
            "      cancel: case\n      wait: look",
            [f"{WISH}: the answers stand in another order"],
        ),
        ("type: email", "type: text", [f"{MAIL}: takes down: mail (email) → mail (text)"]),
        (
            "cases.open >= 1",
            "cases.open >= 2",
            [f"{LOOK}: branch 1: condition changed: open cases at least 1 → 2"],
        ),
        ("        next: case", "        next: mail", [f"{LOOK}: branch 1: leads to: {CASE} → {MAIL}"]),
        (
            "        next: case\n",
            "        next: case\n      - {when: caller.known = yes, next: mail}\n      - next: case\n",
            [
                f"{LOOK}: branch added: the caller is a customer we know, to {MAIL}",
                f"{LOOK}: branch added: always, to {CASE}",
            ],
        ),
        (
            "subject: Late, line: 1",
            "subject: Too late",
            [f"{CASE}: for line: 1 → none", f"{CASE}: about: Late → Too late"],
        ),
        ("end: waits", "end: cancelled", [f"{CASE}: outcome: waits → cancelled"]),
        (
            "end: waits",
            "next: greet",
            [f"{CASE}: leads to: nowhere → {GREET}", f"{CASE}: outcome: waits → none"],
        ),
        ("do: open_case", "do: offer", ["step 5, “Make an offer”: Open a case → Make an offer"]),
    ],
)
def test_steps(before: str, after: str, said: list[str]) -> None:
    assert changed(before, after) == said


def test_of_a_long_text_the_words_around_what_changed() -> None:
    words = " ".join(f"w{number}" for number in range(60))
    before, after = (
        script(TEXT.replace("Which e-mail?", text)) for text in (words, words.replace("w30 ", ""))
    )
    [told] = differences(before, after)
    assert told.startswith("step 4, “w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11…”: text: ")
    assert told.endswith(": “… w27 w28 w29 w30 w31 w32 w33 …” → “… w27 w28 w29 w31 w32 w33 …”")
    [told] = differences(before, script(TEXT.replace("Which e-mail?", words.replace("w", "v"))))
    assert told.endswith(" v22 v23 v24 …”")


def test_a_branch_that_is_gone() -> None:
    more = TEXT.replace(
        "    next: mail\n", "      - {when: caller.known = yes, next: mail}\n    next: mail\n", 1
    )
    assert differences(script(more), script(TEXT)) == [
        f"{LOOK}: branch removed: the caller is a customer we know"
    ]


def test_steps_come_go_and_move() -> None:
    look = TEXT[TEXT.index("  - id: look") : TEXT.index("  - id: mail")]
    assert changed(look, "", "wait: look", "wait: mail") == [
        f"{WISH}: the answer “wait” leads to: {LOOK} → step 3, “Which e-mail?”",
        f"removed: {LOOK}",
    ]
    added = "    end: waits\n  - {id: sorry, say: Once more, end: x}\n  - {id: over, end: y}\n"
    assert changed("    end: waits\n", added) == ["added: step 6: Once more", "added: step 7: end"]
    assert changed(look, "", "  - id: case", f"{look}  - id: case") == ["the steps stand in another order"]


def test_another_name_of_a_step_is_all_that_is_said_of_it() -> None:
    other = ["id: wish", "id: want", "next: wish", "next: want"]
    assert changed(*other) == [f"{WISH}: its name: wish → want"]
    assert changed(*other, "cancel: case", "cancel: mail") == [
        f"{WISH}: its name: wish → want",
        f"{WISH}: the answer “cancel” leads to: {CASE} → {MAIL}",
    ]


def test_lines() -> None:
    before = "\n".join("abcdefghijklmn")
    after = before.replace("g\n", "G\nH\n")
    assert line_differences(before, before) == []
    assert [(line.kind, line.before, line.after, line.text) for line in line_differences(before, after)] == [
        ("gap", None, None, ""),
        ("same", 4, 4, "d"),
        ("same", 5, 5, "e"),
        ("same", 6, 6, "f"),
        ("gone", 7, None, "g"),
        ("new", None, 7, "G"),
        ("new", None, 8, "H"),
        ("same", 8, 9, "h"),
        ("same", 9, 10, "i"),
        ("same", 10, 11, "j"),
    ]
    assert line_differences("a", "b") == [Line("gone", 1, None, "a"), Line("new", None, 1, "b")]
