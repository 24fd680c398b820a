"""A step that is moved is moved in the conversation, too, where that is clear."""

from typing import Any

import pytest

from console.studio.editing import edit
from console.studio.editing_conditions import EditError
from console.studio.editing_order import move_step
from console.studio.editing_source import Source
from console.studio.editing_steps import steps_of

CHAIN = """\
script: x
title: X
steps:
  - id: a  # the first
    say: "A"
    next: b
  # asks
  - id: b
    ask: "B?"
    capture: {name: b, type: text}
    next: c
  - id: c
    do: offer
    with: {offer: x}
    end: done
"""
BRANCH = """\
steps:
  - {id: a, say: A, next: q}
  - {id: q, ask: "Q?", answers: {one: b, two: c}}
  - {id: b, say: B, next: c}
  - {id: c, say: C, next: d}
  - {id: d, say: D, next: b}
  - {id: e, end: x}
"""


def told(source: Source) -> list[Any]:
    """What the agent gets, step by step."""
    steps = {step["id"]: step for step in steps_of(source)}
    name, path = steps_of(source)[0]["id"], []
    while name and name not in path:
        path.append(name)
        name = steps[name].get("next")
    return [*path, steps[path[-1]].get("end")]


def cards(source: Source) -> list[Any]:
    return [step["id"] for step in steps_of(source)]


@pytest.mark.parametrize(("at", "to", "after"), [(2, 1, "acb"), (1, 2, "acb"), (1, 0, "bac"), (0, 1, "bac")])
def test_a_chain_is_linked_anew(at: int, to: int, after: str) -> None:
    source, follows = move_step(Source(CHAIN), at, to)
    assert follows
    assert cards(source) == list(after)
    assert told(source) == [*after, "done"]
    back, _ = move_step(source, to, at)
    assert back.text == CHAIN


def test_a_step_to_the_top_by_two_moves() -> None:
    source, _ = move_step(Source(CHAIN), 2, 1)
    source, _ = move_step(source, 1, 0)
    assert told(source) == ["c", "a", "b", "done"]


def test_what_led_to_the_first_leads_to_the_second() -> None:
    source, follows = move_step(Source(BRANCH.replace("two: c", "two: b")), 2, 3)
    assert follows
    assert [step.get("next") for step in steps_of(source)] == ["q", None, "b", "d", "c", None]
    assert steps_of(source)[1]["answers"] == {"one": "c", "two": "c"}


@pytest.mark.parametrize(
    ("at", "to"),
    [(0, 1), (2, 1), (2, 3), (4, 5)],
    ids=["before a question", "behind one", "where another way comes in", "what ends"],
)
def test_where_ways_part_they_are_kept(at: int, to: int) -> None:
    source, follows = move_step(Source(BRANCH), at, to)
    assert not follows
    before = {step["id"]: step for step in steps_of(Source(BRANCH))}
    assert {step["id"]: step for step in steps_of(source)} == before
    assert cards(source) != list(before)
    assert move_step(source, to, at)[0].text == BRANCH


def test_a_circle_is_kept() -> None:
    text = "steps:\n- {id: a, say: A, next: b}\n- {id: b, say: B, next: a}\n"
    assert not move_step(Source(text), 0, 1)[1]


def test_the_end_of_all() -> None:
    for at, to in ((0, -1), (2, 3)):
        with pytest.raises(EditError, match="any further"):
            move_step(Source(CHAIN), at, to)


def test_what_is_said_of_it() -> None:
    assert edit(Source(CHAIN), "step.move", ("steps", 2), "up").told == ""
    kept = (
        "Only the card was moved: where these steps lead stays, because one does not simply follow the other."
    )
    assert edit(Source(BRANCH), "step.move", ("steps", 2), "down").told == kept
    done = edit(Source(BRANCH), "step.move", ("steps", 1), "up")
    assert done.told == f"{kept} Calls begin with q now."
