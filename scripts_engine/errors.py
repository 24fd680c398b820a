"""What can be wrong with a script, said with its place and how to mend it.

EngineError
├── ScriptError   a document is no script: `findings` lists everything that is wrong, not only the first
└── RunError      a run was told something that its step does not offer
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

Path = tuple[str | int, ...]
"""The way to a place in a script's document: `("when", "all", 0)`."""

LONGEST_PART = 100
"""Characters of a name in a place as it is told."""


class Level(StrEnum):
    """ERROR: cannot work as written. WARNING: works, but perhaps not as meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: in which `script` (its key), where, why, and the `nearest` right name."""

    script: str
    path: Path
    why: str
    nearest: str | None = None
    level: Level = Level.ERROR

    @property
    def where(self) -> str:
        """The place for people: `late-delivery: when.all[0]`."""
        place = place_of(self.path)
        return f"{self.script}: {place}" if place else self.script

    @property
    def sentence(self) -> str:
        """Why, with the nearest right name: `there is no fact "x". Did you mean y?`"""
        return f"{self.why}. Did you mean {self.nearest}?" if self.nearest else f"{self.why}."

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


class EngineError(Exception):
    """What went wrong, in one sentence for people."""


class ScriptError(EngineError):
    """A document is no script."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class RunError(EngineError):
    """A run was told something that its step does not offer."""

    def __init__(self, step: str, why: str) -> None:
        self.step = step
        self.why = why
        super().__init__(f"{step}: {why}")


def place_of(path: Path) -> str:
    """A path as people write it: `when.all[0]`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part[:LONGEST_PART]}" for part in path]
    return "".join(parts).removeprefix(".")
