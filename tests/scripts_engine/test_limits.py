"""Scripts that are made to keep the reader busy: each limit is told, and the time stays bounded."""

import time
from typing import Any

import pytest

from scripts_engine import notation
from scripts_engine.check import check_script
from scripts_engine.codec import MAX_ARGUMENTS, read_script
from scripts_engine.facts import LONGEST_NAME, nearest_name
from scripts_engine.possible import MOST_POINTS
from scripts_engine.reading import MAX_COMPARISONS, MOST_FINDINGS, Reading
from scripts_engine.script import Script
from tests.scripts_engine.making import STEPS

SOON_S = 5.0
"""Of processor time: a busy machine takes a tenth of it."""


def found(**fields: Any) -> list[str]:
    script, findings = read_script({"script": "x", "title": "X", "steps": STEPS} | fields)
    return list(map(str, findings or check_script(script)))


@pytest.fixture(autouse=True)
def _soon() -> Any:
    began = time.process_time()
    yield
    assert time.process_time() - began < SOON_S


def test_blanks_in_a_comparison() -> None:
    """Each of three parts of a pattern could take any number of them: the cube of two thousand steps."""
    for text in (" " * 2_000, "a" + " " * 1_900 + "b", "is " * 600, "not " + " " * 1_900, "\t" * 1_999 + "="):
        with pytest.raises(notation.NotationError):
            notation.read(text)
    assert notation.read("  cases.open  >=   1  ") == notation.read("cases.open >= 1")
    assert notation.read('caller.segment\nnot   in ["a"]') == notation.read('caller.segment not in ["a"]')


def test_more_comparisons_than_a_script_may_have() -> None:
    parts = [{"any": ["cases.open = 1"] * 100}] * 4
    [one] = found(when={"all": parts})
    assert (
        one
        == f"x: when.all[3].any[0]: a script may have {MAX_COMPARISONS} comparisons; part it into several."
    )


def test_more_mistakes_than_anybody_reads() -> None:
    wrong = [{"any": [f"purchases.late_opn{number} = 1" for number in range(100)]}] * 100
    assert len(found(when={"all": wrong})) == MOST_FINDINGS
    assert len(found(**{f"stps{number}": 1 for number in range(20_000)})) == MOST_FINDINGS
    steps = [
        {"id": f"s{at}", "ask": "x", "answers": {f"a{number}": f"s{at}{number}x" for number in range(20)}}
        for at in range(200)
    ]
    assert len([each for each in found(steps=steps) if "there is no step" in each]) == MOST_FINDINGS
    assert "a step needs one of" in found(steps=[{f"x{number}": 1 for number in range(100_000)}])[0]


def test_what_is_found_beyond_that_is_left_out() -> None:
    reading = Reading("x")
    for number in range(MOST_FINDINGS + 1):
        reading.report((number,), "is wrong")
    assert (len(reading.findings), reading.full) == (MOST_FINDINGS, True)


def test_names_of_any_length_are_told_in_short() -> None:
    long = "a" * 1_000_000
    assert nearest_name("a" * (LONGEST_NAME + 1), ["a" * LONGEST_NAME]) is None
    for told in (found(**{long: 1}), found(when={long: 1}), found(steps=[{long: 1}]), found(title=[long])):
        assert len(told[0]) < 1_000


def test_more_fields_than_an_action_may_have() -> None:
    steps = [{"id": "a", "do": "offer", "with": {f"x{number}": 1 for number in range(50)}, "end": "done"}]
    [one] = found(steps=steps)
    assert one == f'x: steps[0].with: "with" may have {MAX_ARGUMENTS} fields, not 50.'


def test_a_fact_that_is_compared_with_very_many_values() -> None:
    """Nothing is said of it: it would be looked through value by value."""
    many = ", ".join(map(str, range(MOST_POINTS + 1)))
    assert not found(when={"all": [f"cases.open in [{many}]", "cases.open = 5000"]})
    assert found(when={"all": ["cases.open in [1, 2]", "cases.open = 5000"]})
    lists = [
        f"attr.x{number % 3} not in [{', '.join(str(number * 300 + n) for n in range(250))}]"
        for number in range(90)
    ]
    assert not found(when={"all": lists})


def test_conditions_within_conditions() -> None:
    when: Any = "cases.open = 1"
    for _ in range(100):
        when = {"not": when}
    assert "conditions may be nested 20 deep" in found(when=when)[0]
    assert isinstance(read_script({"when": when})[0], Script)
