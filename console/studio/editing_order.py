"""Moving a script's steps: the card, and the step in the conversation. Pure."""

from collections.abc import Mapping
from typing import Any

from console.studio.editing_conditions import EditError
from console.studio.editing_source import Source
from console.studio.editing_steps import END, kind_of, references, set_onward, steps_of
from scripts_engine.script import Kind


def move_step(source: Source, at: int, to: int) -> tuple[Source, bool]:
    """With a step in the place of its neighbour, and whether it is so in the conversation, too: what led to
    the first of both leads to the second then, which leads to the first. Where ways part that would not be
    clear: they are kept. The first step of all is where calls begin."""
    if not 0 <= to < len(steps_of(source)):
        raise EditError("it cannot be moved any further")
    first, second = sorted((at, to))
    follows = _follows(source, first, second)
    source = _swapped(source, first, second) if follows else source
    return source.move(("steps", at), to), follows


def _follows(source: Source, first: int, second: int) -> bool:
    """Whether the second is what comes after the first, and after nothing else."""
    one, other = source.get(("steps", first)), source.get(("steps", second))
    if not (_is_single(one) and _is_single(other)):
        return False
    name, next_name = one.get("id"), other.get("id")
    ways = [path for path, onwards in references(source) if onwards == next_name]
    return ways == [("steps", first, "next")] and other.get("next") not in {name, next_name}


def _is_single(step: Any) -> bool:
    """Whether there is one way on from a step."""
    if not isinstance(step, Mapping) or kind_of(step) in {Kind.CHECK, Kind.END, None}:
        return False
    return "answers" not in step and ("next" in step or "end" in step)


def _swapped(source: Source, first: int, second: int) -> Source:
    name, next_name = source.get(("steps", first, "id")), source.get(("steps", second, "id"))
    other = source.get(("steps", second))
    for path, onwards in list(references(source)):
        if onwards == name:
            source = source.put(path, next_name)
    source = set_onward(source, first, other.get("next", END), str(other.get("end")))
    return set_onward(source, second, name)
