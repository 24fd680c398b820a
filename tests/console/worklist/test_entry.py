"""The life of an entry: whatever is done to it, by whomever, in any order."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from console.worklist.entry import (
    BY_HAND,
    Claim,
    Done,
    DoneError,
    Entry,
    How,
    State,
    TakenError,
    claim,
    close,
    missed,
    reached,
    release,
)
from tests.conftest import NOW

LASTS = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
ANA, BORIS = "ana@x.example", "boris@x.example"
ENTRY = Entry(NOW, NOW)


def test_the_second_is_told_who_has_it_and_since_when() -> None:
    taken = claim(ENTRY, ANA, NOW, LASTS)
    with pytest.raises(TakenError) as told:
        claim(taken, BORIS, NOW + MINUTE, LASTS)
    assert told.value.claim == Claim(ANA, NOW)
    assert "ana@x.example" in str(told.value)


def test_a_claim_lapses_by_itself() -> None:
    taken = claim(ENTRY, ANA, NOW, LASTS)
    assert taken.state(NOW + LASTS - MINUTE, LASTS) is State.CLAIMED
    assert taken.state(NOW + LASTS, LASTS) is State.OPEN
    assert claim(taken, BORIS, NOW + LASTS, LASTS).claim == Claim(BORIS, NOW + LASTS)


def test_who_has_it_can_take_it_anew() -> None:
    again = claim(claim(ENTRY, ANA, NOW, LASTS), ANA, NOW + MINUTE, LASTS)
    assert again.claim == Claim(ANA, NOW + MINUTE)


def test_only_who_has_it_gives_it_back_but_for_who_leads() -> None:
    taken = claim(ENTRY, ANA, NOW, LASTS)
    with pytest.raises(TakenError):
        release(taken, BORIS, NOW, LASTS, any_claim=False)
    assert release(taken, ANA, NOW, LASTS, any_claim=False).claim is None
    assert release(taken, BORIS, NOW, LASTS, any_claim=True).claim is None


def test_who_was_talked_with_before_they_tried_is_still_to_be_called() -> None:
    early = Done(How.CALLED_BACK, ANA, NOW - MINUTE, "main-9")
    assert reached(ENTRY, early) is ENTRY
    late = Done(How.CALLED_AGAIN, BORIS, NOW + MINUTE, "main-9")
    assert reached(ENTRY, late).done == late


def test_done_stays_done() -> None:
    done = close(ENTRY, Done(How.NO_NEED, ANA, NOW), LASTS, any_claim=False)
    assert reached(done, Done(How.CALLED_BACK, BORIS, NOW + MINUTE)) is done
    with pytest.raises(DoneError) as told:
        claim(done, BORIS, NOW, LASTS)
    assert (told.value.done.by, "done" in str(told.value)) == (ANA, True)


agents = st.sampled_from([ANA, BORIS, "eva@x.example"])
waits = st.integers(0, 20)


class Life(RuleBasedStateMachine):
    """Three agents and a caller, beside a model that knows who has it."""

    def __init__(self) -> None:
        super().__init__()
        self.entry, self.at, self.tries = ENTRY, NOW, 1
        self.holder: Claim | None = None

    def has(self) -> str | None:
        if self.holder is None or self.entry.done or self.at - self.holder.at >= LASTS:
            return None
        return self.holder.by

    @rule(minutes=waits)
    def time_passes(self, minutes: int) -> None:
        self.at += minutes * MINUTE

    @rule(by=agents)
    def claims(self, by: str) -> None:
        if self.entry.done:
            with pytest.raises(DoneError):
                claim(self.entry, by, self.at, LASTS)
        elif self.has() not in {None, by}:
            with pytest.raises(TakenError):
                claim(self.entry, by, self.at, LASTS)
        else:
            self.entry, self.holder = claim(self.entry, by, self.at, LASTS), Claim(by, self.at)

    @rule(by=agents, leads=st.booleans())
    def releases(self, by: str, leads: bool) -> None:
        allowed = self.entry.done is None and (leads or self.has() in {None, by})
        if allowed:
            self.entry = release(self.entry, by, self.at, LASTS, any_claim=leads)
            self.holder = None
        else:
            with pytest.raises((TakenError, DoneError)):
                release(self.entry, by, self.at, LASTS, any_claim=leads)

    @rule(by=agents, how=st.sampled_from(BY_HAND))
    def closes(self, by: str, how: How) -> None:
        done = Done(how, by, self.at)
        if self.entry.done is None and self.has() in {None, by}:
            self.entry = close(self.entry, done, LASTS, any_claim=False)
        else:
            with pytest.raises((TakenError, DoneError)):
                close(self.entry, done, LASTS, any_claim=False)

    @rule(by=agents, late=waits)
    def is_talked_with(self, by: str, late: int) -> None:
        at = self.at - late * MINUTE
        before = self.entry
        self.entry = reached(before, Done(How.CALLED_BACK, by, at, "main-1"))
        assert (self.entry != before) == (before.done is None and at >= before.last_at)

    @rule(late=waits)
    def tries_again(self, late: int) -> None:
        if self.entry.done is None:
            at = self.at - late * MINUTE
            self.entry, self.tries = missed(self.entry, at, at, 1), self.tries + 1

    @invariant()
    def is_what_the_model_says(self) -> None:
        held = self.entry.held(self.at, LASTS)
        assert (held.by if held else None) == self.has()
        assert self.entry.tries == self.tries
        assert self.entry.first_at <= self.entry.last_at
        state = State.DONE if self.entry.done else State.CLAIMED if self.has() else State.OPEN
        assert self.entry.state(self.at, LASTS) is state


TestLife = Life.TestCase
