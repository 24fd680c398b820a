"""What an edit does not touch stays as it is, to the letter; an edit and its inverse give the same text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import InvalidError
from console.studio.editing_pieces import item_piece, position_of
from console.studio.editing_scalars import Quoted, write_block, write_flow, write_scalar
from console.studio.editing_source import Source
from tests.console.studio.scripts import ALL, ODD, comments, places
from tests.fakes.examples import examples

READABLE = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
"""What a script file may hold: other characters are refused."""

TEXTS = st.text(READABLE, max_size=30) | st.sampled_from(
    [
        "no",
        "~",
        "1",
        "1.5",
        "2026-11-21",
        "- a",
        "a: b",
        "a #b",
        "[x",
        "{x",
        '"',
        "'",
        "\u2028",
        "\x85",
        "😀",
        "# a",
    ]
)
PLAIN = st.recursive(
    TEXTS | st.integers(-(10**14), 10**14) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("text", ALL)
def test_what_is_taken_out_and_put_back_leaves_no_trace(text: str) -> None:
    source = Source(text)
    for path in places(source.value):
        if text == ODD and not _stands_as_usual(path):
            continue
        position = position_of(source.node(path[:-1]), path[-1])
        without, piece = source.cut(path)
        assert without.insert(path[:-1], position, piece).text == text, path


def _stands_as_usual(path: tuple[str | int, ...]) -> bool:
    """Some of what is odd is put back as it is usually written: what shares a line with a dash, what is on
    several lines between brackets, uneven blanks between them, lists that are not set in."""
    shares_a_line = path in {("steps", 1, "ask"), ("steps", 2), ("steps", 5, "id")} or path[:3] == (
        "steps",
        2,
        "with",
    )
    return not shares_a_line and path[0] not in {"script", "lines", "queues"} and len(path) > 1


@pytest.mark.parametrize("text", ALL)
def test_whatever_is_taken_out_the_rest_stays(text: str) -> None:
    source = Source(text)
    for path in places(source.value):
        if path == ("script",):
            continue
        without, piece = source.cut(path)
        parent = source.get(path[:-1])
        left = [each for name, each in _fields(parent) if name != path[-1]]
        assert [each for _, each in _fields(without.get(path[:-1]))] == left, path
        position = position_of(source.node(path[:-1]), path[-1])
        back = without.insert(path[:-1], position, piece)
        assert back.value == source.value, path
        kept = set(comments(without.text)) | set(comments("\n".join([*piece.lead, *piece.lines])))
        flow = "urgent" if path[:3] == ("steps", 2, "with") else "odd"
        assert {each for each in comments(text) if flow not in each} <= kept | _behind_the_last(path), path


def _fields(value: Any) -> list[tuple[Any, Any]]:
    return list(value.items()) if isinstance(value, dict) else list(enumerate(value or ()))


def _behind_the_last(path: tuple[str | int, ...]) -> set[str]:
    """What is between brackets is taken out without the comments there."""
    return {"# urgent"} if path[:2] == ("steps", 2) else set()


@pytest.mark.parametrize("text", ALL)
def test_moving_there_and_back_leaves_no_trace(text: str) -> None:
    source = Source(text)
    for path in places(source.value):
        if isinstance(path[-1], int) and path[-1] > 0 and source.is_block(path[:-1]) and path[0] != "queues":
            there = source.move(path, 0)
            assert comments(there.text) == comments(text)
            if path != ("steps", 2):  # its dash stood alone
                assert there.move((*path[:-1], 0), path[-1]).text == text, path


@examples(0.4)
@given(value=PLAIN)
def test_every_plain_value_is_read_back(value: Any) -> None:
    text = "script: x\nlist: [a]\nsteps:\n  - id: a\n"
    source = Source(text)
    for path in [("new",), ("list", 0), ("steps", 0, "id"), ("steps", 0, "new"), ("steps",)]:
        assert source.put(path, value).get(path) == value
    assert source.insert(("steps",), 1, item_piece(value)).get(("steps", 1)) == value
    assert source.insert(("list",), 0, item_piece(value)).get(("list", 0)) == value


@examples(0.4)
@given(name=TEXTS.filter(lambda name: name not in ("id", "say")), flow=st.booleans())
def test_every_name_is_read_back(name: str, flow: bool) -> None:
    source = Source("steps:\n  - {id: a, say: b}\n" if flow else "steps:\n  - id: a\n    say: b\n")
    assert source.rename(("steps", 0, "say"), name).get(("steps", 0)) == {"id": "a", name: "b"}


@examples(0.4)
@given(old=TEXTS, new=TEXTS)
def test_another_value_and_the_old_one_again(old: str, new: str) -> None:
    text = f"script: x\n# above\ntitle: {write_scalar(old)}  # behind\nsteps: []\n"
    changed = Source(text).put(("title",), new)
    assert changed.get(("title",)) == new
    assert comments(changed.text.split("title")[0]) == ["# above"]
    assert changed.text.endswith("  # behind\nsteps: []\n")
    assert Source(changed.put(("title",), old).text).value == Source(text).value


def test_quotes_are_kept() -> None:
    source = Source("a: 'x'\nb: \"x\"\nc: x\n")
    for name in "abc":
        source = source.put((name,), "it's")
    assert source.text == "a: 'it''s'\nb: \"it's\"\nc: it's\n"
    assert Source("a: 'x'\n").put(("a",), "x\ny").text == 'a: "x\\ny"\n'
    assert Source("a: x\n").put(("b",), Quoted("y")).text == 'a: x\nb: "y"\n'


def test_new_fields_come_in_their_order() -> None:
    source = Source("b: 1\nd: 1\n")
    order = ("a", "b", "c", "d")
    assert source.put(("c",), 2, order).text == "b: 1\nc: 2\nd: 1\n"
    assert source.put(("a",), 2, order).text == "a: 2\nb: 1\nd: 1\n"
    assert source.put(("x",), 2, order).text == "b: 1\nd: 1\nx: 2\n"
    assert (
        Source("s:\n  - b: 1\n    d: 1\n").put(("s", 0, "a"), 2, order).text
        == "s:\n  - a: 2\n    b: 1\n    d: 1\n"
    )


def test_a_comment_on_the_line_of_a_field_stays_there() -> None:
    source = Source("a:  # why\n  - 1\nb: 2  # what\nc:  # nothing\n# above\nd: |\n  text\n\ne: 1\n")
    assert source.put(("a",), 1).text.startswith("a: 1  # why\nb")
    assert source.put(("a",), [2, 3]).text.startswith("a:  # why\n  - 2\n  - 3\nb")
    assert source.put(("b",), [2]).text.splitlines()[2:4] == ["b:  # what", "  - 2"]
    assert "\nc: 7  # nothing\n# above\nd" in source.put(("c",), 7).text
    assert "\nc:  # nothing\n  - 7\n# above\nd" in source.put(("c",), [7]).text
    assert source.put(("d",), "t").text.endswith("d: t\n\ne: 1\n")
    assert source.remove(("a", 0)).text.startswith("a: []  # why\nb")
    assert source.remove(("a", 0)).insert(("a",), 0, item_piece(4)).text.startswith("a:  # why\n  - 4\nb")


def test_comments_between_brackets_go_above() -> None:
    source = Source("a:\n  b: [1,  # one\n    2,\n    # three\n    '#3']\n")
    assert source.remove(("a", "b", 1)).text == "a:\n  # one\n  # three\n  b: [1, '#3']\n"
    assert source.insert(("a", "b"), 0, item_piece({"x": [1]})).get(("a", "b", 0)) == {"x": [1]}
    nested = Source("a: [{b: 1,\n  c: 2}, [3,\n 4], 5]\n").remove(("a", 2))
    assert nested.text == "a: [{b: 1, c: 2}, [3, 4]]\n"
    assert Source("a: {b: }\n").insert(("a", "b"), 0, item_piece(1)).get(("a",)) == {"b": [1]}


def test_the_first_field_on_the_line_of_a_dash() -> None:
    source = Source("s:\n  - end: x\n    # why\n    id: a\n")
    assert source.remove(("s", 0, "end")).text == "s:\n  # why\n  - id: a\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", "YAML line 2: this is not YAML"),
        ("- a: 1\n- a: 2\n", "one at a time"),
        ("- a\n", "fields with values"),
        ("a: &x 1\nb: *x\n", "write it out"),
        ("", "no script"),
    ],
)
def test_what_cannot_be_edited(text: str, why: str) -> None:
    with pytest.raises(InvalidError, match=why):
        Source(text)


def test_looking() -> None:
    source = Source("\ufeffa: [1]\r\nb:\r\n  - c: 2")
    assert source.text == "a: [1]\nb:\n  - c: 2\n"
    assert source.get(("b", 0, "c")) == 2
    assert (
        source.get(("b", 1))
        is source.get(("b", "x"))
        is source.get(("a", 0, "x"))
        is source.get(("z",))
        is None
    )
    with pytest.raises(KeyError):
        source.node(("a", 1))
    assert source.is_block(("b",))
    assert not source.is_block(("a",))


def test_writing() -> None:
    assert write_flow({"a": ["x, y", None, True], "b": {}}) == '{a: ["x, y", null, true], b: {}}'
    assert write_block({"a": [], "b": [{"c": 1, "d": [2]}]}) == [
        "a: []",
        "b:",
        "  - c: 1",
        "    d:",
        "      - 2",
    ]
    assert write_scalar(1.5) == "1.5"


def test_where_no_value_is() -> None:
    source = Source("a:\nb:  # why\n\nc:\n  -\n  - 1\nd: {e: }\n")
    assert source.remove(("a",)).text == "b:  # why\n\nc:\n  -\n  - 1\nd: {e: }\n"
    assert source.remove(("b",)).text == "a:\n\nc:\n  -\n  - 1\nd: {e: }\n"
    assert source.put(("c", 0), 2).text == "a:\nb:  # why\n\nc:\n  - 2\n  - 1\nd: {e: }\n"
    assert source.insert(("b",), 0, item_piece(1)).get(("b",)) == [1]
    assert source.put(("d", "e"), 1).get(("d",)) == {"e": 1}
