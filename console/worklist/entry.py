"""The life of an entry of the work list. Pure.

An entry is open, claimed or done. A claim is held until its agent gives it back or until it has lapsed:
nothing is written then, it just does not count any more. Done stays done; whoever is missed again gets a new
entry.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from console.errors import LinesideError


class State(StrEnum):
    """Where an entry stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class How(StrEnum):
    """What an entry was done by. The first two are seen in the call records, the others are said by hand."""

    CALLED_BACK = "called_back"
    CALLED_AGAIN = "called_again"
    REACHED_OTHERWISE = "reached_otherwise"
    NO_NEED = "no_need"
    WRONG_NUMBER = "wrong_number"


BY_HAND = (How.REACHED_OTHERWISE, How.NO_NEED, How.WRONG_NUMBER)


@dataclass(frozen=True, slots=True)
class Claim:
    """The agent with the e-mail `by` has taken the entry."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """`by` is the e-mail of whoever talked with the caller or closed the entry (None: a phone that is no
    user's); `call` the call on which it was done, if any."""

    how: How
    by: str | None
    at: datetime
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A caller to be called: how often they `tried`, and since when (of a call-back: when it is due)."""

    first_at: datetime
    last_at: datetime
    tries: int = 1
    claim: Claim | None = None
    done: Done | None = None

    def held(self, at: datetime, lasts: timedelta) -> Claim | None:
        """The claim that counts at `at`, when claims last so long."""
        if self.done or self.claim is None or at - self.claim.at >= lasts:
            return None
        return self.claim

    def state(self, at: datetime, lasts: timedelta) -> State:
        """Where it stands."""
        if self.done:
            return State.DONE
        return State.CLAIMED if self.held(at, lasts) else State.OPEN


class TakenError(LinesideError):
    """Another agent has claimed the entry."""

    status = HTTPStatus.CONFLICT

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        super().__init__(f"{claim.by} has claimed it since {claim.at.isoformat()}.")


class DoneError(LinesideError):
    """The entry is done already."""

    status = HTTPStatus.CONFLICT

    def __init__(self, done: Done) -> None:
        self.done = done
        super().__init__(f"It was done at {done.at.isoformat()}.")


def missed(entry: Entry, first_at: datetime, last_at: datetime, tries: int) -> Entry:
    """They tried again, so often; the news may be late."""
    return replace(
        entry,
        tries=entry.tries + tries,
        first_at=min(entry.first_at, first_at),
        last_at=max(entry.last_at, last_at),
    )


def reached(entry: Entry, done: Done) -> Entry:
    """Somebody talked with the caller. What they tried after that is still open, and done stays done."""
    if entry.done or done.at < entry.last_at:
        return entry
    return replace(entry, done=done)


def claim(entry: Entry, by: str, at: datetime, lasts: timedelta) -> Entry:
    """`by` takes the entry, or takes it anew. Raises TakenError and DoneError."""
    _refuse(entry, by, at, lasts)
    return replace(entry, claim=Claim(by, at))


def release(entry: Entry, by: str, at: datetime, lasts: timedelta, *, any_claim: bool) -> Entry:
    """`by` gives it back; with `any_claim` also what another has claimed. Raises TakenError and DoneError."""
    _refuse(entry, None if any_claim else by, at, lasts)
    return replace(entry, claim=None)


def close(entry: Entry, done: Done, lasts: timedelta, *, any_claim: bool) -> Entry:
    """Done by hand, by whoever has claimed it or while nobody has. Raises TakenError and DoneError."""
    _refuse(entry, None if any_claim else done.by, done.at, lasts)
    return replace(entry, done=done)


def _refuse(entry: Entry, by: str | None, at: datetime, lasts: timedelta) -> None:
    """Nobody can do anything with what is done, nor, where `by` is somebody, with what another has."""
    if entry.done:
        raise DoneError(entry.done)
    held = entry.held(at, lasts)
    if held and by is not None and held.by != by:
        raise TakenError(held)
