"""Commands and their outcomes as plain values, for the bus. Pure.

What is read may come from a process of another version: what is not understood is a ValueError.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast, get_args

from telephony.commands import Command, Done, Outcome, Refused, Target, Unsure

KIND = "kind"

_COMMANDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in get_args(Command)}
_TARGETS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in get_args(Target)}
_OUTCOMES: Mapping[str, type[Any]] = {kind.__name__: kind for kind in (Done, Refused, Unsure)}


def spell(said: Command | Outcome | Target) -> dict[str, Any]:
    """The plain value of a command, an outcome, or whom a call is passed on to."""
    values = {each.name: getattr(said, each.name) for each in fields(said)}
    plain = {name: value if isinstance(value, str) else spell(value) for name, value in values.items()}
    return {KIND: type(said).__name__, **plain}


def read_command(value: object) -> Command:
    """The command of a plain value. Raises ValueError."""
    return cast("Command", _read(value, _COMMANDS))


def read_outcome(value: object) -> Outcome:
    """The outcome of a plain value. Raises ValueError."""
    return cast("Outcome", _read(value, _OUTCOMES))


def _read(value: object, kinds: Mapping[str, type[Any]]) -> object:
    if not isinstance(value, Mapping):
        raise ValueError(f"not understood: {value!r}")  # noqa: TRY004 - it came from outside
    kind = kinds.get(str(value.get(KIND)))
    given = {name: each for name, each in value.items() if name != KIND}
    if kind is None or given.keys() != {each.name for each in fields(kind)}:
        raise ValueError(f"not understood: {value.get(KIND)!r} with {', '.join(given) or 'nothing'}")
    return kind(
        **{name: each if isinstance(each, str) else _read(each, _TARGETS) for name, each in given.items()}
    )
