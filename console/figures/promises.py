"""Call-backs kept: who was promised a call was called in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.figures.intervals import Span
from console.figures.shares import Share

GRACE = timedelta(minutes=15)
"""Who is called this much later was called in time."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call that was promised for `due_at` and made at `done_at`. A withdrawn one is owed no more."""

    due_at: datetime
    done_at: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """How many promises were kept. Left out: those `withdrawn`, and those `early` that may still be kept."""

    share: Share
    withdrawn: int
    early: int

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.share + other.share, self.withdrawn + other.withdrawn, self.early + other.early)


def kept(promises: Iterable[CallBack], period: Span, at: datetime, grace: timedelta = GRACE) -> Kept:
    """Of the call-backs that were due in the period: how many were made by then, give or take the grace."""
    due = [each for each in promises if each.due_at in period]
    owed = [each for each in due if not each.withdrawn]
    in_time = [each for each in owed if each.done_at is not None and each.done_at <= each.due_at + grace]
    early = [each for each in owed if each.done_at is None and each.due_at + grace >= at]
    share = Share(len(in_time), len(owed) - len(early))
    return Kept(share, len(due) - len(owed), len(early))
