"""Reads the fields of a script's document and notes all that is wrong, instead of stopping at the first."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from scripts_engine.errors import Finding, Path
from scripts_engine.facts import nearest_name

MAX_NAME = 100
"""Characters of a key, an id, a name."""

MAX_TEXT = 4_000
"""Characters of a text that is said, asked or disclosed."""

MOST_FINDINGS = 100
"""Mistakes of one script that are told: whoever mends these is told the others."""

MAX_COMPARISONS = 300
"""Comparisons in all conditions of one script."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
VARIABLE = re.compile(r"[a-z_][a-z0-9_]*")
"""The name of what is taken down, as texts name it."""

Choice = TypeVar("Choice", bound=StrEnum)
Fields = Mapping[str, Any]


class Reading:
    """What was found wrong so far in the document of one script. Readers return something harmless then."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.findings: list[Finding] = []
        self.comparisons = 0

    @property
    def full(self) -> bool:
        """Whether so much is wrong that looking on is of no use."""
        return len(self.findings) >= MOST_FINDINGS

    def report(self, path: Path, why: str, nearest: str | None = None) -> None:
        """Note what is wrong at `path`, unless there is very much already."""
        if not self.full:
            self.findings.append(Finding(self.script, path, why, nearest))

    def fields(self, value: object, path: Path, what: str, known: Collection[str]) -> Fields:
        """The fields of a mapping; those that are not known are reported and left out."""
        if not isinstance(value, Mapping):
            self.report(path, f"{what} must be fields with values, not {shown(value)}")
            return {}
        for name in value:
            if name not in known and not self.full:
                near = nearest_name(str(name), list(known))
                why = f"{what} has no field {shown(name)}, only {', '.join(known)}"
                self.report((*path, str(name)), why, near)
        return {name: field for name, field in value.items() if name in known}

    def items(self, value: object, path: Path, what: str, most: int) -> Sequence[Any]:
        """The items of a list that is not empty."""
        if not isinstance(value, list | tuple):
            self.report(path, f"{what} must be a list, not {shown(value)}")
            return ()
        if not value:
            self.report(path, f"{what} is an empty list")
        if len(value) > most:
            self.report(path, f"{what} may have {most} items, not {len(value)}")
        return value[:most]

    def text(self, value: object, path: Path, what: str, most: int = MAX_TEXT) -> str:
        """A text that is not blank."""
        if not isinstance(value, str):
            self.report(path, f"{what} must be a text, not {shown(value)}")
            return ""
        if not value.strip():
            self.report(path, f"{what} is empty")
        if len(value) > most:
            self.report(path, f"{what} may have {most} characters, not {len(value)}")
        return value.strip()

    def key(self, value: object, path: Path, what: str) -> str:
        """A stable name of letters, digits, `-`, `_` and `.`."""
        return self._matching(value, path, what, _KEY, "letters, digits, -, _ and .")

    def variable(self, value: object, path: Path, what: str) -> str:
        """A name that a text can use: small letters, digits and `_`."""
        return self._matching(value, path, what, VARIABLE, "small letters, digits and _")

    def _matching(self, value: object, path: Path, what: str, pattern: re.Pattern[str], allowed: str) -> str:
        name = self.text(value, path, what, MAX_NAME)
        if name and not pattern.fullmatch(name):
            self.report(path, f"{what} may only have {allowed}, not {shown(name)}")
        return name

    def optional_text(self, fields: Fields, name: str, path: Path, most: int = MAX_TEXT) -> str | None:
        """A text that may be left out."""
        return self.text(fields[name], (*path, name), f'"{name}"', most) if name in fields else None

    def choice(self, value: object, path: Path, what: str, choices: type[Choice]) -> Choice | None:
        """One of a few words."""
        if isinstance(value, str) and value in list(choices):
            return choices(value)
        near = nearest_name(str(value), list(choices))
        self.report(path, f"{what} must be one of {', '.join(choices)}, not {shown(value)}", near)
        return None

    def number(self, value: object, path: Path, what: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.report(path, f"{what} must be a whole number from {least} to {most}, not {shown(value)}")
        return least

    def day(self, fields: Fields, name: str, path: Path) -> date | None:
        """A day that may be left out, as a date or as text: 2026-11-21."""
        value = fields.get(name)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.report((*path, name), f'"{name}" must be a day such as 2026-11-21, not {shown(value)}')
            return None


def shown(value: object) -> str:
    """A wrong value as a sentence names it, shortened."""
    if isinstance(value, Mapping):
        return "fields with values"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value)
    return f'"{text[:50]}…"' if len(text) > 50 else f'"{text}"'
