"""Conditions are chosen from menus: what each choice makes of the text, and that nothing else changes."""

from typing import Any

import pytest

from console.studio import editing_conditions as conditions
from console.studio.editing_conditions import EditError, menu_operator, menu_value, read_comparison
from console.studio.editing_pieces import is_flow
from console.studio.editing_source import Source
from scripts_engine.errors import Path
from scripts_engine.facts import CATALOGUE
from scripts_engine.notation import check
from tests.console.studio.scripts import ODD, comments, places

NONE = "script: x\nsteps: []\n"
TWO = """\
script: x
when:
  all:  # both
    # few
    - cases.open = 0  # none
    - any:
        - caller.known = yes
        # or
        - call.line = 2
"""
FIRST: Path = ("when", "all", 0)
GROUP: Path = ("when", "all", 1)


def when(source: Source) -> Any:
    return source.get(("when",))


def test_the_first_condition() -> None:
    source, place = conditions.add(Source(NONE), ("when",), "purchases.count_30d")
    assert source.text == "script: x\nwhen:\n  all:\n    - purchases.count_30d >= 1\nsteps: []\n"
    assert source.get(place) == "purchases.count_30d >= 1"
    assert conditions.remove(source, place).text == NONE


@pytest.mark.parametrize("path", [("when",), GROUP])
def test_one_more_condition_and_without_it_again(path: Path) -> None:
    source, place = conditions.add(Source(TWO), path, "caller.segment")
    assert source.get(place) == "caller.segment is known"
    assert conditions.remove(source, place).text == TWO
    source, place = conditions.add_group(Source(TWO), path, "none")
    assert source.get(place) == {"not": {"any": ["caller.known = yes"]}}
    assert conditions.remove(source, place).text == TWO
    assert conditions.remove(source, (*place, "not", "any", 0)).text == TWO


def test_beside_a_condition_that_stands_alone() -> None:
    for text in ("when: cases.open = 0  # c\n", "when:\n  not: cases.open = 0  # c\n"):
        source, place = conditions.add(Source(text), ("when",), "caller.known")
        assert place == ("when", "all", 1)
        assert comments(source.text) == ["# c"]
        assert conditions.remove(source, ("when", "all", 0)).get(("when", "all")) == ["caller.known = yes"]


def test_every_fact_begins_with_a_comparison_that_fits() -> None:
    for fact in [*CATALOGUE, "attr.size"]:
        check(conditions.usual(fact))
    with pytest.raises(EditError, match="no fact"):
        conditions.usual("cases.opened")


@pytest.mark.parametrize(
    ("old", "change", "new"),
    [
        ("cases.open = 0", ("fact", "purchases.late_open"), "purchases.late_open = 0"),
        ("cases.open = 0", ("fact", "caller.known"), "caller.known = yes"),
        ("cases.opn = 0", ("fact", "caller.match"), 'caller.match = "one"'),
        ("cases.open >= 2", ("operator", "none"), "cases.open = 0"),
        ("cases.open >= 2", ("operator", "in"), "cases.open in [2]"),
        ("cases.open in [2, 3]", ("operator", "<"), "cases.open < 2"),
        ("cases.open is known", ("operator", ">"), "cases.open > 1"),
        ("cases.open = 0", ("operator", "="), "cases.open = 1"),
        ("cases.open > 1", ("operator", "is unknown"), "cases.open is unknown"),
        ("caller.known = yes", ("operator", "no"), "caller.known = no"),
        ("caller.known = yes", ("operator", "!="), "caller.known != yes"),
        ("caller.known != yes", ("value", "no"), "caller.known != no"),
        ("caller.known is known", ("operator", "!="), "caller.known != yes"),
        ("caller.segment is known", ("operator", "="), 'caller.segment = ""'),
        ('caller.segment = ""', ("value", " vip "), 'caller.segment = "vip"'),
        ('caller.match = "one"', ("operator", "contains"), 'caller.match contains "one"'),
        ("caller.match is known", ("operator", "not in"), 'caller.match not in ["one"]'),
        ('caller.segment in ["a"]', ("value", 'a, "b, c"\nd'), 'caller.segment in ["a", "b, c", "d"]'),
        ("cases.open = 0", ("value", "2,5"), "cases.open = 2.5"),
        ("attr.size > 1", ("value", "3"), "attr.size > 3"),
        ("attr.size = 1", ("value", "big"), 'attr.size = "big"'),
        ("attr.size = 1", ("value", "2"), "attr.size = 2"),
        ("nonsense", ("text", " cases.open = 1 "), "cases.open = 1"),
    ],
)
def test_changing_a_comparison(old: str, change: tuple[str, str], new: str) -> None:
    text = f"script: x\nwhen:\n  all:\n    # above\n    - {old}  # behind\n"
    changed = {
        "fact": conditions.change_fact,
        "operator": conditions.change_operator,
        "value": conditions.change_value,
        "text": conditions.change_text,
    }[change[0]](Source(text), FIRST, change[1])
    assert changed.get(FIRST) == new
    assert comments(changed.text) == comments(text)
    assert len(changed.text.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize(
    ("old", "change", "why"),
    [
        ("cases.open = 0", ("value", "many"), "no number"),
        ("cases.open = 0", ("value", "1e999"), "no number"),
        ("cases.open in [1]", ("value", " , "), "at least one"),
        ('caller.match = "one"', ("value", "two"), "is never"),
        ("nonsense", ("value", "two"), "mend its text"),
        ("nonsense", ("operator", "="), "mend its text"),
    ],
)
def test_what_cannot_be_a_comparison(old: str, change: tuple[str, str], why: str) -> None:
    edit = {"value": conditions.change_value, "operator": conditions.change_operator}[change[0]]
    with pytest.raises(EditError, match=why):
        edit(Source(f"when:\n  all:\n    - {old}\n"), FIRST, change[1])


def test_how_comparisons_stand_in_menus() -> None:
    told = {
        "cases.open = 0": ("none", "0"),
        "call.hour = 0": ("=", "0"),
        "caller.known = yes": ("yes", "yes"),
        "caller.known = no": ("no", "no"),
        "caller.known != no": ("!=", "no"),
        'caller.segment in ["a", "b, c"]': ("in", 'a, "b, c"'),
        "cases.open is known": ("is known", ""),
    }
    for text, shown in told.items():
        comparison = read_comparison(text)
        assert comparison is not None
        assert (menu_operator(comparison), menu_value(comparison)) == shown
    assert read_comparison(7) is None


@pytest.mark.parametrize("path", [path for path in places(Source(ODD).value) if path[0] == "when"])
@pytest.mark.parametrize("word", ["all", "any", "none", "not"])
def test_wrapping_and_unwrapping_keep_what_it_says(path: Path, word: str) -> None:
    source = Source(ODD)
    if path[-1] in {"all", "any", "not"}:
        return  # the list of a group, or what is in a not: the group is what is wrapped
    old = source.get(path)
    wrapped = conditions.wrap(source, path, word)
    assert comments(wrapped.text) == comments(ODD)
    if word == "not":
        assert wrapped.get(path) == {"not": old}
        unwrapped = conditions.unwrap(wrapped, path)
        assert unwrapped.value == source.value
        assert unwrapped.text == ODD or is_flow(source.node(path[:-1]))  # there, quotes may be others
    else:
        assert conditions.word_of(wrapped.get(path)) == word
        assert wrapped.get(conditions.group_path(wrapped, path)) == [old]


@pytest.mark.parametrize(
    "path", [("when",), GROUP, ("when", "all", 2), ("when", "all", 3), ("when", "all", 4)]
)
def test_another_word_and_the_old_one_again(path: Path) -> None:
    for text in (TWO, ODD):
        source = Source(text)
        old = conditions.word_of(source.get(path))
        if old is None:
            with pytest.raises(EditError, match="no group"):
                conditions.change_word(source, path, "all")
            with pytest.raises(EditError, match="no group"):
                conditions.group_path(source, path)
            continue
        for word in conditions.GROUPS:
            changed = conditions.change_word(source, path, word)
            assert conditions.word_of(changed.get(path)) == word
            assert conditions.change_word(changed, path, old).text == text


def test_the_opposite_of_the_opposite() -> None:
    for path in [FIRST, ("when", "all", 1, "any", 0)]:
        changed = conditions.negate(Source(TWO), path)
        assert changed.get(path) == {"not": Source(TWO).get(path)}
        assert conditions.negate(changed, path).text == TWO
    alone = "when:  # c\n  not: cases.open = 0  # d\n"
    assert conditions.negate(Source(alone), ("when",)).text == "# c\nwhen: cases.open = 0  # d\n"
    assert (
        conditions.negate(Source(alone.replace("  # c", "")), ("when",)).text == "when: cases.open = 0  # d\n"
    )
    flow = "when: {all: [{not: cases.open = 0}]}\n"
    assert conditions.negate(Source(flow), FIRST).text == "when: {all: [cases.open = 0]}\n"


def test_moving() -> None:
    source = Source(TWO)
    down, place = conditions.move(source, FIRST, "down")
    assert place == GROUP
    assert conditions.move(down, place, "up")[0].text == TWO
    inside, place = conditions.move(down, GROUP, "in")
    assert inside.get(("when", "all")) == [{"any": ["caller.known = yes", "call.line = 2", "cases.open = 0"]}]
    out, place = conditions.move(inside, place, "out")
    assert out.text == down.text
    assert place == GROUP


def test_the_last_one_out_of_a_group_takes_the_group_along() -> None:
    for group in ("any: [cases.open = 0]", "not: {any: [cases.open = 0]}"):
        source = Source(f"when:\n  all:\n    - caller.known = yes\n    - {group}\n")
        path: Path = (*GROUP, "not", "any", 0) if "not" in group else (*GROUP, "any", 0)
        moved, place = conditions.move(source, path, "out")
        assert when(moved) == {"all": ["caller.known = yes", "cases.open = 0"]}
        assert place == GROUP


@pytest.mark.parametrize(
    ("path", "how", "why"),
    [
        (FIRST, "up", "any further"),
        (GROUP, "down", "any further"),
        (FIRST, "out", "in no other one"),
        (FIRST, "in", "no group before"),
        (GROUP, "in", "no group before"),
        (("when",), "up", "only condition"),
    ],
)
def test_where_nothing_can_be_moved_to(path: Path, how: str, why: str) -> None:
    with pytest.raises(EditError, match=why):
        conditions.move(Source(TWO), path, how)


def test_taking_out() -> None:
    assert when(conditions.remove(Source(TWO), GROUP)) == {"all": ["cases.open = 0"]}
    assert conditions.remove(Source("a: 1\nwhen: cases.open = 0\n"), ("when",)).text == "a: 1\n"
    assert conditions.remove(Source("a: 1\nwhen:\n  not: cases.open = 0\n"), ("when", "not")).text == "a: 1\n"


def test_lists() -> None:
    for items in (["a"], ["a, b", 'c"d'], ["ž"]):
        assert conditions.split_list(conditions.join_list(items)) == items
    assert conditions.attribute(" number of  people ") == "attr.number_of_people"
