"""Edits of what single kinds of steps have: branches, what is taken down, what the agent does. Pure."""

from collections.abc import Mapping
from typing import Any

from console.studio.editing_conditions import FIRST_FACT, EditError, usual
from console.studio.editing_pieces import item_piece
from console.studio.editing_source import Source
from console.studio.editing_steps import CAPTURE, ORDER
from scripts_engine import notation
from scripts_engine.codec import STEP_FIELDS
from scripts_engine.errors import Path
from scripts_engine.reading import VARIABLE
from scripts_engine.script import Action, Kind

ARGUMENTS: Mapping[Action, tuple[str, ...]] = {
    Action.OPEN_CASE: ("subject", "line", "priority"),
    Action.SCHEDULE_CALLBACK: ("subject", "in_days"),
    Action.TRANSFER: ("queue", "note"),
    Action.OFFER: ("offer",),
}
"""What is asked for when an agent does this."""

NUMBERS = frozenset({"line", "in_days"})
"""Arguments that are numbers."""


def add_branch(source: Source, at: int) -> tuple[Source, Path]:
    """With one more branch of a check, which leads to where the check goes on."""
    place: Path = ("steps", at, "check")
    branches = source.get(place) or []
    onward = source.get(("steps", at, "next")) or (branches[-1].get("next") if branches else "")
    branch = {"when": notation.write(usual(FIRST_FACT)), "next": onward}
    return source.insert(place, len(branches), item_piece(branch)), (*place, len(branches), "when")


def change_capture(source: Source, at: int, field: str, typed: str) -> Source:
    """With another `name` or `type` of what is taken down; choices go with the type."""
    place: Path = ("steps", at, CAPTURE)
    source = source.put((*place, field), typed.strip(), ("name", "type", "choices"))
    choices = source.get((*place, "choices"))
    if field == "type" and typed != "choice" and choices is not None:
        return source.remove((*place, "choices"))
    if field == "type" and typed == "choice" and choices is None:
        return source.put((*place, "choices"), ["yes", "no"], ("name", "type", "choices"))
    return source


def rename_capture(source: Source, at: int, typed: str) -> Source:
    """With another name of what is taken down; one by which texts can name it."""
    if not VARIABLE.fullmatch(typed.strip()):
        raise EditError('the name of an answer has small letters, digits and "_", and begins with a letter')
    return change_capture(source, at, "name", typed)


def change_choices(source: Source, at: int, choices: list[str]) -> Source:
    """With other choices."""
    return source.put(("steps", at, CAPTURE, "choices"), choices, ("name", "type", "choices"))


def change_action(source: Source, at: int, action: str) -> Source:
    """With something else that the agent does; what it does not ask for goes."""
    given = source.get(("steps", at, "with")) or {}
    known = {name for names in ARGUMENTS.values() for name in names}
    for name in given:
        if name in known and name not in ARGUMENTS[Action(action)]:
            source = change_argument(source, at, name, "")
    return source.put(("steps", at, "do"), action, ORDER)


def change_argument(source: Source, at: int, name: str, typed: str) -> Source:
    """With another argument of what the agent does; without it when nothing was typed."""
    place: Path = ("steps", at, "with")
    given, typed = source.get(place), typed.strip()
    if not typed:
        if not given or name not in given:
            return source
        return source.remove(place if len(given) == 1 else (*place, name))
    value: Any = int(typed) if name in NUMBERS and typed.isdecimal() else typed
    if given is None:
        return source.put(place, {name: value}, STEP_FIELDS[Kind.DO])
    return source.put((*place, name), value)
