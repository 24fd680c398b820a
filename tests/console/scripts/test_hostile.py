"""Hostile texts and files are refused, or contained, with a clear sentence, in bounded memory and time."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from console.errors import InvalidError
from console.scripts.checking import check_text
from console.scripts.filling import MAX_OUTPUT, Text, TextEnvironment, TextError
from console.scripts.rendering import with_gaps
from console.scripts.templates import FIELDS, VALUES, mistakes, read
from tests.console.scripts.attacked import ATTACKS
from tests.fakes.examples import examples

ROOT = Path(__file__).parents[3]
SOON_S = 20.0
"""Of the processor's time, for one attack: on a quiet machine none takes more than some seconds."""

NAMES = list(ATTACKS)
HARMLESS = {
    *("joined with itself", "added to itself", "shown very often"),
    *("digits", "an exponent", "gaps"),
}
"""What may be written: it does no harm."""

ENOUGH = settings(examples(1.5), suppress_health_check=list(HealthCheck))
CONTEXT: dict[str, Any] = {
    **dict.fromkeys(VALUES),
    "customer": SimpleNamespace(
        name="Jozef", segment=None, notes="x" * 9_000, attributes={"a": 1, "items": 2}
    ),
    "orders": (SimpleNamespace(ref="O-1", total=float("nan"), items=()),),
    "facts": {"purchases.late_open": 1, "purchases.categories": ("a", "b")},
    "answers": {},
}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_each_attack_is_refused_or_contained(part: int) -> None:
    names = NAMES[part::3]
    command = [sys.executable, "-m", "tests.console.scripts.attacked", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for name, _, _ in told] == names, done.stderr[-2_000:]
    for name, came_of_it, took_s in told:
        assert took_s < SOON_S, name
        assert came_of_it.startswith("contained") == (name in HARMLESS), (name, came_of_it)
        assert not came_of_it.startswith("0 problems"), name


WORDS = st.sampled_from(
    [
        *(f"{name}.{field}" for name in FIELDS for field in FIELDS[name]),
        *(
            "customer",
            "orders[0]",
            "orders[0].ref",
            'facts["cases.open"]',
            "answers.x",
            "customer.attributes.a",
        ),
        *(
            "'a'",
            '"\\ud800"',
            "1",
            "1.5",
            "true",
            "none",
            "[]",
            "(1, 2)",
            "{}",
            "x",
            "__class__",
            "self",
            "range",
        ),
        *(
            " | date",
            " | money",
            " | name",
            " | default('x')",
            " | first",
            " | length",
            " | upper",
            " | attr('x')",
        ),
        *(
            " ~ ",
            " + ",
            " - ",
            " * ",
            " // ",
            " % ",
            " == ",
            " < ",
            " in ",
            " is defined",
            " not ",
            " and ",
            " or ",
        ),
        *(
            " if ",
            " else ",
            "(",
            ")",
            "[",
            "]",
            ".",
            ",",
            "|",
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "\n",
            "'",
            '"',
        ),
        *(
            "{% if ",
            "{% else %}",
            "{% endif %}",
            "{% for ",
            "{% set ",
            "{% raw %}",
            "{% endraw %}",
            "-%}",
            "\x00",
            "é",
        ),
    ]
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=12).map("".join),
    st.lists(WORDS, min_size=1, max_size=6).map(lambda words: f"Good day {{{{ {' '.join(words)} }}}}."),
    st.text(max_size=60),
)


@pytest.fixture(scope="module")
def environment() -> TextEnvironment:
    return TextEnvironment("en", ZoneInfo("UTC"), "EUR")


@given(text=TEXTS)
@example(text="{{ customer.attributes.a | default(*orders) }}")
@ENOUGH
def test_any_text_is_refused_or_becomes_something_short(environment: TextEnvironment, text: str) -> None:
    compiled = environment.compile_text(text)  # whatever was found good can be compiled
    assert (compiled is None) == bool(read(text)[1])
    assert compiled is not None or mistakes(text)
    assert len(with_gaps(text)) <= len(text)
    if compiled is not None:
        said = outcome(environment, compiled)
        assert 0 < len(said) <= MAX_OUTPUT
        assert said.encode()  # a screen can be sent it


def outcome(environment: TextEnvironment, compiled: Text) -> str:
    """What is said, or why nothing is: without a word of the records then."""
    try:
        return environment.fill_in(compiled, CONTEXT, "da", "DK")
    except TextError as error:
        why = error.why
    assert "Jozef" not in why
    assert len(why) <= 300
    return why


YAML = st.lists(
    st.sampled_from(
        [
            *(
                "script: a\n",
                "title: A\n",
                "when: cases.open = 1\n",
                "when:\n",
                "  all:\n",
                "    - ",
                "steps:\n",
            ),
            *(
                "- ",
                "  ",
                "id: a\n",
                "say: x\n",
                "end: b\n",
                "[",
                "]",
                "{",
                "}",
                ": ",
                ", ",
                "? ",
                "&a ",
                "*a",
                "!!str ",
            ),
            *(
                "!x ",
                "---\n",
                "...\n",
                "%YAML 1.1\n",
                "%TAG ! x\n",
                "|\n",
                ">-\n",
                "'",
                '"',
                "\\x00",
                "\\uD800",
                "\t",
            ),
            *(
                "# c\n",
                "<<: ",
                "~",
                "null",
                "1e999",
                "0x1F",
                ".inf",
                "2026-13-45",
                "\ufeff",
                "\x85",
                "\u2028",
                "\r\n",
            ),
            *("\\UFFFFFFFF", '"\\UFFFFFFFF"', "@", "`", "%", "é", "\n"),
        ]
    ),
    max_size=25,
).map("".join)


@given(text=st.one_of(YAML, st.text(max_size=80)))
@example(text='a: "\\UFFFFFFFF"')
@example(text="!<tag:yaml.org,2002:int> x")
@example(text="%YAML 9.9\n---\na: 1")
@example(text="&a a: 1\n&a b: 2")
@settings(examples(4), suppress_health_check=list(HealthCheck))
def test_any_file_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        checked = check_text(text, "x.yaml")
        problems = [*checked.problems, *checked.warnings]
    except InvalidError as error:
        problems = error.problems
    assert all(problem.where.startswith("x.yaml") and str(problem).encode() for problem in problems)
