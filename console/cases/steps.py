"""What an agent does to a case, and what that makes of it. Pure.

An agent decides by what they saw (`Seen`). What somebody else has made different since is not overwritten: of
two who close a case at once, one does, and the other is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from console.cases.due_rules import DueRules
from console.cases.history import CLOSED, SECOND_LINE
from console.db.batch import Values
from console.errors import InvalidError, Problem
from console.web.i18n import N_
from console.web.i18n import gettext as _

LONGEST_SUBJECT = 500
LONGEST_TEXT = 5_000
"""Characters."""


class StepKind(StrEnum):
    """What can be done to a case that is there."""

    TAKE = "take"
    COMMENT = "comment"
    CLOSE = "close"
    REOPEN = "reopen"
    SECOND_LINE = "second-line"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Seen:
    """What of the case the agent saw, as far as they can change it."""

    priority: str
    line: int
    owner: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something done to a case, with what the agent wrote (`text`). A change names the `priority`, and when
    it `says_due`, the due time: None has it follow from the table."""

    kind: StepKind
    text: str
    seen: Seen
    priority: str = ""
    says_due: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case as an agent opens it, with what they wrote of it (`text`)."""

    subject: str
    priority: str = "normal"
    line: int = 1
    text: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who does it (an e-mail), when, and in which call (None: in none). Working hours are those of `zone`."""

    author: str
    at: datetime
    call: str | None
    zone: tzinfo


NEEDED_TEXTS: Mapping[StepKind, str] = {
    StepKind.COMMENT: N_("Write the comment first."),
    StepKind.CLOSE: N_("Write how it ended: whoever looks at the case later reads it."),
    StepKind.SECOND_LINE: N_("Write why: the second line reads it first."),
}
"""What is done with a text only."""

ANY_TIME = frozenset({StepKind.COMMENT})
"""What is done to open and closed cases alike; a closed one is reopened, any other step is for open ones."""


def wanted(step: Step, case: Mapping[str, Any], by: By) -> Values:
    """The columns of `case` that the step would make different, beside what follows from it.

    Raises InvalidError when the step says nothing.
    """
    if not step.text and step.kind in NEEDED_TEXTS:
        raise InvalidError([Problem("text", _(NEEDED_TEXTS[step.kind]))])
    if step.kind is StepKind.CHANGE:
        return _changed(step)
    made: Mapping[StepKind, Values] = {
        StepKind.TAKE: {"owner": by.author},
        StepKind.COMMENT: {},
        StepKind.CLOSE: {"status": CLOSED, "closed_at": by.at},
        StepKind.REOPEN: {"status": "open", "closed_at": None, "reopened": case["reopened"] + 1},
        StepKind.SECOND_LINE: {"line": SECOND_LINE, "owner": None},
    }
    return made[step.kind]


def _changed(step: Step) -> Values:
    values: Values = {"priority": step.priority} if step.priority != step.seen.priority else {}
    if step.says_due:
        values["due_at"] = step.due_at
    if not values and not step.text:
        why = _("Nothing is different: choose another priority or another due time.")
        raise InvalidError([Problem("priority", why)])
    return values


def overtaken(step: Step, values: Values, case: Mapping[str, Any]) -> list[str]:
    """Which of the columns by which the agent decided are stored differently by now."""
    if step.kind not in ANY_TIME and (case["status"] == CLOSED) != (step.kind is StepKind.REOPEN):
        return ["status"]
    seen = {"priority": step.seen.priority, "line": step.seen.line, "due_at": step.seen.due_at}
    seen["owner"] = step.seen.owner
    return [name for name in values.keys() & seen.keys() if case[name] != seen[name]]


def with_due(values: Values, case: Mapping[str, Any], rules: DueRules, by: By) -> Values:
    """The columns with the due time that follows from them, unless it was given by hand. From this moment on
    a case has the time that its line and priority have; one that is reopened has it anew."""
    if values.get("due_at") is not None:
        return {**values, "due_by_rule": False, "escalated_for": None}
    if not _gets_due(values, case, by.at):
        return values
    return values | due_by_rule(rules, {**case, **values}, by)


def _gets_due(values: Values, case: Mapping[str, Any], at: datetime) -> bool:
    given = case["due_at"] is not None and not case["due_by_rule"]
    if values.get("status") == "open":
        return not given or case["due_at"] < at
    return "due_at" in values or (not given and _differ(values, case, ("priority", "line")))


def _differ(values: Values, case: Mapping[str, Any], names: Iterable[str]) -> bool:
    return any(name in values and values[name] != case[name] for name in names)


def due_by_rule(rules: DueRules, case: Mapping[str, Any], by: By) -> Values:
    """The due time of a case with these columns that is so from now on, by the table."""
    due_at = rules.due_at(case["line"], case["priority"], by.at, by.zone)
    return {"due_at": due_at, "due_by_rule": due_at is not None, "escalated_for": None}
