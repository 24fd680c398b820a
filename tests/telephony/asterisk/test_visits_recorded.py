"""What recordings of a real Asterisk say of waits, holds and transfers."""

import pytest

from telephony.events import CallLeftQueue, End
from tests.fakes.asterisk_frames import abandoned, hangup, joined, left, on
from tests.fakes.asterisk_transcripts import NAMES
from tests.telephony.asterisk.test_disorder import in_order
from tests.telephony.asterisk.told import TALKING, WAITING, the_end, then

OTHERWISE: dict[str, list[list[tuple[str, str]]]] = {
    "c02_q_abandon_while_ringing": [[("q2", "abandoned")]],
    "local_refused": [[("local", "abandoned")]],
    "overflow_given_up": [[("support", "timed_out")]],
    "overflow_to_agent": [[("support", "timed_out")]],
    "overflow_to_hangup": [[("support", "timed_out")]],
    "queue_timeout_then_abandoned": [[("support", "timed_out"), ("second", "abandoned")]],
    "queue_timeout_to_second": [[("support", "timed_out"), ("second", "answered")]],
    "quick_recall": [[("support", "abandoned")], [("support", "answered")]],
    "transfer_to_queue": [[("support", "answered"), ("second", "answered")]],
}
"""The visits of the recorded calls, queue and end; in all other recordings every wait was answered."""


@pytest.mark.parametrize("name", sorted(NAMES))
def test_how_recorded_waits_ended(name: str) -> None:
    visits = [
        [(visit.queue, visit.end and visit.end.value) for visit in call.visits] for call in in_order(name)
    ]
    expected = OTHERWISE.get(name)
    assert visits == expected or (expected is None and all(v[1] == "answered" for c in visits for v in c))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_answered_waits_name_the_leg_that_answered(name: str) -> None:
    for call in in_order(name):
        legs = [call.leg(visit.leg) for visit in call.visits if visit.leg is not None]
        assert [leg.queue for leg in legs if leg] == [visit.queue for visit in call.visits if visit.leg]


def held(name: str) -> list[float]:
    return [leg.held_s for call in in_order(name) for leg in call.legs]


@pytest.mark.parametrize("name", ["c06_q_hold_unhold_by_agent", "hold_twice", "attended_transfer"])
def test_recorded_holds_have_a_length(name: str) -> None:
    assert held(name)[0] > 0
    assert not any(held(name)[1:])


def test_recorded_transfers_say_whereto() -> None:
    names = ("blind_transfer_ami", "attended_transfer", "transfer_to_queue", "attended_transfer_cancelled")
    targets = [in_order(name)[0].legs[0].transferred_to for name in names]
    assert targets == ["103", "103", "604", None]


class TestMoved:
    def test_a_key_leads_out_without_an_abandon(self) -> None:
        (event,) = then(WAITING, left())
        assert isinstance(event, CallLeftQueue)
        assert event.moved

    def test_the_queue_gives_up_where_the_caller_is(self) -> None:
        (event,) = then(WAITING, abandoned(), left())
        assert isinstance(event, CallLeftQueue)
        assert not event.moved

    def test_a_redirect_changes_where_the_caller_is(self) -> None:
        elsewhere = abandoned().replace(b"\r\nExten: ", b"\r\nExten: 9")
        (event,) = then(WAITING, elsewhere, left())
        assert isinstance(event, CallLeftQueue)
        assert event.moved

    def test_the_end_of_a_later_wait_is_told_of_a_call_that_was_answered(self) -> None:
        """It says how the wait ended: the call is completed."""
        again = TALKING + joined(queue="second")
        next_step = on("Newexten", Extension="501", Application="Playback", AppData="")
        gave_up = then(again, abandoned(queue="second"), left(queue="second"), next_step, hangup())
        assert the_end(gave_up) is End.TIMED_OUT
        assert the_end(then(again, on("HangupRequest"), abandoned(queue="second"), hangup())) is None
