"""A call script: when it applies, and its steps. Plain values, made by `codec` from a document."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scripts_engine.conditions import Condition

LINES = (1, 2)
"""The lines of agents, queues, cases and scripts."""

LATEST_CALLBACK_DAYS = 366
"""A call-back further ahead than a year is a slip of the pen."""

DEFAULT_PRIORITY = 50
HIGHEST_PRIORITY = 100


class Kind(StrEnum):
    """What a step is: the word that opens it in a document."""

    SAY = "say"
    ASK = "ask"
    CHECK = "check"
    DISCLOSE = "disclose"
    DO = "do"
    END = "end"


class CaptureType(StrEnum):
    """What an answer must be to be taken down."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    MONEY = "money"
    CHOICE = "choice"


class Action(StrEnum):
    """What a `do` step does."""

    OPEN_CASE = "open_case"
    SCHEDULE_CALLBACK = "schedule_callback"
    TRANSFER = "transfer"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that the agent may choose, and the step it leads to."""

    text: str
    next: str


@dataclass(frozen=True, slots=True)
class Capture:
    """What is taken down, under which `name`; `choices` only for the type choice."""

    name: str
    type: CaptureType
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on from a check: taken when `when` is TRUE; always when it is None."""

    when: Condition | None
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    `text` is what is said, asked or disclosed: a template, with a `fallback` for when it cannot be filled in.
    Onwards leads an answer, a branch, or `next`; `end` closes the run with that outcome instead. `arguments`
    are a do step's, by name.
    """

    id: str
    kind: Kind
    text: str = ""
    fallback: str | None = None
    answers: tuple[Answer, ...] = ()
    capture: Capture | None = None
    branches: tuple[Branch, ...] = ()
    action: Action | None = None
    arguments: tuple[tuple[str, str | int | float | bool], ...] = ()
    next: str | None = None
    end: str | None = None

    def ways(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every step that may come after this one, with the place in the document where that is said."""
        for answer in self.answers:
            yield ("answers", answer.text), answer.next
        for position, branch in enumerate(self.branches):
            yield ("check", position, "next"), branch.next
        if self.next is not None:
            yield ("next",), self.next


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A call script by its stable `key`.

    Empty `lines` and `queues`, and no `language`, mean all of them. `starts_on` and `ends_on` are the first
    and the last day on which it is in force. Without `when` it always applies: a fallback. `articles` are the
    keys of what is at hand beside it: answers, letters, forms.
    """

    key: str
    title: str
    steps: tuple[Step, ...]
    when: Condition | None = None
    lines: tuple[int, ...] = ()
    queues: tuple[str, ...] = ()
    language: str | None = None
    priority: int = DEFAULT_PRIORITY
    starts_on: date | None = None
    ends_on: date | None = None
    articles: tuple[str, ...] = ()

    def step(self, step_id: str) -> Step | None:
        """The step called `step_id`; None when there is none."""
        return next((step for step in self.steps if step.id == step_id), None)

    @property
    def answer_names(self) -> tuple[str, ...]:
        """The names under which its steps take down what is answered: a capture's, else the step's id."""
        asked = [step for step in self.steps if step.answers or step.capture]
        return tuple(step.capture.name if step.capture else step.id for step in asked)

    def in_force(self, today: date) -> bool:
        """Whether `today` lies within the days on which it is in force."""
        return (self.starts_on is None or self.starts_on <= today) and (
            self.ends_on is None or today <= self.ends_on
        )
