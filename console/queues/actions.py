"""What changes queues. Each bumps the revision `queues`, so that running processes notice."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from console.db.revision import bump
from console.errors import InvalidError, Problem
from console.queues.models import Queue
from telephony.commands import ToQueue, TransferBlind, flaw
from telephony.events import LegId

QUEUES = "queues"
"""The revision that every change of queues bumps."""

LINES = (1, 2)
MOST_SECONDS = 24 * 60 * 60
LONGEST_OUTCOME = 100
MOST_OUTCOMES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChange:
    """What is to be set; None leaves it as it is (a new queue gets the usual value). No `outcomes`: the
    usual ones."""

    title: str | None = None
    line: int | None = None
    answer_within_s: int | None = None
    wrap_up_s: int | None = None
    outcome_required: bool | None = None
    outcomes: Sequence[str] | None = None
    extension: str | None = None

    def values(self) -> dict[str, object]:
        """The columns to be set."""
        columns = (
            *("title", "line", "answer_within_s", "wrap_up_s", "outcome_required", "outcomes"),
            "extension",
        )
        return {name: getattr(self, name) for name in columns if getattr(self, name) is not None}


def problems_of(name: str, change: QueueChange) -> list[Problem]:
    """What is wrong with a change by itself."""
    checks = [
        (0 < len(name) <= Queue.name.type.length, "name", "must be the queue's name on the phone system"),
        (len(change.title or "") <= Queue.title.type.length, "title", "is too long"),
        (change.line in (None, *LINES), "line", f"{change.line} is neither 1 nor 2"),
        (_sensible(change.answer_within_s, 1), "answer_within_s", f"must be 1 to {MOST_SECONDS} seconds"),
        (len(change.outcomes or ()) <= MOST_OUTCOMES, "outcomes", f"{MOST_OUTCOMES} are the most"),
        (
            all(0 < len(word) <= LONGEST_OUTCOME and word.isprintable() for word in change.outcomes or ()),
            "outcomes",
            f"each has up to {LONGEST_OUTCOME} characters, in one line",
        ),
        (_sensible(change.wrap_up_s, 0), "wrap_up_s", f"must be 0 to {MOST_SECONDS} seconds"),
        (_fit_to_dial(change.extension), "extension", "must be what is dialled to get into the queue: 600"),
    ]
    return [Problem(where, why) for fine, where, why in checks if not fine]


def _fit_to_dial(extension: str | None) -> bool:
    return not extension or flaw(TransferBlind(LegId(""), ToQueue("", extension))) is None


def _sensible(seconds: int | None, least: int) -> bool:
    return seconds is None or least <= seconds <= MOST_SECONDS


async def set_queue(session: AsyncSession, name: str, change: QueueChange) -> Queue:
    """Set what `change` says of the queue `name`, which is made when there is none. Raises InvalidError."""
    if problems := problems_of(name, change):
        raise InvalidError(problems)
    queue = await session.get(Queue, name)
    if queue is None:
        queue = Queue(name=name)
        session.add(queue)
    for column, value in change.values().items():
        setattr(queue, column, value)
    await bump(session, QUEUES)
    await session.flush()
    return queue
