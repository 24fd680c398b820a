"""Each event goes to its call; ended calls are remembered for a while, and only so many."""

import pytest

from console.calls import register
from console.calls.record import CallRecord
from console.calls.register import Register
from telephony.events import CallId, End
from telephony.lifecycle import CallState
from tests.console.calls.happened import CALL, answered, ended, leg, lived, offered, queued, resynced


def test_an_event_goes_to_its_call() -> None:
    calls = Register()
    first = calls.take(queued())
    second = calls.take(offered())
    assert first is not None
    assert second is not None
    assert (first.before, first.record is second.record) == (None, True)
    assert second.before is first.after
    assert calls.of_leg(leg(1)) is first.record
    assert calls.alive(leg(1))


def test_what_changes_nothing_is_no_step() -> None:
    calls = Register()
    assert calls.take(answered()) is None  # of a call that nobody knows
    calls.take(queued())
    assert calls.take(queued()) is None


def test_what_the_phone_system_does_not_name_is_lost_when_that_is_noticed() -> None:
    calls = Register()
    calls.take(offered())
    calls.take(offered(2, call="main-2.1"))
    [step, unchanged] = calls.reconcile(resynced("main-2.1", legs=(leg(2, "main-2.1"),)))
    assert step is not None
    assert unchanged is None
    assert (step.after.id, step.after.end) == (CALL, End.LOST)
    assert step.after.ended_at == resynced().at
    assert not calls.alive(leg(1))
    assert calls.alive(leg(2, "main-2.1"))


def test_what_an_earlier_process_believed_is_gone_on_from() -> None:
    calls = Register()
    calls.restore(CallRecord(lived(offered())))
    step = calls.take(answered())
    assert step is not None
    assert step.after.state is CallState.ANSWERED


def test_a_late_event_starts_no_ended_call_anew() -> None:
    calls = Register()
    calls.take(offered())
    calls.take(ended())
    late = calls.take(queued())
    assert late is not None
    assert late.before is not None
    assert late.after.state is CallState.ENDED


def test_what_was_heard_before_its_call_began_counts() -> None:
    calls = Register()
    assert calls.take(answered()) is None
    step = calls.take(offered())
    assert step is not None
    assert (step.before, step.after.state) == (None, CallState.ANSWERED)
    assert calls.take(ended(call="main-2.1", end=End.ABANDONED)) is None
    step = calls.take(queued(call="main-2.1"))
    assert step is not None
    assert (step.before, step.after.state, step.after.end) == (None, CallState.ENDED, End.ABANDONED)


def test_only_so_much_is_kept_of_calls_that_never_began(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST_UNBEGUN", 2)
    monkeypatch.setattr(register, "MOST_EARLY", 2)
    calls = Register()
    for number in range(3):
        for _ in range(3):
            calls.take(ended(call=f"main-{number}"))
    assert {call: len(early) for call, early in calls._early.items()} == {"main-1": 2, "main-2": 2}
    step = calls.take(queued(call="main-0"))
    assert step is not None
    assert step.after.state is CallState.QUEUED


def test_only_so_many_ended_calls_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST_ENDED", 2)
    calls = Register()
    for number in range(5):
        calls.take(offered(call=f"main-{number}"))
        calls.take(ended(call=f"main-{number}"))
    assert [record.call.id for record in calls.of_link("main")] == ["main-3", "main-4"]
    assert calls.of_leg(leg(1, "main-2")) is None
    assert calls.of_leg(leg(1, "main-3")) is not None
    assert calls.take(answered(call=CallId("main-0"))) is None
