"""What is said when a call is handed over: why, by whoever passes it on, and the answers of whoever gets
it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AnswerKind(StrEnum):
    """What whoever gets a call says to that: they take it over, give it back, or want to know more."""

    TAKEN = "taken"
    SENT_BACK = "sent_back"
    ASKED = "asked"


LONGEST_REASON = 1_000
"""Characters of why a call is handed over, and of what is said to that."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the agent of `leg` said; `by` is their name."""

    id: int
    leg: str
    kind: AnswerKind
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """All that was said on a call: `reasons` by the leg on which they were typed, `answers` oldest first."""

    reasons: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[Answered, ...] = ()


NOTHING_SAID = HandedOver()
