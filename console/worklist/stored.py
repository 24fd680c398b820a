"""Entries as they are stored: of missed callers, and of call-backs."""

from collections.abc import Mapping
from datetime import datetime

from console.promises.models import Callback, CallbackState
from console.worklist.entry import Claim, Done, Entry, How
from console.worklist.models import MissedCaller

Kept = MissedCaller | Callback

STATES: Mapping[How, CallbackState] = {
    How.CALLED_BACK: CallbackState.DONE,
    How.CALLED_AGAIN: CallbackState.DONE,
    How.REACHED_OTHERWISE: CallbackState.DONE,
    How.NO_NEED: CallbackState.WITHDRAWN,
    How.WRONG_NUMBER: CallbackState.WITHDRAWN,
}
"""What a call-back is everywhere else, once it was done here."""

SETTLED: Mapping[str, How] = {"done": How.REACHED_OTHERWISE, "withdrawn": How.NO_NEED}
"""How a call-back was done that was settled on the customer's page."""


def claim_of(by: str | None, at: datetime | None) -> Claim | None:
    """What the two columns say."""
    return Claim(by, at) if by is not None and at is not None else None


def how_settled(state: str, how: str | None) -> How:
    """How a call-back was done that is not open any more."""
    return How(how) if how else SETTLED[state]


def entry_of(kept: Kept) -> Entry:
    """The entry that a row stands for."""
    claim = claim_of(kept.claimed_by, kept.claimed_at)
    if isinstance(kept, Callback):
        return Entry(kept.due_at, kept.due_at, 1, claim, _settled(kept))
    return Entry(kept.first_at, kept.last_at, kept.tries, claim, _done(kept))


def _done(caller: MissedCaller) -> Done | None:
    if caller.done_at is None or caller.done_how is None:
        return None
    return Done(How(caller.done_how), caller.done_by, caller.done_at, caller.done_call_id)


def _settled(callback: Callback) -> Done | None:
    if callback.settled_at is None:
        return None
    return Done(how_settled(callback.state, callback.settled_how), callback.settled_by, callback.settled_at)


def keep(kept: Kept, entry: Entry) -> None:
    """Have the row stand for the entry."""
    kept.claimed_by = entry.claim.by if entry.claim else None
    kept.claimed_at = entry.claim.at if entry.claim else None
    if isinstance(kept, Callback):
        _settle(kept, entry)
        return
    kept.first_at, kept.last_at, kept.tries = entry.first_at, entry.last_at, entry.tries
    if entry.done:
        kept.done_how, kept.done_by = entry.done.how.value, entry.done.by
        kept.done_at, kept.done_call_id = entry.done.at, entry.done.call


def _settle(callback: Callback, entry: Entry) -> None:
    if entry.done and callback.settled_at is None:
        callback.state = STATES[entry.done.how].value
        callback.settled_how = entry.done.how.value
        callback.settled_by, callback.settled_at = entry.done.by, entry.done.at
