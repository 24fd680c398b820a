"""An action of a script that is taken at the desk: for whom, by whom, and what the agent says to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from console.desk.run_entry import Ground
from console.promises.appointments import Proposal, moment_of
from console.scripts.rendering import Argument
from scripts_engine.captures import in_words
from scripts_engine.run import Run
from scripts_engine.script import Action, Script

Arguments = Mapping[str, Argument]
"""What an action is to be done with, filled in."""


@dataclass(frozen=True, slots=True)
class Given:
    """What an agent says as they take an action: the `answer` to an offer; `when` to call back (None: when
    the script says), and whether they will call themselves (`own`)."""

    answer: str = ""
    when: Proposal | None = None
    own: bool = False

    def result(self, action: Action | None, zone: ZoneInfo) -> str | None:
        """What comes of the action; None where that does not depend on what was said. Raises InvalidError."""
        if action is Action.OFFER:
            return self.answer
        if action is Action.SCHEDULE_CALLBACK and self.when is not None:
            return moment_of(self.when, zone).isoformat()
        return None

    def __str__(self) -> str:
        """As the agent is told that it was not taken."""
        return f"{self.when.day} {self.when.time}" if self.when else self.answer


@dataclass(frozen=True, slots=True)
class Doing:
    """For whom an action is taken, in which run of which version, by whom and when; all in the session's
    transaction. Days are those of `zone`."""

    session: AsyncSession
    ground: Ground
    author: str
    call: str
    script: Script
    version: int
    run: Run
    given: Given
    zone: ZoneInfo
    at: datetime


def said(arguments: Arguments) -> str:
    """All of it, in a line; a text that stands alone needs no name."""
    if len(arguments) == 1 and isinstance(only := next(iter(arguments.values())), str):
        return only
    return ", ".join(f"{in_words(name)}: {value}" for name, value in arguments.items())
