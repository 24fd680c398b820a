"""The linter's part for actions: what they are to be done with, and cannot be."""

from collections.abc import Iterator, Mapping, Sequence

from scripts_engine.errors import Finding, Level, Path
from scripts_engine.facts import PRIORITIES, nearest_name
from scripts_engine.reading import shown
from scripts_engine.script import LATEST_CALLBACK_DAYS, LINES, Action, Script, Step

_DAYS = range(LATEST_CALLBACK_DAYS + 1)
_FIELDS: Mapping[Action, Mapping[str, Sequence[object] | None]] = {
    Action.OPEN_CASE: {"subject": None, "line": LINES, "priority": PRIORITIES},
    Action.SCHEDULE_CALLBACK: {"in_days": _DAYS, "subject": None, "line": LINES},
    Action.TRANSFER: {"queue": None, "note": None},
    Action.OFFER: {"offer": None},
}
"""What each action may be done with, and which values that may have (None: any)."""

_NEEDED: Mapping[Action, str] = {Action.TRANSFER: "queue", Action.OFFER: "offer"}
_DONE: Mapping[Action, tuple[str, str]] = {
    Action.OPEN_CASE: ("a case is opened", "of a case"),
    Action.SCHEDULE_CALLBACK: ("a call-back is promised", "of a call-back"),
    Action.TRANSFER: ("a call is handed over", "of a transfer"),
    Action.OFFER: ("an offer is made", "of an offer"),
}


def wrong_arguments(script: Script) -> Iterator[Finding]:
    """Arguments that an action does not know, that it cannot use, or that it lacks."""
    for position, step in enumerate(script.steps):
        if step.action is not None:
            for name, why, near in _of(step, step.action):
                path: Path = ("steps", position, "with", name) if name else ("steps", position, "do")
                yield Finding(script.key, path, why, near, level=Level.WARNING)


def _of(step: Step, action: Action) -> Iterator[tuple[str, str, str | None]]:
    """The argument ("": the action itself), what is wrong, and the nearest right name."""
    fields, (done, of) = _FIELDS[action], _DONE[action]
    for name, value in step.arguments:
        if name not in fields:
            yield name, f'{done} with {", ".join(fields)}, not with "{name}"', nearest_name(name, [*fields])
        elif not _fits(value, fields[name]):
            yield name, f"the {name} {of} is one of {_told(fields[name] or ())}, not {shown(value)}", None
    needed = _NEEDED.get(action)
    if needed and not dict(step.arguments).get(needed):
        yield "", f"{done} with {needed}, which is not said; say it under `with`", None


def _fits(value: object, allowed: Sequence[object] | None) -> bool:
    """Whether the action can use it. What is filled in on a call cannot be told before."""
    return allowed is None or value in allowed or (isinstance(value, str) and "{{" in value)


def _told(allowed: Sequence[object]) -> str:
    return f"0 to {LATEST_CALLBACK_DAYS}" if allowed is _DAYS else ", ".join(map(str, allowed))
