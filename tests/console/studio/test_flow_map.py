"""The map of a script: every step once, below what leads to it; what is wrong is marked."""

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from console.studio.flow_map import HEIGHT, WIDTH, Stop, draw_map
from tests.fakes.examples import examples


def stop(name: str, *ways: str, ends: bool = False) -> Stop:
    return Stop(name, name.title(), name, [("", way) for way in ways], ends)


def test_layers() -> None:
    drawn = draw_map([stop("a", "b", "d"), stop("b", "c"), stop("c", "d"), stop("d", ends=True)])
    rows = {box.name: box.y for box in drawn.boxes}
    assert rows["a"] < rows["b"] < rows["c"] < rows["d"]
    assert [box.state for box in drawn.boxes] == ["", "", "", ""]
    assert [line.is_back for line in drawn.lines] == [False] * 4
    assert max(box.y for box in drawn.boxes) + HEIGHT <= drawn.height


def test_what_is_wrong_is_marked() -> None:
    drawn = draw_map([stop("a", "b", "x"), stop("b"), stop("lost", "b"), stop("alone", ends=True)])
    assert {box.name: box.state for box in drawn.boxes} == {
        "a": "", "b": "dead_end", "lost": "unreachable", "alone": "unreachable", "x": "missing",
    }  # fmt: skip
    below = max(box.y for box in drawn.boxes if not box.state or box.state == "dead_end")
    assert all(box.y > below for box in drawn.boxes if box.state == "unreachable")


def test_ways_back() -> None:
    drawn = draw_map([stop("a", "b"), stop("b", "a", "b", "c"), stop("c", ends=True)])
    assert [line.is_back for line in drawn.lines] == [False, True, True, False]


def test_long_words_are_shortened() -> None:
    drawn = draw_map([Stop("a", "long " * 10, "d", [("words " * 10, "a")])])
    assert drawn.boxes[0].label.endswith("…")
    assert drawn.lines[0].label.endswith("…")


def test_ways_to_the_same_step_are_one() -> None:
    drawn = draw_map([Stop("a", "A", "a", [("yes", "b"), ("no", "b"), ("", "b")]), stop("b", ends=True)])
    assert [line.label for line in drawn.lines] == ["yes / no"]


def test_nothing() -> None:
    assert draw_map([]).boxes == []


NAMES = st.sampled_from("abcdefgh")


@examples(0.6)
@given(
    steps=st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3)), max_size=8, unique_by=lambda step: step[0])
)
def test_any_script_can_be_drawn(steps: list[tuple[str, list[str]]]) -> None:
    drawn = draw_map([stop(name, *ways) for name, ways in steps])
    for one, other in combinations(drawn.boxes, 2):
        apart = abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
        assert apart, (one, other)
    for line in drawn.lines:
        assert re.fullmatch(r"M[\d.]+ [\d.]+( C[-\d. e]+)+", line.path), line.path
    assert len(drawn.lines) == sum(len(set(ways)) for _, ways in steps)
